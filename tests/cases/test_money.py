"""Paying: one order for what was approved, booked exactly once; by hand in three situations and in no other."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.roles import Role
from cases.actions import control, money, proposal
from cases.errors import CaseError
from cases.models import Booking
from record import clock
from record.models import Order
from tests.cases.payments import credited, rejected, sent, states
from tests.cases.stories import Story, principal, task

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return Story()


# by order -------------------------------------------------------------------------------------------------------------


def test_one_order_pays_all_approved_lines(story: Story) -> None:
    order = story.ordered("100.00", "50.00")
    entries = {str(entry.uuid): entry for entry in story.case.money.all()}
    assert (order.system, order.operation) == ("core", "credit")
    assert order.payload == {
        "token": story.case.card.token,
        "amount": "150.00",
        "currency": "CNY",
        "lines": [
            {
                "entry": uuid,
                "kind": "principal",
                "amount": f"{entry.amount:.2f}",
                "transaction": entry.transaction.bank_id,
            }
            for uuid, entry in entries.items()
        ],
    }
    assert states(story) == {"ordered"}
    assert money.to_pay(story.case) == Decimal("150.00")
    assert not money.is_paid(story.case)
    assert money.order_of(story.case) == order


def test_nothing_is_ordered_twice(story: Story) -> None:
    story.ordered("100.00")
    for act in (money.prepare_payment, money.check_payment, lambda hand: money.order_credit(hand, task=task())):
        with pytest.raises(CaseError), story.turn(Role.ACCOUNTS_CHECKER) as hand:
            act(hand)
    assert Order.objects.filter(operation="credit").count() == 1


def test_nothing_is_paid_before_the_customer_was_told(story: Story) -> None:
    story.approved("100.00")
    for act in (
        money.prepare_payment,
        money.check_payment,
        lambda hand: money.order_credit(hand, task=task()),
        lambda hand: money.order_restore(hand, task=task()),
        lambda hand: money.book_by_hand(hand, receipt="V1", booked_at=hand.now),
    ):
        with pytest.raises(CaseError), story.turn(Role.ACCOUNTS_MAKER) as hand:
            act(hand)
    assert states(story) == {"approved"}


def test_a_confirmation_books_every_line_once(story: Story) -> None:
    order = story.ordered("100.00", "50.00")
    first = credited(story, order)
    assert {(row.receipt, row.way, row.order_key) for row in first} == {("L1", "order", order.key)}
    assert len(first) == 2
    # when it answers again
    assert credited(story, order, "L2") == []
    # then nothing more is booked, and both answers are told
    assert Booking.objects.count() == 2
    assert states(story) == {"booked"}
    assert money.is_paid(story.case)
    assert story.facts()[-2:] == ["money.credited", "order.repeated"]


def test_a_rejection_gives_the_lines_back(story: Story) -> None:
    order = story.ordered("100.00")
    rejected(story, order)
    assert states(story) == {"approved"}
    assert "账户状态" not in story.fact("money.rejected").body
    with story.turn(Role.ACCOUNTS_CHECKER) as hand:
        assert money.order_credit(hand, task=task()).key != order.key


def test_what_a_person_reads_at_the_core_answers_the_order(story: Story) -> None:
    order = sent(story.ordered("100.00"))
    with story.turn(Role.ACCOUNTS_CHECKER) as hand:
        money.credited(hand, order=order, receipt="L-READ", booked_at=hand.now)
    order.refresh_from_db()
    assert (order.state, order.answer["receipt"]) == ("confirmed", "L-READ")
    assert credited(story, order) == []


@pytest.mark.parametrize("hours", [-100, 100])
def test_what_a_person_reads_happened_after_the_order_and_before_now(story: Story, hours: int) -> None:
    order = sent(story.ordered("100.00"))
    with pytest.raises(CaseError) as refused, story.turn(Role.ACCOUNTS_CHECKER) as hand:
        money.credited(hand, order=order, receipt="L", booked_at=clock.now() + timedelta(hours=hours))
    assert refused.value.field == "booked_at"


def test_an_order_of_another_case_books_nothing_here(story: Story) -> None:
    other = Story(bank=story.bank)
    order = other.ordered("100.00")
    story.ordered("100.00")
    for act in (
        lambda hand: money.credited(hand, order=order, receipt="L1", booked_at=hand.now),
        lambda hand: money.credit_rejected(hand, order=order, reason="x"),
        lambda hand: money.not_booked(hand, order=order, enquiry="E1"),
    ):
        with pytest.raises(CaseError), story.system() as hand:
            act(hand)
    assert states(story) == states(other) == {"ordered"}


def test_a_stop_of_the_card_is_no_payment(story: Story) -> None:
    story.ordered("100.00")
    with story.turn() as hand:
        order = control.order_loss_report(hand, task=task())
    with pytest.raises(CaseError), story.system() as hand:
        money.credited(hand, order=order, receipt="L1", booked_at=hand.now)


# the account ----------------------------------------------------------------------------------------------------------


def test_the_dispute_comes_off_the_account_once_told(story: Story) -> None:
    story.told("100.00")
    with story.turn(Role.ACCOUNTS_MAKER) as hand:
        order = money.order_restore(hand, task=task())
    nothing = {name: [] for name in ("lines", "instalments", "points")}
    assert order.payload == {"token": story.case.card.token, "currency": "CNY", **nothing}
    with story.system() as hand:
        money.restored(hand, receipt="R1", at=hand.now)
        money.restored(hand, receipt="R1", at=hand.now)
    assert story.case.evidence.filter(kind="restore_receipt", reference="R1").count() == 1
    assert story.facts()[-1] == "money.restored"


def test_without_an_order_there_is_none_to_ask_about(story: Story) -> None:
    story.told("100.00")
    with pytest.raises(CaseError):
        money.order_of(story.case)


def test_a_proposal_to_pay_nothing_leaves_nothing_to_pay(story: Story) -> None:
    story.decided("100.00", bank="0.00")
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        proposal.propose(hand, lines=[], reasons="持卡人本人交易。")
    with story.turn(Role.OUTLET_HEAD) as hand:
        proposal.approve(hand)
    assert money.is_paid(story.case)
    assert money.to_pay(story.case) == Decimal("0.00")
    assert principal(story.case.transactions.get()).amount == 0
