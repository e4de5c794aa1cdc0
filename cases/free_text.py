"""Text that people type into a case, checked once for every door: page, API and command."""

import re
from collections.abc import Callable
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cases import card_numbers
from cases.errors import CaseError

LONGEST: Final = 20_000
REASONS: Final = frozenset({"reason", "reasons", "why"})
DIGITS_IN_CLEAR: Final = 10  # first six and last four of a masked number
# NUL does not go into PostgreSQL, half a surrogate pair does not go into UTF-8.
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


def written(text: str, *, field: str, required: bool = False, longest: int = LONGEST) -> str:
    """The text without blanks around it. CaseError at `field`: missing, too long, unstorable, a full card number.

    A reason that has to be given has words in it: a full stop is none.
    """
    if required and field in REASONS and (text or "").strip() and not any(sign.isalpha() for sign in text):
        raise CaseError(_("Say it in words."), field=field)
    return _written(text, card_numbers.refuse, field=field, required=required, longest=longest)


def _written(text: str, refuse: Callable[[str], None], *, field: str, required: bool, longest: int) -> str:
    text = (text or "").strip()
    if required and not text:
        raise CaseError(_("Please fill this in."), field=field)
    if len(text) > longest:
        raise CaseError(_("The text is longer than %(count)d characters.") % {"count": longest}, field=field)
    if _UNSTORABLE.search(text):
        raise CaseError(_("The text holds a character that cannot be kept."), field=field)
    try:
        refuse(text)
    except ValidationError as refusal:
        raise CaseError(refusal.messages[0], field=field) from None
    return text


def code(text: str, *, field: str, longest: int = 64, typed: bool = True) -> str:
    """A receipt, voucher or transaction number: one line, required. CaseError at `field`.

    A number a bank system gave is not looked at for card numbers: by chance a voucher's digits are one. Typed by a
    person such a number is written shortened (docs/decisions/0012).
    """
    if typed:
        text = _written(text, card_numbers.refuse_code, field=field, required=True, longest=longest)
    else:
        text = str(text).strip()
    if not text.isprintable() or not 0 < len(text) <= longest:
        raise CaseError(_("This number cannot be kept."), field=field)
    return text


def account(text: str, *, field: str) -> str:
    """A token or masked account without blanks, so that one is written one way; may be empty. CaseError: in clear."""
    named = re.sub(r"[\s-]", "", written(text, field=field, longest=64))
    if not named.isprintable():
        raise CaseError(_("This number cannot be kept."), field=field)
    if named.isdigit() or any(len(run) > DIGITS_IN_CLEAR for run in re.findall(r"\d+", named)):
        raise CaseError(_("Write the account masked, like 6222******1234, or by its token."), field=field)
    return named
