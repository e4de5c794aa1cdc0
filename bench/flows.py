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
    stop_loss = flow.View(page()).Next(this.at_once)
    at_once = (
        flow.Split()
        .Next(this.wants_stop)
        .Next(this.check_real_card)
        .Next(this.first_contact)
        .Next(this.stop_companions)
        .Next(this.is_credit_card)
        .Next(this.ask_for_logs)
    )
    wants_stop = flow.If(yes).Then(this.order_stop).Else(this.end)
    order_stop = flow.Handle(answered).Next(this.list_transactions)
    list_transactions = flow.Handle(answered).Next(this.trace)
    check_real_card = flow.View(page()).Next(this.ready_to_decide)
    ask_for_logs = flow.Function(answered).Next(this.keep_evidence)
    keep_evidence = flow.View(page()).Next(this.ready_to_decide)
    # a stock Join takes the roads of one fork only, so these two end a place earlier than ours
    first_contact = flow.View(page()).Next(this.ready_to_decide)
    stop_companions = flow.View(page()).Next(this.ready_to_decide)
    # the stock roads of a fork inside a fork come together by themselves before they join the others
    is_credit_card = flow.If(yes).Then(this.protect_account).Else(this.end)
    protect_account = flow.Split().Next(this.order_hold).Next(this.stop_collection).Next(this.mark_credit_record)
    order_hold = flow.Handle(answered).Next(this.protected)
    stop_collection = flow.View(page()).Next(this.protected)
    mark_credit_record = flow.View(page()).Next(this.protected)
    protected = flow.Join().Next(this.ready_to_decide)
    trace = flow.View(page()).Next(this.ready_to_decide)
    ready_to_decide = flow.Join().Next(this.decide)
    decide = flow.View(page()).Next(this.needs_panel)
    needs_panel = flow.If(yes).Then(this.propose).Else(this.end)
    propose = flow.View(page()).Next(this.approve)
    approve = flow.View(page()).Next(this.draft_letter)
    draft_letter = flow.View(page()).Next(this.in_writing)
    in_writing = flow.If(yes).Then(this.tell).Else(this.end)
    tell = flow.View(page()).Next(this.put_right)
    put_right = (
        flow.Split()
        .Next(this.pays_anything)
        .Next(this.card_is_stopped)
        .Next(this.needs_credit_check)
        .Next(this.judge_risk)
        .Next(this.collection_is_stopped)
        .Next(this.record_is_marked)
    )
    needs_credit_check = flow.If(yes).Then(this.correct_credit_record).Else(this.end)
    correct_credit_record = flow.View(page()).Next(this.whole)
    judge_risk = flow.View(page()).Next(this.whole)
    pays_anything = flow.If(yes).Then(this.pay).Else(this.end)
    pay = flow.View(page()).Next(this.check_payment)
    check_payment = flow.View(page()).Next(this.order_credit)
    order_credit = flow.Handle(answered).Next(this.needs_restoring)
    needs_restoring = flow.If(yes).Then(this.order_restore).Else(this.end)
    order_restore = flow.Handle(answered).Next(this.is_held_again)
    is_held_again = flow.If(yes).Then(this.whole).Else(this.end)
    collection_is_stopped = flow.If(yes).Then(this.end_collection).Else(this.end)
    end_collection = flow.View(page()).Next(this.whole)
    record_is_marked = flow.If(yes).Then(this.end_credit_mark).Else(this.end)
    end_credit_mark = flow.View(page()).Next(this.whole)
    card_is_stopped = flow.If(yes).Then(this.end_card).Else(this.end)
    end_card = flow.View(page()).Next(this.order_card_end)
    order_card_end = flow.Handle(answered).Next(this.whole)
    whole = flow.Join().Next(this.close)
    close = flow.View(page()).Next(this.call_back)
    call_back = flow.View(page()).Next(this.archive)
    archive = flow.View(page()).Next(this.end)
    end = flow.End()
