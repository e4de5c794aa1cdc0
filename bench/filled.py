"""Cases with a journal to export: chains as the journal would have written them, put there by COPY in a minute or two.

Each case has 25 entries of some 800 bytes, a person of its own, and in every fifth entry a note sealed under his key.
Bodies of one place are alike but for the stream and the commitment, so they are written once and filled in; hashes are
computed entry by entry, so that every chain is right and a seal, an export and its verifier find nothing wrong.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Branch
from bench import sizes
from cases.models import Case
from record import clock, envelope, personal
from record.body import Actor, write
from record.models import Entry, PersonKey, SealedValue
from tests.factories import BranchFactory, person

EACH: Final = 25
NOTED: Final = 5  # every fifth entry has a note
NOTE: Final = "客户来电询问进度，已说明款项去向与预计答复时间，客户表示理解。"
FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)
WHO: Final = Actor("A0101", "王芳", "agent")
_STREAM: Final = f"case:{UUID(int=0)}"
_COMMITTED: Final = "sha256:" + "c" * 64
_STATE: Final = "ALTER TABLE {} {} TRIGGER USER"
CHAINED: Final = ("record_entry", "record_stream")  # whose triggers would chain anew what is chained already


def fill(first: int, cases: int, reference: str) -> None:
    """So many cases with their entries, the uuid of the first one being this number; one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in CHAINED:
            cursor.execute(_STATE.format(table, "DISABLE"))
        keys = _keys(cases)
        sizes.copied("default", Case, _cases(first, keys, reference))
        sizes.copied("default", SealedValue, _entries(first, keys))
        for table in CHAINED:
            cursor.execute(_STATE.format(table, "ENABLE"))
    with connection.cursor() as cursor:
        for table in (*CHAINED, "record_sealedvalue", "cases_case", "record_personkey"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _keys(cases: int) -> list[PersonKey]:
    keys = [PersonKey(uuid=uuid4()) for _ in range(cases)]
    for key in keys:
        key.secret = envelope.new_key()
        key.wrap(key.secret)
    made: list[PersonKey] = PersonKey.objects.bulk_create(keys, batch_size=2_000)
    return made


def _cases(first: int, keys: list[PersonKey], reference: str) -> Iterator[dict[str, Any]]:
    # Other figures may have built a bank already, which has one head office.
    unit = Branch.objects.filter(level="head_office").first() or BranchFactory(level="head_office", code="E")
    if not unit.posts.exists():
        person("auditor", unit, staff_number="exporter")
    now = clock.now()
    for at, key in enumerate(keys):
        yield {
            "uuid": UUID(int=first + at),
            "reference": reference.format(at),
            "kind": "card_fraud",
            "state": "open",
            "channel": "phone",
            "handling_unit_id": unit.pk,
            "currency": "CNY",
            "demand": "",
            "policy_version": "",
            "person_key_id": key.pk,
            "received_at": now,
            "recorded_at": now,
            "zone": settings.BANK_TIME_ZONE,
            "imported_from": "",
            "external_id": "",
        }


def _entries(first: int, keys: list[PersonKey]) -> Iterator[dict[str, Any]]:
    """Writes entries and heads on the way; what it gives are the sealed notes."""
    names = [column.column for column in Entry._meta.local_concrete_fields if not column.primary_key]
    bodies, notes = [*_bodies()], []
    with connection.cursor() as cursor:
        heads = []
        with cursor.copy(f"COPY record_entry ({', '.join(names)}) FROM STDIN") as copy:
            for at, key in enumerate(keys):
                stream = f"case:{UUID(int=first + at)}"
                heads.append((stream, EACH, _chain(stream, key, bodies, copy.write_row, notes.append), "sha256"))
        with cursor.copy("COPY record_stream (key, length, head, algorithm) FROM STDIN") as copy:
            for head in heads:
                copy.write_row(head)
    yield from notes


def _chain(
    stream: str,
    key: PersonKey,
    bodies: list[tuple[list[Any], str]],
    put: Callable[[list[Any]], Any],
    note: Callable[[dict[str, Any]], Any],
) -> str:
    previous, secret = "sha256:" + "0" * 64, key.secret
    for number, (columns, template) in enumerate(bodies, 1):
        body = template.replace(_STREAM, stream)
        if number % NOTED == 0:
            clear = os.urandom(personal.SALT) + NOTE.encode()
            body = body.replace(_COMMITTED, "sha256:" + hashlib.sha256(clear).hexdigest())
            label = personal.label(stream, number, "note")
            data = envelope.seal(secret, clear, label=label, head=key.uuid.bytes)
            note({"stream": stream, "number": number, "field": "note", "key_id": key.pk, "ciphertext": data})
        told = "sha256:" + hashlib.sha256(bytes.fromhex(previous[7:]) + body.encode()).hexdigest()
        put([stream, *columns, previous, body, told, "sha256"])
        previous = told
    return previous


def _bodies() -> Iterator[tuple[list[Any], str]]:
    """What a case leaves: a step claimed, a step completed with a record changed, and so on."""
    for number in range(1, EACH + 1):
        at = FIRST + timedelta(minutes=number, microseconds=number)
        kind = "step.completed" if number % 2 else "step.claimed"
        body = write(
            stream=_STREAM,
            number=number,
            kind=kind,
            happened_at=at - timedelta(seconds=90),
            recorded_at=at,
            actor=WHO,
            data={"step": "cards.stop_loss", "task": str(UUID(int=number)), "why": "客户来电，已核实", "late": False},
            personal={"note": _COMMITTED} if number % NOTED == 0 else {},
            changed=[_changed(number)] * (number % 2),
        )
        columns = [number, kind, at - timedelta(seconds=90), at, WHO.number, WHO.name, WHO.role, ""]
        yield columns, body


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
