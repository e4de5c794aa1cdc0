"""What every older seal said of the streams of a bundle: a chain computed anew, and sealed again, differs from it.

heads.jsonl  {"head", "length", "position", "proof", "seal", "stream"} as in proofs.jsonl, in the order of streams and
             lengths. What several seals said alike stands there once, by the first of them.

Proofs are made seal by seal and wanted stream by stream: SQLite puts them in order.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

from record import seals
from record.body import canonical

from .bundle import Bundle
from .scope import AT_ONCE, Scope

NAME: Final = "heads.jsonl"
_OLDER: Final = """
SELECT DISTINCT ON (stream, length, head) seal_id, stream, length FROM record_sealedhead
WHERE stream = ANY(%s) AND seal_id < %s ORDER BY stream, length, head, seal_id
"""
_TABLES: Final = """
CREATE TABLE wanted (seal INTEGER, stream TEXT, length INTEGER, PRIMARY KEY (seal, stream)) WITHOUT ROWID;
CREATE TABLE proved (
    stream TEXT, length INTEGER, seal INTEGER, line BLOB, PRIMARY KEY (stream, length, seal)
) WITHOUT ROWID;
"""


def write(scope: Scope, bundle: Bundle) -> None:
    """All heads of older seals, each with the way to its root. Holds one seal's hashes, 64 bytes a leaf."""
    with _sorter() as sorter:
        for at in range(0, len(scope.streams), AT_ONCE):
            with connection.cursor() as cursor:
                cursor.execute(_OLDER, [list(scope.streams[at : at + AT_ONCE]), scope.seal.pk])
                sorter.executemany("INSERT INTO wanted VALUES (?, ?, ?)", cursor.fetchall())
            scope.progress(0)
        for (seal,) in sorter.execute("SELECT DISTINCT seal FROM wanted ORDER BY seal").fetchall():
            sorter.executemany("INSERT INTO proved VALUES (?, ?, ?, ?)", _proved(sorter, seal))
            scope.progress(0)
        with bundle.member(NAME) as member:
            member.rows = 0
            for (line,) in sorter.execute("SELECT line FROM proved ORDER BY stream, length, seal"):
                member.write(line)
                member.count()


def told(head: Any, path: list[bytes]) -> dict[str, Any]:
    """One line: what a seal says of a stream, and the hashes that lead from it to the seal's root."""
    return {
        "stream": head.stream,
        "seal": head.seal_id,
        "position": head.position,
        "length": head.length,
        "head": head.head,
        "proof": [one.hex() for one in path],
    }


def _proved(sorter: sqlite3.Connection, seal: int) -> Iterator[tuple[str, int, int, bytes]]:
    names = sorter.execute("SELECT stream FROM wanted WHERE seal = ? ORDER BY stream", [seal])
    for head, path in seals.proofs(seal, (name for (name,) in names)):
        yield head.stream, head.length, seal, canonical(told(head, path)) + b"\n"


def _sorter() -> contextlib.closing[sqlite3.Connection]:
    """SQLite's nameless database: in memory while it is small, then a file that goes with the process."""
    made = sqlite3.connect("", isolation_level=None)
    made.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + _TABLES)
    return contextlib.closing(made)
