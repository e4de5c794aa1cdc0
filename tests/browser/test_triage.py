"""A call by keyboard alone: from the number to a stopped card and an open case; what the signs propose is seen meanwhile."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from cases.models import Case, Urge
from record import journal
from sandbox_bank.ledger import Bank
from tests.browser import path
from tests.browser.seats import Seat, Seats
from tests.browser.test_call import NOBODYS, rings
from tests.fixtures.axe import faults
from tests.fixtures.browser import NARROW, WIDE

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
MOST_TABS = 40  # from the first field of a new case to the last


@pytest.fixture
def abroad(bank_systems: Bank) -> None:
    """Somebody has copied the card and draws cash in Bangkok."""
    path.cash_is_drawn_abroad(bank_systems)


def tabs_to(seat: Seat, name: str) -> int:
    """Press Tab until the field has the focus; how often."""
    for presses in range(MOST_TABS):
        if seat.page.evaluate("document.activeElement.name") == name:
            return presses
        seat.page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab")


def chosen(seat: Seat) -> str:
    """The severity chosen now."""
    return seat.page.locator("[name=severity]:checked").get_attribute("value") or ""


def signs(seat: Seat) -> list[str]:
    """Signs that can be seen."""
    rows = seat.page.locator("[data-sign]").filter(visible=True)
    return [row.get_attribute("data-sign") or "" for row in rows.all()]


def test_from_the_number_to_a_stopped_card_and_an_open_case_without_a_mouse(seats: Seats, abroad: None) -> None:
    # given a call of somebody who has no complaint yet
    agent = seats.seat("agent").comes_in().opens("/")
    rings(agent, NOBODYS)
    agent.sees("您的范围内没有该号码的投诉工单")
    keys = agent.page.keyboard

    # when he presses N and writes what he hears, field by field
    keys.press("n")
    agent.page.wait_for_url("**/new/")
    presses = 0
    for name, typed in {
        "name": "张三",
        "first_six": "622126",
        "last_four": "4417",
        "caller_check": "REC-1",
        "narrative": "卡一直在身上，三笔境外取现不是本人。多次来电，一直没人处理。",
    }.items():
        presses += tabs_to(agent, name)
        keys.type(typed)
    assert agent.page.locator("[name=phone]").input_value() == NOBODYS

    # then the signs stand there with their words, and what they speak for is chosen beforehand
    assert signs(agent) == ["stolen", "again"]
    expect(agent.page.locator("[data-sign=again] q")).to_have_text("多次、一直")
    assert chosen(agent) == "2"
    agent.keeps("new-case-signs").at_width(NARROW).keeps("new-case-signs").at_width(WIDE)
    assert list(faults(agent.page)) == []

    # and when he ticks that the customer is old, goes on and sends it, nothing is asked again
    presses += tabs_to(agent, "care")
    keys.press("Space")
    presses += tabs_to(agent, "severity")
    assert presses <= MOST_TABS
    assert signs(agent) == ["stolen", "again", "elderly"]
    keys.press("Control+Enter")
    agent.page.wait_for_url("**/case/**")
    path.bank_systems_answer()
    agent.opens(agent.path).sees("挂失生效时间", "2 级 较急", "老年客户").keeps("case-triaged")
    agent.at_width(NARROW).keeps("case-triaged").at_width(WIDE)
    case = Case.objects.get()
    assert (case.severity, case.controls.filter(ended_at=None).exists()) == (2, True)
    assert journal.entries(case.stream).get(kind="case.triaged").data["chosen"] == 2

    # and when he calls again and only asks how far it is, one key records it
    rings(agent, NOBODYS)
    expect(agent.page.locator("article")).to_contain_text(case.reference)
    agent.keeps("call-triaged")
    keys.press("u")
    agent.page.wait_for_url(f"**/case/{case.uuid}/")
    assert Urge.objects.get().case == case
    assert Case.objects.count() == 1


def test_whoever_chose_himself_is_left_alone_and_asked_about_what_came_after(seats: Seats, abroad: None) -> None:
    agent = seats.seat("agent").comes_in().opens("/new/")
    agent.chooses("投诉事项", "其他投诉").writes({"客户姓名": "张三", "电话": NOBODYS, "事情经过": "多次反映。"})
    assert chosen(agent) == "2"

    # when he chooses ordinary, and hears of the press afterwards
    agent.page.locator("[name=severity][value='3']").check()
    agent.labelled("事情经过").fill("多次反映，要找记者。")
    assert signs(agent) == ["press", "again"]
    assert chosen(agent) == "3", "his choice is not taken from him"

    # then he is asked once, with the higher one chosen beforehand, and his answer stands
    agent.presses("登记工单").is_refused(422)
    assert chosen(agent) == "1"
    agent.sees("发现提示情形，建议提高紧急程度，已为您预选；请确认或改选。").keeps("new-case-asked")
    agent.page.locator("[name=severity][value='2']").check()
    agent.presses("登记工单").sees(re.compile("已登记"))
    assert Case.objects.get().severity == 2


def test_what_came_up_below_the_fold_is_asked_about_before_it_is_sent(seats: Seats, abroad: None) -> None:
    # given a small window, and somebody who looks only at what he writes
    agent = seats.seat("agent").comes_in().at_width({"width": 1280, "height": 500}).opens("/new/")
    agent.chooses("投诉事项", "其他投诉").writes({"客户姓名": "张三", "电话": NOBODYS})
    agent.page.locator("[name=narrative]").press_sequentially("排队发抖，说要发抖音曝光。")
    assert agent.page.evaluate("document.querySelector('[data-sign=press]').getBoundingClientRect().top > innerHeight")

    # when he sends it by keys from there
    agent.page.keyboard.press("Control+Enter")

    # then he is told which sign he did not see; sent again, it is his answer
    agent.sees(re.compile("尚未看到的提示情形：舆情类")).is_refused(422)
    assert chosen(agent) == "1"
    agent.page.keyboard.press("Control+Enter")
    agent.page.wait_for_url("**/case/**")
    assert Case.objects.get().severity == 1


def test_the_flow_the_words_speak_for_is_one_key_away(seats: Seats) -> None:
    agent = seats.seat("agent").comes_in().opens("/new/")
    agent.chooses("投诉事项", "其他投诉").writes({"事情经过": "卡被盗刷。"})
    take = agent.page.locator("[data-sign=stolen] [data-take]")
    take.focus()
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("[name=kind]")).to_have_value("card_fraud")
    expect(agent.page.locator("[name=kind]")).to_be_focused()
    expect(take).to_be_hidden()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_without_script_the_proposal_comes_back_with_the_page(seats: Seats, language: str) -> None:
    agent = seats.seat("agent", java_script_enabled=False).comes_in().opens("/new/")
    page = agent.page
    page.locator("[name=kind]").select_option("general")
    for name, typed in {"name": "张三", "phone": NOBODYS, "narrative": "多次反映，客户愤怒。"}.items():
        page.locator(f"[name={name}]").fill(typed)
    page.locator("form[data-main] button.r-btn--go").click()
    agent.is_refused(422).keeps("new-case-proposed").at_width(NARROW).keeps("new-case-proposed").at_width(WIDE)
    assert signs(agent) == ["again", "angry"]
    assert chosen(agent) == "2"
    page.locator("form[data-main] button.r-btn--go").click()
    page.wait_for_url("**/case/**")
    assert Case.objects.get().severity == 2
