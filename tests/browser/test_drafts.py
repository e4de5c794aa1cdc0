"""A session that ends while somebody types, a closed window, a log-in in another one: a sentence, and nothing lost."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import stamina
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from accounts.actions import drafts
from accounts.models import Draft
from cases.models import Case
from record import clock
from tests.browser.seats import PASSWORD, Seat, Seats
from tests.desk.at_work import Desk
from tests.fixtures.axe import faults
from tests.fixtures.browser import NARROW, WIDE

pytestmark = [
    pytest.mark.needs("chromium"),
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


def comes_in() -> None:
    """What the page sent on its way out arrives by itself; the next page does not wait for it."""
    for attempt in stamina.retry_context(on=AssertionError, attempts=None, timeout=20, wait_initial=0.1, wait_max=0.5):
        with attempt:
            assert Draft.objects.exists()


def settles(seat: Seat) -> None:
    """Longer than the page waits before it keeps what is typed."""
    seat.page.wait_for_timeout(2600)


def test_what_is_sent_before_it_was_kept_leaves_no_draft_behind(seats: Seats) -> None:
    # given a stop typed so fast that nothing of it was kept yet
    agent = seats.seat("agent").comes_in().opens("/stop-loss/")
    agent.writes({"客户姓名": "张三", "电话": "13816262207", "卡号前六位": "622126", "卡号后四位": "4417"})
    agent.writes({"核身编号": "REC-1"})
    assert not Draft.objects.exists()

    # when it is sent, and the page is left
    agent.page.keyboard.press("Control+Enter")
    agent.page.locator("[data-next]").wait_for()
    settles(agent)
    agent.opens("/stop-loss/")

    # then nothing is offered: it is done
    assert Case.objects.count() == 1
    assert not Draft.objects.exists()
    expect(agent.page.locator("[data-offered]")).to_have_count(0)


def test_who_leaves_in_the_middle_of_a_word_loses_nothing_and_who_only_looked_keeps_nothing(seats: Seats) -> None:
    agent = seats.seat("agent").comes_in().opens("/new/")
    agent.page.keyboard.press("Control+s")
    agent.sees("尚未填写，未暂存。").opens("/")
    assert not Draft.objects.exists(), "an empty form is no draft"

    agent.opens("/new/").writes({"客户姓名": "张三丰"})
    agent.opens("/")
    comes_in()
    agent.opens("/new/").sees("银行卡盗刷 · 张**")
    assert Draft.objects.count() == 1

    # what is emptied again is none either
    agent.follows("继续填写草稿").labelled("客户姓名").fill("")
    settles(agent)
    agent.page.get_by_role("button", name="删除草稿").first.wait_for(state="detached")


def test_while_it_says_that_the_session_is_over_nothing_is_sent(seats: Seats) -> None:
    # given half a complaint, the session over, and the page saying so
    agent = seats.seat("agent").comes_in().opens("/new/")
    agent.writes({"客户姓名": "张三", "电话": "13816262207"})
    is_kept(agent)
    Session.objects.all().delete()
    agent.page.locator("[name=narrative]").fill("卡在身边。")
    expect(agent.page.get_by_text("登录已超时。")).to_be_visible()

    # when he writes one sentence more and sends it all the same
    agent.page.locator("[name=narrative]").press_sequentially("昨晚在境外被刷。")
    agent.page.keyboard.press("Control+Enter")

    # then the page stays, and the way to log in has the focus
    expect(agent.page.get_by_role("link", name="在新窗口登录")).to_be_focused()
    assert agent.path == "/new/"
    expect(agent.page.locator("[name=narrative]")).to_have_value("卡在身边。昨晚在境外被刷。")

    # and logged in beside, it is sent, whatever was typed meanwhile
    with agent.page.context.expect_page() as opened:
        agent.page.keyboard.press("Enter")
    logs_in(agent, opened.value)
    opened.value.wait_for_url("**/")
    opened.value.close()
    agent.page.bring_to_front()
    agent.chooses("投诉事项", "其他投诉")
    agent.page.keyboard.press("Control+Enter")
    agent.page.wait_for_url("**/case/**")
    assert Case.objects.count() == 1
    assert 403 in agent.refused
    agent.refused.clear()


def test_after_the_log_in_the_focus_is_on_the_draft_and_all_of_them_are_reachable(seats: Seats) -> None:
    agent = seats.seat("agent").comes_in()
    for number in range(5):
        with clock.at(clock.now() + timedelta(minutes=number)):
            answers = urlencode({"kind": "general", "name": f"王{number}"})
            drafts.keep(agent.who, uuid4(), place="/new/", answers=answers)
    agent.page.context.clear_cookies()
    agent.opens("/new/")
    logs_in(agent, agent.page)
    agent.page.wait_for_url("**/new/")

    offers = agent.page.locator("[data-offered]")
    expect(offers.first).to_be_focused()
    expect(offers).to_have_count(5)
    agent.sees("还有 2 份较早的草稿").keeps("drafts-five")
    agent.page.get_by_text("还有 2 份较早的草稿").click()
    expect(offers.last).to_be_visible()
    assert list(faults(agent.page)) == []

    # whoever comes another way begins in the form
    agent.opens("/").opens("/new/")
    expect(agent.page.locator("[name=kind]")).to_be_focused()
