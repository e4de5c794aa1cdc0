"""Verifying the journal against merely reading the same rows through psycopg and hashing them."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction

from bench.figures import ratios
from record.body import Actor, chain, write
from record.models import Entry, Stream
from record.verify import verify_streams

STREAMS, EACH = 4_000, 25
PREFIX = "bench:"
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
CHUNK = 2_000


def against_reading() -> list[float]:
    """Time of reading and hashing over time of verifying, the same 100,000 entries in 4,000 streams."""
    if not Stream.objects.filter(key__startswith=PREFIX).exists():
        _build()

    def verify() -> None:
        assert list(verify_streams(PREFIX)) == []

    return ratios(verify, _read)


def _read() -> None:
    """Every column of every row, chunk by chunk from the server by psycopg as it comes (Django's own readers of dates
    take twice the time), and the hash of what the entry's hash is of.
    """
    read = 0
    columns = [column.column for column in Entry._meta.local_concrete_fields]
    previous, body = columns.index("previous"), columns.index("body")
    where = {
        name: connection.get_connection_params().get(name) for name in ("host", "port", "dbname", "user", "password")
    }
    with psycopg.connect(**where) as plain, plain.cursor(name="reading") as cursor:
        cursor.itersize = CHUNK
        cursor.execute(f"SELECT {', '.join(columns)} FROM record_entry WHERE starts_with(stream, %s)", [PREFIX])
        for row in cursor:
            hashlib.sha256(bytes.fromhex(row[previous][7:]) + row[body].encode()).hexdigest()
            read += 1
    assert read == STREAMS * EACH


def _build() -> None:
    build(f"{PREFIX}{UUID(int=which * 7_919 << 64)}" for which in range(STREAMS))


def build(streams: Iterable[str]) -> None:
    """EACH entries in each of these streams, as the journal would have written them."""
    names = [column.column for column in Entry._meta.local_concrete_fields if not column.primary_key]
    heads = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_entry DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE record_stream DISABLE TRIGGER USER")
        with cursor.copy(f"COPY record_entry ({', '.join(names)}) FROM STDIN") as copy:
            for stream in streams:
                for entry in _entries(stream):
                    copy.write_row([entry[name] for name in names])
                heads.append((entry["stream"], EACH, entry["hash"], "sha256"))
        with cursor.copy("COPY record_stream (key, length, head, algorithm) FROM STDIN") as copy:
            for head in heads:
                copy.write_row(head)
        cursor.execute("ALTER TABLE record_stream ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE record_entry ENABLE TRIGGER USER")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE record_entry")
        cursor.execute("VACUUM ANALYZE record_stream")


def _entries(stream: str) -> Iterator[dict[str, Any]]:
    """What a case leaves: a step claimed, a step completed with a record changed, and so on; some 800 bytes each."""
    previous = "sha256:" + "0" * 64
    who = Actor("A0101", "王芳", "agent")
    for number in range(1, EACH + 1):
        at = FIRST + timedelta(minutes=number, microseconds=number)
        kind = "step.completed" if number % 2 else "step.claimed"
        body = write(
            stream=stream,
            number=number,
            kind=kind,
            happened_at=at - timedelta(seconds=90),
            recorded_at=at,
            actor=who,
            data={"step": "cards.stop_loss", "task": str(UUID(int=number)), "why": "客户来电，已核实", "late": False},
            personal={},
            changed=[_changed(number)] * (number % 2),
        )
        digest = chain(previous, body)
        yield {
            "stream": stream,
            "number": number,
            "kind": kind,
            "happened_at": at - timedelta(seconds=90),
            "recorded_at": at,
            "actor_number": who.number,
            "actor_name": who.name,
            "actor_role": who.role,
            "for_whom": "",
            "previous": previous,
            "body": body,
            "hash": digest,
            "algorithm": "sha256",
        }
        previous = digest


def _changed(number: int) -> dict[str, Any]:
    return {
        "model": "cases.case",
        "uuid": str(UUID(int=number)),
        "fields": {
            "state": {"before": "open", "after": "told"},
            "told_at": {"before": None, "after": "2026-11-22T01:02:03.000004Z"},
            "disputed_total": {"before": None, "after": "12345.67"},
        },
        "history": "sha256:" + "a" * 64,
        "history_id": number,
    }
