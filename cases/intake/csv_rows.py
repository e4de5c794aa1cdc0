"""Rows of a CSV file written by others: a broken row is named by its physical line and takes no good row with it.

Plain `csv` reads on to the end of the file after one stray quotation mark. Here a record ends where its quotes are
even; when what was gathered is no record, reading goes on at the next line that looks like the beginning of one.
"""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The longest real record is 24,000 characters; what is forty times as long is an open quotation mark.
LONGEST: Final = 1_000_000

NOT_CLOSED: Final = _("A quotation mark is opened and not closed.")
BROKEN: Final = _("The quotation marks of this row cannot be read.")


@dataclass(frozen=True)
class Row:
    """One record: the physical line it begins on (the header is line 1), the last one, its values by column."""

    line: int
    last_line: int
    values: dict[str, str]


@dataclass(frozen=True)
class BadRow:
    """A record that cannot be taken: where it stands and why, in words without its content."""

    line: int
    last_line: int
    reason: str | Promise
    number: str = ""


class _Lines:
    """Physical lines with their numbers; some may be given back to be read again."""

    def __init__(self, lines: Iterable[str], number: int) -> None:
        self._lines = iter(lines)
        self._back: deque[str] = deque()
        self.number = number

    def next(self) -> str | None:
        line = self._back.popleft() if self._back else next(self._lines, None)
        self.number += line is not None
        return line

    def give_back(self, lines: Sequence[str]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


def rows(lines: Iterable[str], columns: Sequence[str], begins: re.Pattern[str]) -> Iterator[Row | BadRow]:
    """The records after the header, in order. `begins` is what the first line of a record looks like.

    Lines end at the newline character alone, as editors count them. Empty lines are passed over.
    """
    source = _Lines(lines, number=1)
    while (gathered := _record(source)) is not None:
        first = source.number - len(gathered) + 1
        if not any(line.strip() for line in gathered):
            continue
        row = _parsed(gathered, columns, first)
        if isinstance(row, BadRow):
            row = _give_back(source, gathered, row, begins)
        yield row


def header(line: str) -> list[str]:
    """The column names of the first line. ValueError when it is no line of a CSV file."""
    try:
        return [name.strip() for name in next(csv.reader([line], strict=True), [])]
    except csv.Error as broken:
        raise ValueError(str(broken)) from None


def _record(source: _Lines) -> list[str] | None:
    """Lines up to where the quotation marks are even, or too many lines; None at the end of the file."""
    gathered: list[str] = []
    quotes = size = 0
    while (line := source.next()) is not None:
        gathered.append(line)
        quotes += line.count('"')
        size += len(line)
        if quotes % 2 == 0 or size > LONGEST:
            break
    return gathered or None


def _parsed(gathered: Sequence[str], columns: Sequence[str], first: int) -> Row | BadRow:
    text, last = "".join(gathered), first + len(gathered) - 1
    if text.count('"') % 2:
        return BadRow(first, last, NOT_CLOSED)
    try:
        values = _values(text)
    except csv.Error:
        return BadRow(first, last, BROKEN)
    if len(values) != len(columns):
        said = {"wanted": len(columns), "found": len(values)}
        return BadRow(first, last, _("%(found)d columns instead of %(wanted)d.") % said)
    return Row(first, last, dict(zip(columns, values, strict=True)))


def _values(text: str) -> list[str]:
    """The values of one record. A bare carriage return is part of a value here; to `csv` it would end the line."""
    csv.field_size_limit(max(csv.field_size_limit(), 2 * LONGEST))
    body = text.removesuffix("\n").removesuffix("\r")
    stand_in = next(sign for sign in map(chr, range(0xE000, 0xF900)) if sign not in body)
    values = next(csv.reader([body.replace("\r", stand_in)], strict=True), [])
    return [value.replace(stand_in, "\r") for value in values]


def _give_back(source: _Lines, gathered: Sequence[str], bad: BadRow, begins: re.Pattern[str]) -> BadRow:
    """Give back what a broken record swallowed, from the next line that looks like a beginning."""
    again = next((at for at, line in enumerate(gathered) if at and begins.match(line)), len(gathered))
    source.give_back(gathered[again:])
    return BadRow(bad.line, bad.line + again - 1, bad.reason)
