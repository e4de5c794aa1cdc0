"""Roads that run side by side: what the decision waits for, for how long, and what becomes of whatever comes late."""

import pytest

from cases.models import Deadline
from record import clock
from tests.journey import Journey
from tests.workflows.roads import does, last_fact, limit_passes, sound, to_the_end, whole
from workflows.verbs import sweeps
from workflows.verbs.cancelling import cancel, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_once(staff) -> Journey:
    """The call is over; the card is stopped and its transactions are listed."""
    journey = Journey.begin(staff)
    does(journey, "stop_loss")
    journey.bank_answers()
    journey.again()
    return journey


def test_from_the_call_on_everything_begins_in_the_same_second(staff, time):
    journey = Journey.begin(staff)

    does(journey, "stop_loss")

    assert journey.all_ordered == {"order_stop", "order_hold"}
    assert journey.beside == {
        *("check_real_card", "first_contact", "stop_companions", "stop_collection", "mark_credit_record"),
    }
    assert {task.created for task in journey.open_tasks()} == {clock.now()}
    sound(journey)


def test_the_decision_waits_for_the_real_card_when_the_trace_is_done(at_once):
    does(at_once, "trace")
    assert (at_once.waiting, at_once.gathering - {"whole"}) == (set(), {"ready_to_decide"})

    does(at_once, "check_real_card")

    assert (at_once.waiting, at_once.gathering - {"whole"}) == ({"decide"}, set())
    assert "first_contact" in at_once.beside, "completion waits for it, the decision does not"


def test_it_waits_for_the_trace_when_the_real_card_is_checked(at_once):
    does(at_once, "check_real_card")
    assert at_once.waiting == {"trace"}

    does(at_once, "trace")

    assert at_once.waiting == {"decide"}


def test_when_the_limit_passes_it_goes_on_and_says_without_what(at_once, time):
    does(at_once, "trace")

    limit_passes(at_once, "ready_to_decide", time)

    assert at_once.waiting == {"decide"}
    assert "check_real_card" in at_once.beside, "what is missing can still be brought"
    assert last_fact(at_once, "step.wait_ended").data["without"] == ["check_real_card"]
    sound(at_once)


def test_without_the_trace_no_limit_opens_the_decision(at_once, time):
    does(at_once, "check_real_card")
    time.advance(days=9)
    sweeps.sweep_deadlines()
    assert (at_once.waiting, at_once.gathering - {"whole"}) == ({"trace"}, {"ready_to_decide"})

    does(at_once, "trace")

    assert at_once.waiting == {"decide"}


def test_a_trace_that_ends_after_the_limit_opens_the_decision_at_once(at_once, time):
    time.advance(days=9)

    does(at_once, "trace")

    assert at_once.waiting == {"decide"}
    assert last_fact(at_once, "step.wait_ended").data["without"] == ["check_real_card"]


def test_what_comes_late_is_noted_and_opens_nothing_twice(at_once, time):
    does(at_once, "trace")
    limit_passes(at_once, "ready_to_decide", time)

    does(at_once, "check_real_card")

    assert at_once.waiting == {"decide"}
    assert last_fact(at_once, "step.came_late").data["step"] == "check_real_card"
    assert at_once.case.card_checks.count() == 1
    whole(to_the_end(at_once))


def test_the_first_contact_that_is_never_made_keeps_the_case_from_completion(at_once, time):
    does(at_once, "trace")
    does(at_once, "check_real_card")
    while at_once.steps - {"first_contact"} or at_once.all_ordered:
        for step in sorted(at_once.steps - {"first_contact"})[:1]:
            does(at_once, step)
        at_once.bank_answers()
    assert (at_once.steps, at_once.gathering) == ({"first_contact"}, {"whole"})
    time.advance(days=30)
    sweeps.sweep_deadlines()
    assert at_once.gathering == {"whole"}

    does(at_once, "first_contact")

    assert at_once.waiting == {"close"}


def test_a_road_opened_anew_still_leads_where_it_led(at_once, staff):
    cancel(at_once.task("check_real_card").uuid, user=staff.supervisor, why="重做")
    does(at_once, "trace")
    assert at_once.gathering - {"whole"} == {"ready_to_decide"}

    does(at_once, "check_real_card")

    assert at_once.waiting == {"decide"}
    sound(at_once)


def test_a_complaint_taken_back_leaves_no_road_open(at_once, staff):
    does(at_once, "check_real_card")

    withdraw(at_once.case, user=staff.agent, reason="已核实", means="REC-77")

    assert (at_once.steps, at_once.gathering) == ({"end_card", "judge_risk"}, {"whole"})
    running = Deadline.objects.filter(case=at_once.case, ended_at=None)
    left = {at_once.task(name).uuid for name in ("end_card", "order_restore", "judge_risk")}
    stop = at_once.case.controls.get().uuid
    assert {deadline.subject for deadline in running} == left | {stop}, "the card stopped, the account held in the call"
    whole(to_the_end(at_once))


def test_what_the_decision_waits_for_stands_in_the_step_table(staff):
    from workflows import rulebook
    from workflows.flows import CardFraudFlow

    table = {row.name: words for row, words in rulebook.cells(CardFraudFlow)}

    assert table["whole"][1] == "全部完成后继续"
    assert table["ready_to_decide"][1].startswith("必须等待：交易追溯")
