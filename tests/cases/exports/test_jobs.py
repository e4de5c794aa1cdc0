"""An export in the background: taken over from a killed worker, cancelled, expired, refused, out of reach."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from accounts.roles import Role
from cases.actions import exports
from cases.errors import CaseError, NotAllowed, SomeoneWasFirst
from cases.exports import run
from cases.models import Export
from record import clock
from record.models import Entry
from tests.cases.exports.bundles import asked, made, verified
from tests.desk.at_work import Desk
from tests.factories import PostFactory, person
from tests.factories.cases import CaseFactory
from tests.journey import Staff

pytestmark = pytest.mark.django_db(transaction=True)
State = Export.State

# A worker in a process of its own, which stops in the middle of the first table and waits to be killed.
WORKER = """
import os, sys, time, django
django.setup()
from django.conf import settings
from django.db import connections
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.REDRESS["EXPORT_ROOT"] = sys.argv[2]
connections["default"].settings_dict["NAME"] = sys.argv[1]
from cases.exports import run, sheets
def slow(scope, ids):
    scope.beat(1)
    print("in the middle", flush=True)
    time.sleep(60)
    yield []
made = sheets.SHEETS["cases"]
sheets.SHEETS["cases"] = sheets.Sheet(made.name, made.title, made.heads, slow)
run.run_next()
"""


def test_a_worker_killed_in_the_middle_is_taken_over_and_the_file_is_whole(staff: Staff) -> None:
    export = asked(staff.auditor, Desk.at("trace", staff).case)
    root = Path(settings.REDRESS["EXPORT_ROOT"])
    name = str(connection.settings_dict["NAME"])
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, name, str(root)], stdout=subprocess.PIPE, env=environment
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"in the middle\n"
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    export.refresh_from_db()
    assert (export.state, export.tries) == (State.RUNNING, 1)
    assert list(root.glob(f"{export.uuid}.*.part"))
    assert not run.run_next(), "a worker that lived a moment ago is not taken over"

    with clock.at(clock.now() + run.STALE + timedelta(seconds=1)):
        made(export)

    assert (export.state, export.tries) == (State.READY, 2)
    assert verified(exports.path_of(export))[0] == 0
    assert list(root.glob(f"{export.uuid}.*.part")) == []


def test_what_kills_its_worker_each_time_has_failed(staff: Staff) -> None:
    export = asked(staff.auditor, Desk.at("trace", staff).case)
    Export.objects.filter(pk=export.pk).update(
        state=State.RUNNING, tries=run.TRIES, beat_at=clock.now() - 2 * run.STALE
    )
    assert made(export).state == State.FAILED


def test_cancelled_while_it_is_made_it_leaves_no_file(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    export = asked(staff.auditor, Desk.at("trace", staff).case)
    monkeypatch.setattr(run, "BEAT_SECONDS", 0.0)
    beat, other = run.Heart.beat, connection.copy()

    def cancels(heart: Any, done: int, **more: Any) -> None:
        with other.cursor() as cursor:  # as the page does, from another process
            cursor.execute("UPDATE cases_export SET state = 'cancelled', run = NULL WHERE id = %s", [export.pk])
        beat(heart, done, **more)

    monkeypatch.setattr(run.Heart, "beat", cancels)
    try:
        assert made(export).state == State.CANCELLED
    finally:
        other.close()
    assert list(Path(settings.REDRESS["EXPORT_ROOT"]).glob(f"{export.uuid}*")) == []


def test_two_workers_take_one_export_once(staff: Staff) -> None:
    export = asked(staff.auditor, Desk.at("trace", staff).case)
    other = connection.copy()
    try:
        with transaction.atomic(), other.cursor() as cursor:
            assert Export.objects.select_for_update().get(pk=export.pk)
            cursor.execute("SELECT id FROM cases_export WHERE state = 'queued' FOR NO KEY UPDATE SKIP LOCKED")
            assert cursor.fetchall() == []
    finally:
        other.close()
    assert run.claim() is not None
    assert run.claim() is None


def test_a_file_expires_and_is_gone(staff: Staff) -> None:
    export = made(asked(staff.auditor, Desk.at("trace", staff).case))
    path = exports.take_file(export=export, user=staff.auditor)
    assert path.is_file()
    assert exports.expire() == 0
    with clock.at(clock.now() + timedelta(days=settings.REDRESS["EXPORT_DAYS"], seconds=1)):
        assert exports.expire() == 1
    export.refresh_from_db()
    assert (export.state, path.exists()) == (State.EXPIRED, False)
    with pytest.raises(CaseError):
        exports.take_file(export=export, user=staff.auditor)
    kinds = list(Entry.objects.filter(stream=export.stream).order_by("number").values_list("kind", flat=True))
    assert kinds[-2:] == ["export.downloaded", "export.expired"]


def test_what_a_killed_worker_left_goes_when_nobody_writes_it_any_more() -> None:
    root = Path(settings.REDRESS["EXPORT_ROOT"])
    old, new = root / "old.part", root / "new.part"
    for path in (old, new):
        path.write_bytes(b"PK")
    os.utime(old, (0, 0))
    exports.expire()
    assert (old.exists(), new.exists()) == (False, True)
    new.unlink()


def test_rights_are_those_of_the_moment_it_runs(staff: Staff) -> None:
    case = Desk.at("trace", staff).case
    export = asked(staff.supervisor, case)
    post = staff.supervisor.posts.get()
    post.until = clock.now()
    post.save()
    assert (made(export).state, export.failure) == (State.FAILED, Export.Failure.NO_RIGHT)


def test_without_a_seal_key_nothing_leaves(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    export = asked(staff.auditor, Desk.at("trace", staff).case)
    monkeypatch.setitem(settings.REDRESS, "SEAL_KEY", "")
    assert (made(export).state, export.failure) == (State.FAILED, Export.Failure.NO_KEY)


def test_nobody_agrees_to_his_own_export_and_it_is_answered_once(staff: Staff) -> None:
    case = Desk.at("trace", staff).case
    export = asked(staff.compliance, case, clear=True)
    for nobody in (staff.compliance, staff.auditor, staff.supervisor, staff.outlet_head, staff.tier1_head):
        with pytest.raises(NotAllowed):
            exports.approve(export=export, user=nobody)
    second = person(Role.COMPLIANCE, staff.bank.head_office)
    exports.refuse(export=export, user=second, reason="用途不明")
    with pytest.raises(SomeoneWasFirst):
        exports.approve(export=export, user=second)
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(answered_by=export.asked_by)


def test_a_head_agrees_to_what_was_asked_below_him_and_to_nothing_else(staff: Staff) -> None:
    case = Desk.at("trace", staff).case
    export = asked(staff.supervisor, case, clear=True)
    elsewhere = person(Role.COMPLIANCE, staff.bank.other_outlet)
    assert not exports.may_answer(export, elsewhere)
    assert exports.may_answer(export, staff.tier1_head)
    assert list(exports.to_answer(staff.tier1_head)) == [export]
    assert list(exports.to_answer(elsewhere)) == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"purpose": ""}, CaseError),
        ({"purpose": "…"}, CaseError),
        ({"formats": ()}, CaseError),
        ({"formats": ("pdf?",)}, CaseError),
        ({"scope": {"cases": []}}, CaseError),
        ({"scope": {"list": "nowhere", "filters": {}}}, CaseError),
    ],
)
def test_what_cannot_be_asked_for(change: dict[str, Any], error: type[Exception], staff: Staff) -> None:
    case = CaseFactory.create(handling_unit=staff.bank.outlet)
    with pytest.raises(error):
        asked(staff.auditor, case, **change)
    assert Export.objects.count() == 0


def test_who_may_not_export_and_what_lies_elsewhere(staff: Staff) -> None:
    case = CaseFactory.create(handling_unit=staff.bank.other_outlet)
    with pytest.raises(NotAllowed):
        asked(staff.agent, case)
    with pytest.raises(CaseError):
        asked(staff.supervisor, case)
    both = person(Role.SUPERVISOR, staff.bank.outlet)
    PostFactory.create(user=both, role=Role.AGENT, branch=staff.bank.other_outlet)
    assert made(asked(both, case)).cases == 1


def test_progress_is_seen_from_outside_while_it_is_made(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    export = asked(staff.auditor, Desk.at("trace", staff).case)
    monkeypatch.setattr(run, "BEAT_SECONDS", 0.0)
    seen, beat, other = [], run.Heart.beat, connection.copy()

    def looks(heart: Any, done: int, **more: Any) -> None:
        beat(heart, done, **more)
        with other.cursor() as cursor:
            cursor.execute("SELECT done, total FROM cases_export WHERE id = %s", [export.pk])
            seen.append(cursor.fetchone())

    monkeypatch.setattr(run.Heart, "beat", looks)
    try:
        assert made(export).state == State.READY
    finally:
        other.close()
    assert seen[0] == (0, 13)
    assert seen[-1] == (13, 13)
    assert seen == sorted(seen)
