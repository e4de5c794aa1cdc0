"""A step that is no longer needed, and a complaint taken back 撤回投诉."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, refusal
from cases import rules
from cases.actions import closing
from cases.actions.turn import Turn, turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, MoneyEntry
from record import outbox
from record.models import Order

from .. import kinds
from ..models import CaseProcess, StepTask
from ..nodes import Step
from .hand import open_task
from .stepwork import about, activation


def cancel(step: UUID, *, user: User, why: str) -> StepTask:
    """Drop a step's hold and open it anew: what was begun is thrown away, the flow never loses its place."""
    with turn(step=step, user=user) as hand:
        task = open_task(hand, step)
        if not isinstance(task.flow_task, Step):
            raise NotAllowed(_("Only a person's step can be cancelled."))
        if (sentence := refusal(user, Verb.CANCEL_STEP, task)) is not None:
            raise NotAllowed(sentence)
        current = activation(task)
        previous = task.previous.get()
        current.cancel()
        hand.tell(kinds.STEP_CANCELLED, data={**about(task), "why": why})
        previous.process = task.process
        before = previous.flow_task.activation_class(previous)
        before._activate_next({task.flow_task._create(before, task.token)})
    return task


def withdraw(case: Case, *, user: User, reason: str, means: str) -> Case:
    """The customer takes it back: ends the same day (CBIRC 2020 No.3 art. 15); what protects him is still undone."""
    with turn(case, user=user) as hand:
        if (sentence := refusal(user, Verb.WITHDRAW, hand.case)) is not None:
            raise NotAllowed(sentence)
        _refuse_when_money_moves(hand.case)
        _refuse_when_a_stop_is_on_its_way(hand.case)
        closing.withdraw(hand, reason=reason, means=means)
        for process in hand.case.processes.filter(finished=None):
            _lead_out(hand, process, reason)
    return hand.case


def _refuse_when_money_moves(case: Case) -> None:
    if case.money.filter(state__in=[MoneyEntry.State.ORDERED, MoneyEntry.State.BOOKED]).exists():
        raise CaseError(_("Money of this case is already on its way; finish the case instead."))


def _refuse_when_a_stop_is_on_its_way(case: Case) -> None:
    """A card stopped after the withdrawal would stay stopped and nobody would know of it."""
    asked = Order.objects.filter(subject=case.uuid, operation="stop_card", state__in=outbox.OPEN)
    if asked.exists() and not rules.is_card_stopped(case):
        raise CaseError(
            _("The order to stop the card has not been answered yet. Wait for it, or stop the card by hand first.")
        )


def _lead_out(hand: Turn, process: CaseProcess, reason: str) -> None:
    """Cancel what is open and go on at the flow's way out for withdrawn cases."""
    process.case, process.turn = hand.case, hand
    tasks = list(StepTask.objects.open().filter(process=process))
    for task in tasks:
        task.process = process
        activation(task).cancel()
        hand.tell(kinds.STEP_CANCELLED, data={**about(task), "why": "withdrawn"})
    flow = process.flow_class
    way_out = flow.instance.node(flow.on_withdrawal)
    last = activation(tasks[0])
    last._activate_next({way_out._create(last, tasks[0].token)})
