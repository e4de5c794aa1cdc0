"""Everybody in post, and a clock that stands until a test moves it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from record import clock
from tests.journey import Staff

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # a Friday, 12:00 in Shanghai

pytest.register_assert_rewrite("tests.workflows.roads")


@pytest.fixture
def staff(time: clock.Hand) -> Staff:
    """One person a post."""
    return Staff.hired()


@pytest.fixture
def time() -> Iterator[clock.Hand]:
    """It is noon; the test moves on."""
    with clock.at(NOON) as hand:
        yield hand
