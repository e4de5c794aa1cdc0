"""A flow of its own is opened beside the case: slips and chargeback, an inquiry letter, a police report."""

from typing import Any

from accounts.models import User
from cases.actions.turn import turn
from cases.models import Case

from .. import kinds
from ..base import BesideFlow
from ..models import CaseProcess
from .ending import rest_or_wake
from .hand import act_by
from .stepwork import AnswersRefused


def open_beside(case: Case, flow: type[BesideFlow], *, user: User, answers: Any) -> CaseProcess:
    """Open the flow with what its opening form asks. Many of a kind may run on one case, also after completion.

    Raises NotAllowed, AnswersRefused, CaseError (the file is in the archive, the transaction has one running).
    """
    with turn(case, user=user) as hand:
        act_by(hand, flow.opening, hand.case)
        form = flow.opening_form(answers, case=hand.case)
        if not form.is_valid():
            raise AnswersRefused(form)
        matter = form.open(hand)
        hand.tell(kinds.FLOW_OPENED, data={"flow": flow.__name__, "matter": str(matter.uuid)})
        process: CaseProcess = flow.start.run(turn=hand, matter=matter)
        rest_or_wake(hand)
    return process
