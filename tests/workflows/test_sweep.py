"""The sweep of limits itself: no case holds up another."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from accounts.roles import Role
from cases.actions import contacts
from cases.actions.turn import turn
from cases.models import Deadline, Notice
from knowledge.policies import PolicyMissing
from record import clock
from tests.factories import person
from tests.factories.accounts import AbsenceFactory
from tests.journey import Journey
from tests.workflows.roads import until
from workflows import verbs
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


def told(deadline: Deadline) -> set[str]:
    return set(Notice.objects.filter(deadline=deadline).values_list("to__staff_number", flat=True))


def test_whoever_promised_hears_of_his_promise_and_nobody_else_on_the_case(staff, time):
    journey = until(Journey.begin(staff), "trace")
    with turn(journey.case, user=staff.outlet_head) as hand:
        made = contacts.promise(hand, what="下午回电", due_at=clock.now() + timedelta(hours=5))
    deadline = Deadline.objects.get(subject=made.uuid)
    time.to(deadline.reminder_at)

    sweep_deadlines()

    assert told(deadline) == {staff.outlet_head.staff_number}


@pytest.mark.parametrize("has_substitute", [True, False])
def test_for_who_has_a_step_in_hand_and_is_away_his_substitute_hears_of_it(staff, time, has_substitute):
    journey = until(Journey.begin(staff), "trace")
    verbs.claim(journey.task("trace").uuid, user=staff.fraud)
    substitute = person(Role.FRAUD, staff.bank.tier2)
    AbsenceFactory(user=staff.fraud, substitute=substitute if has_substitute else None)
    deadline = limit_of(journey, "trace")
    time.to(deadline.reminder_at)

    sweep_deadlines()

    # without one it is told to the absent one all the same: a notice nobody gets would be silence
    assert told(deadline) == {(substitute if has_substitute else staff.fraud).staff_number}
