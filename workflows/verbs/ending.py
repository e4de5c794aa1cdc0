"""A process that reached its end says so; limits that rest while something runs beside the case wake with it."""

from viewflow.workflow import PROCESS

from cases.actions import archiving, deadlines
from cases.actions.turn import Turn

from .. import kinds
from ..models import CaseProcess, StepTask


def tell_end(turn: Turn, process: CaseProcess) -> None:
    """Tell the journal when the engine has just finished the process."""
    if process.status == PROCESS.DONE:
        turn.tell(kinds.FLOW_ENDED, data={"flow": process.flow_class.__name__})
        if process.subject is not None:
            rest_or_wake(turn)
            archiving.put_back(turn)


def rest_or_wake(turn: Turn) -> None:
    """A step that cannot be done while something runs beside the case has no limit until that has ended."""
    for task in StepTask.objects.open().human().filter(case=turn.case).select_related("process"):
        node = task.flow_task
        if node.rests is None:
            continue
        rests = node.rests(turn.case)
        if rests and task.due_at is not None:
            deadlines.stop(turn, subject=task.uuid, outcome="cancelled")
            task.due_at = None
        elif not rests and task.due_at is None and not turn.case.imported_from:
            task.due_at = deadlines.start(turn, node.limit, subject=task.uuid).due_at
        else:
            continue
        task.save(update_fields=["due_at"])
