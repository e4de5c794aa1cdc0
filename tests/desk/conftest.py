"""Browsers of people, and the bank in memory behind every page."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from cases import gateways
from cases.gateways.memory import MemoryBank
from record import clock
from sandbox_bank.ledger import Bank as SandboxBank
from tests.factories import person
from tests.journey import Staff

Browser = Callable[[User | None], Client]


@pytest.fixture
def staff(db: None) -> Staff:
    """One person a post."""
    return Staff.hired()


@pytest.fixture
def browser() -> Browser:
    """The browser of a person; of nobody signed in with None."""

    def of(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return of


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Django notes every 4xx, and these tests ask for thousands; errors are still noted."""
    caplog.set_level(logging.ERROR, logger="django.request")


@pytest.fixture(autouse=True)
def bank_in_memory() -> Iterator[None]:
    """Both bank systems answer from memory, so that no page waits for a socket."""
    with SandboxBank(":memory:", clock=clock.now) as ledger:
        memory = MemoryBank(ledger)
        with gateways.using(card=memory, core=memory):
            yield


@pytest.fixture
def colleague(staff: Staff) -> User:
    """A second investigator."""
    return person(Role.FRAUD, staff.bank.head_office)


@pytest.fixture
def time() -> Iterator[clock.Hand]:
    """A Tuesday morning in Shanghai, moved on by hand."""
    with clock.at(datetime(2026, 11, 24, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))) as hand:
        yield hand
