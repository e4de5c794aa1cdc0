"""A process that reached its end says so."""

from viewflow.workflow import PROCESS

from cases.actions.turn import Turn

from .. import kinds
from ..models import CaseProcess


def tell_end(turn: Turn, process: CaseProcess) -> None:
    """Tell the journal when the engine has just finished the process."""
    if process.status == PROCESS.DONE:
        turn.tell(kinds.FLOW_ENDED, data={"flow": process.flow_class.__name__})
