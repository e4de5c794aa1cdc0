"""The auditor reads what happened, and how the complaint stood then, on a desk and on a phone, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize

from accounts.roles import Role
from tests.browser.seats import Seats
from tests.desk.at_work import Desk
from tests.fixtures.axe import faults
from tests.fixtures.browser import NARROW, WIDE

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("language", ["zh-hans", "en"]),
    pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"]),
]


def test_from_the_case_to_an_entry_to_the_moment_to_a_person_s_rights(size: ViewportSize, seats: Seats) -> None:
    # given a case on its way to the approval, and an auditor who opens it
    desk = Desk.at("approve", seats.staff)
    seat = seats.seat(Role.AUDITOR, size=size).signs_in().opens(f"/case/{desk.case.uuid}/")

    # when he opens the whole time line, and in it what the decision changed
    seat.page.locator("#timeline header a").click()
    seat.page.locator("select[name=what]").select_option("proof")
    seat.page.locator(".r-filter button").click()
    entry = seat.page.locator(".r-time > li").filter(has=seat.page.locator("table")).first
    entry.locator("summary").click()
    seat.keeps("past-1-history")
    assert list(faults(seat.page)) == []

    # and from there the complaint at that moment, with the rights of whoever traced
    entry.locator("dd a").click()
    seat.page.locator("[name=person]").fill(seats.staff.fraud.staff_number)
    seat.page.locator("[name=against]").fill("2026-11-20T08:00:00")
    seat.page.locator(".r-filter button").click()

    # then all of it stands on one page
    seat.page.locator("#rights").wait_for()
    seat.page.locator("#differences").wait_for()
    seat.keeps("past-2-as-of")
    assert list(faults(seat.page)) == []
    seat.is_content()
