"""Bank systems that say no, say nothing, or are not there: every order has a person's way round it."""

import pytest

from cases import gateways
from cases.errors import CaseError
from cases.models import CardControl, Case
from record import outbox
from record.models import Order
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.roads import by_hand, does, limit_passes, silent, to_the_end, until, whole
from workflows import verbs

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
    order = roads.latest_order(journey, "stop_card")
    assert order.state == Order.State.VOID, "nobody waits for it any more, so it is not sent again"
    assert roads.bank_says(journey, "stop_card") is False, "a late answer changes nothing"
    assert journey.case.controls.get().receipt == "K-HAND-1"
    assert kinds(journey)[-1] == "order.repeated"
    whole(to_the_end(journey))


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


def test_a_credit_the_core_rejects_is_paid_by_hand_and_checked_by_a_second_person(staff):
    journey = until(Journey.begin(staff), "order_credit")

    roads.bank_says(journey, "credit", "rejected", "账户已销户")

    assert journey.waiting == {"pay_by_hand"}
    does(journey, "pay_by_hand")
    with pytest.raises(verbs.stepwork.AnswersRefused):
        does(journey, "check_by_hand", receipt="L-HAND-2")
    assert roads.booked(journey) == [], "the maker alone books nothing"
    does(journey, "check_by_hand")
    assert roads.booked(journey) == [str(journey.case.disputed_total)]
    whole(to_the_end(journey))


def silent_credit(journey: Journey, time) -> None:
    """The credit was sent, nobody answered, and its limit has passed."""
    until(journey, "order_credit")
    with silent():
        verbs.deliver_orders()
        limit_passes(journey, "order_credit", time)
    assert journey.waiting == {"ask_core"}


def test_a_silent_credit_is_asked_about_and_found_booked(staff, time):
    journey = Journey.begin(staff)
    silent_credit(journey, time)

    does(journey, "ask_core", result="booked", enquiry="L20261122000001")

    assert roads.booked(journey) == [str(journey.case.disputed_total)]
    assert journey.ordered == {"order_restore"}
    assert roads.latest_order(journey, "credit").state == Order.State.CONFIRMED
    assert roads.bank_says(journey, "credit") is False
    whole(to_the_end(journey))


def test_a_silent_credit_that_was_not_booked_is_void_and_paid_by_hand(staff, time):
    journey = Journey.begin(staff)
    silent_credit(journey, time)

    outbox.claim(1, verbs.orders.LEASE)
    with pytest.raises(CaseError):  # a worker has it in hand: it may be booked this very moment
        does(journey, "ask_core")
    time.advance(minutes=2)
    does(journey, "ask_core")

    assert journey.waiting == {"pay_by_hand"}
    assert roads.latest_order(journey, "credit").state == Order.State.VOID
    whole(to_the_end(journey))
    assert roads.booked(journey) == [str(journey.case.disputed_total)]


def test_the_late_confirmation_of_a_void_order_is_an_alarm_and_books_nothing(staff, time):
    journey = Journey.begin(staff)
    silent_credit(journey, time)
    time.advance(minutes=2)
    for step in ("ask_core", "pay_by_hand", "check_by_hand"):
        does(journey, step)
    before = roads.booked(journey)

    assert roads.bank_says(journey, "credit") is False

    assert roads.booked(journey) == before
    assert kinds(journey)[-1] == "order.late_confirmation"
    assert journey.case.money.filter(bookings__way="order").count() == 0
    whole(to_the_end(journey))


def test_a_no_that_comes_while_somebody_asks_the_core_opens_the_payment_by_hand(staff, time):
    """Else whoever asks could answer neither: "not booked" is refused for an order that was answered."""
    journey = Journey.begin(staff)
    silent_credit(journey, time)
    verbs.claim(journey.task("ask_core").uuid, user=staff.accounts_checker)

    roads.bank_says(journey, "credit", "rejected", "账户已销户")

    assert (journey.waiting, journey.ordered) == ({"pay_by_hand"}, set())
    whole(to_the_end(journey))


def test_a_yes_that_comes_while_somebody_asks_the_core_goes_on_without_him(staff, time):
    journey = Journey.begin(staff)
    silent_credit(journey, time)

    assert roads.bank_says(journey, "credit") is True

    assert (journey.waiting, journey.ordered) == (set(), {"order_restore"})
    assert len(journey.credited()) == 1
    whole(to_the_end(journey))


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

    assert journey.waiting == {twin}
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
