"""A bank at work on the live server: one person a post, each at a browser of his own, the bank systems on a socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from cases import gateways
from cases.gateways.http import HttpBank
from record import clock
from sandbox_bank.ledger import Bank
from sandbox_bank.server import BankServer, push
from tests.browser.seats import PATIENCE, Seats, crew
from tests.fixtures.browser import all_served, browser
from tests.journey import Staff

__all__ = ["browser"]
expect.set_options(timeout=PATIENCE)
MORNING = datetime(2026, 11, 24, 9, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def time() -> Iterator[clock.Hand]:
    """The house and the bank systems agree on the moment: a Tuesday morning in Shanghai, moved on by hand."""
    with clock.at(MORNING) as hand:
        yield hand


@pytest.fixture
def language() -> str:
    """What people read; parametrize it for another."""
    return "zh-hans"


@pytest.fixture
def staff(transactional_db: None, time: clock.Hand, language: str) -> Staff:
    """One person a post, with a name, a staff number and a password."""
    return crew(language)


@pytest.fixture
def bank_systems(time: clock.Hand) -> Iterator[Bank]:
    """Card system and core ledger of the sandbox bank, behind a real socket."""
    with Bank(push=push, clock=clock.now) as bank, BankServer(bank) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        behind = HttpBank(server.url, timeout=5)
        with gateways.using(card=behind, core=behind):
            yield bank
        behind.close()
        server.shutdown()
        thread.join()


@pytest.fixture
def seats(browser: Browser, live_server: LiveServer, staff: Staff, bank_systems: Bank) -> Iterator[Seats]:
    """Places to sit down at; none of them may end with something the browser complained about."""
    with all_served():
        seats = Seats(browser, live_server.url, staff)
        yield seats
        seats.close()
