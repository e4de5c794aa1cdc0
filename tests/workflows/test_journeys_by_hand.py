"""Bank systems that say no, say nothing, or are not there: every order has a person's way round it."""

import pytest

from cases import gateways
from cases.errors import CaseError
from cases.models import CardControl, Case
from record import journal
from record.models import Order
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.beside import opens, runs
from tests.workflows.roads import by_hand, does, limit_passes, silent, to_the_end, until, whole
from workflows import verbs
from workflows.flows import ChargebackFlow, InquiryFlow, PoliceFlow

pytestmark = pytest.mark.django_db


def kinds(journey: Journey) -> list[str]:
    return journey.told_kinds()


def test_without_any_interface_the_whole_case_is_done_by_hand(staff):
    journey = Journey.begin(staff)

    with by_hand():
        whole(to_the_end(journey))

    assert journey.orders() == []
    done = {task.flow_task.name for task in journey.case.tasks.filter(flow_task_type="HUMAN", status="DONE")}
    assert done >= {"stop_by_hand", "pay_by_hand", "check_by_hand", "restore_by_hand", "end_card_by_hand"}
    control = journey.case.controls.get()
    assert (control.by_hand, control.end) == (True, CardControl.End.REPLACED)
    assert roads.booked(journey) == [str(journey.case.disputed_total)]
    assert journey.case.tasks.get(flow_task__endswith=".order_credit").outcome == "off"


@pytest.mark.parametrize("kind", ["credit", "debit"])
def test_with_card_core_and_sms_off_all_that_runs_beside_a_case_ends_too_and_the_file_is_archived(staff, kind):
    journey = Journey.begin(staff, kind=kind)

    with by_hand():
        until(journey, "call_back")
        does(journey, "call_back")
        beside = [opens(journey, flow) for flow in (ChargebackFlow, InquiryFlow, PoliceFlow)]
        runs(journey, beside[0], "ask_slip", "slip_answer", "charge_back", "scheme_answer")
        runs(journey, beside[0], "enter_recovery", "check_recovery", "end_chargeback")
        runs(journey, beside[1], "send_inquiry", "chase_first", "chase_second", "chase_third")
        runs(journey, beside[1], "report_silence", "end_inquiry")
        runs(journey, beside[2], "ask_payee_stop", "stop_payee_again", "police_papers", "police_filing", "end_police")
        does(journey, "archive")

    assert journey.again().state == Case.State.ARCHIVED
    assert journey.orders() == []
    assert not Order.objects.exists(), "no bank system was told anything, nor asked"
    assert journal.verify(journey.case.stream) is None


def test_a_stop_the_card_system_rejects_is_done_by_hand(staff):
    journey = until(Journey.begin(staff), "order_stop")

    roads.bank_says(journey, "stop_card", "rejected", "系统维护")

    assert journey.waiting == {"stop_by_hand"}
    assert journey.task("stop_by_hand").role == "supervisor"
    does(journey, "stop_by_hand")
    assert journey.ordered == {"list_transactions"}
    assert journey.again().controls.get().by_hand
    assert "order.rejected" in kinds(journey)
    whole(to_the_end(journey))


def test_a_silent_stop_opens_its_twin_when_the_limit_passes_and_the_person_wins(staff, time):
    journey = until(Journey.begin(staff), "order_stop")
    with silent():
        verbs.deliver_orders()
        time.advance(minutes=14)
        assert not roads.sweeps.sweep_deadlines() or journey.waiting == set()
        limit_passes(journey, "order_stop", time)
    assert (journey.waiting, journey.ordered) == ({"stop_by_hand"}, {"order_stop"})
    assert "step.order_silent" in kinds(journey)

    does(journey, "stop_by_hand")

    assert journey.ordered == {"list_transactions"}
    assert roads.bank_says(journey, "stop_card") is False, "a late answer changes nothing"
    assert journey.case.controls.get().receipt == "K-HAND-1"
    assert kinds(journey)[-1] == "order.repeated"
    whole(to_the_end(journey))


def test_an_order_done_by_hand_is_still_asked_about_and_not_sent_again(staff, time):
    journey = roads.held(until(Journey.begin(staff), "order_stop"))
    with silent():
        verbs.deliver_orders()
        limit_passes(journey, "order_stop", time)
    does(journey, "stop_by_hand")
    assert roads.latest_order(journey, "stop_card").state == Order.State.UNKNOWN
    time.advance(minutes=10)

    journey.bank_answers()

    assert roads.latest_order(journey, "stop_card").state == Order.State.VOID
    assert [order["operation"] for order in journey.ledger.orders()] == ["hold_account", "list_transactions"]
    assert "step.order_dropped" in kinds(journey)


@pytest.mark.parametrize(("ended", "told"), [(False, "order.repeated"), (True, "order.late_confirmation")])
def test_a_stop_found_booked_later_is_an_alarm_once_the_card_was_given_back(staff, time, ended, told):
    journey = roads.held(until(Journey.begin(staff), "order_stop"))
    with silent():
        verbs.deliver_orders()
        limit_passes(journey, "order_stop", time)
    does(journey, "stop_by_hand")
    if ended:
        verbs.withdraw(journey.again(), user=staff.agent, reason="本人交易", means="REC-7")
        with by_hand():
            does(journey, "end_card", end="released")
            does(journey, "end_card_by_hand")

    roads.bank_says(journey, "stop_card")

    assert kinds(journey)[-1] == told


def test_a_card_replaced_by_hand_and_by_the_order_is_an_alarm(staff, time):
    """The answer was lost on the way: the card system did it, and so did a person."""
    journey = until(Journey.begin(staff), "order_card_end")
    journey.ledger.switches.set({"operation": "replace_card", "silent": True})
    journey.bank_answers()
    limit_passes(journey, "order_card_end", time)
    does(journey, "end_card_by_hand")
    time.advance(minutes=10)

    journey.bank_answers()

    assert kinds(journey).count("order.late_confirmation") == 1
    journey.bank_answers()
    assert kinds(journey).count("order.late_confirmation") == 1


def test_a_late_answer_wins_and_the_twin_is_cancelled_under_its_holder(staff, time):
    journey = until(Journey.begin(staff), "order_stop")
    with silent():
        limit_passes(journey, "order_stop", time)
    twin = journey.task("stop_by_hand")
    verbs.claim(twin.uuid, user=staff.supervisor)

    assert roads.bank_says(journey, "stop_card") is True

    assert (journey.waiting, journey.ordered) == (set(), {"list_transactions"})
    assert not journey.again().controls.get().by_hand
    with pytest.raises(CaseError) as caught:
        verbs.complete(twin.uuid, user=staff.supervisor, answers=roads.ANSWERS["stop_by_hand"](journey))
    assert staff.supervisor.display_name not in str(caught.value), "he did not do this himself"
    whole(to_the_end(journey))


def test_a_late_no_leaves_the_twin_that_is_open(staff, time):
    journey = until(Journey.begin(staff), "order_stop")
    with silent():
        limit_passes(journey, "order_stop", time)
    twin = journey.task("stop_by_hand")

    roads.bank_says(journey, "stop_card", "rejected", "卡片状态异常")

    assert (journey.waiting, journey.ordered) == ({"stop_by_hand"}, set())
    assert journey.task("stop_by_hand") == twin
    whole(to_the_end(journey))


def test_a_late_list_joins_the_trace_that_is_open(staff, time):
    journey = until(Journey.begin(staff), "list_transactions")
    with silent():
        limit_passes(journey, "list_transactions", time)
    trace = journey.task("trace")
    verbs.claim(trace.uuid, user=staff.fraud)

    roads.bank_says(journey, "list_transactions")

    assert journey.ordered == set()
    assert journey.task("trace") == trace
    assert journey.task("trace").owner == staff.fraud
    does(journey, "trace")
    whole(to_the_end(journey))


def test_the_sweep_opens_one_twin_however_often_it_comes(staff, time):
    journey = until(Journey.begin(staff), "order_stop")
    with silent():
        for _ in range(4):
            time.advance(hours=13)
            roads.sweeps.sweep_deadlines()

    assert [task.flow_task.name for task in journey.open_tasks()].count("stop_by_hand") == 1


@pytest.mark.parametrize("order", ["order_restore", "order_card_end"])
@pytest.mark.parametrize("how", ["rejected", "silent"])
def test_what_follows_the_money_has_its_twins_too(staff, time, order, how):
    journey = until(Journey.begin(staff), order)
    operation = {"order_restore": "restore_account", "order_card_end": "replace_card"}[order]
    twin = {"order_restore": "restore_by_hand", "order_card_end": "end_card_by_hand"}[order]

    if how == "rejected":
        roads.bank_says(journey, operation, "rejected", "系统维护")
    else:
        with silent():
            limit_passes(journey, order, time)

    assert journey.waiting - {"end_card"} == {twin}
    does(journey, twin)
    if how == "silent":
        assert roads.latest_order(journey, operation).state == Order.State.VOID
        verbs.deliver_orders()
        assert roads.latest_order(journey, operation).attempts == 0, "what was done by hand is not done again"
    whole(to_the_end(journey))


def test_an_answer_the_case_cannot_stand_keeps_no_other_order_back(staff, time, caplog):
    """A card system whose clock says the new card came before the stop: the next order leaves all the same."""
    poisoned = until(Journey.begin(staff), "order_card_end")
    other = until(Journey.begin(staff), "order_stop")
    wrong = gateways.Answer(
        "confirmed", data={"receipt": "K1", "effective_at": "2020-01-01T00:00:00Z", "operation": "replace_card"}
    )

    class Backwards(roads.Deaf):
        def send(self, order):
            return wrong if order.operation == "replace_card" else super().send(order)

    with gateways.using(card=Backwards(), core=None):
        verbs.deliver_orders()

    assert roads.latest_order(other, "stop_card").attempts == 1
    assert "cannot be recorded" in caplog.text
    with silent():
        limit_passes(poisoned, "order_card_end", time)
    assert poisoned.waiting == {"end_card_by_hand"}
    time.advance(minutes=10)
    does(poisoned, "end_card_by_hand")
    whole(to_the_end(poisoned))


def test_an_interface_switched_off_after_the_order_lets_the_limit_pass_to_a_person(staff, time):
    journey = until(Journey.begin(staff), "order_stop")

    with by_hand():
        verbs.deliver_orders()
        assert journey.ordered == {"order_stop"}
        limit_passes(journey, "order_stop", time)
        whole(to_the_end(journey))

    assert journey.again().state == Case.State.ARCHIVED
