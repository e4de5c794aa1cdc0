"""Limits of more than one step: where the money went first, and the proposal from its draft to the yes or no."""

from datetime import timedelta

import pytest

from cases.errors import NotAllowed
from cases.models import Deadline, Notice
from knowledge import limits
from record import clock
from tests.journey import Journey
from tests.workflows.roads import does, to_the_end, until, whole
from workflows import verbs
from workflows.verbs import casework, law_clock
from workflows.verbs.cancelling import cancel
from workflows.verbs.sweeps import sweep_deadlines

pytestmark = pytest.mark.django_db


def of(journey: Journey, key: str) -> list[Deadline]:
    return list(Deadline.objects.filter(case=journey.case, key=key).order_by("id"))


def one(journey: Journey, key: str) -> Deadline:
    (found,) = of(journey, key)
    return found


def finds_first_hop(journey: Journey) -> None:
    casework.find_first_hop(
        journey.case,
        user=journey.staff.fraud,
        transactions=[journey.again().transactions.first().uuid],
        went_to="acquirer",
        name="银信支付",
        found_at=clock.now(),
    )


# where the money went first ---------------------------------------------------------------------------------------


def test_from_receipt_a_day_is_given_to_find_out_where_the_money_went_first(staff, time):
    journey = until(Journey.begin(staff), "trace")
    due = one(journey, limits.FIRST_HOP)
    assert due.due_at == journey.case.received_at + timedelta(hours=24)

    time.advance(hours=3)
    finds_first_hop(journey)

    due.refresh_from_db()
    assert (due.outcome, due.ended_at) == (Deadline.Outcome.MET, clock.now())
    whole(to_the_end(journey))


def test_who_has_an_interest_in_the_case_does_not_say_where_the_money_went(staff):
    journey = until(Journey.begin(staff), "trace")
    casework.declare_interest(journey.case, user=staff.fraud, why="亲属")

    with pytest.raises(NotAllowed):
        finds_first_hop(journey)
    assert one(journey, limits.FIRST_HOP).ended_at is None


def test_nobody_found_out_the_investigators_are_told_and_the_trace_ends_it_late(staff, time):
    journey = until(Journey.begin(staff), "trace")
    due = one(journey, limits.FIRST_HOP)
    time.to(due.due_at)
    sweep_deadlines()
    assert Notice.objects.filter(deadline=due, to=staff.fraud).exists()

    does(journey, "trace")

    due.refresh_from_db()
    assert due.outcome == Deadline.Outcome.MISSED
    finds_first_hop(journey)  # still of use to whoever decides, and no second limit
    assert one(journey, limits.FIRST_HOP) == due


def test_new_facts_ask_for_it_anew(staff, time):
    journey = until(Journey.begin(staff), "decide")
    time.advance(hours=30)
    takes_new_facts(journey)

    old, new = of(journey, limits.FIRST_HOP)
    assert old.ended_at is not None
    assert new.started_at == journey.again().restarted_at
    whole(to_the_end(journey))


# the proposal ------------------------------------------------------------------------------------------------------


def test_from_the_draft_to_the_yes_the_house_gives_three_days(staff):
    journey = until(Journey.begin(staff), "propose")
    due = one(journey, limits.PROPOSAL_DECIDED)
    assert timedelta(days=3) < due.due_at - due.started_at <= timedelta(days=4)  # to the end of the third day
    assert due.role == "consumer_protection"

    does(journey, "propose")
    assert one(journey, limits.PROPOSAL_DECIDED).ended_at is None
    verbs.approve(journey.task("approve").uuid, user=staff.outlet_head)

    assert one(journey, limits.PROPOSAL_DECIDED).outcome == Deadline.Outcome.MET


def test_sent_back_it_runs_on_and_refused_it_ends(staff, time):
    journey = until(Journey.begin(staff), "approve")
    first = one(journey, limits.PROPOSAL_DECIDED)
    time.advance(hours=5)
    verbs.send_back(journey.task("approve").uuid, user=staff.outlet_head, reason="补充理由")
    assert one(journey, limits.PROPOSAL_DECIDED) == first
    does(journey, "propose")
    assert one(journey, limits.PROPOSAL_DECIDED).ended_at is None

    verbs.refuse(journey.task("approve").uuid, user=staff.outlet_head, reason="责任需重新判定")

    assert one(journey, limits.PROPOSAL_DECIDED).ended_at == clock.now()
    until(journey, "propose")
    assert len(of(journey, limits.PROPOSAL_DECIDED)) == 2
    whole(to_the_end(journey))


def test_a_step_begun_anew_gives_no_more_time(staff, time):
    journey = until(Journey.begin(staff), "propose")
    first = one(journey, limits.PROPOSAL_DECIDED)
    time.advance(hours=30)

    cancel(journey.task("propose").uuid, user=staff.supervisor, why="重做")

    assert one(journey, limits.PROPOSAL_DECIDED).due_at == first.due_at


def test_led_back_before_it_the_limit_is_no_longer_needed(staff, time):
    journey = until(Journey.begin(staff), "approve")
    time.advance(hours=1)
    takes_new_facts(journey)

    assert one(journey, limits.PROPOSAL_DECIDED).outcome == Deadline.Outcome.CANCELLED
    until(journey, "propose")
    assert [limit.ended_at is None for limit in of(journey, limits.PROPOSAL_DECIDED)] == [False, True]
    whole(to_the_end(journey))


def test_taken_back_it_ends_with_the_complaint(staff):
    journey = until(Journey.begin(staff), "propose")
    verbs.withdraw(journey.case, user=staff.agent, reason="已核实", means="REC-77")

    assert one(journey, limits.PROPOSAL_DECIDED).outcome == Deadline.Outcome.CANCELLED


def takes_new_facts(journey: Journey) -> None:
    law_clock.take_new_facts(
        journey.case,
        user=journey.staff.supervisor,
        why="提交新材料",
        material="CL-9",
        received_at=clock.now(),
        notice="REC-89",
    )
