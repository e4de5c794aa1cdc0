"""A receipt is typed in three situations and in no other; what an order books afterwards is an alarm."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.roles import Role
from cases.actions import money
from cases.errors import CaseError
from cases.models import Booking
from record import clock, outbox
from record.models import Order
from tests.cases.payments import credited, rejected, sent, states
from tests.cases.stories import Story

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=60)


@pytest.fixture
def story() -> Story:
    return Story()


def by_hand(story: Story) -> list[Booking]:
    with story.turn(Role.ACCOUNTS_CHECKER) as hand:
        return money.book_by_hand(hand, receipt="V-77", booked_at=hand.now)


def never_ordered(story: Story) -> None:
    story.told("100.00")


def never_sent(story: Story) -> None:
    story.ordered("100.00")


def was_rejected(story: Story) -> None:
    rejected(story, sent(story.ordered("100.00")))


def core_said_not_booked(story: Story) -> None:
    order = sent(story.ordered("100.00"))
    with story.turn(Role.ACCOUNTS_CHECKER) as hand:
        money.not_booked(hand, order=order, enquiry="E-5")


@pytest.mark.parametrize("situation", [never_ordered, never_sent, was_rejected, core_said_not_booked])
def test_by_hand_when_no_order_can_be_booked_any_more(story: Story, situation: Callable[[Story], None]) -> None:
    situation(story)
    (booking,) = by_hand(story)
    assert (booking.way, booking.receipt) == ("receipt", "V-77")
    assert states(story) == {"booked"}
    assert set(Order.objects.filter(operation="credit").values_list("state", flat=True)) <= {"void"}
    assert story.facts()[-1] == "money.typed"


def on_its_way(story: Story) -> None:
    order = sent(story.ordered("100.00"))
    order.claimed_until = clock.now() + LEASE
    order.save()


def sent_and_silent(story: Story) -> None:
    sent(story.ordered("100.00"))


def unknown(story: Story) -> None:
    order = sent(story.ordered("100.00"))
    outbox.postpone(order, clock.now())


def confirmed_and_not_yet_taken(story: Story) -> None:
    outbox.answered(sent(story.ordered("100.00")), state="confirmed", answer={})


def booked(story: Story) -> None:
    story.paid("100.00")


@pytest.mark.parametrize("situation", [on_its_way, sent_and_silent, unknown, confirmed_and_not_yet_taken, booked])
def test_never_by_hand_while_an_order_may_be_booked(story: Story, situation: Callable[[Story], None]) -> None:
    situation(story)
    before = Booking.objects.count(), states(story)
    with pytest.raises(CaseError):
        by_hand(story)
    assert (Booking.objects.count(), states(story)) == before


def test_a_typed_receipt_is_of_the_time_between_approval_and_now(story: Story) -> None:
    story.told("100.00")
    for moment in (clock.now() + timedelta(hours=1), clock.now() - timedelta(hours=1)):
        with pytest.raises(CaseError) as refused, story.turn(Role.ACCOUNTS_CHECKER) as hand:
            money.book_by_hand(hand, receipt="V-77", booked_at=moment)
        assert refused.value.field == "booked_at"
    with pytest.raises(CaseError) as refused, story.turn(Role.ACCOUNTS_CHECKER) as hand:
        money.book_by_hand(hand, receipt=" ", booked_at=hand.now)
    assert refused.value.field == "receipt"


@pytest.mark.parametrize("situation", [never_sent, was_rejected, core_said_not_booked])
def test_a_late_confirmation_of_a_void_order_is_an_alarm_and_no_booking(
    story: Story, situation: Callable[[Story], None]
) -> None:
    situation(story)
    by_hand(story)
    assert credited(story, money.order_of(story.case), "L-LATE") == []
    assert Booking.objects.count() == 1
    entry = story.fact("order.late_confirmation")
    assert entry.data["receipt"] == "L-LATE"
    assert "L-LATE" in entry.say()


def test_a_confirmation_after_a_rejection_is_an_alarm_too(story: Story) -> None:
    order = story.ordered("100.00")
    rejected(story, order)
    assert credited(story, order) == []
    assert story.facts()[-1] == "order.late_confirmation"
    assert states(story) == {"approved"}


@pytest.mark.parametrize("situation", [confirmed_and_not_yet_taken, was_rejected, core_said_not_booked])
def test_an_answered_order_needs_no_enquiry(story: Story, situation: Callable[[Story], None]) -> None:
    situation(story)
    with pytest.raises(CaseError), story.turn(Role.ACCOUNTS_CHECKER) as hand:
        money.not_booked(hand, order=money.order_of(story.case), enquiry="E-6")


def test_an_order_in_a_workers_hand_is_not_voided(story: Story) -> None:
    on_its_way(story)
    with pytest.raises(CaseError), story.turn(Role.ACCOUNTS_CHECKER) as hand:
        money.not_booked(hand, order=money.order_of(story.case), enquiry="E-6")
    assert states(story) == {"ordered"}


def test_the_enquiry_stands_in_the_journal(story: Story) -> None:
    core_said_not_booked(story)
    assert story.fact("money.not_booked").data["enquiry"] == "E-5"
    assert states(story) == {"approved"}
