"""What else may be done with a case stands in one menu: by mouse, by keys, on a phone; the drawing is folded."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.seats import Seat, Seats
from tests.desk.at_work import Desk
from tests.fixtures.browser import NARROW

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def menu_of(seat: Seat):
    return seat.page.locator("details.r-menu")


def test_the_menu_opens_over_the_page_and_closes_again(seats: Seats) -> None:
    desk = Desk.at("trace", seats.staff)
    seat = seats.seat("supervisor").comes_in().opens(f"/case/{desk.case.uuid}/")
    seat.keeps("96-case-menu-closed")
    expect(seat.page.get_by_role("link", name="登记和解")).to_be_hidden()

    menu_of(seat).locator("summary").click()
    seat.sees("时限与争议程序", "人员与环节", "登记和解").keeps("96-case-menu")
    seat.page.locator("h1").click()
    expect(menu_of(seat)).not_to_have_attribute("open", "")
    seat.is_content()


def test_by_keys_alone_escape_gives_the_focus_back(seats: Seats) -> None:
    desk = Desk.at("trace", seats.staff)
    seat = seats.seat("supervisor").comes_in().opens(f"/case/{desk.case.uuid}/")
    summary = menu_of(seat).locator("summary")
    summary.focus()
    seat.page.keyboard.press("Enter")
    seat.sees("人员与环节")
    seat.page.keyboard.press("Tab")
    seat.page.keyboard.press("Escape")

    expect(menu_of(seat)).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    assert seat.path == f"/case/{desk.case.uuid}/"


def test_on_a_phone_it_opens_in_the_page_and_the_drawing_is_a_list(seats: Seats) -> None:
    desk = Desk.at("trace", seats.staff)
    seat = seats.seat("supervisor", size=NARROW).comes_in().opens(f"/case/{desk.case.uuid}/")
    menu_of(seat).locator("summary").click()
    seat.sees("登记和解").keeps("96-case-menu").is_content()
    seat.page.locator("details.r-process summary").click()
    seat.sees("临时挂失").keeps("97-case-process").is_content()
