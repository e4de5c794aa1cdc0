"""The sweep of limits itself: no case holds up another."""

import pytest
from django.db import DatabaseError

from cases.models import Deadline, Notice
from knowledge.policies import PolicyMissing
from tests.journey import Journey
from tests.workflows.roads import until
from workflows.verbs import sweeps
from workflows.verbs.sweeps import sweep_deadlines

pytestmark = pytest.mark.django_db


def limit_of(journey: Journey, step: str) -> Deadline:
    return Deadline.objects.get(subject=journey.task(step).uuid)


@pytest.mark.parametrize("error", [DatabaseError, PolicyMissing, ValueError, RuntimeError])
def test_a_case_that_cannot_be_looked_after_silences_no_other(staff, time, monkeypatch, caplog, error):
    broken, other = (until(Journey.begin(staff), "trace") for _ in range(2))
    alarm = sweeps.deadlines.alarm

    def fails(hand, deadline, **people):
        if hand.case == broken.case:
            raise error("out of order")
        return alarm(hand, deadline, **people)

    monkeypatch.setattr(sweeps.deadlines, "alarm", fails)
    time.to(limit_of(other, "trace").due_at)

    assert sweep_deadlines() == 1

    assert Notice.objects.filter(case=other.case).exists()
    assert f"could not be looked after: {error.__name__}" in caplog.text
    assert "out of order" not in caplog.text
    monkeypatch.undo()
    assert sweep_deadlines() == 1, "the next sweep makes up for it"
    assert Notice.objects.filter(case=broken.case).exists()


def test_cases_that_fail_do_not_fill_the_sweep_of_those_behind_them(staff, time, monkeypatch):
    broken = [until(Journey.begin(staff), "trace").case for _ in range(3)]
    other = until(Journey.begin(staff), "trace")
    monkeypatch.setattr(sweeps, "BATCH", 2)
    alarm = sweeps.deadlines.alarm

    def fails(hand, deadline, **people):
        if hand.case in broken:
            raise DatabaseError
        return alarm(hand, deadline, **people)

    monkeypatch.setattr(sweeps.deadlines, "alarm", fails)
    time.to(limit_of(other, "trace").due_at)

    assert sweep_deadlines() == 1
    assert Notice.objects.filter(case=other.case).exists()
    assert sweep_deadlines() == 0, "nothing goes on, so the job ends and begins anew in half a minute"
