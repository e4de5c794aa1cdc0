"""What is left of a limit: the seven states of the desk, each a word, a shape and a colour, in this order."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from config.wording import moments

RESTS = "rests"


class State(StrEnum):
    """Name of the style class ``r-left--<state>``."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    OK = "ok"
    HOLD = "hold"
    DONE = "done"
    NONE = "none"


@dataclass(frozen=True)
class TimeLeft:
    """First line ``words``; second line ``limit`` (whose limit it is) and ``moment`` (when, or why not)."""

    state: State
    words: str
    limit: str
    moment: str

    @property
    def second_line(self) -> str:
        """``house limit · today 11:30``; empty when there is nothing to add."""
        return " · ".join(part for part in (self.limit, self.moment) if part)


def time_left(
    due: datetime | None,
    *,
    now: datetime,
    paused: datetime | None = None,
    done: datetime | None = None,
    kind: str = "",
    reason: str = "",
    outcome: str = "",
) -> TimeLeft:
    """The state of one clock in words of the active language.

    ``due`` is the first moment that is late; midnight is told as 24:00 of the day before. ``paused`` is since when
    the clock stands still, ``reason`` why; ``done`` when it ended, ``outcome`` with what.
    ``kind`` is law, house, promise or agreed; rests for a step whose limit does not run until something else ended.
    """
    limit = limit_name(kind)
    if done is not None:
        return _ended(done, due, now, limit, outcome)
    if paused is not None:
        return _on_hold(paused, now, reason)
    if due is None and kind == RESTS:
        return TimeLeft(State.NONE, _("no limit runs now"), "", reason or _("waits for what runs beside the case"))
    if due is None:
        return TimeLeft(State.NONE, _("no known limit"), "", reason or _("not counted before registration"))
    if due <= now:
        words = _("%(span)s late") % {"span": moments.span_words(now - due)}
        return TimeLeft(State.LATE, words, limit, moments.limit_words(due, now))
    return _running(due, now, limit)


def limit_name(kind: str) -> str:
    """Whose limit: of the law (``law``), of the bank (``house``), a ``promise`` or ``agreed``; else as it is given."""
    names = {"law": _("statutory limit"), "house": _("house limit"), "promise": _("promised"), "agreed": _("agreed")}
    return names.get(kind, kind)


def _running(due: datetime, now: datetime, limit: str) -> TimeLeft:
    days = (moments.limit_day(due)[0] - timezone.localtime(now).date()).days
    left = _("%(span)s left") % {"span": moments.span_words(due - now)}
    when = moments.limit_words(due, now)
    if days == 0:
        return TimeLeft(State.TODAY, left, limit, when)
    if days == 1:
        return TimeLeft(State.SOON, when, limit, left)
    # Counted as people count, by dates: on the 24th the 27th is three days away whatever the hour.
    return TimeLeft(State.OK, _("%(span)s left") % {"span": moments.days_words(days)}, limit, when)


def _on_hold(paused: datetime, now: datetime, reason: str) -> TimeLeft:
    since, today = timezone.localtime(paused).date(), timezone.localtime(now).date()
    words = _("not counted, day %(day)d") % {"day": max((today - since).days, 0) + 1}
    return TimeLeft(State.HOLD, words, _("clock stopped"), reason)


def _ended(done: datetime, due: datetime | None, now: datetime, limit: str, outcome: str) -> TimeLeft:
    day = moments.day_words(timezone.localtime(done).date(), timezone.localtime(now).date())
    words = _("%(day)s %(outcome)s") % {"day": day, "outcome": outcome or _("done")}
    # The first second of lateness counts, as it does while the clock runs.
    if due is not None and done >= due:
        late = _("%(span)s late") % {"span": moments.span_words(done - due)}
        return TimeLeft(State.DONE, words, limit, late)
    return TimeLeft(State.DONE, words, limit if due else "", moments.limit_words(due, now) if due else "")
