"""What happens to a payment order, for stories about money."""

from cases.actions import money
from cases.models import Booking
from record import clock, outbox
from record.models import Order
from tests.cases.stories import Story


def states(story: Story) -> set[str]:
    return set(story.case.money.values_list("state", flat=True))


def sent(order: Order) -> Order:
    """A worker took the order: it may have arrived."""
    order.state, order.attempts, order.sent_at = Order.State.SENT, 1, clock.now()
    order.save()
    return order


def credited(story: Story, order: Order, receipt: str = "L1") -> list[Booking]:
    with story.system() as hand:
        return money.credited(hand, order=order, receipt=receipt, booked_at=hand.now)


def rejected(story: Story, order: Order) -> None:
    """The core ledger said no, as the worker takes its answer."""
    with story.system() as hand:
        outbox.answered(order, state="rejected", answer={"reason": "no"})
        money.credit_rejected(hand, order=order, reason="账户状态异常")
