"""撤回投诉: the customer takes the complaint back, at every stage at which he still may (CBIRC 2020 No.3 art. 15)."""

import pytest

from cases import gateways
from cases.errors import CaseError, NotAllowed
from cases.models import Case, Deadline
from record.models import Order
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.roads import does, silent, to_the_end, until, whole
from workflows import verbs

pytestmark = pytest.mark.django_db


def withdraw(journey: Journey, who=None) -> None:
    verbs.withdraw(journey.case, user=who or journey.staff.agent, reason="已与家人核实", means="REC-77")
    journey.again()


@pytest.mark.parametrize("stage", ["stop_loss", "order_stop"])
def test_before_the_card_is_stopped_there_is_nothing_to_undo(staff, stage):
    journey = until(Journey.begin(staff), stage)

    withdraw(journey)

    assert (journey.waiting, journey.ordered) == (set(), set())
    assert "judge_risk" in journey.beside
    assert {order.state for order in journey.orders()} <= {Order.State.VOID}, "what was not sent never is"
    whole(to_the_end(journey))
    assert journey.ledger.cards() == []


@pytest.mark.parametrize(
    "stage", ["list_transactions", "trace", "decide", "propose", "approve", "draft_letter", "tell"]
)
def test_after_the_stop_the_card_gets_its_end_first(staff, stage):
    journey = until(Journey.begin(staff), stage)

    withdraw(journey)

    held = set() if stage == "list_transactions" else {"order_restore"}
    assert (journey.waiting, journey.ordered) == ({"end_card"}, held)
    assert journey.case.state == Case.State.OPEN
    assert not journey.case.money.exclude(state="dropped").exists()
    running = journey.case.deadlines.filter(ended_at=None)
    undoing = {
        journey.task(name).uuid for name in {"end_card", "judge_risk", "end_collection", "end_credit_mark"} | held
    }
    assert {deadline.subject for deadline in running} == undoing | {journey.case.controls.get().uuid}
    statutory = journey.case.deadlines.get(kind=Deadline.Kind.LAW)
    assert statutory.outcome == Deadline.Outcome.CANCELLED
    if stage == "list_transactions":
        journey.bank_answers()
        assert not journey.case.transactions.exists(), "a list nobody waits for is not fetched"
    whole(to_the_end(journey))
    assert journey.credited() == []


def test_a_step_in_somebodys_hand_is_taken_from_him_and_he_reads_by_whom(staff):
    journey = until(Journey.begin(staff), "decide")
    task = journey.task("decide")
    verbs.claim(task.uuid, user=staff.liability)

    withdraw(journey, staff.service_manager)

    with pytest.raises(CaseError, match=staff.service_manager.display_name):
        verbs.complete(task.uuid, user=staff.liability, answers=journey.bank_bears_all())
    assert journey.case.duties.get(task=task.uuid).state == "released"


@pytest.mark.parametrize("stage", ["pay", "check_payment", "order_credit", "order_restore", "end_card", "close"])
def test_once_the_decision_is_told_it_is_too_late(staff, stage):
    journey = until(Journey.begin(staff), stage)
    before = journey.told_kinds()

    with pytest.raises(CaseError):
        withdraw(journey)

    assert journey.told_kinds() == before
    assert stage in journey.waiting | journey.ordered


def test_a_stop_that_may_be_on_its_way_is_waited_for(staff, time):
    """Else the card would stay stopped with nobody left to give it back."""
    journey = roads.held(until(Journey.begin(staff), "order_stop"))
    with silent():
        verbs.deliver_orders()
    with pytest.raises(CaseError):
        withdraw(journey)
    assert (journey.waiting, journey.ordered) == (set(), {"order_stop"})

    time.advance(minutes=1)
    until(journey, "list_transactions")
    withdraw(journey)

    assert journey.waiting == {"end_card"}
    whole(to_the_end(journey))


def test_a_bank_that_never_answers_does_not_hold_the_customer_either(staff, time):
    journey = roads.held(until(Journey.begin(staff), "order_stop"))
    with silent():
        verbs.deliver_orders()
        roads.limit_passes(journey, "order_stop", time)
        does(journey, "stop_by_hand")
        withdraw(journey)
        assert journey.waiting == {"end_card"}
    with roads.by_hand():
        whole(to_the_end(journey))


def test_an_answer_after_the_withdrawal_moves_nothing(staff):
    journey = until(Journey.begin(staff), "list_transactions")
    withdraw(journey)

    assert roads.bank_says(journey, "list_transactions") is False

    assert (journey.waiting, journey.ordered) == ({"end_card"}, set())
    assert not journey.case.transactions.exists()


def test_it_is_taken_back_once_and_by_somebody_who_may(staff):
    journey = until(Journey.begin(staff), "trace")
    for role in ("fraud", "accounts_maker", "auditor", "administrator", "outlet_head"):
        with pytest.raises(NotAllowed):
            withdraw(journey, staff.people[role])
    for reason, means in (("", "REC-77"), ("核实", " ")):
        with pytest.raises(CaseError):
            verbs.withdraw(journey.case, user=staff.agent, reason=reason, means=means)
    withdraw(journey)

    with pytest.raises(CaseError):
        withdraw(journey)

    assert journey.told_kinds().count("case.withdrawn") == 1


def test_a_withdrawn_case_whose_card_end_is_rejected_still_ends(staff):
    journey = until(Journey.begin(staff), "trace")
    withdraw(journey)
    does(journey, "end_card", end="released", reason="本人交易")
    verbs.answer(roads.latest_order(journey, "release_card"), gateways.Answer("rejected", reason="系统维护"))

    assert journey.waiting == {"end_card_by_hand"}
    whole(to_the_end(journey))
