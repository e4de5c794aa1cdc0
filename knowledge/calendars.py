"""Counting time limits: plain Python, no Django, no database.

A limit counted in minutes or hours runs on exactly. A limit counted in natural days does not count the
starting day and ends at 24:00 of its last day in the zone of the case, that is at the next local midnight. Years end
the same way, on the day of the same date; begun on 29 February, on 1 March where the last year has no such day.
A limit is over as soon as the clock shows its end (`end <= now` is late).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Unit(StrEnum):
    """What a limit is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    NATURAL_DAYS = "natural_days"
    YEARS = "years"


def due(start: datetime, amount: int, unit: Unit | str, zone: str) -> datetime:
    """The instant at which a limit that began at `start` ends.

    `amount` in `unit`; `zone` an IANA name, used by natural days and years only. Returns UTC.
    ValueError: naive start, negative amount, unknown unit or zone, or an end beyond the year 9999.
    """
    begun = _instant(start)
    if amount < 0:
        raise ValueError("a limit cannot be negative")
    kind, place = Unit(unit), _zone(zone)
    try:
        if kind is Unit.NATURAL_DAYS:
            return _midnight_after(begun.astimezone(place).date() + timedelta(days=amount), place)
        if kind is Unit.YEARS:
            return _midnight_after(_years_after(begun.astimezone(place).date(), amount), place)
        return begun + timedelta(**{kind.value: amount})
    except OverflowError:
        raise ValueError("the limit ends beyond the calendar") from None


def last_day(end: datetime, zone: str) -> date:
    """The local date on which a limit that ends at `end` is still kept: 24:00 belongs to the day before."""
    return (_instant(end) - timedelta(microseconds=1)).astimezone(_zone(zone)).date()


def is_late(end: datetime, now: datetime) -> bool:
    """Whether the limit is over at `now`; its very last instant is already late."""
    return _instant(end) <= _instant(now)


def elapsed(start: datetime, end: datetime, now: datetime) -> float:
    """Share of the limit used at `now`: 0.0 at its start, 1.0 at its end, more when late, never below 0."""
    begun, ended, at = _instant(start), _instant(end), _instant(now)
    if at <= begun:
        return 0.0 if ended > begun else 1.0
    return (at - begun) / (ended - begun) if ended > begun else 1.0


def reminder_at(start: datetime, due: datetime, fraction: float = 0.8) -> datetime:
    """When to remind: at `fraction` of the way from start to due, in UTC. ValueError: fraction outside 0..1."""
    if not 0 <= fraction <= 1:
        raise ValueError("a reminder falls between the start and the end of its limit")
    begun, ended = _instant(start), _instant(due)
    return begun + max(ended - begun, timedelta()) * fraction


def _instant(moment: datetime) -> datetime:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a time limit needs a time with a zone")
    return moment.astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(f"unknown time zone {name!r}") from None


def _years_after(day: date, years: int) -> date:
    if day.year + years > date.max.year:
        raise OverflowError
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February: what has to be kept is kept a day longer, never shorter
        return date(day.year + years, 3, 1)


def _midnight_after(day: date, zone: ZoneInfo) -> datetime:
    # fold=0 is right on both kinds of odd midnight: one the clocks jump over becomes the instant of the jump,
    # one that happens twice is the first of the two, which is when the day before ends.
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)
