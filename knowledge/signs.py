"""Signs that a complaint is urgent, or belongs to another flow. Plain Python over `signs.toml`, no Django.

Words are found, not understood: "not angry" counts as angry. Therefore a sign proposes, shows the word it comes from,
and a person confirms. Nothing found is `ORDINARY`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

FILE = Path(__file__).with_name("signs.toml")
URGENT, RAISED, ORDINARY = 1, 2, 3
CARE: Final = "care"  # a customer's record says something that no sign of the file has a word for
BETWEEN: Final = ","  # signs in a customer's record


@dataclass(frozen=True)
class Sign:
    """One sign: what it raises the severity to, or the `kind` of complaint it speaks for, and its words."""

    key: str
    name: str
    name_zh: str
    why: str
    why_zh: str
    words: tuple[str, ...]
    unless: tuple[str, ...] = ()
    severity: int = ORDINARY
    kind: str = ""
    asked: bool = False

    @property
    def is_of_himself(self) -> bool:
        """Known or seen of the customer, not heard in what he complains of."""
        return self.asked or self.key == CARE

    def says(self, language: str) -> tuple[str, str]:
        """Its name and why it counts, in the reader's language."""
        return (self.name_zh, self.why_zh) if language.lower().startswith("zh") else (self.name, self.why)

    def words_in(self, text: str) -> tuple[str, ...]:
        """Those of its words that stand in the text, in the order of the file."""
        plain = folded(text)
        for phrase in self.unless:
            plain = plain.replace(folded(phrase), " ")
        return tuple(word for word in self.words if _stands(folded(word), plain))


@dataclass(frozen=True)
class Found:
    """A sign that was found, and by which words; none when a person ticked it."""

    sign: Sign
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """What the signs speak for: a severity, and a kind of complaint or "" when none is named."""

    severity: int
    kind: str
    found: tuple[Found, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The signs found, in the order of the file."""
        return tuple(one.sign.key for one in self.found)


@cache
def table() -> dict[str, Sign]:
    """Every sign by its key, in the order of the file."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {key: Sign(key=key, **_tuples(row)) for key, row in rows.items()}


def propose(text: str, *, care: Collection[str] = (), record: str = "") -> Proposal:
    """What the customer's words speak for, what whoever takes the call ticked, and what his record says.

    Unknown ticks are left out.
    """
    heard = [Found(sign, sign.words_in(text)) for sign in table().values() if not sign.is_of_himself]
    ticked = [Found(table()[key]) for key in care if key in table()]
    found = {one.sign.key: one for one in [*(one for one in heard if one.words), *ticked, *in_record(record)]}
    rows = tuple(found[key] for key in table() if key in found)
    return Proposal(
        severity=min((one.sign.severity for one in rows), default=ORDINARY),
        kind=next((one.sign.kind for one in rows if one.sign.kind), ""),
        found=rows,
    )


def in_record(record: str) -> tuple[Found, ...]:
    """What a customer's record says of special care: signs by key, or free words of earlier days."""
    return tuple(found for part in _parts(record) for found in _read(part))


def one_record(said: str, kept: str) -> str:
    """Words and signs of a customer's record as one; that there is something goes without saying when it says what."""
    parts = [part for part in _parts(said) if part != CARE or not kept]
    return BETWEEN.join([*parts, *_parts(kept)])


def with_care(record: str, found: Collection[str]) -> str:
    """The signs to keep when these were found, too; "" when the record has them all."""
    known = {one.sign.key for one in in_record(record)}
    fresh = {key for key in found if key in table() and key != CARE} - known
    return BETWEEN.join(key for key in table() if key in {*fresh, *_parts(record)} - {CARE}) if fresh else ""


def care_words(record: str, language: str) -> tuple[str, ...]:
    """What a customer's record says of special care, in the reader's language; free words as they were written."""
    return tuple(table()[part].says(language)[0] if part in table() else part for part in _parts(record))


def folded(text: str) -> str:
    """Text as words are compared: one width, one case, one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _read(part: str) -> Iterator[Found]:
    if part in table():
        yield Found(table()[part])
        return
    found = [Found(sign, words) for sign in table().values() if sign.asked and (words := sign.words_in(part))]
    yield from found or [Found(table()[CARE], (part,))]


def _stands(word: str, text: str) -> bool:
    """Letters and digits are a word of their own: "sue" is not in "issue"; Chinese has no blanks between words."""
    if not word.isascii():
        return word in text
    return re.search(rf"(?<![0-9a-z]){re.escape(word)}(?![0-9a-z])", text) is not None


def _parts(record: str) -> Iterator[str]:
    return (part for part in map(str.strip, record.split(BETWEEN)) if part)


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
