"""A case begins its flow."""

from typing import Any

from accounts.permissions import Verb
from cases.actions.turn import Turn

from .. import kinds
from ..base import CaseFlow
from ..models import CaseProcess, StepTask
from .stepwork import finish_in, take_in


def start(turn: Turn, flow: type[CaseFlow]) -> CaseProcess:
    """Start the flow on the case in hand, in the same transaction."""
    turn.tell(kinds.FLOW_STARTED, data={"flow": flow.__name__})
    process: CaseProcess = flow.start.run(turn=turn)
    return process


def start_with(turn: Turn, flow: type[CaseFlow], **answers: Any) -> CaseProcess:
    """Start the flow and finish its first step with these answers: what the call itself gives needs no second page.

    Whoever may stop the loss does the step, whichever post it waits for: a stop is held up by nobody's post.
    """
    process = start(turn, flow)
    first = StepTask.objects.open().get(process=process)
    first.process, first.case = process, turn.case
    take_in(turn, first, by=Verb.STOP_LOSS)
    finish_in(turn, first, answers)
    return process
