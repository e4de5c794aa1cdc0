"""How far a case must be, and when things may have happened: asked at the beginning of an action."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from cases import rules
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Case

State = Case.State


def undecided(turn: Turn) -> None:
    """The decision has not been told yet, nor the complaint withdrawn. CaseError otherwise."""
    _must_be(turn, {State.OPEN}, _("The decision has been told; this cannot be changed any more."))
    if turn.case.withdrawn_at is not None:
        raise CaseError(_("The complaint was withdrawn."))


def told(turn: Turn) -> None:
    """The decision has been told and the case is not completed."""
    _must_be(turn, {State.TOLD}, _("The decision must be told to the customer first, and the case still open."))


def over(turn: Turn) -> None:
    """The decision has been told, or the complaint withdrawn, and the case is not completed."""
    still_open(turn)
    if not rules.is_over(turn.case):
        raise CaseError(_("The decision must be told to the customer first."))


def still_open(turn: Turn) -> None:
    """The customer's side is not whole yet."""
    _must_be(turn, {State.OPEN, State.TOLD}, _("The case is completed."))


def done(turn: Turn) -> None:
    """The case is completed and not archived."""
    _must_be(turn, {State.DONE}, _("Only a completed case can be archived, and only once."))


def not_archived(turn: Turn) -> None:
    """The file is not in the archive."""
    _must_be(turn, {State.OPEN, State.TOLD, State.DONE}, _("The file is in the archive."))


def _must_be(turn: Turn, states: set[Case.State], otherwise: str) -> None:
    if turn.case.state not in states:
        raise CaseError(otherwise)


def happened(moment: datetime, turn: Turn, *, field: str, since: datetime | None = None) -> datetime:
    """A moment somebody typed: with a zone, not to come, not before `since` (to the minute). CaseError at `field`."""
    if moment.utcoffset() is None:
        raise CaseError(_("The time needs a time zone."), field=field)
    # A bank system has its own clock, which may be ahead of ours: its answer is a fact all the same.
    if turn.user is not None and moment > turn.now:
        raise CaseError(_("This time is still to come."), field=field)
    # People type minutes: 10:00 is not before 10:00:30.
    if since is not None and moment < since - timedelta(seconds=since.second, microseconds=since.microsecond):
        raise CaseError(_("This time is too early."), field=field)
    return moment
