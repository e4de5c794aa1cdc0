"""A call in a real browser: the telephone system opens the page, the number leaves the address, a key records the urge."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Request, expect

from cases.actions import contacts
from cases.actions.turn import turn
from cases.models import Case, Urge
from record import clock
from record.models import Entry
from tests.browser.seats import Seat, Seats
from tests.desk.at_work import Desk
from tests.fixtures.axe import faults
from tests.fixtures.browser import NARROW, PASSWORD, WIDE

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
NUMBER, NOBODYS = "13816262207", "13900139000"


def a_customer_with(seats: Seats, *steps: str) -> list[Case]:
    """One open case at each of these steps, the newest with a promise."""
    cases = [Desk.at(step, seats.staff).case for step in steps]
    with turn(cases[-1], user=seats.staff.agent) as hand:
        contacts.add_contact(hand, direction="out", channel="phone", note="已说明后续安排")
        contacts.promise(hand, what="今天下午回电告知进度", due_at=clock.now() + timedelta(hours=5))
    return cases


def rings(seat: Seat, number: str) -> None:
    """The telephone system opens its address."""
    seat.page.goto(f"{seat.address}/call/#{number}")


def asked_of_the_server(seat: Seat) -> list[str]:
    """Addresses of all requests from now on, as the server reads them."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url.partition("#")[0])

    seat.page.on("request", note)
    return asked


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_telephone_opens_the_callers_cases_and_one_key_records_that_he_urges(seats: Seats, language: str) -> None:
    # given a customer with one open case, and an agent at his desk
    (case,) = a_customer_with(seats, "trace")
    agent = seats.seat("agent").comes_in().opens("/")
    asked = asked_of_the_server(agent)

    # when the telephone system opens the page with the number
    rings(agent, NUMBER)

    # then the case stands there, and the number in no address, neither the browser's nor the server's
    expect(agent.page.locator("article")).to_have_count(1)
    expect(agent.page.locator("article")).to_contain_text(case.reference)
    assert agent.page.url == f"{agent.address}/call/"
    assert asked
    assert [url for url in asked if NUMBER in url] == []
    expect(agent.page.locator("[data-call] [name=q]")).to_have_value(NUMBER)
    assert list(faults(agent.keeps("call-open").page)) == []
    agent.at_width(NARROW).keeps("call-open").is_content()
    agent.at_width(WIDE)
    assert Entry.objects.get(kind="caller.looked_up").data["how"] == "telephone"

    # and when he presses U it is recorded, and he reads on the case page how far it is
    agent.page.keyboard.press("u")
    agent.page.wait_for_url(f"**/case/{case.uuid}/")
    assert Urge.objects.get().by == seats.staff.agent
    expect(agent.page.locator(".r-messages")).to_contain_text(seats.staff.fraud.display_name)

    # and the same key does it on the case page; a second press within the call is told
    agent.page.keyboard.press("u")
    expect(agent.page.locator(".r-messages .r-note--warn")).to_be_visible()
    assert agent.path == f"/case/{case.uuid}/"
    assert Urge.objects.count() == 1


def test_whoever_holds_the_work_reads_of_it_and_the_second_time_it_is_a_tag(seats: Seats) -> None:
    (case,) = a_customer_with(seats, "trace")
    agent = seats.seat("agent").comes_in().opens(f"/case/{case.uuid}/")
    agent.page.keyboard.press("u")
    expect(agent.page.locator(".r-messages")).to_contain_text("催办 1 次")
    supervisor = seats.seat("supervisor").comes_in().opens(f"/case/{case.uuid}/")
    supervisor.page.keyboard.press("u")
    expect(supervisor.page.locator(".r-messages")).to_contain_text("催办 2 次")
    assert list(faults(supervisor.keeps("case-urged").page)) == []
    supervisor.at_width(NARROW).keeps("case-urged").is_content()

    fraud = seats.seat("fraud").comes_in().opens("/").sees("客户催办", "催办 2 次").keeps("home-urged")
    assert list(faults(fraud.page)) == []
    fraud.at_width(NARROW).keeps("home-urged").is_content()


def test_of_several_cases_the_key_takes_the_row_one_is_on(seats: Seats) -> None:
    first, second = a_customer_with(seats, "decide", "trace")
    agent = seats.seat("agent").comes_in().opens("/")
    rings(agent, NUMBER)
    expect(agent.page.locator("article")).to_have_count(2)
    agent.keeps("call-two").at_width(NARROW).keeps("call-two").at_width(WIDE)

    # no row is chosen yet: the first press goes to the first button, so that one sees which
    agent.page.keyboard.press("u")
    expect(agent.page.locator("article").first.locator("[data-urge]")).to_be_focused()
    assert not Urge.objects.exists()

    # J goes to the next row, and U records it there
    agent.page.keyboard.press("j")
    agent.page.keyboard.press("u")
    agent.page.wait_for_url(f"**/case/{first.uuid}/")
    assert Urge.objects.get().case == first
    assert second.urged is None


def test_the_next_call_comes_to_the_page_of_the_last(seats: Seats) -> None:
    (case,) = a_customer_with(seats, "trace")
    agent = seats.seat("agent").comes_in().opens("/")
    rings(agent, NOBODYS)
    agent.sees("您的范围内没有该号码的投诉工单").keeps("call-nothing")
    assert list(faults(agent.page)) == []
    agent.at_width(NARROW).keeps("call-nothing").at_width(WIDE)

    agent.page.evaluate("number => { window.location.hash = number }", NUMBER)

    expect(agent.page.locator("article")).to_contain_text(case.reference)
    assert agent.page.url == f"{agent.address}/call/"
    agent.page.locator(".skip-to-content-link").focus()
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("article")).to_have_count(1)
    assert Entry.objects.filter(kind="caller.looked_up").count() == 2, "a link within the page is no call"


def test_who_has_to_log_in_first_finds_the_caller_after_it(seats: Seats) -> None:
    (case,) = a_customer_with(seats, "trace")
    agent = seats.seat("agent")
    asked = asked_of_the_server(agent)
    rings(agent, NUMBER)

    # the number is out of the address while he types, also after a wrong password
    agent.page.wait_for_url("**/login/?next=/call/")
    for password in ("wrong", PASSWORD):
        agent.page.locator("#id_username").fill(agent.who.staff_number)
        agent.page.locator("#id_password").fill(password)
        agent.page.locator("#login-form button").click()
        if password == "wrong":
            expect(agent.page.locator("[role=alert]")).to_be_visible()
            agent.page.wait_for_url("**/login/?next=/call/")

    expect(agent.page.locator("article")).to_contain_text(case.reference)
    assert agent.page.url == f"{agent.address}/call/"
    assert [url for url in asked if NUMBER in url] == []


@pytest.mark.parametrize(("key", "address"), [("n", "/new/"), ("Alt+z", "/stop-loss/")])
def test_the_number_goes_along_into_what_is_written_next(seats: Seats, key: str, address: str) -> None:
    agent = seats.seat("agent").comes_in().opens("/")
    rings(agent, NOBODYS)
    agent.sees("您的范围内没有该号码的投诉工单")
    agent.page.keyboard.press(key)
    agent.page.wait_for_url(f"**{address}")
    expect(agent.labelled("电话")).to_have_value(NOBODYS)
    expect(agent.page.locator(".r-err")).to_have_count(0)


def test_without_script_the_number_is_typed(seats: Seats) -> None:
    (case,) = a_customer_with(seats, "trace")
    agent = seats.seat("agent", java_script_enabled=False).comes_in()
    rings(agent, NUMBER)
    assert agent.page.locator("article").count() == 0
    agent.page.locator("[data-call] [name=q]").fill(NUMBER)
    agent.page.locator("[data-call] button").click()
    expect(agent.page.locator("article")).to_contain_text(case.reference)
    agent.page.locator("[data-urge]").click()
    agent.page.wait_for_url(re.compile(str(case.uuid)))
    assert Urge.objects.get().case == case
