"""Paying when the core ledger says no, says nothing, or says it late: the money is paid once, by order or by hand."""

import pytest

from cases.errors import CaseError
from record import outbox
from record.models import Order
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.roads import does, limit_passes, silent, to_the_end, until, whole
from workflows import verbs

pytestmark = pytest.mark.django_db


def test_a_credit_the_core_rejects_is_paid_by_hand_and_checked_by_a_second_person(staff):
    journey = until(Journey.begin(staff), "order_credit")

    roads.bank_says(journey, "credit", "rejected", "账户已销户")

    assert journey.waiting == {"pay_by_hand", "end_card"}
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
    assert journey.waiting == {"ask_core", "end_card"}


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

    assert journey.waiting == {"pay_by_hand", "end_card"}
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
    assert journey.told_kinds()[-1] == "order.late_confirmation"
    assert journey.case.money.filter(bookings__way="order").count() == 0
    whole(to_the_end(journey))


def test_a_no_that_comes_while_somebody_asks_the_core_opens_the_payment_by_hand(staff, time):
    """Else whoever asks could answer neither: "not booked" is refused for an order that was answered."""
    journey = Journey.begin(staff)
    silent_credit(journey, time)
    verbs.claim(journey.task("ask_core").uuid, user=staff.accounts_checker)

    roads.bank_says(journey, "credit", "rejected", "账户已销户")

    assert (journey.waiting, journey.ordered) == ({"pay_by_hand", "end_card"}, set())
    whole(to_the_end(journey))


def test_a_yes_that_comes_while_somebody_asks_the_core_goes_on_without_him(staff, time):
    journey = Journey.begin(staff)
    silent_credit(journey, time)

    assert roads.bank_says(journey, "credit") is True

    assert (journey.waiting, journey.ordered) == ({"end_card"}, {"order_restore"})
    assert len(journey.credited()) == 1
    whole(to_the_end(journey))
