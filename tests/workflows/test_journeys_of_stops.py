"""Stops on their way beside the case: converted before they lapse, lapsed unasked, a freeze longer than the case."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from cases import rules
from cases.errors import NotAllowed
from cases.models import CardControl, Deadline, Notice
from record import clock
from tests.journey import Journey
from tests.workflows.roads import does, last_fact, sound, to_the_end, until, whole
from workflows.verbs import stops, sweeps

pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped(staff) -> Journey:
    """The call is over and the card is stopped."""
    journey = Journey.begin(staff)
    does(journey, "stop_loss")
    journey.bank_answers()
    journey.again()
    return journey


def the_stop(journey: Journey) -> CardControl:
    return journey.case.controls.losses().select_related("case").get()


def reminded(journey: Journey) -> bool:
    limit = Deadline.objects.get(subject=the_stop(journey).uuid)
    return Notice.objects.filter(deadline=limit, kind=Notice.Kind.REMINDER).exists()


def test_people_are_reminded_in_time_and_the_loss_report_is_made_formal(stopped, staff, time):
    stop = the_stop(stopped)
    limit = Deadline.objects.get(subject=stop.uuid)
    assert limit.reminder_at is not None
    time.to(limit.reminder_at)
    sweeps.sweep_deadlines()
    assert reminded(stopped)

    formal = stops.convert_control(
        stopped.case, user=staff.supervisor, to="formal", receipt="F-1", happened_at=clock.now()
    )
    stops.see_control(formal, user=staff.fraud)
    time.advance(days=3)
    sweeps.sweep_deadlines()

    limit.refresh_from_db()
    assert limit.outcome == Deadline.Outcome.MET
    assert rules.is_card_stopped(stopped.case)
    sound(stopped)
    whole(to_the_end(stopped))
    assert [(one.kind, one.end) for one in stopped.case.controls.order_by("id")] == [
        ("oral_loss", "converted"),
        ("formal_loss", "replaced"),
    ]


def test_nothing_is_released_when_the_lapse_date_passes_and_nobody_said_so(stopped, time):
    time.advance(days=6)
    sweeps.sweep_deadlines()

    assert the_stop(stopped).ended_at is None
    assert Deadline.objects.get(subject=the_stop(stopped).uuid).level >= 2


def test_one_that_lapsed_unasked_is_an_alarm_and_the_card_is_not_stopped(stopped, staff, time):
    time.advance(days=4)
    stops.control_lapsed(the_stop(stopped), user=staff.supervisor, ended_at=clock.now(), proof="ENQ-1")

    assert last_fact(stopped, "control.lapsed").actor_number == staff.supervisor.staff_number
    assert not rules.is_card_stopped(stopped.case)
    whole(to_the_end(stopped))


def test_one_that_lapses_while_its_end_waits_leaves_no_dead_end(stopped, staff, time):
    until(stopped, "end_card")
    stops.control_lapsed(the_stop(stopped), user=staff.supervisor, ended_at=clock.now(), proof="ENQ-1")

    whole(to_the_end(stopped))

    assert (the_stop(stopped).end, the_stop(stopped).chosen_end) == ("lapsed", "replaced")


def test_the_loss_report_of_the_app_is_taken_over_with_its_own_time(staff, time):
    journey = Journey.begin(staff)
    reported = clock.now() - timedelta(hours=2)
    stops.take_over_control(
        journey.case, user=staff.agent, kind="oral_loss", source="app", receipt="APP-1", effective_at=reported
    )
    does(journey, "stop_loss")
    journey.bank_answers()
    stop = the_stop(journey)
    assert (stop.effective_at, stop.source) == (reported, "app")
    stops.see_control(stop, user=staff.supervisor)
    whole(to_the_end(journey))


def test_a_freeze_by_a_court_outlives_the_archive(stopped, staff):
    freeze = stops.add_control(
        stopped.case,
        user=staff.fraud,
        kind="judicial_freeze",
        ordered_by="court",
        document="（2026）沪01协冻3号",
        receipt="DJ-1",
        effective_at=clock.now(),
    )
    whole(to_the_end(stopped))
    assert stopped.case.controls.running().get() == freeze

    stops.end_control(freeze, user=staff.fraud, document="（2026）沪01协解3号", ended_at=clock.now())

    assert not stopped.case.controls.running().exists()


def test_only_posts_that_watch_stops_convert_them(stopped, staff):
    for role in (Role.AGENT, Role.LIABILITY, Role.AUDITOR, Role.OUTLET_HEAD):
        with pytest.raises(NotAllowed):
            stops.convert_control(
                stopped.case, user=staff.people[role], to="formal", receipt="F-1", happened_at=clock.now()
            )


def test_a_card_replaced_on_the_first_day_needs_no_step_in_the_end(stopped, staff):
    replaced = stops.convert_control(
        stopped.case, user=staff.supervisor, to="replaced", receipt="F-1", happened_at=clock.now()
    )
    stops.see_control(replaced, user=staff.fraud)
    until(stopped, "tell")
    does(stopped, "tell")
    assert "end_card" not in stopped.waiting
    whole(to_the_end(stopped))
