"""Moments and spans in words, in the reader's language and in the zone that is active (the bank's)."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

MINUTE, HOUR = 60, 3600


def limit_day(due: datetime) -> tuple[date, str]:
    """Day and hour of a limit as people say it: midnight belongs to the day that ends, as 24:00."""
    local = timezone.localtime(due)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), f"{local:%H:%M}"


def limit_words(due: datetime, now: datetime) -> str:
    """When a limit ends: ``today 11:30``, ``tomorrow 24:00``, ``11-27 18:00``, ``2025-03-02 18:00``."""
    day, hour = limit_day(due)
    return _near(day, hour, timezone.localtime(now).date())


def _near(day: date, hour: str, today: date) -> str:
    match (day - today).days:
        case 0:
            return _("today %(time)s") % {"time": hour}
        case 1:
            return _("tomorrow %(time)s") % {"time": hour}
        case -1:
            return _("yesterday %(time)s") % {"time": hour}
    return f"{day_words(day, today)} {hour}"


def day_words(day: date, today: date) -> str:
    """``11-24``, or ``2025-11-24`` when it is another year; the same in both languages."""
    return f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"


def moment_words(moment: datetime, now: datetime, *, seconds: bool = False) -> str:
    """A fact's moment, ``11-24 09:12``; seconds for evidence and card controls."""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    hour = local.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{day_words(local.date(), today)} {hour}"


def span_words(span: timedelta) -> str:
    """A length of time, never negative, rounded down: ``26 min``, ``2 h 5 min``, ``1 day 14 h``, ``3 days``."""
    whole = max(int(span.total_seconds()), 0)
    days, rest = divmod(whole, 24 * HOUR)
    hours, minutes = rest // HOUR, rest % HOUR // MINUTE
    if days >= 2:
        return days_words(days)
    if days:
        return _("1 day %(hours)d h") % {"hours": hours} if hours else _("1 day")
    if hours:
        words = _("%(hours)d h %(minutes)d min") if minutes else _("%(hours)d h")
        return words % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min") % {"minutes": minutes} if minutes else _("under 1 min")


def days_words(days: int) -> str:
    """``3 days``; only for two and more, because one day is told in hours or as tomorrow."""
    return _("%(days)d days") % {"days": days}
