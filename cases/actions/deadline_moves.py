"""A running limit is moved: it stands still and runs again, is put off, gives way to an agreed date and leads again."""

from datetime import datetime, timedelta

from cases import kinds, kinds_terms
from cases.actions import deadlines
from cases.actions.turn import Turn
from cases.models import Deadline
from knowledge import calendars


def pause(turn: Turn, deadline: Deadline, *, at: datetime, why: str) -> None:
    """A running limit stands from `at`, in a span that does not count; no alarm sounds meanwhile."""
    deadline.spans.filter(ended_at=None).update(ended_at=at)
    deadline.spans.create(counts=False, began_at=at, why=why)
    Deadline.objects.filter(pk=deadline.pk, ended_at=None).update(next_alarm_at=None)
    turn.tell(kinds.DEADLINE_PAUSED, data=deadlines.said(deadline), happened_at=at)


def resume(turn: Turn, deadline: Deadline, *, at: datetime, later_by: timedelta) -> None:
    """It runs again from `at` and ends `later_by` later; levels that sounded before do not sound again."""
    deadline.spans.filter(ended_at=None).update(ended_at=at)
    deadline.spans.create(counts=True, began_at=at)
    later(turn, deadline, later_by)
    turn.tell(kinds.DEADLINE_RESUMED, data=deadlines.said(deadline), happened_at=at)


def put_off(turn: Turn, deadline: Deadline, *, by: timedelta) -> None:
    """A running limit of the house ends so much later, because the law gave more time for what it leads to."""
    later(turn, deadline, by)
    turn.tell(kinds_terms.DEADLINE_PUT_OFF, data=deadlines.said(deadline))


def give_way(turn: Turn, deadline: Deadline) -> None:
    """Another date was agreed and leads: the limit is kept as it is, and sounds no alarm."""
    deadline.overridden_at = turn.now
    _arm(turn, deadline)
    turn.tell(kinds_terms.DEADLINE_GAVE_WAY, data=deadlines.said(deadline))


def lead_again(turn: Turn, deadline: Deadline) -> None:
    """The agreement ended: the limit is as it was, and what it did not sound meanwhile it sounds now."""
    deadline.overridden_at = None
    _arm(turn, deadline)
    turn.tell(kinds_terms.DEADLINE_LEADS, data=deadlines.said(deadline))


def stands_since(deadline: Deadline) -> datetime | None:
    """Since when the limit stands still; none when it runs."""
    span = deadline.spans.filter(ended_at=None, counts=False).first()
    return span.began_at if span else None


def later(turn: Turn, deadline: Deadline, by: timedelta) -> None:
    """Move the end of a running limit, and its reminder with it."""
    deadline.due_at += by
    deadline.reminder_at = calendars.reminder_at(deadline.started_at, deadline.due_at, deadlines.REMIND_AT)
    _arm(turn, deadline)


def _arm(turn: Turn, deadline: Deadline) -> None:
    """Write when it ends and when its next alarm sounds; none while it stands still or another date leads."""
    deadline.case = turn.case
    quiet = deadline.overridden_at is not None or stands_since(deadline) is not None
    moved = {
        "due_at": deadline.due_at,
        "reminder_at": deadline.reminder_at,
        "overridden_at": deadline.overridden_at,
        "next_alarm_at": None if quiet else deadlines.next_alarm(deadline),
    }
    Deadline.objects.filter(pk=deadline.pk, ended_at=None).update(**moved)
