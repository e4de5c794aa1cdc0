"""WCAG 2.2 AA on every page there is: each step as its holder works on it, each address as somebody who may open it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.seats import Seats
from tests.desk.addresses import NO_PAGES, addresses, held, opens_to
from tests.desk.at_work import STEPS, Desk
from tests.fixtures.axe import faults
from tests.fixtures.browser import NARROW

__all__ = ["held"]
pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize("step", STEPS)
def test_every_step(step: str, seats: Seats) -> None:
    desk = Desk.at(step, seats.staff)
    seat = seats.seat(desk.person).comes_in().opens(desk.url)
    assert list(faults(seat.page)) == []
    assert list(faults(seat.at_width(NARROW).page)) == []


def test_every_address(held: dict[str, Any], seats: Seats) -> None:
    found = {}
    for name, path in addresses(held):
        if name not in NO_PAGES and (post := opens_to(path, seats.staff)):
            seat = seats.seat(post).comes_in().opens(path)
            if faulty := list(faults(seat.page)):
                found[name] = faulty
    assert found == {}
