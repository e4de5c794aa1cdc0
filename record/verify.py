"""Reading a chain again: is every entry still what was written, in its place, and none missing?"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps

from record import algorithms
from record.body import VERSION, JournalError, canonical, chain, stamp
from record.history import digest_of_row
from record.models import Entry, SealedValue, Stream

CHUNK = 200


class Break(NamedTuple):
    """The first entry of a stream that is not as it was written, and what is wrong with it."""

    stream: str
    number: int
    what: str


def verify(stream: str, *, history: bool = False) -> Break | None:
    """The first break of one stream, or None. Constant memory; reads only.

    `what`: "missing", "not its place", "altered body", "altered columns", "not the hash of its body",
    "does not follow the one before", "unknown algorithm", "sealed value missing", "tail cut off", "stream row missing",
    "stream row altered"; with `history` also "history row missing" and "history row altered" (one query a change).
    """
    head = Stream.objects.filter(key=stream).first()
    expected, previous = 1, algorithms.nothing(head.algorithm if head else algorithms.HASH)
    with_values = _sealed_places(stream)
    rows = Entry.objects.filter(stream=stream).order_by("number").iterator(chunk_size=CHUNK)
    for entry in rows:
        what = _wrong(entry, expected, previous) or _without_values(entry, with_values)
        what = what or (_wrong_history(entry) if history else "")
        if what:
            return Break(stream, expected, what)
        expected, previous = expected + 1, entry.hash
    return _wrong_end(stream, head, expected - 1, previous)


def verify_streams(prefix: str = "", *, history: bool = False) -> Iterator[Break]:
    """The first break of every broken stream whose name begins so, also of streams whose row is gone."""
    named = Stream.objects.filter(key__startswith=prefix).order_by("key").values_list("key", flat=True)
    for name in named.iterator(chunk_size=2000):
        if found := verify(name, history=history):
            yield found
    orphans = Entry.objects.filter(stream__startswith=prefix).exclude(stream__in=Stream.objects.values("key"))
    for name in orphans.order_by("stream").values_list("stream", flat=True).distinct().iterator():
        yield Break(name, 1, "stream row missing")


def _wrong(entry: Entry, expected: int, previous: str) -> str:
    if entry.number != expected:
        return "missing" if entry.number > expected else "not its place"
    if entry.algorithm not in algorithms.HASHES or not entry.hash.startswith(f"{entry.algorithm}:"):
        return "unknown algorithm"
    if entry.previous != previous:
        return "does not follow the one before"
    body = _parsed(entry.body)
    if entry.hash != chain(previous, entry.body, entry.algorithm):
        return "altered body" if body is None or _columns(entry) == _told(body) else "not the hash of its body"
    if body is None:
        return "altered body"
    return "" if _columns(entry) == _told(body) else "altered columns"


def _parsed(text: str) -> dict[str, Any] | None:
    """The body, if it is the canonical text of version 1."""
    try:
        body: dict[str, Any] = json.loads(text)
        return body if canonical(body).decode() == text and body["v"] == VERSION and _told(body) else None
    except (ValueError, KeyError, TypeError):
        return None


def _columns(entry: Entry) -> tuple[Any, ...]:
    moments = stamp(entry.happened_at), stamp(entry.recorded_at)
    actor = entry.actor_number, entry.actor_name, entry.actor_role, entry.for_whom
    return (entry.stream, entry.number, entry.kind, *moments, *actor)


def _told(body: dict[str, Any]) -> tuple[Any, ...]:
    actor = body["actor"]
    who = actor["number"], actor["name"], actor["role"], actor["for_whom"]
    return (body["stream"], body["number"], body["kind"], body["happened_at"], body["recorded_at"], *who)


def _sealed_places(stream: str) -> set[tuple[int, str]]:
    # A stream has a few hundred entries; only places are held, never values.
    return set(SealedValue.objects.filter(stream=stream).values_list("number", "field"))


def _without_values(entry: Entry, places: set[tuple[int, str]]) -> str:
    missing = any((entry.number, name) not in places for name in entry.told["personal"])
    return "sealed value missing" if missing else ""


def _wrong_history(entry: Entry) -> str:
    for change in entry.changed:
        records = apps.get_model(change["model"])._meta.simple_history_manager_attribute
        rows = getattr(apps.get_model(change["model"]), records)
        row = rows.filter(pk=change["history_id"]).first()
        if row is None:
            return "history row missing"
        try:
            digest = digest_of_row(row)
        except JournalError:
            return "history row altered"
        if digest != change["history"]:
            return "history row altered"
    return ""


def _wrong_end(stream: str, head: Stream | None, length: int, last: str) -> Break | None:
    if head is None:
        return Break(stream, 1, "stream row missing") if length else None
    if head.length > length:
        return Break(stream, length + 1, "tail cut off")
    if head.length < length or head.head != last:
        return Break(stream, max(length, 1), "stream row altered")
    return None
