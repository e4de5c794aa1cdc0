"""Full card numbers and card secrets in text: finding, refusing, cutting. No database, no settings.

A full card number is never stored: token, first six, last four (PCI DSS 3.5.1, FAQ 1091); the security code and the
PIN are not stored at all (PCI DSS 3.3.1). What counts as one is an issuer's prefix with a length it uses, 13 to 19
digits in a plausible grouping, a right Luhn digit, and not a valid Chinese identity number (18 digits, GB 11643).
A run of more than 19 digits is somebody's own reference and is not looked into. Phone numbers are too short.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import luhn
from stdnum.cn import ric

from cases.card_issuers import is_issued
from cases.card_secrets import Secret, cut_secrets, forbidden
from cases.text_places import INVISIBLE, Found, plain, replaced, where

__all__ = [
    "Found",
    "Secret",
    "cut",
    "cut_secrets",
    "find",
    "forbidden",
    "is_card_number",
    "is_identity_number",
    "masked",
    "refuse",
    "refuse_code",
    "refuse_numbers",
    "refuse_secrets",
    "where",
]

SHORTEST: Final = 13
LONGEST: Final = 19

_CHINESE: Final = dict(zip("〇零○一二三四五六七八九幺", "0001234567891", strict=True))
_CHINESE_RUN: Final = re.compile(f"[{''.join(_CHINESE)}]{{{SHORTEST},}}")
# What may stand between two groups of one number; a line end at most once.
_GAP: Final = re.compile(rf"[ \t{INVISIBLE}]{{0,2}}[-._]?[ \t{INVISIBLE}]{{0,2}}|[ \t]{{0,2}}\r?\n[ \t]{{0,2}}")
_NUMBER: Final = _(
    "A full card number stands at line %(line)d, character %(character)d (%(masked)s). "
    "Keep only its first six and last four digits."
)
_CODE: Final = _(
    "Digits that could be a full card number begin at character %(character)d, and none is kept. If this is a receipt "
    "or recording number, type it as %(masked)s and put the document itself on file."
)
_SECRETS: Final = {
    "security_code": _("A card's security code stands at line %(line)d, character %(character)d. Take it out."),
    "pin": _("A PIN or password stands at line %(line)d, character %(character)d. Take it out."),
    "expiry": _("A card's expiry date stands at line %(line)d, character %(character)d. Take it out."),
}
_DIGITS: Final = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class _Group:
    start: int
    end: int
    digits: str


def is_card_number(digits: str) -> bool:
    """Whether these ASCII digits are a full card number: an issuer's prefix and length, a right Luhn digit."""
    return is_issued(digits) and luhn.is_valid(digits)


def is_identity_number(digits: str) -> bool:
    """Whether this is a valid Chinese identity number: 18 digits, the last may be X, with place, birth date, check."""
    if len(digits) != 18 or not "1850" <= digits[6:10] <= "2099":
        return False
    try:
        return bool(ric.is_valid(digits))
    except KeyError:  # python-stdnum 2.2 stumbles over a known province with an unknown county
        return False


def find(text: str) -> list[Found]:
    """Every full card number in the text, left to right, never overlapping."""
    seen = plain(text)
    found = [place for chain in _chains(seen) for place in _numbers(chain, seen)]
    return sorted(found + list(_spelled(text)), key=lambda place: place.start)


def masked(number: str) -> str:
    """First six and last four of what was found, stars between; separators go."""
    digits = _digits(number)
    return digits[:6] + "*" * (len(digits) - 10) + digits[-4:]


def refuse(text: str) -> None:
    """Raise ValidationError when the text holds a full card number or a secret of a card: what typed text may not."""
    refuse_numbers(text)
    refuse_secrets(text)


def refuse_code(text: str) -> None:
    """As `refuse`, for a number some system made: by chance it may look like a card's, and is written shortened."""
    refuse_numbers(text, sentence=_CODE)
    refuse_secrets(text)


def refuse_numbers(text: str, *, sentence: Any = _NUMBER) -> None:
    """Raise ValidationError for the first full card number; it names line, character and the masked number."""
    for place in find(text):
        raise ValidationError(
            sentence,
            code="card_number",
            params={**where(text, place), "masked": masked(text[place.start : place.end])},
        )


def refuse_secrets(text: str) -> None:
    """Raise ValidationError for the first security code, PIN or expiry date; it names the place, not the value."""
    for secret in forbidden(text):
        raise ValidationError(_SECRETS[secret.what], code="card_secret", params=where(text, secret))


def cut(text: str) -> tuple[str, int]:
    """The text with every full card number masked, and how many there were. For imports; typed text is refused."""
    return replaced(text, find(text), masked)


def _chains(seen: str) -> Iterator[list[_Group]]:
    """Groups of digits with nothing between neighbours but what may stand inside one number."""
    chain: list[_Group] = []
    for match in _DIGITS.finditer(seen):
        gap = seen[chain[-1].end : match.start()] if chain else ""
        if chain and not _GAP.fullmatch(gap):
            yield chain
            chain = []
        if chain and not gap.strip(INVISIBLE):
            last = chain.pop()
            chain.append(_Group(last.start, match.end(), last.digits + match.group()))
        else:
            chain.append(_Group(match.start(), match.end(), match.group()))
    if chain:
        yield chain


def _numbers(chain: list[_Group], seen: str) -> Iterator[Found]:
    """Card numbers in a chain: identity numbers leave first, then the longest number from each beginning."""
    at = 0
    while at < len(chain):
        windows = list(_windows(chain, at))
        used = next((window for window in windows if _is_identity(window, seen)), None)
        if used is None:
            used = next((window for window in reversed(windows) if _is_card(window, seen)), None)
            if used is not None:
                yield Found(used[0].start, used[-1].end)
        at += len(used) if used else 1


def _windows(chain: list[_Group], at: int) -> Iterator[list[_Group]]:
    length = 0
    for end in range(at, min(at + LONGEST, len(chain))):
        length += len(chain[end].digits)
        if length > LONGEST:
            return
        if length >= SHORTEST:
            yield chain[at : end + 1]


def _is_card(window: list[_Group], seen: str) -> bool:
    return is_card_number("".join(group.digits for group in window)) and _is_grouping(window, seen)


def _is_grouping(window: list[_Group], seen: str) -> bool:
    """Whether people write one number like this; two numbers side by side seldom look so."""
    sizes = [len(group.digits) for group in window]
    if len(sizes) == 1 or (set(sizes[:-1]) == {4} and sizes[-1] <= 4) or sizes in ([4, 6, 5], [4, 6, 4]):
        return True
    gaps = {seen[left.end : right.start].replace(INVISIBLE, "") for left, right in pairwise(window)}
    if len(gaps) > 1 or "\n" in "".join(gaps):
        return False
    even = len(set(sizes[:-1])) == 1 and sizes[-1] <= sizes[0]
    return even or (len(sizes) <= 5 and min(sizes) >= 3)


def _is_identity(window: list[_Group], seen: str) -> bool:
    digits = "".join(group.digits for group in window)
    if len(digits) == 17 and seen[window[-1].end : window[-1].end + 1] in ("X", "x"):
        digits += "X"
    return is_identity_number(digits)


def _spelled(text: str) -> Iterator[Found]:
    """Numbers written in Chinese numerals. A numeral beside ordinary digits is a word and begins no number."""
    for match in _CHINESE_RUN.finditer(text):
        if is_card_number(_digits(match.group())):
            yield Found(match.start(), match.end())


def _digits(number: str) -> str:
    return "".join(_DIGITS.findall(plain("".join(_CHINESE.get(sign, sign) for sign in number))))
