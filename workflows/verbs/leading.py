"""Leading processes beside the case on when the case has moved: told, or withdrawn."""

from django.utils.translation import gettext as _

from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.kinds import LETTER_TOLD

from .. import kinds
from ..base import BesideFlow
from ..models import CaseProcess, StepTask
from ..nodes import Instruct, Wait
from .ending import tell_end


def lead_out(hand: Turn, process: CaseProcess, why: str) -> None:
    """Cancel what is open and go on at the flow's way out. CaseError: an order may still change something."""
    process.case, process.turn = hand.case, hand
    tasks = list(StepTask.objects.open().filter(process=process).order_by("id"))
    for task in tasks:
        task.process = process
        current = task.flow_task.activation_class(task)
        if isinstance(task.flow_task, Instruct) and current.may_have_arrived():
            # A card stopped or an account held after the withdrawal would stay so and nobody would know of it.
            title = task.flow_task.task_title
            raise CaseError(
                _("“%(order)s” has not been answered yet. Wait for it, or do it by hand first.") % {"order": title}
            )
        current.cancel()
        about = {"step": task.flow_task.name, "task": str(task.uuid)}
        hand.tell(kinds.STEP_CANCELLED, data={**about, "why": why})
    flow = process.flow_class
    way_out = flow.instance.node(flow.on_withdrawal)
    last = tasks[0].flow_task.activation_class(tasks[0])
    last._activate_next({way_out._create(last, tasks[0].token)})
    tell_end(hand, process)


def follow_decision(hand: Turn) -> None:
    """When this turn told the decision: what waited for it goes on, what it overtook ends. No query otherwise."""
    if not any(fact.kind is LETTER_TOLD for fact in hand.facts):
        return
    for process in CaseProcess.objects.beside().filter(case=hand.case, finished=None):
        process.case, process.turn = hand.case, hand
        flow: type[BesideFlow] = process.flow_class
        if flow.is_overtaken(process):
            lead_out(hand, process, "told")
        else:
            _go_on(hand, process)


def _go_on(hand: Turn, process: CaseProcess) -> None:
    for task in StepTask.objects.open().filter(process=process, flow_task_type="JOIN"):
        task.process = process
        if isinstance(task.flow_task, Wait):
            task.flow_task.activation_class(task).limit_passed()
            tell_end(hand, process)
