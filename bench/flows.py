"""The card-fraud path as stock Viewflow would have it: same nodes, stock Process and Task, select-for-update lock."""

from typing import Any

from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.flow.views import UpdateProcessView


def yes(activation: Any) -> bool:
    """Every gateway goes the way of the main path."""
    return True


def page() -> Any:
    """A stock view; the bench drives activations, never the page."""
    return UpdateProcessView.as_view(fields=[])


def answered(activation: Any) -> Any:
    """The bank system's answer."""
    return activation.process


class PlainFlow(flow.Flow):
    """Plain card fraud"""

    lock_impl = lock.select_for_update_lock

    start = flow.StartHandle().Next(this.stop_loss)
    stop_loss = flow.View(page()).Next(this.wants_stop)
    wants_stop = flow.If(yes).Then(this.order_stop).Else(this.end)
    order_stop = flow.Handle(answered).Next(this.list_transactions)
    list_transactions = flow.Handle(answered).Next(this.trace)
    trace = flow.View(page()).Next(this.decide)
    decide = flow.View(page()).Next(this.propose)
    propose = flow.View(page()).Next(this.approve)
    approve = flow.View(page()).Next(this.tell)
    tell = flow.View(page()).Next(this.pays_anything)
    pays_anything = flow.If(yes).Then(this.pay).Else(this.end)
    pay = flow.View(page()).Next(this.check_payment)
    check_payment = flow.View(page()).Next(this.order_credit)
    order_credit = flow.Handle(answered).Next(this.is_credit_card)
    is_credit_card = flow.If(yes).Then(this.order_restore).Else(this.end)
    order_restore = flow.Handle(answered).Next(this.card_is_stopped)
    card_is_stopped = flow.If(yes).Then(this.end_card).Else(this.end)
    end_card = flow.View(page()).Next(this.order_card_end)
    order_card_end = flow.Handle(answered).Next(this.close)
    close = flow.View(page()).Next(this.archive)
    archive = flow.View(page()).Next(this.end)
    end = flow.End()
