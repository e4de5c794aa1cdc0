"""What somebody with the database altered before an export, chains computed anew and sealed again by the export itself:
the bundle's own verify.py names it, and so does the bank's verification.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from cases.actions import contacts, exports
from cases.actions.turn import turn
from cases.models import Case
from record import algorithms, seals
from record.body import chain
from record.journal import entries
from record.models import Entry
from record.verification import Task
from record.verify import Reading
from tests.cases.exports.bundles import asked, made, unpacked, verified
from tests.desk.at_work import Desk
from tests.journey import Staff

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.beside_history("somebody alters rows past every door"),
]
Act = Callable[[Any, Case], None]


def owner(act: Act, case: Case) -> None:
    """As the owner of the database, with no trigger in the way."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        act(cursor, case)


def computed_anew(cursor: Any, stream: str) -> None:
    """Numbers, bodies, hashes and the head, as if what is there had been written so."""
    head = algorithms.nothing()
    for number, entry in enumerate(Entry.objects.filter(stream=stream).order_by("number"), 1):
        body = entry.body.replace(f'"number":{entry.number},', f'"number":{number},')
        digest = chain(head, body)
        cursor.execute(
            "UPDATE record_entry SET number = %s, body = %s, previous = %s, hash = %s WHERE id = %s",
            [number, body, head, digest, entry.pk],
        )
        head = digest
    cursor.execute(
        "UPDATE record_stream SET head = %s, length = (SELECT count(*) FROM record_entry WHERE stream = key)"
        " WHERE key = %s",
        [head, stream],
    )


def renumber(cursor: Any, stream: str, old: int, new: int) -> None:
    cursor.execute(
        "UPDATE record_entry SET number = %s, body = replace(body, %s, %s) WHERE stream = %s AND number = %s",
        [new, f'"number":{old},', f'"number":{new},', stream, old],
    )


def edited(cursor: Any, case: Case) -> None:
    entry = entries(case.stream).get(number=3)
    body = entry.body.replace(entry.recorded_at.strftime("%Y-%m"), "2020-01")
    cursor.execute("UPDATE record_entry SET body = %s WHERE id = %s", [body, entry.pk])
    computed_anew(cursor, case.stream)


def deleted(cursor: Any, case: Case) -> None:
    cursor.execute("DELETE FROM record_entry WHERE stream = %s AND number = 3", [case.stream])
    computed_anew(cursor, case.stream)


def inserted(cursor: Any, case: Case) -> None:
    last = entries(case.stream).count()
    for number in range(last, 2, -1):
        renumber(cursor, case.stream, number, number + 1)
    copied = entries(case.stream).get(number=2)
    copied.pk, copied.number = None, 3
    copied.body = copied.body.replace('"number":2,', '"number":3,')
    Entry.objects.bulk_create([copied])
    computed_anew(cursor, case.stream)


def swapped(cursor: Any, case: Case) -> None:
    for old, new in ((3, 0), (4, 3), (0, 4)):
        renumber(cursor, case.stream, old, new)
    computed_anew(cursor, case.stream)


def cut(cursor: Any, case: Case) -> None:
    cursor.execute("DELETE FROM record_entry WHERE stream = %s AND number > 4", [case.stream])
    computed_anew(cursor, case.stream)


def edited_plainly(cursor: Any, case: Case) -> None:
    """Without computing anything anew."""
    cursor.execute(
        "UPDATE record_entry SET body = replace(body, '\"v\":1', '\"v\":2') WHERE stream = %s AND number = 3",
        [case.stream],
    )


def another_head_sealed(cursor: Any, case: Case) -> None:
    """The chain, and what the old seal says of it in the database."""
    edited(cursor, case)
    cursor.execute(
        "UPDATE record_sealedhead h SET head = e.hash FROM record_entry e"
        " WHERE h.stream = %s AND e.stream = h.stream AND e.number = h.length",
        [case.stream],
    )


def not_sealed_before(cursor: Any, case: Case) -> None:
    """As if the old seal had never named the case."""
    edited(cursor, case)
    cursor.execute("DELETE FROM record_sealedhead WHERE stream = %s", [case.stream])


def history(cursor: Any, case: Case) -> None:
    """A row of the history, which the journal knows by its digest alone."""
    cursor.execute(
        "UPDATE cases_historicalcase SET history_date = history_date - interval '1 year' WHERE history_id ="
        " (SELECT max(history_id) FROM cases_historicalcase WHERE id = %s)",
        [case.pk],
    )


@pytest.mark.parametrize(
    ("act", "by_bundle", "by_bank"),
    [
        (edited, {"sealed_other", "bank_found"}, "sealed_other"),
        (deleted, {"sealed_gone", "bank_found"}, "sealed_other"),
        (inserted, {"sealed_other", "bank_found"}, "sealed_other"),
        (swapped, {"sealed_other", "bank_found"}, "sealed_other"),
        (cut, {"sealed_gone", "bank_found"}, "sealed_cut"),
        (edited_plainly, {"entry_changed", "bank_found"}, "altered"),
        (another_head_sealed, {"proof_wrong", "bank_found"}, "seal_root"),
        (not_sealed_before, {"proof_wrong", "bank_found"}, "seal_root"),
        (history, {"bank_found"}, "history"),
    ],
)
def test_what_was_altered_before_the_export_is_named(
    staff: Staff, tmp_path: Path, act: Act, by_bundle: set[str], by_bank: str
) -> None:
    # given a sealed case
    case = Desk.at("trace", staff).case
    assert entries(case.stream).count() > 5
    seals.seal()

    # when somebody alters it, and it is exported, which seals it again
    owner(act, case)
    export = made(asked(staff.auditor, case, formats=("csv",)))
    assert export.state == "ready", export.failure

    # then the bundle says so
    code, outcome = verified(exports.path_of(export))
    assert (code, {one["what"] for one in outcome["found"]}) == (1, by_bundle)

    # and so does the bank, after a further seal, too
    with turn(Case.objects.get(pk=case.pk), user=staff.consumer_protection) as hand:
        told = {"direction": "out", "channel": "phone", "reached": True, "note": "已告知"}
        contacts.add_contact(hand, happened_at=hand.now, **told)
    seals.seal()
    assert by_bank in {one.what for one in Task(Reading(history=True)).of_all()}


def test_seals_that_were_kept_elsewhere_are_compared(staff: Staff, tmp_path: Path) -> None:
    case = Desk.at("trace", staff).case
    seals.seal()
    export = made(asked(staff.auditor, case, formats=("csv",)))
    folder = unpacked(exports.path_of(export), tmp_path / "bundle")
    kept = tmp_path / "kept"
    kept.write_bytes((folder / "seals.jsonl").read_bytes())
    assert verified(folder, "--seals", str(kept))[1]["seals_compared"] == export.seal_number

    kept.write_text(kept.read_text().replace('"hash":"sha256:', '"hash":"sha256:0', 1))
    code, outcome = verified(folder, "--seals", str(kept))
    assert (code, outcome["found"]) == (1, [{"what": "seal_other", "where": [1]}])

    assert verified(folder, "--seals", str(tmp_path / "nothing"))[0] == 2
