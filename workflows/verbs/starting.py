"""A case begins its flow."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb
from cases.actions import states
from cases.actions.turn import Turn, turn
from cases.errors import CaseError
from cases.models import Case

from .. import kinds
from ..base import CaseFlow
from ..flows import GeneralFlow
from ..models import CaseProcess, StepTask
from .hand import act_by
from .leading import lead_out
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


def start_handling(case: Case, *, user: User) -> CaseProcess:
    """Begin the handling of a complaint that has none yet: taken in before there was a flow for it, or imported.

    Twice is harmless: the second finds what the first began. A withdrawn one goes straight to its completion check.
    CaseError: completed, or no complaint of this kind.
    """
    with turn(case, user=user) as hand:
        act_by(hand, Verb.REGISTER, hand.case)
        running: CaseProcess | None = CaseProcess.objects.main().filter(case=hand.case).first()
        if running is not None:
            return running
        states.still_open(hand)
        if hand.case.kind != Case.Kind.GENERAL:
            raise CaseError(_("Only other complaints begin this way."))
        process = start(hand, GeneralFlow)
        if hand.case.withdrawn_at is not None:
            lead_out(hand, process, "withdrawn")
    return process
