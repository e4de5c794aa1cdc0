"""A page opens where its work begins: in its form, on its next act, at what is wrong; and on a phone nowhere."""

from __future__ import annotations

import pytest

from tests.browser.seats import Seat, Seats
from tests.desk.at_work import Desk
from tests.fixtures.browser import NARROW

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def focus(seat: Seat) -> str:
    """The name or the words of what has the focus."""
    text: str = seat.page.evaluate(
        "(e => e.name || (e.tagName === 'BODY' ? '' : e.textContent.trim()))(document.activeElement)"
    )
    return text


def test_each_page_with_a_form_or_a_next_act_begins_there(seats: Seats) -> None:
    desk = Desk.at("trace", seats.staff)
    case = f"/case/{desk.case.uuid}/"
    agent = seats.seat("agent").comes_in()
    found = {page: focus(agent.opens(page)) for page in ("/new/", "/stop-loss/", f"{case}contact/", f"{case}promise/")}
    assert found == {
        "/new/": "kind",
        "/stop-loss/": "name",
        f"{case}contact/": "direction",
        f"{case}promise/": "what",
    }
    fraud = seats.seat("fraud").comes_in().opens(desk.url)
    assert focus(fraud).startswith("type_")
    assert "证据保全" in focus(fraud.opens(case)), "the case page: the most urgent of the steps he may take"
    assert fraud.opens(desk.url).page.locator("form[data-main]").get_attribute("aria-label")


def test_a_fragment_and_an_error_box_come_first(seats: Seats) -> None:
    agent = seats.seat("agent").comes_in().opens("/new/")
    agent.page.keyboard.press("Control+Enter")
    agent.page.locator("[data-summary]").wait_for()
    agent.is_refused(422)
    assert agent.page.evaluate("document.activeElement.hasAttribute('data-summary')")
    desk = Desk.at("trace", seats.staff)
    agent.page.goto(f"{agent.address}/case/{desk.case.uuid}/#evidence")
    assert focus(agent) == ""


def test_on_a_phone_no_keyboard_comes_up(seats: Seats) -> None:
    desk = Desk.at("trace", seats.staff)
    phone = seats.seat("agent", size=NARROW).comes_in().opens(f"/case/{desk.case.uuid}/contact/")
    assert focus(phone) == ""
    assert focus(phone.opens("/new/")) == ""
