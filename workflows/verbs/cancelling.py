"""A step that is no longer needed, and a complaint taken back 撤回投诉."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb
from cases import free_text
from cases.actions import closing
from cases.actions.turn import Turn, turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, MoneyEntry

from .. import kinds
from ..models import CaseProcess, StepTask
from ..nodes import Instruct, Step
from .hand import act_by, open_task
from .stepwork import about, activation


def cancel(step: UUID, *, user: User, why: str) -> StepTask:
    """Drop a step's hold and open it anew: what was begun is thrown away, the flow never loses its place."""
    why = free_text.written(why, field="why", required=True)
    with turn(step=step, user=user) as hand:
        task = open_task(hand, step)
        if not isinstance(task.flow_task, Step):
            raise NotAllowed(_("Only a person's step can be cancelled."))
        act_by(hand, Verb.CANCEL_STEP, task)
        current = activation(task)
        previous = task.previous.get()
        current.cancel()
        hand.tell(kinds.STEP_CANCELLED, data={**about(task), "why": "cancelled"}, personal={"reason": why})
        previous.process = task.process
        before = previous.flow_task.activation_class(previous)
        anew = task.flow_task._create(before, task.token)
        before._activate_next({anew})
        _keep_who_returned(task, anew.task)
    return task


def _keep_who_returned(task: StepTask, anew: StepTask) -> None:
    """A step that came back for change still did, whoever works on it next."""
    if task.returned_by_id is not None:
        anew.returned_by_id = task.returned_by_id
        anew.save(update_fields=["returned_by"])


def withdraw(case: Case, *, user: User, reason: str, means: str) -> Case:
    """The customer takes the complaint back (CBIRC 2020 No.3 art. 15: it ends the same day).

    What protects him is undone next: a stopped card gets its end, nothing is decided any more. CaseError: told already,
    money under way, or an order that may still stop his card or hold his account.
    """
    with turn(case, user=user) as hand:
        act_by(hand, Verb.WITHDRAW, hand.case)
        _refuse_when_money_moves(hand.case)
        closing.withdraw(hand, reason=reason, means=means)
        for process in hand.case.processes.filter(finished=None):
            lead_out(hand, process)
    return hand.case


def _refuse_when_money_moves(case: Case) -> None:
    if case.money.filter(state__in=[MoneyEntry.State.ORDERED, MoneyEntry.State.BOOKED]).exists():
        raise CaseError(_("Money of this case is already on its way; finish the case instead."))


def lead_out(hand: Turn, process: CaseProcess) -> None:
    """Cancel what is open and go on at the flow's way out for withdrawn cases."""
    process.case, process.turn = hand.case, hand
    tasks = list(StepTask.objects.open().filter(process=process).order_by("id"))
    for task in tasks:
        task.process = process
        current = activation(task)
        if isinstance(task.flow_task, Instruct) and current.may_have_arrived():
            # A card stopped or an account held after the withdrawal would stay so and nobody would know of it.
            title = task.flow_task.task_title
            raise CaseError(
                _("“%(order)s” has not been answered yet. Wait for it, or do it by hand first.") % {"order": title}
            )
        current.cancel()
        hand.tell(kinds.STEP_CANCELLED, data={**about(task), "why": "withdrawn"})
    flow = process.flow_class
    way_out = flow.instance.node(flow.on_withdrawal)
    last = activation(tasks[0])
    last._activate_next({way_out._create(last, tasks[0].token)})
