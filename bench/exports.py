"""Exporting the journal as a table against a bare COPY of the same rows; and what a whole export takes of memory."""

import os
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation

from accounts.models import User
from bench import journal, sizes
from bench.figures import ratios
from cases.exports import chain, tables
from cases.exports.bundle import Bundle
from cases.exports.run import snapshot
from cases.exports.scope import Scope
from cases.exports.sheets import SHEETS
from cases.models import Case
from record import clock, seals
from record.keys import create_key
from record.models import Seal
from tests.factories import BranchFactory, person

CASES = 4_000
REFERENCE = "70-{:07d}-0"
ROUNDS = 3


def against_copy() -> list[float]:
    """Time of a bare COPY TO over that of the table of the journal, compressed and hashed as it is in a bundle."""
    scope = _scope()

    def table() -> None:
        with (
            TemporaryDirectory() as folder,
            snapshot(),
            translation.override("zh-hans"),
            timezone.override("Asia/Shanghai"),
        ):
            bundle = Bundle(Path(folder) / "bundle.zip", clock.now())
            tables.write_table(SHEETS["journal"], scope, bundle)
            bundle.close()
            assert [member.rows for member in bundle.members] == [CASES * journal.EACH]

    return ratios(table, lambda: _copied(scope), rounds=ROUNDS)


def peak() -> list[float]:
    """The most memory a process of its own held while it wrote journal, proofs, CSV and XLSX, in MB."""
    _scope()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import bench.__main__ as bench; bench.set_up(); from bench import exports; exports.whole()",
        ],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    return [float(done.stdout)]


def whole() -> None:
    """Write all of it, then print this process's peak."""
    scope = _scope()
    with (
        TemporaryDirectory() as folder,
        snapshot(),
        translation.override("zh-hans"),
        timezone.override("Asia/Shanghai"),
    ):
        bundle = Bundle(Path(folder) / "bundle.zip", clock.now())
        chain.write(scope, bundle)
        tables.write_csv(scope, bundle)
        tables.write_xlsx(scope, bundle)
        bundle.close()
    sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def _copied(scope: Scope) -> None:
    """All columns of the rows as text, as fast as PostgreSQL gives them."""
    read = 0
    with connection.cursor() as cursor:
        statement = (
            "COPY (SELECT * FROM record_entry WHERE stream = ANY(%s) ORDER BY stream, number) TO STDOUT (FORMAT csv)"
        )
        with cursor.copy(statement, [list(scope.streams)]) as copy:
            for block in copy:
                read += len(block)
    assert read > CASES * journal.EACH * 500


def _scope() -> Scope:
    """4,000 cases with 25 entries each, under a seal that names them all; built once."""
    cases = Case.objects.filter(reference__startswith="70-").order_by("pk")
    if not cases.exists():
        _build()
    ids = list(cases.values_list("pk", flat=True))
    streams = sorted(f"case:{uuid}" for uuid in cases.values_list("uuid", flat=True))
    named = Seal.objects.filter(heads__stream=streams[0]).order_by("-pk").first()
    seal = named if named and named.streams >= CASES else seals.seal(also=streams)
    assert seal is not None
    return Scope(User.objects.order_by("pk")[0], "zh-hans", ids, streams, seal)


def _build() -> None:
    with transaction.atomic():
        unit = BranchFactory(level="head_office", code="E")
        person("auditor", unit, staff_number="exporter")
        key, now = create_key(), clock.now()
        about = {
            "kind": "card_fraud",
            "state": "open",
            "channel": "phone",
            "handling_unit_id": unit.pk,
            "currency": "CNY",
            "demand": "",
        }
        more = {
            "person_key_id": key.pk,
            "received_at": now,
            "recorded_at": now,
            "zone": settings.BANK_TIME_ZONE,
            "policy_version": "",
        }
        more |= {"imported_from": "", "external_id": ""}
        names = {which: UUID(int=(7 << 120) + which) for which in range(CASES)}
        rows = ({"uuid": name, "reference": REFERENCE.format(at), **about, **more} for at, name in names.items())
        sizes.copied("default", Case, rows)
    journal.build(f"case:{name}" for name in names.values())
