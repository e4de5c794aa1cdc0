"""What a paper is made of. Everything is text in the reader's language; `paper.html` only lays it out.

A cell or value may have several lines, divided by a line feed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True)
class Facts:
    """Names and values; what is empty is left out."""

    rows: Sequence[tuple[str, str]]
    title: str = ""
    kind: ClassVar[str] = "facts"

    @property
    def filled(self) -> list[tuple[str, str]]:
        """Those that have a value."""
        return [(name, value) for name, value in self.rows if value]


@dataclass(frozen=True)
class Table:
    """Rows under heads. `look` names its widths in the style sheet, `sums` the columns of figures; `none` is said
    where there are no rows.
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    look: str
    title: str = ""
    none: str = ""
    sums: tuple[int, ...] = ()
    kind: ClassVar[str] = "table"

    def cells(self) -> Iterator[list[tuple[str, str]]]:
        """Each row as (text, class)."""
        for row in self.rows:
            yield [(text, "sum" if at in self.sums else "") for at, text in enumerate(row)]

    def headed(self) -> list[tuple[str, str]]:
        """The heads as (text, class)."""
        return [(text, "sum" if at in self.sums else "") for at, text in enumerate(self.heads)]


@dataclass(frozen=True)
class Text:
    """What somebody wrote, under what it is."""

    title: str
    text: str
    kind: ClassVar[str] = "text"


@dataclass(frozen=True)
class Note:
    """A line about what stands, or does not stand, beside it."""

    text: str
    kind: ClassVar[str] = "note"


@dataclass(frozen=True)
class Total:
    """A sum in figures and in the capital words of a voucher."""

    title: str
    amount: Decimal
    currency: str
    kind: ClassVar[str] = "total"


@dataclass(frozen=True)
class Answer:
    """A question a lawyer asks, answered in sentences; `proved_by` names the entries."""

    question: str
    sentences: Sequence[str]
    proved_by: str = ""
    kind: ClassVar[str] = "answer"


Block = Facts | Table | Text | Note | Total | Answer


@dataclass
class Section:
    """A numbered part of a paper, with a place in its contents and its bookmarks."""

    key: str
    title: str
    blocks: list[Block] = field(default_factory=list)
