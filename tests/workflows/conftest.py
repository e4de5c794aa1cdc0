"""Everybody in post, and a clock that stands until a test moves it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from accounts.models import User
from accounts.roles import Role
from record import clock
from tests.factories import person
from tests.journey import Staff

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # a Friday, 12:00 in Shanghai


@pytest.fixture
def staff(time: clock.Hand) -> Staff:
    """One person a post."""
    return Staff.hired()


@pytest.fixture
def colleague(staff: Staff) -> User:
    """A second fraud investigator."""
    return person(Role.FRAUD, staff.bank.tier2)


@pytest.fixture
def time() -> Iterator[clock.Hand]:
    """It is noon; the test moves on."""
    with clock.at(NOON) as hand:
        yield hand
