"""The journal: what happened, in chains nobody can alter unseen. One chain ("stream") per thing it is about.

    with transaction.atomic():
        case.save()
        append(f"case:{case.uuid}", Fact(CLOSED, {"outcome": "upheld"}, changed=[case]), actor=user.actor())

Streams: case:<uuid>, reception:<uuid>, sample:<uuid>, user:<uuid>, branch:<uuid>, policy:<key>, taxonomy:<edition>,
keys:master, keys:seals, keys:<subject>, database:roles, evidence:swept, erasure:<uuid>, sign-in:<uuid>, import:<uuid>,
access:<user uuid>:<yyyy-mm-dd>. Appending locks the stream until the transaction ends: append after the case is locked,
and to several streams in the order of their names.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from record import algorithms, clock, sealed
from record.body import SYSTEM, Actor, JournalError, canonical, chain, checked, commitment, money, stamp, system, write
from record.history import Tracked, digest_of_row, told, untold
from record.kinds import Kind, kind, kinds, register, registered
from record.models import Entry, PersonKey, SealedValue
from record.personal import SALT, label_of, open_value
from record.rows import prepared
from record.verify import Break, verify, verify_streams

__all__ = [
    "SYSTEM",
    "Actor",
    "Break",
    "Entry",
    "Fact",
    "JournalError",
    "Kind",
    "append",
    "append_once",
    "entries",
    "kind",
    "kinds",
    "money",
    "register",
    "reveal",
    "stamp",
    "system",
    "verify",
    "verify_streams",
]

LOOKED_BACK = 200  # entries at the end of a stream in which the same is looked for


@dataclass(frozen=True)
class Fact:
    """One thing that happened.

    `data` holds what anyone who sees the stream may read; `personal` the values its kind names as personal, which are
    sealed. `happened_at` is aware (None: now). `changed` are tracked records just saved: before, after and the digest
    of their history rows go into the entry.
    """

    kind: Kind
    data: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    happened_at: datetime | None = None
    changed: Sequence[Tracked] = ()


@dataclass(frozen=True)
class _Ready:
    """A fact that may be told: kind and personal values in order, salts drawn, changes read."""

    kind: str
    happened_at: datetime | None
    data: Mapping[str, Any]
    changed: list[dict[str, Any]]
    personal: dict[str, tuple[bytes, str]]

    def commitments(self) -> dict[str, str]:
        return {name: commitment(salt, value) for name, (salt, value) in self.personal.items()}


def append(stream: str, *facts: Fact, actor: Actor, key: PersonKey | None = None) -> list[Entry]:
    """Tell facts at the end of a stream, in order; the stream begins with its first.

    Two queries (lock the stream, insert), and a third when there are personal values, sealed under `key`.
    RuntimeError outside a transaction; JournalError for what the format refuses; KeyDestroyed for an erased person.
    """
    _fits(stream)
    ready = [_ready(fact, key) for fact in facts]
    return _append(stream, facts, ready, _open(stream), actor, key) if ready else []


def append_once(stream: str, fact: Fact, *, since: datetime, actor: Actor, key: PersonKey | None = None) -> list[Entry]:
    """`append`, unless one of the stream's last entries tells the same (kind and data) since that moment: then nothing.

    One query when it does, the same two or three when it does not. Two who tell it at once may both be told.
    """
    _fits(stream)
    ready = _ready(fact, key)
    place = _open_unless(stream, ready, since)
    return _append(stream, [fact], [ready], place, actor, key) if place else []


def entries(stream: str) -> QuerySet[Entry]:
    """The entries of one stream, first to last."""
    return Entry.objects.filter(stream=stream).order_by("number")


def reveal(entry: Entry, name: str, *, purpose: str) -> str:
    """A personal value of an entry in clear, checked against its commitment.

    SealedValue.DoesNotExist when the entry has none of that name; KeyDestroyed after erasure; SealBroken when it does
    not open or is not what the entry committed to.
    """
    if not purpose.strip():
        raise ValueError("A sealed value opens for a purpose.")
    value = SealedValue.objects.select_related("key").get(stream=entry.stream, number=entry.number, field=name)
    return open_value(entry, value)


def _append(
    stream: str,
    facts: Sequence[Fact],
    ready: Sequence[_Ready],
    place: tuple[int, str, str],
    actor: Actor,
    key: PersonKey | None,
) -> list[Entry]:
    written = _written(stream, place, ready, actor)
    # Sealed before anything is written: an erased person's key must not leave an entry without its values.
    values = [] if key is None else list(_sealed(written, ready, key))
    _insert(written)
    if values:
        SealedValue.objects.bulk_create(values)
    for fact in facts:
        for instance in fact.changed:
            told(instance)
    return written


def _fits(stream: str) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("The journal is written in the transaction of the change it tells.")
    if not stream or stream != checked(stream, "stream"):
        raise JournalError("A stream has a name.")


def _ready(fact: Fact, key: PersonKey | None) -> _Ready:
    allowed = set(fact.kind.personal)
    if shown := allowed & fact.data.keys():
        raise JournalError(f"{fact.kind.name}: {', '.join(sorted(shown))} is personal and not for the data.")
    if unknown := fact.personal.keys() - allowed:
        raise JournalError(f"{fact.kind.name} names no personal value {', '.join(sorted(unknown))}.")
    if fact.personal and key is None:
        raise JournalError(f"{fact.kind.name}: personal values need the person's key.")
    if not registered(fact.kind):
        raise JournalError(f"{fact.kind.name} is not registered as it is.")
    if fact.happened_at is not None:
        stamp(fact.happened_at)
    personal = {name: (os.urandom(SALT), checked(str(value), name)) for name, value in fact.personal.items()}
    return _Ready(fact.kind.name, fact.happened_at, fact.data, list(_changed(fact.changed)), personal)


def _changed(instances: Iterable[Tracked]) -> Iterator[dict[str, Any]]:
    for instance in instances:
        saves = untold(instance)
        if not saves:
            raise JournalError(f"{instance._meta.label} was not saved since the journal last told of it.")
        for save in saves:
            yield {
                "model": instance._meta.label_lower,
                **_identity(instance),
                "fields": {name: {"before": was, "after": now} for name, (was, now) in save.changes.items()},
                "history": digest_of_row(save.row),
                "history_id": save.row.pk,
            }


def _identity(instance: Tracked) -> dict[str, Any]:
    name = getattr(instance, "uuid", None)
    return {"pk": instance.pk} if name is None else {"uuid": str(name)}


def _written(stream: str, place: tuple[int, str, str], facts: Sequence[_Ready], actor: Actor) -> list[Entry]:
    length, head, algorithm = place
    now = clock.now()
    written: list[Entry] = []
    for number, fact in enumerate(facts, length + 1):
        happened_at = fact.happened_at or now
        body = write(
            stream=stream,
            number=number,
            kind=fact.kind,
            happened_at=happened_at,
            recorded_at=now,
            actor=actor,
            data=fact.data,
            personal=fact.commitments(),
            changed=fact.changed,
        )
        entry = Entry(
            stream=stream,
            number=number,
            kind=fact.kind,
            happened_at=happened_at,
            recorded_at=now,
            actor_number=actor.number,
            actor_name=actor.name,
            actor_role=actor.role,
            for_whom=actor.for_whom,
            previous=head,
            body=body,
            hash=chain(head, body, algorithm),
            algorithm=algorithm,
        )
        head = entry.hash
        written.append(entry)
    return written


def _open(stream: str) -> tuple[int, str, str]:
    """Lock the stream (made when it is new): its length, head and algorithm, as the last writer left them."""
    new = algorithms.hash_now()
    with prepared(connection.alias) as cursor:
        cursor.execute(
            "SELECT length, head, algorithm FROM record_open_stream(%s, %s, %s)",
            [stream, algorithms.nothing(new), new],
        )
        length, head, algorithm = cursor.fetchone()
    return length, head, algorithm


def _open_unless(stream: str, fact: _Ready, since: datetime) -> tuple[int, str, str] | None:
    """As `_open`; the stream is neither made nor locked when the same was told since: None."""
    new = algorithms.hash_now()
    with prepared(connection.alias) as cursor:
        cursor.execute(
            """
            SELECT opened.* FROM (
                SELECT NOT EXISTS (
                    SELECT FROM (
                        SELECT kind, recorded_at, body FROM record_entry WHERE stream = %s ORDER BY number DESC LIMIT %s
                    ) last WHERE kind = %s AND recorded_at >= %s AND body::jsonb -> 'data' = %s::jsonb
                ) AS untold
            ) asked, LATERAL (
                SELECT (record_open_stream(%s, %s, %s)).* WHERE asked.untold
            ) opened
            """,
            [
                *(stream, LOOKED_BACK, fact.kind, since, canonical(fact.data).decode()),
                *(stream, algorithms.nothing(new), new),
            ],
        )
        found = cursor.fetchone()
    return found if found is None else (found[0], found[1], found[2])


@cache
def _insertion() -> tuple[str, list[str]]:
    """The statement that inserts entries given as one JSON text, and their columns: the same for one and for twenty."""
    columns = [column for column in Entry._meta.local_concrete_fields if not column.primary_key]
    names = [column.attname for column in columns]
    typed = ", ".join(f"{column.attname} {column.db_type(connection)}" for column in columns)
    listed = ", ".join(names)
    return (
        f"INSERT INTO record_entry ({listed}) SELECT {listed}"  # noqa: S608  our own names
        f" FROM json_to_recordset(%s::json) AS told ({typed}) ORDER BY number RETURNING id"
    ), names


def _insert(written: Sequence[Entry]) -> None:
    # One statement by hand: bulk_create costs more than all the rest of an append together. The trigger on entries
    # sees that every body arrived byte for byte.
    statement, names = _insertion()
    told = [{name: getattr(entry, name) for name in names} for entry in written]
    with prepared(connection.alias) as cursor:
        cursor.execute(statement, [json.dumps(told, default=str, ensure_ascii=False)])
        for entry, (pk,) in zip(written, cursor.fetchall(), strict=True):
            entry.pk = pk
            entry._state.adding = False


def _sealed(written: Sequence[Entry], facts: Sequence[_Ready], key: PersonKey) -> Iterator[SealedValue]:
    for entry, fact in zip(written, facts, strict=True):
        for name, (salt, value) in fact.personal.items():
            ciphertext = sealed.seal_bytes(key, salt + value.encode(), label=label_of(entry, name))
            yield SealedValue(stream=entry.stream, number=entry.number, field=name, key=key, ciphertext=ciphertext)
