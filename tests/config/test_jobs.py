"""The worker does what is due, comes back after a failure, and housekeeping touches work tables only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import call_command
from procrastinate.contrib.django.models import ProcrastinateJob

from config import jobs
from config.management.commands import worker
from record import clock


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses the worker took, none of them waited for."""
    taken: list[float] = []
    monkeypatch.setattr(worker.time, "sleep", taken.append)
    return taken


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_a_job_that_is_due() -> None:
    number = jobs.purge_work_tables.configure().defer(timestamp=0)

    call_command("worker", once=True)

    assert ProcrastinateJob.objects.get(id=number).status == "succeeded"


def test_the_worker_comes_back_after_failures_with_longer_pauses(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    failures = [ConnectionError("gone")] * 7

    def work(concurrency: int, *, wait: bool) -> None:
        if failures:
            raise failures.pop()

    monkeypatch.setattr(worker, "_work", work)

    call_command("worker")

    assert pauses == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_a_single_round_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(concurrency: int, *, wait: bool) -> None:
        raise ConnectionError

    monkeypatch.setattr(worker, "_work", work)

    with pytest.raises(SystemExit):
        call_command("worker", once=True)


@pytest.mark.django_db
def test_old_attempts_and_ended_sessions_are_purged_and_nothing_younger() -> None:
    now = clock.now()
    for name, days in (("old", 31), ("young", 29)):
        attempt = AccessAttempt.objects.create(username=name, failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now - timedelta(days=days))
    for name, hours in (("ended", -1), ("open", 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=now + timedelta(hours=hours))

    jobs.purge_work_tables(timestamp=0)

    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["young"]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
