"""The page of an order that is on its way says the answer by itself, without being loaded again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from sandbox_bank.ledger import Bank
from tests.browser import path
from tests.browser.seats import Seats
from tests.fixtures.axe import faults

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def test_result_and_case_page_tell_the_answer_by_themselves(seats: Seats, bank_systems: Bank) -> None:
    # given a stop that was just ordered: the page says so, and its next duty has the focus
    path.cash_is_drawn_abroad(bank_systems)
    agent = seats.seat("agent").comes_in().opens("/")
    path.stops_the_loss(agent)
    expect(agent.page.get_by_role("link", name="补登记")).to_be_focused()

    # and the case page beside it
    case = agent.page.context.new_page()
    case.goto(agent.address + (agent.page.get_by_role("link", name="打开工单").get_attribute("href") or ""))
    expect(case.locator("[data-said]")).to_have_text("挂失指令已发出，等待卡系统应答。")
    expect(case.locator("#board")).to_contain_text("挂失指令已发出，等待卡系统应答。")

    # when the card system answers, both say it, and the parts that tell of stops are renewed
    path.bank_systems_answer()
    for page in (agent.page, case):
        expect(page.locator("[data-said]")).to_contain_text("起已挂失。")
        expect(page.locator("[data-awaits]")).to_have_class("r-note r-note--good")
    expect(case.locator("#controls")).to_contain_text("生效时间")
    expect(case.locator("#board")).not_to_contain_text("等待卡系统应答")
    assert list(faults(case)) == []
    agent.keeps("stop-answered")


def test_it_gives_up_and_says_so(seats: Seats, bank_systems: Bank) -> None:
    agent = seats.seat("agent").comes_in()
    agent.page.clock.install()
    path.stops_the_loss(agent.opens("/"))
    for _round in range(17):  # as often as the script asks
        with agent.page.expect_response("**/stop/state/"):
            agent.page.clock.run_for(30_000)
    expect(agent.page.locator("[data-said]")).to_have_text("尚无应答，本页不再自动查询：请重新打开本页查看挂失状态。")
