"""举证责任: who must prove which element of a disputed transaction. Plain Python over `burden.csv`, no Django.

Source: 法释〔2021〕10号, articles 4 to 9 and 11. Each row names its article. `basis` says where its `who` comes from:
`law`, the article says who must prove or keep it; `practice`, the article gives the rule and leaves open who proves
it, so the side that relies on it does; `contract`, the card contract decides.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = Path(__file__).with_name("burden.csv")
# In the order of the board.
ELEMENTS: Final = (
    *("notice", "real_card", "own", "identification", "verification"),
    *("disclosed", "safekeeping", "timely", "acquirer"),
)


@dataclass(frozen=True)
class BurdenRow:
    """One element for some types of transaction: who proves it, by what, and which grounds hang on it.

    `proved_for`: grounds that need it proved. `unproved_for`: grounds that stand while nobody has proved it.
    `refuted_for`: grounds that need the contrary shown. `missing_opens`: grounds opened by its mere absence.
    """

    element: str
    types: frozenset[str]
    who: tuple[str, ...]
    basis: str
    article: str
    kinds: tuple[str, ...]
    proved_for: tuple[str, ...]
    unproved_for: tuple[str, ...]
    refuted_for: tuple[str, ...]
    missing_opens: tuple[str, ...]
    title: str
    title_zh: str
    claim: str
    claim_zh: str
    consequence: str
    consequence_zh: str

    @property
    def opens_proved(self) -> tuple[str, ...]:
        """Grounds that are open when the element is proved."""
        return self.proved_for

    @property
    def opens_unproved(self) -> tuple[str, ...]:
        """Grounds that are open when it is not: by the burden, by the contrary, or by its absence."""
        return tuple(sorted({*self.unproved_for, *self.refuted_for, *self.missing_opens}))

    def says(self, language: str) -> tuple[str, str, str]:
        """Title, what is to be proved, and what follows if it stays missing, in the reader's language."""
        if language.lower().startswith("zh"):
            return self.title_zh, self.claim_zh, self.consequence_zh
        return self.title, self.claim, self.consequence


@cache
def table() -> tuple[BurdenRow, ...]:
    """All rows, in the order of the file."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return tuple(_row(line) for line in csv.DictReader(lines))


@cache
def row_for(element: str, transaction_type: str) -> BurdenRow | None:
    """The row of an element for a type of transaction; None when it does not apply. KeyError: no such element."""
    if element not in ELEMENTS:
        raise KeyError(element)
    return next((row for row in table() if row.element == element and str(transaction_type) in row.types), None)


def title_of(element: str, language: str) -> str:
    """The element's name in the reader's language, whether it applies or not. KeyError: no such element."""
    for row in table():
        if row.element == element:
            return row.says(language)[0]
    raise KeyError(element)


def _row(line: dict[str, str]) -> BurdenRow:
    return BurdenRow(**dict(_values(line)))  # type: ignore[arg-type]  # by the field's own type


def _values(line: dict[str, str]) -> Iterator[tuple[str, object]]:
    for field in fields(BurdenRow):
        text = line[field.name]
        many = str(field.type).startswith(("tuple", "frozenset"))
        words = tuple(text.split()) if many else text
        yield field.name, frozenset(words) if field.name == "types" else words
