"""The one clock."""

from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

import pytest

from record import clock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_it_runs_and_knows_its_zone():
    first, second = clock.now(), clock.now()

    assert first <= second
    assert first.tzinfo is UTC


def test_it_stands_where_it_is_put_and_runs_again_afterwards():
    with clock.at(NOON):
        assert clock.now() == clock.now() == NOON

    assert clock.now() > NOON


def test_it_is_moved_by_hand():
    with clock.at(NOON) as hand:
        assert hand.advance(days=1, minutes=5) == clock.now() == NOON + timedelta(days=1, minutes=5)
        assert hand.to(NOON) == clock.now() == NOON


def test_a_clock_in_a_clock_gives_back_the_outer_moment():
    with clock.at(NOON):
        with clock.at(NOON + timedelta(hours=1)):
            pass
        assert clock.now() == NOON


def test_a_moment_of_another_zone_is_told_in_utc():
    with clock.at(datetime(2026, 3, 1, 20, tzinfo=timezone(timedelta(hours=8)))):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        clock.set_to(datetime(2026, 3, 1, 12))  # noqa: DTZ001


def test_other_threads_see_the_same_moment():
    seen = []
    with clock.at(NOON):
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()

    assert seen == [NOON]
