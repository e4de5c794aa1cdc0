"""The archive opens for a customer who is not content, and closes again when that has ended.

The law's thirty days to apply for a review may be longer than it took to archive the file; the archive takes no right.
"""

from cases import kinds_review, rules
from cases.actions.turn import Turn
from cases.models import Case

State = Case.State


def take_out(turn: Turn) -> None:
    """An archived file is completed, and no more, while something new runs. `archived_at` stays: it was there."""
    if turn.case.state == State.ARCHIVED:
        turn.case.state = State.DONE
        turn.case.save(update_fields=["state"])
        turn.tell(kinds_review.ARCHIVE_OPENED, changed=[turn.case])


def put_back(turn: Turn) -> None:
    """A file that was taken out goes back when nothing runs beside it any more."""
    case = turn.case
    if case.state == State.DONE and case.archived_at is not None and not rules.runs_beside(case):
        case.state, case.archived_at = State.ARCHIVED, turn.now
        case.save(update_fields=["state", "archived_at"])
        turn.tell(kinds_review.ARCHIVE_CLOSED, changed=[case])
