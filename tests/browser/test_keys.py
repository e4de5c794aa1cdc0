"""The desk without a mouse, and without fear: keys, a double click, the way back, a session that ended meanwhile."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from cases.models import Case
from tests.browser.seats import Seat, Seats
from tests.desk.at_work import Desk
from workflows.models import StepTask

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def focused(seat: Seat) -> str:
    """The text, or else the name, of what has the focus."""
    text: str = seat.page.evaluate("(e => e.textContent.trim() || e.name || e.id)(document.activeElement)")
    return text


def test_rows_are_walked_and_opened_by_keys(seats: Seats) -> None:
    # given three steps in one person's hands, and his desk open
    desks = [Desk.at("trace", seats.staff) for _n in range(3)]
    fraud = seats.seat("fraud").comes_in().opens("/")

    # when he presses J he is on the first row, J again on the second, K back on the first
    keys = fraud.page.keyboard
    rows = fraud.page.locator("[data-row]")
    keys.press("j")
    expect(rows.nth(0)).to_have_class("r-on")
    keys.press("j")
    expect(rows.nth(1)).to_have_class("r-on")
    keys.press("k")
    expect(rows.nth(0)).to_have_class("r-on")

    # then Enter opens the step, and Esc leads back
    keys.press("Enter")
    fraud.page.wait_for_url("**/step/**")
    assert fraud.path in {desk.url for desk in desks}
    keys.press("Escape")
    fraud.page.wait_for_url(f"{fraud.address}/")


def test_the_first_keys_of_a_call(seats: Seats) -> None:
    """/ finds, N writes, Alt Z stops; letters stay letters inside a field."""
    agent = seats.seat("agent").comes_in().opens("/")
    keys = agent.page.keyboard
    keys.press("n")
    agent.page.wait_for_url("**/new/")
    keys.press("Alt+z")
    agent.page.wait_for_url("**/stop-loss/")
    agent.labelled("客户姓名").press_sequentially("nj/")
    assert agent.labelled("客户姓名").input_value() == "nj/"
    agent.page.locator("h1").click()
    keys.press("/")
    assert agent.page.evaluate("document.activeElement.matches('[data-find]')")


def test_a_refusal_of_the_stop_is_written_by_keys_alone(seats: Seats) -> None:
    """What is asked follows from the answer; what was typed survives the refusal of the page."""
    # given the page of a new case, filled as far as the card
    agent = seats.seat("agent").comes_in().opens("/new/")
    keys = agent.page.keyboard
    agent.labelled("客户姓名").focus()
    for typed in ("张三", "13816262207"):
        keys.type(typed)
        keys.press("Tab")
    agent.writes({"事情经过": "三笔境外消费不是本人。"})
    expect(agent.labelled("未挂失的原因")).to_be_hidden()

    # when he says by the arrow that the customer does not want the stop, and goes on by Tab
    agent.labelled("立即挂失").focus()
    keys.press("ArrowDown")
    expect(agent.labelled("未挂失的原因")).to_be_visible()
    for typed in ("622126", "4417", "", "REC-1"):
        keys.press("Tab")
        keys.type(typed)
    keys.press("Tab")
    assert focused(agent) == "warned"
    keys.press("Tab")
    keys.type("还要用卡。")
    keys.press("Control+Enter")

    # then the missing warning stands at its box, and the rest is as it was
    agent.sees("请先向客户提示，再勾选此项。").is_refused(422).keeps("new-case-refused")
    assert agent.labelled("未挂失的原因").input_value() == "还要用卡。"
    agent.page.locator("[name=warned]").focus()
    keys.press("Space")
    keys.press("Control+Enter")
    agent.sees(re.compile("卡片未挂失"))
    assert Case.objects.get().stop_declined_at is not None


def test_the_skip_link_comes_first_and_leads_past_the_navigation(seats: Seats) -> None:
    agent = seats.seat("agent").comes_in().opens("/")
    agent.page.keyboard.press("Tab")
    assert focused(agent) == "跳到正文"
    agent.page.keyboard.press("Enter")
    agent.page.keyboard.press("Tab")
    assert agent.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_ctrl_enter_submits_and_what_is_wrong_takes_the_focus(seats: Seats) -> None:
    # given a decision whose shares do not add up
    desk = Desk.at("decide", seats.staff)
    liability = seats.seat("liability").comes_in().opens(desk.url)
    liability.labelled("本行承担 1").fill("1")

    # when it is submitted by keys
    liability.page.keyboard.press("Control+Enter")

    # then the summary has the focus and leads to the field, which tells both figures
    liability.page.wait_for_selector("[data-summary]")
    liability.is_refused(422)
    assert liability.page.evaluate("document.activeElement.hasAttribute('data-summary')")
    assert liability.page.title().startswith("有误：")
    liability.follows(re.compile("^本行承担"))
    expect(liability.labelled("本行承担 1")).to_be_focused()
    expect(liability.labelled("本行承担 1")).to_have_attribute("aria-invalid", "true")


def test_an_approval_has_no_key(seats: Seats) -> None:
    desk = Desk.at("approve", seats.staff)
    manager = seats.seat("outlet_head").comes_in().opens(desk.url)
    manager.labelled("意见").fill("同意")
    manager.page.keyboard.press("Control+Enter")
    manager.page.wait_for_timeout(200)
    assert desk.task.is_open


def test_a_double_click_opens_one_case(seats: Seats) -> None:
    agent = seats.seat("agent").comes_in().opens("/stop-loss/")
    agent.writes({"客户姓名": "张三", "电话": "13816262207", "卡号前六位": "622126", "卡号后四位": "4417"})
    agent.writes({"核身编号": "REC-1"})
    agent.page.get_by_role("button", name="挂失").dblclick(no_wait_after=True)
    agent.sees("挂失指令已发出，生效时间见工单页。")
    assert Case.objects.count() == 1


def test_the_way_back_shows_what_is_now(seats: Seats) -> None:
    """Back in the browser after finishing: the page is asked anew, and a second submit is told who was first."""
    desk = Desk.at("trace", seats.staff)
    task = desk.task
    fraud = seats.seat("fraud").comes_in().opens(desk.url)
    fraud.page.locator("select[name^=type_]").first.select_option(index=1)
    fraud.presses("完成追溯").sees("“交易追溯”已办完。")

    fraud.page.go_back()
    fraud.sees("本环节已办完。")
    assert StepTask.objects.get(pk=task.pk).status == "DONE"


def test_after_a_lost_session_he_comes_back_to_his_page(seats: Seats) -> None:
    # given a step open while the session ends
    desk = Desk.at("trace", seats.staff)
    fraud = seats.seat("fraud").comes_in().opens(desk.url)
    Session.objects.all().delete()

    # when he goes on
    fraud.page.reload()

    # then he is asked who he is, and is back where he was
    assert fraud.path == "/login/"
    fraud.page.locator("#id_username").fill(fraud.who.staff_number)
    fraud.page.locator("#id_password").fill("a long enough secret")
    fraud.page.locator("#login-form button").click()
    fraud.page.wait_for_url(f"**{desk.url}")
    fraud.sees("交易追溯")


def test_whoever_wants_no_single_keys_switches_them_off_and_keeps_those_with_ctrl_and_alt(seats: Seats) -> None:
    # given an agent who opens the list of keys
    agent = seats.seat("agent").comes_in().opens("/")
    keys = agent.page.keyboard
    keys.press("?")

    # then the whole of it is in view, with the focus on its head
    listed = agent.page.locator("[data-keys-list]")
    expect(listed.locator("summary")).to_be_focused()
    expect(listed.locator("button")).to_be_in_viewport()
    expect(listed).to_contain_text("暂存")
    agent.keeps("keys-listed")

    # when he switches single keys off there, N does nothing any more, and Alt Z does
    listed.get_by_role("button", name="停用单键").click()
    expect(agent.page.locator("body")).to_have_attribute("data-keys", "off")
    keys.press("n")
    keys.press("u")
    agent.page.wait_for_timeout(300)
    assert agent.path == "/"
    keys.press("Alt+z")
    agent.page.wait_for_url("**/stop-loss/")

    # and beside his name he switches them on again
    agent.page.locator("#user-tools").get_by_role("button", name="启用单键").click()
    expect(agent.page.locator("body")).not_to_have_attribute("data-keys", "off")
    agent.opens("/")
    keys.press("n")
    agent.page.wait_for_url("**/new/")
