"""The banks these tests speak with: one in memory with a clock that stands still, one on a socket."""

from datetime import UTC, datetime

import pytest

from sandbox_bank.ledger import Bank
from tests.fixtures.bank import bank_server, sandbox_bank

__all__ = ["bank_server", "sandbox_bank"]

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


class Time:
    """Bank-system time that stands still until told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def bank(time):
    with Bank(clock=time, sleep=lambda seconds: None) as bank:
        yield bank
