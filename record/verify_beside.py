"""What stands beside an entry: the sealed values it committed to, the history rows it took the digest of."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection

from record import algorithms
from record.flaws import Flaw
from record.history import digest_of_row

AT_ONCE = 500
_PLACES = """
SELECT v.stream, v.number, v.field FROM record_sealedvalue v
JOIN unnest(%s::text[], %s::bigint[]) AS wanted(stream, number) ON (v.stream, v.number) = (wanted.stream, wanted.number)
"""
Wrong = tuple[str, int, Flaw]


class Beside:
    """Collects what entries speak of and looks for it set by set."""

    def __init__(self) -> None:
        self._entries: list[dict[str, Any]] = []

    def add(self, body: dict[str, Any]) -> None:
        """An entry whose chain is right so far."""
        self._entries.append(body)

    def flaws(self, *, history: bool) -> Iterator[Wrong]:
        """Stream, number and flaw of entries that miss something; forgets what it looked at."""
        entries, self._entries = self._entries, []
        yield from _without_values([body for body in entries if body["personal"]])
        if history:
            yield from _with_other_history(entries)


def _without_values(entries: list[dict[str, Any]]) -> Iterator[Wrong]:
    if not entries:
        return
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [[body["stream"] for body in entries], [body["number"] for body in entries]])
        there = set(cursor.fetchall())
    for body in entries:
        stream, number = body["stream"], body["number"]
        if any((stream, number, name) not in there for name in body["personal"]):
            yield stream, number, Flaw.NOT_SEALED


def _with_other_history(entries: list[dict[str, Any]]) -> Iterator[Wrong]:
    told: dict[str, list[tuple[str, int, dict[str, Any]]]] = defaultdict(list)
    for body in entries:
        for change in body["changed"]:
            told[change["model"]].append((body["stream"], body["number"], change))
    for label, changes in told.items():
        model = apps.get_model(label)
        manager = getattr(model, model._meta.simple_history_manager_attribute)
        for some in (changes[at : at + AT_ONCE] for at in range(0, len(changes), AT_ONCE)):
            rows = manager.in_bulk({change["history_id"] for _, _, change in some})
            for stream, number, change in some:
                if flaw := _flaw_of(rows.get(change["history_id"]), change["history"]):
                    yield stream, number, flaw


def _flaw_of(row: Any, digest: str) -> Flaw | None:
    if row is None:
        return Flaw.NO_HISTORY
    try:
        return None if digest_of_row(row, algorithms.name_of(digest)) == digest else Flaw.HISTORY
    except ValueError:
        return Flaw.HISTORY
