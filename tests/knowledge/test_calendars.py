"""Counting limits: the vectors of the regulation notes, both kinds of odd midnight, and laws that hold everywhere."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from knowledge.calendars import Unit, due, elapsed, is_late, last_day, reminder_at

SHANGHAI = "Asia/Shanghai"
ZONES = [SHANGHAI, "Europe/London", "America/New_York", "Pacific/Apia", "America/Havana", "Africa/Cairo", "UTC"]

moments = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
amounts = st.integers(0, 400)
zones = st.sampled_from(ZONES)
units = st.sampled_from(list(Unit))


def local(zone: str, *when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone))  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        ((2026, 9, 25), 15, (2026, 10, 10)),
        ((2026, 9, 25), 30, (2026, 10, 25)),
        ((2026, 9, 25), 60, (2026, 11, 24)),
        ((2026, 2, 6), 15, (2026, 2, 21)),
        ((2026, 2, 6), 30, (2026, 3, 8)),
        ((2026, 11, 20), 15, (2026, 12, 5)),
        ((2026, 11, 20), 30, (2026, 12, 20)),
        ((2026, 11, 20), 60, (2027, 1, 19)),
    ],
)
@pytest.mark.parametrize("time_of_day", [(0, 0), (9, 30), (23, 59)])
def test_the_statutory_days_end_at_midnight_after_the_last_day(received, days, expected, time_of_day):
    start = local(SHANGHAI, *received, *time_of_day)

    end = due(start, days, Unit.NATURAL_DAYS, SHANGHAI)

    assert last_day(end, SHANGHAI) == date(*expected)
    assert end == local(SHANGHAI, *expected, 0, 0) + timedelta(days=1)


def test_a_stop_of_a_payees_account_lasts_forty_eight_hours_to_the_second():
    start = local(SHANGHAI, 2026, 9, 30, 21, 15, 33)

    assert due(start, 48, Unit.HOURS, SHANGHAI) == local(SHANGHAI, 2026, 10, 2, 21, 15, 33)


def test_a_complaint_withdrawn_today_ends_today():
    assert due(local(SHANGHAI, 2026, 5, 1, 8), 0, Unit.NATURAL_DAYS, SHANGHAI) == local(SHANGHAI, 2026, 5, 2)


def test_the_last_instant_of_a_limit_is_late():
    end = due(local(SHANGHAI, 2026, 5, 1), 1, Unit.NATURAL_DAYS, SHANGHAI)

    assert not is_late(end, end - timedelta(microseconds=1))
    assert is_late(end, end)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", (2026, 3, 29), 23),
        ("Europe/London", (2026, 10, 25), 25),
        ("America/New_York", (2026, 3, 8), 23),
        ("America/New_York", (2026, 11, 1), 25),
        (SHANGHAI, (2026, 3, 29), 24),
    ],
)
def test_the_day_the_clocks_change_is_a_whole_day_and_hours_stay_hours(zone, day, hours):
    midnight = local(zone, *day)

    assert due(midnight, 0, Unit.NATURAL_DAYS, zone) - midnight.astimezone(UTC) == timedelta(hours=hours)
    assert due(midnight, 48, Unit.HOURS, zone) - midnight.astimezone(UTC) == timedelta(hours=48)


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        # Cairo jumps from 00:00 to 01:00: the day before ends where the jump is
        ("Africa/Cairo", (2026, 4, 23), (2026, 4, 23, 22)),
        # Havana puts 01:00 back to 00:00: midnight happens twice, the day before ends at the first
        ("America/Havana", (2026, 10, 31), (2026, 11, 1, 4)),
        # Apia never had 30 December 2011
        ("Pacific/Apia", (2011, 12, 29), (2011, 12, 30, 10)),
    ],
)
def test_a_midnight_that_is_missing_or_double_is_counted_once(zone, day, expected):
    assert due(local(zone, *day, 12), 0, Unit.NATURAL_DAYS, zone) == local("UTC", *expected)


@given(moments, amounts, units, zones)
def test_a_limit_never_ends_before_it_begins(start, amount, unit, zone):
    end = due(start, amount, unit, zone)

    assert end >= start
    assert end.tzinfo is UTC


@given(moments, st.integers(0, 10**7), amounts, units, zones)
def test_who_starts_later_or_has_more_never_ends_earlier(start, seconds, amount, unit, zone):
    later = start + timedelta(seconds=seconds)

    assert due(later, amount, unit, zone) >= due(start, amount, unit, zone)
    assert due(start, amount + 1, unit, zone) > due(start, amount, unit, zone)


@given(moments, amounts, st.sampled_from([Unit.MINUTES, Unit.HOURS]), zones, st.integers(-12, 12))
def test_minutes_and_hours_are_the_same_everywhere(start, amount, unit, zone, offset):
    told_elsewhere = start.astimezone(timezone(timedelta(hours=offset)))

    assert due(start, amount, unit, zone) == due(told_elsewhere, amount, unit, SHANGHAI)


@given(moments, amounts, zones)
def test_natural_days_end_where_the_local_day_turns(start, amount, zone):
    end = due(start, amount, Unit.NATURAL_DAYS, zone)

    before, after = (end - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    assert before.date() < after.date()
    assert last_day(end, zone) >= start.astimezone(ZoneInfo(zone)).date() + timedelta(days=amount - 1)


@given(moments, st.integers(1, 400), units, zones, st.floats(0, 1))
def test_a_reminder_falls_inside_its_limit(start, amount, unit, zone, fraction):
    end = due(start, amount, unit, zone)

    at = reminder_at(start, end, fraction)

    assert start <= at <= end
    assert elapsed(start, end, at) == pytest.approx(fraction, abs=1e-6)


def test_the_reminder_comes_at_four_fifths_unless_told_otherwise():
    start = local(SHANGHAI, 2026, 5, 1, 8)

    assert reminder_at(start, start + timedelta(hours=10)) == start + timedelta(hours=8)


def test_a_limit_without_length_is_used_up_at_once():
    start = local(SHANGHAI, 2026, 5, 1, 8)

    assert elapsed(start, start, start) == 1.0
    assert elapsed(start, start + timedelta(hours=1), start - timedelta(hours=1)) == 0.0
    assert elapsed(start, start + timedelta(hours=1), start + timedelta(hours=3)) == 3.0


@pytest.mark.parametrize(
    ("start", "amount", "unit", "zone"),
    [
        (datetime(2026, 5, 1), 1, Unit.HOURS, SHANGHAI),  # noqa: DTZ001
        (datetime(2026, 5, 1, tzinfo=UTC), -1, Unit.HOURS, SHANGHAI),
        (datetime(2026, 5, 1, tzinfo=UTC), 1, "working_days", SHANGHAI),
        (datetime(2026, 5, 1, tzinfo=UTC), 1, Unit.HOURS, "Asia/Atlantis"),
        (datetime(2026, 5, 1, tzinfo=UTC), 1, Unit.HOURS, "../etc/passwd"),
        (datetime(2026, 5, 1, tzinfo=UTC), 10**7, Unit.NATURAL_DAYS, SHANGHAI),
        (datetime(2026, 5, 1, tzinfo=UTC), 10**30, Unit.HOURS, SHANGHAI),
        (datetime(9999, 12, 31, tzinfo=UTC), 0, Unit.NATURAL_DAYS, SHANGHAI),
    ],
)
def test_what_cannot_be_counted_is_refused(start, amount, unit, zone):
    with pytest.raises(ValueError):  # noqa: PT011  (the message is for people)
        due(start, amount, unit, zone)


def test_a_reminder_outside_its_limit_is_refused():
    start = local(SHANGHAI, 2026, 5, 1, 8)

    with pytest.raises(ValueError, match="between the start and the end"):
        reminder_at(start, start, 1.5)


@pytest.mark.parametrize(
    ("begun", "years", "ended"),
    [
        ((2016, 5, 4), 10, (2026, 5, 5)),
        ((2016, 2, 29), 10, (2026, 3, 2)),  # no 29 February in 2026: a day longer, never shorter
        ((2016, 2, 29), 4, (2020, 3, 1)),
        ((2016, 12, 31), 1, (2018, 1, 1)),
    ],
)
def test_years_end_with_the_day_of_the_same_date(begun, years, ended):
    assert due(local(SHANGHAI, *begun, 14), years, Unit.YEARS, SHANGHAI) == local(SHANGHAI, *ended)
