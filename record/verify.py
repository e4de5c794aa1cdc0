"""Reading chains again: is every entry still what was written, in its place, and none missing?

What it proves: nobody changed, dropped, added or moved an entry without computing the whole rest of its chain and the
head anew. Against someone who can do that (the owner of the database, with the triggers off) stand the seals
(record.verify_seals).

Entries come in pages along (stream, number), each a short statement of its own: memory is constant, no snapshot is held
for hours, and what is appended meanwhile is no break.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import psycopg
from django.db import connection
from psycopg.types.string import TextLoader

from record import algorithms
from record.chains import Row, flaw_of, follow
from record.flaws import Break, Flaw
from record.models import Seal
from record.verify_beside import Beside

__all__ = ["Break", "Flaw", "Reading", "Scope", "verify", "verify_named", "verify_streams"]

PAGE = 1000
NAMES_AT_ONCE = 500
_BEFORE_ALL = -(2**63)

_ENTRIES = """
SELECT stream, number, kind, happened_at, recorded_at, actor_number, actor_name, actor_role, for_whom,
    previous, body, hash, algorithm
FROM record_entry WHERE {scope} AND (stream, number) > (%s, %s) ORDER BY stream, number LIMIT %s
"""
# What the newest seal that knows the stream says it had, and whether more was put under the seals' horizon since.
_HEADS = """
SELECT s.key, s.length, s.head, s.algorithm, (
    SELECT min(e.number) FROM record_entry e WHERE e.stream = s.key AND e.id <= %s AND e.number > COALESCE(
        (SELECT h.length FROM record_sealedhead h WHERE h.stream = s.key ORDER BY h.seal_id DESC LIMIT 1), 0
    )
)
FROM record_stream s WHERE {scope} AND s.key > %s AND s.key <= COALESCE(%s, s.key) ORDER BY s.key
"""
# One statement, one moment: whether a stream that had grown since its entries were read ends as it says.
_END_NOW = """
SELECT s.length = (SELECT count(*) FROM record_entry e WHERE e.stream = s.key) AND (s.head, s.algorithm) = (
    SELECT e.hash, e.algorithm FROM record_entry e WHERE e.stream = s.key ORDER BY e.number DESC LIMIT 1
) FROM record_stream s WHERE s.key = %s
"""


@dataclass(frozen=True)
class Scope:
    """Which streams: a condition in SQL on the column `{name}`, and its values."""

    condition: str = "TRUE"
    values: Sequence[Any] = ()

    def on(self, name: str) -> str:
        """The condition on a column."""
        return self.condition.format(name=name)


@dataclass
class _Chain:
    """How far a stream was read."""

    algorithm: str
    length: int = 0
    last: str = ""
    broken: Break | None = None

    def breaks(self, stream: str, number: int, flaw: Flaw) -> None:
        if self.broken is None or number < self.broken.number:
            self.broken = Break(stream, number, flaw.value)


@dataclass
class Reading:
    """One reading of chains, and how much was read.

    With `history` every body is read to its end, and the history rows it speaks of are compared with their digests.
    """

    history: bool = False
    streams: int = 0
    entries: int = 0
    _open: dict[str, _Chain] = field(default_factory=dict)
    _beside: Beside = field(default_factory=Beside)

    def breaks(self, scope: Scope) -> Iterator[Break]:
        """The first break of every broken stream in the scope, in the order of streams; reads only."""
        newest = Seal.objects.order_by("-number").first()
        horizon = newest.horizon if newest else 0
        done = ""
        for page, is_last in self._pages(scope):
            for stream, rows in groupby(page, key=itemgetter(0)):
                self._follow(stream, list(rows))
            for stream, number, flaw in self._beside.flaws(history=self.history):
                self._open[stream].breaks(stream, number, flaw)
            going_on = None if is_last or not page else page[-1][0]
            whole = {name: chain for name, chain in self._open.items() if name != going_on}
            if whole or is_last:
                yield from self._ended(scope, whole, (horizon, done, None if is_last else max_of(page, going_on)))
                done = max_of(page, going_on) or done
                self._open = {name: chain for name, chain in self._open.items() if name == going_on}

    def _pages(self, scope: Scope) -> Iterator[tuple[list[Row], bool]]:
        after: tuple[str, int] = ("", _BEFORE_ALL)
        while True:
            page: list[Any] = _rows(_ENTRIES, scope, "stream", (*after, PAGE))
            self.entries += len(page)
            yield page, len(page) < PAGE
            if len(page) < PAGE:
                return
            after = page[-1][0], page[-1][1]

    def _follow(self, stream: str, rows: list[Row]) -> None:
        """The next entries of one stream: most of them quickly, unless every body is to be read."""
        chain = self._open.get(stream)
        if chain is None:
            self._open[stream] = chain = _Chain(rows[0][12], last=_beginning(rows[0][12]))
        at = 0
        while at < len(rows) and chain.broken is None:
            if not self.history and (plain := follow(rows, at, chain.length, chain.last, chain.algorithm)):
                at += plain
                chain.length, chain.last = rows[at - 1][1], rows[at - 1][11]
            else:
                self._take(rows[at], chain)
                at += 1

    def _take(self, row: Row, chain: _Chain) -> None:
        flaw, body = flaw_of(row, chain.length + 1, chain.last, chain.algorithm)
        if flaw is not None:
            chain.breaks(row[0], chain.length + 1, flaw)
            return
        chain.length, chain.last = row[1], row[11]
        if body["personal"] or (self.history and body["changed"]):
            self._beside.add(body)

    def _ended(self, scope: Scope, read: dict[str, _Chain], place: tuple[int, str, str | None]) -> Iterator[Break]:
        """Breaks of the streams read to their end; of streams of which nothing is left, too."""
        horizon, after, until = place
        found: list[Break] = []
        for name, length, head, algorithm, slipped_in in _rows(
            _HEADS, scope, "s.key", (after, until), first=(horizon,)
        ):
            self.streams += 1
            chain = read.pop(name, None) or _Chain(algorithm, last=_beginning(algorithm))
            if slipped_in is not None:
                chain.breaks(name, slipped_in, Flaw.SLIPPED_IN)
            if chain.broken is None and (chain.length, chain.last, chain.algorithm) != (length, head, algorithm):
                _end(name, length, chain)
            if chain.broken is not None:
                found.append(chain.broken)
        found += [Break(name, 1, Flaw.NO_STREAM.value) for name in read]
        yield from sorted(found)


def verify(stream: str, *, history: bool = False) -> Break | None:
    """The first break of one stream, or None. Constant memory, reads only."""
    return next(verify_named([stream], history=history), None)


def verify_named(streams: Iterable[str], *, history: bool = False, reading: Reading | None = None) -> Iterator[Break]:
    """The first break of each broken stream of these."""
    reading, names = reading or Reading(history=history), iter(streams)
    while batch := list(islice(names, NAMES_AT_ONCE)):
        yield from reading.breaks(Scope("{name} = ANY(%s)", [batch]))


def verify_streams(prefix: str = "", *, history: bool = False, reading: Reading | None = None) -> Iterator[Break]:
    """The first break of every broken stream whose name begins so, also of entries whose stream is gone."""
    reading = reading or Reading(history=history)
    yield from reading.breaks(Scope("starts_with({name}, %s)", [prefix]) if prefix else Scope())


def max_of(page: Sequence[Row], going_on: str | None) -> str | None:
    """The last stream of the page that goes on no further; None when there is none."""
    return next((row[0] for row in reversed(page) if row[0] != going_on), None)


def _beginning(algorithm: str) -> str:
    return algorithms.nothing(algorithm) if algorithm in algorithms.HASHES else ""


def _end(name: str, length: int, chain: _Chain) -> None:
    """What is wrong at the end, unless it only grew while it was read."""
    with connection.cursor() as cursor:
        cursor.execute(_END_NOW, [name])
        is_right = cursor.fetchone()
    if is_right and is_right[0]:
        return
    if length > chain.length:
        chain.breaks(name, chain.length + 1, Flaw.CUT)
    else:
        chain.breaks(name, max(chain.length, 1), Flaw.HEAD)


def _rows(
    statement: str, scope: Scope, column: str, values: Sequence[Any], *, first: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    """All rows; moments as text: making a date of each would cost more than all the rest."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.adapters.register_loader("timestamptz", TextLoader)
        cursor.execute(statement.format(scope=scope.on(column)), [*first, *scope.values, *values], prepare=False)
        return cursor.fetchall()
