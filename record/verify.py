"""Reading a chain again: is every entry still what was written, in its place, and none missing?

What it proves: nobody changed, dropped, added or moved an entry without computing the whole rest of its chain and the
head anew. Against someone who can do that (the owner of the database, with the triggers off) stands a copy of the head
kept elsewhere: the seals and exports.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from record import algorithms
from record.body import VERSION, canonical, chain, stamp
from record.history import digest_of_row
from record.models import Entry, SealedValue, Stream

CHUNK = 200


class Flaw(TextChoices):
    """What is wrong with the first entry that is not as it was written."""

    MISSING = "missing", _("The entry is missing")
    UNCHAINED = "unchained", _("The entry does not follow the one before it")
    ALTERED = "altered", _("The entry's text and its hash do not agree")
    COLUMNS = "columns", _("The entry's columns and its text do not agree")
    ALGORITHM = "algorithm", _("The entry's hash is of an unknown kind")
    NOT_SEALED = "not_sealed", _("A sealed value of the entry is missing")
    CUT = "cut", _("Entries at the end of the stream are missing")
    NO_STREAM = "no_stream", _("The stream of the entries is missing")
    HEAD = "head", _("The stream does not end where it says")
    NO_HISTORY = "no_history", _("A history row the entry speaks of is missing")
    HISTORY = "history", _("A history row the entry speaks of was altered")


class Break(NamedTuple):
    """Where a stream breaks first: the number of the entry, and which `Flaw` it has."""

    stream: str
    number: int
    what: str


def verify(stream: str, *, history: bool = False) -> Break | None:
    """The first break of one stream, or None. Constant memory, reads only; `history` costs one query a change."""
    head = Stream.objects.filter(key=stream).first()
    expected, previous = 1, algorithms.nothing(head.algorithm if head else algorithms.HASH)
    sealed = _sealed_places(stream)
    for entry in Entry.objects.filter(stream=stream).order_by("number").iterator(chunk_size=CHUNK):
        flaw = _flaw(entry, expected, previous) or _without_values(entry, sealed)
        if flaw is None and history:
            flaw = _flaw_in_history(entry)
        if flaw is not None:
            return Break(stream, expected, flaw.value)
        expected, previous = expected + 1, entry.hash
    return _flaw_at_end(stream, head, expected - 1, previous)


def verify_streams(prefix: str = "", *, history: bool = False) -> Iterator[Break]:
    """The first break of every broken stream whose name begins so, also of entries whose stream is gone."""
    named = Stream.objects.filter(key__startswith=prefix).order_by("key").values_list("key", flat=True)
    for name in named.iterator(chunk_size=2000):
        if found := verify(name, history=history):
            yield found
    orphans = Entry.objects.filter(stream__startswith=prefix).exclude(stream__in=Stream.objects.values("key"))
    for name in orphans.order_by("stream").values_list("stream", flat=True).distinct().iterator():
        yield Break(name, 1, Flaw.NO_STREAM.value)


def _flaw(entry: Entry, expected: int, previous: str) -> Flaw | None:
    if entry.number != expected:
        return Flaw.MISSING
    if entry.algorithm not in algorithms.HASHES:
        return Flaw.ALGORITHM
    if entry.previous != previous:
        return Flaw.UNCHAINED
    if entry.hash != chain(previous, entry.body, entry.algorithm) or not _readable(entry.body):
        return Flaw.ALTERED
    return None if _columns(entry) == _told(entry.told) else Flaw.COLUMNS


def _readable(text: str) -> bool:
    """Whether it is the canonical text of version 1, with all it needs."""
    try:
        body = json.loads(text)
        whole = canonical(body).decode() == text and {"personal", "changed", "data"} <= body.keys()
        return whole and body["v"] == VERSION and len(_told(body)) > 0
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


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


def _without_values(entry: Entry, sealed: set[tuple[int, str]]) -> Flaw | None:
    missing = any((entry.number, name) not in sealed for name in entry.told["personal"])
    return Flaw.NOT_SEALED if missing else None


def _flaw_in_history(entry: Entry) -> Flaw | None:
    for change in entry.changed:
        model = apps.get_model(change["model"])
        row = getattr(model, model._meta.simple_history_manager_attribute).filter(pk=change["history_id"]).first()
        if row is None:
            return Flaw.NO_HISTORY
        try:
            if digest_of_row(row) != change["history"]:
                return Flaw.HISTORY
        except ValueError:
            return Flaw.HISTORY
    return None


def _flaw_at_end(stream: str, head: Stream | None, length: int, last: str) -> Break | None:
    if head is None:
        return Break(stream, 1, Flaw.NO_STREAM.value) if length else None
    if head.length > length:
        return Break(stream, length + 1, Flaw.CUT.value)
    if head.length < length or head.head != last:
        return Break(stream, max(length, 1), Flaw.HEAD.value)
    return None
