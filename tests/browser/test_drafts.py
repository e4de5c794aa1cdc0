"""A session that ends while somebody types, a closed window, a log-in in another one: a sentence, and nothing lost."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from accounts.models import Draft
from cases.models import Case
from tests.browser.seats import PASSWORD, Seat, Seats
from tests.desk.at_work import Desk
from tests.fixtures.browser import NARROW, WIDE

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


def logs_in(seat: Seat, page: Page) -> None:
    """Type number and password into the log-in this window stands at."""
    page.locator("#id_username").fill(seat.who.staff_number)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#login-form button").click()


def is_kept(seat: Seat) -> None:
    """The page says that what was typed is kept."""
    expect(seat.page.locator("[data-keep-said]")).to_contain_text("草稿已于")


def test_what_was_typed_before_the_session_ended_is_offered_after_the_log_in(seats: Seats) -> None:
    # given an agent who wrote half a complaint and went to lunch
    agent = seats.seat("agent").comes_in().opens("/new/")
    agent.writes({"客户姓名": "张三", "电话": "13816262207"})
    agent.page.locator("[name=narrative]").fill("卡在身边，昨晚在境外被刷。")
    is_kept(agent)
    agent.keeps("97-draft-kept")
    Session.objects.all().delete()

    # when he comes back and looks at the page again
    agent.page.reload()
    logs_in(agent, agent.page)
    agent.page.wait_for_url("**/new/")

    # then his draft is offered, and one press brings it back
    agent.sees("本页有一份未提交的草稿").keeps("97-draft-offered")
    agent.at_width(NARROW).keeps("97-draft-offered").at_width(WIDE)
    agent.follows("继续填写草稿").sees("这是您暂存的草稿，尚未提交。").keeps("97-draft-restored")
    expect(agent.page.locator("[name=narrative]")).to_have_value("卡在身边，昨晚在境外被刷。")
    expect(agent.labelled("客户姓名")).to_have_value("张三")


def test_who_types_on_after_the_session_ended_logs_in_beside_and_sends(seats: Seats) -> None:
    # given a step half filled in when the session ends
    desk = Desk.at("first_contact", seats.staff)
    officer = seats.seat("consumer_protection").comes_in().opens(desk.url)
    Session.objects.all().delete()

    # when he types on
    officer.ticks("是").chooses("渠道", "电话").writes({"联系时间": "2026-11-24T09:05:00"})
    officer.writes({"沟通内容及一次性告知的材料": "已告知主办人和后续安排。"})

    # then the page says that it is over and how to go on, and takes nothing away
    expect(officer.page.get_by_text("登录已超时。")).to_be_visible()
    officer.keeps("98-session-ended").at_width(NARROW).keeps("98-session-ended").at_width(WIDE)
    with officer.page.context.expect_page() as opened:
        officer.page.get_by_role("link", name="在新窗口登录").click()
    other = opened.value
    logs_in(officer, other)
    other.wait_for_url("**/")
    other.close()

    # and after the log-in beside it, it is kept, and sent as if nothing had been
    officer.page.bring_to_front()
    officer.page.keyboard.press("Control+s")
    is_kept(officer)
    expect(officer.page.get_by_text("登录已超时。")).to_be_hidden()
    officer.is_refused(403)  # the token of the old session, given back for a new one
    officer.page.keyboard.press("Control+Enter")
    officer.sees("已办完。")
    assert not Draft.objects.exists()


def test_a_form_open_for_long_asks_for_the_session_before_it_is_sent(seats: Seats) -> None:
    agent = seats.seat("agent").comes_in().opens("/stop-loss/")
    agent.writes({"客户姓名": "张三", "电话": "13816262207", "卡号前六位": "622126", "卡号后四位": "4417"})
    agent.writes({"核身编号": "REC-1"})
    is_kept(agent)
    agent.page.locator("[data-keep]").evaluate("field => { field.dataset.fresh = '0' }")
    Session.objects.all().delete()

    agent.page.get_by_role("button", name="挂失").click()
    expect(agent.page.get_by_text("登录已超时。")).to_be_visible()
    assert not Case.objects.exists()
    expect(agent.labelled("核身编号")).to_have_value("REC-1")
