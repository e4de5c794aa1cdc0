"""The customer hears from the bank: once within a day, then again and again until the decision is told."""

from datetime import timedelta

import pytest

from cases.actions import contacts
from cases.actions.turn import turn
from cases.models import Deadline, Notice
from knowledge import limits
from record import clock
from tests.journey import Journey
from tests.workflows.roads import does, to_the_end, until, whole
from workflows import verbs
from workflows.verbs.sweeps import sweep_deadlines

pytestmark = pytest.mark.django_db


@pytest.fixture
def contacted(staff) -> Journey:
    """The handler has spoken with the customer for the first time."""
    journey = until(Journey.begin(staff), "first_contact")
    does(journey, "first_contact")
    journey.again()
    return journey


def next_contact(journey: Journey) -> Deadline:
    """The limit that runs for the next contact."""
    return Deadline.objects.get(case=journey.case, key=limits.NEXT_CONTACT, ended_at=None)


def speaks(journey: Journey, *, reached: bool = True) -> None:
    with turn(journey.case, user=journey.staff.consumer_protection) as hand:
        contacts.add_contact(hand, direction="out", channel="phone", note="告知进展", reached=reached)


def test_after_the_first_contact_the_next_is_due_within_five_days(contacted):
    due = next_contact(contacted)

    assert due.due_at - due.started_at > timedelta(days=5)
    assert due.due_at - due.started_at <= timedelta(days=6)  # to the end of the fifth day


def test_every_contact_begins_it_anew_and_a_vain_try_does_not(contacted, time):
    first = next_contact(contacted)
    time.advance(days=2)
    speaks(contacted, reached=False)
    assert next_contact(contacted) == first

    speaks(contacted)

    assert next_contact(contacted).started_at == clock.now()
    first.refresh_from_db()
    assert first.outcome == Deadline.Outcome.MET


def test_when_nobody_calls_the_officer_is_told_and_the_contact_is_late(contacted, time):
    due = next_contact(contacted)
    time.to(due.due_at)
    sweep_deadlines()

    assert Notice.objects.filter(deadline=due, to=contacted.staff.consumer_protection).exists()
    speaks(contacted)
    due.refresh_from_db()
    assert due.outcome == Deadline.Outcome.MISSED


def test_the_telling_ends_it(contacted):
    until(contacted, "tell")
    does(contacted, "tell")

    assert not Deadline.objects.filter(case=contacted.case, key=limits.NEXT_CONTACT, ended_at=None).exists()
    speaks(contacted)
    assert not Deadline.objects.filter(case=contacted.case, key=limits.NEXT_CONTACT, ended_at=None).exists()
    whole(to_the_end(contacted))


def test_a_complaint_taken_back_ends_it(contacted):
    verbs.withdraw(contacted.case, user=contacted.staff.agent, reason="已核实", means="REC-77")

    assert not Deadline.objects.filter(case=contacted.case, key=limits.NEXT_CONTACT, ended_at=None).exists()
