"""In the call: the card's payments appear by themselves, the agent ticks by keys which were not the customer's."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cases.models import Case
from sandbox_bank.ledger import Bank
from tests.browser import path
from tests.browser.seats import Seat, Seats
from tests.browser.test_call import NOBODYS, rings
from tests.browser.test_call_by_keys import Hand, opened
from tests.fixtures.axe import faults
from tests.fixtures.browser import NARROW, WIDE
from tests.journey import Journey

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
MOST_KEYS = 9  # from the case page until what he names is on record


def both_widths(seat: Seat, name: str) -> None:
    """Without faults for who cannot see, and pictures of it at both widths."""
    assert list(faults(seat.keeps(name).page)) == []
    seat.at_width(NARROW).keeps(name).is_content()
    seat.at_width(WIDE)


def named(case: Case) -> list[str]:
    return [f"{one.amount:,.2f}" for one in case.transactions.order_by("-booked_at") if one.is_named]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_whole_call_by_keys_ends_with_what_the_customer_names(seats: Seats, bank_systems: Bank) -> None:
    # given a caller nobody knows, whose card was copied, and a case registered by keys
    path.cash_is_drawn_abroad(bank_systems)
    agent = seats.seat("agent").comes_in().opens("/")
    rings(agent, NOBODYS)
    expect(agent.page.locator("[data-begin=go]")).to_be_visible()
    hand = Hand(agent)
    hand.presses("n")
    agent.page.wait_for_url("**/new/")
    hand.goes_to("name").types("张三", keys=8)
    hand.goes_to("first_six").types("622126")
    hand.goes_to("last_four").types("4417")
    hand.goes_to("caller_check").types("REC-1")
    hand.goes_to("narrative").types("卡在身边，三笔境外取现不是本人。", keys=45)
    case = opened(hand)
    registered = hand.moves

    # when he goes on by Enter, the list is not there yet, and comes while he looks
    hand.presses("Enter")
    agent.page.wait_for_url(f"**/case/{case.uuid}/transactions/")
    expect(agent.page.locator("[data-awaits]")).to_be_visible()
    both_widths(agent, "named-waits")
    path.bank_systems_answer()
    boxes = agent.page.locator("[name=named]")
    expect(boxes).to_have_count(4)
    expect(boxes.first).to_be_focused()

    # then he ticks three by Space, and sends them
    for _each in path.DISPUTED:
        hand.presses("Space")
        hand.presses("Tab")
    both_widths(agent, "named-ticked")
    hand.presses("Control+Enter")
    agent.page.wait_for_url(f"**/case/{case.uuid}/")

    assert sorted(named(case)) == sorted(path.DISPUTED)
    expect(agent.page.locator(".r-key")).to_contain_text(f"¥ {path.TOTAL}")
    both_widths(agent, "named-case")
    assert hand.moves - registered <= MOST_KEYS

    # and who traces reads it beside each payment
    fraud = seats.seat("fraud").comes_in()
    trace = next(
        task for task in Journey(seats.staff, case, bank_systems).open_tasks() if task.flow_task.name == "trace"
    )
    fraud.opens(f"/step/{trace.uuid}/")
    fraud.page.locator(f"form[action$='{trace.uuid}/claim/'] button").first.click()
    expect(fraud.page.locator("tr .r-tag--care")).to_have_count(3)
    both_widths(fraud, "named-trace")


def test_without_a_list_he_writes_down_what_the_customer_says(seats: Seats) -> None:
    # given a call about a card whose list the card system does not give
    journey = Journey.begin(seats.staff)
    journey.does("stop_loss", seats.staff.agent, caller_check="REC-1", decline="还要用卡", warned="on")
    journey.does("offer_stop", seats.staff.agent, result="refused", reason="还要用卡", warned="on")
    address = f"/case/{journey.case.uuid}/transactions/"
    phone = seats.seat("agent", size=NARROW).comes_in().opens(address)
    phone.keeps("named-without-list")

    # when the customer names one all the same
    lines = phone.page.locator("details fieldset").first
    if not lines.is_visible():
        phone.page.locator("summary", has_text="清单内").click()
    lines.locator("[name=other_1_booked_at]").fill("2026-11-24T03:10")
    lines.locator("[name=other_1_amount]").fill("500")
    lines.locator("[name=other_1_channel]").select_option("atm")
    phone.keeps("named-by-word")
    phone.presses("登记客户指认")

    # then it is on record as his word
    phone.page.wait_for_url(f"**/case/{journey.case.uuid}/")
    phone.sees("清单外，按客户所述").keeps("named-by-word-case").is_content()
    assert named(journey.case) == ["500.00"]


def test_the_list_that_comes_while_he_writes_takes_nothing_from_him(seats: Seats, bank_systems: Bank) -> None:
    # given an agent who writes down what the customer names while the card system is still asked
    path.cash_is_drawn_abroad(bank_systems)
    journey = Journey.begin(seats.staff, token="tok-walk-4417")
    journey.does("stop_loss", seats.staff.agent, caller_check="REC-1")
    agent = seats.seat("agent").comes_in().opens(f"/case/{journey.case.uuid}/transactions/")
    agent.page.locator("summary", has_text="清单内").click()
    line = agent.page.locator("[name=other_1_amount]")
    line.fill("500")

    # when the list comes
    path.bank_systems_answer()
    expect(agent.page.locator("[name=named]")).to_have_count(4)

    # then his line stands, with his keys in it, and what he ticks goes with it
    expect(line).to_be_focused()
    expect(line).to_have_value("500")
    agent.page.locator("[name=named]").first.check()
    agent.page.locator("[name=other_1_booked_at]").fill("2026-11-24T03:10")
    agent.page.locator("[name=other_1_channel]").select_option("atm")
    agent.presses("登记客户指认").page.wait_for_url(f"**/case/{journey.case.uuid}/")
    assert named(journey.case) == ["4,200.00", "500.00"]


def test_without_script_a_link_asks_again(seats: Seats, bank_systems: Bank) -> None:
    path.cash_is_drawn_abroad(bank_systems)
    journey = Journey.begin(seats.staff, token="tok-walk-4417")
    journey.does("stop_loss", seats.staff.agent, caller_check="REC-1")
    agent = seats.seat("agent", java_script_enabled=False).comes_in()
    agent.opens(f"/case/{journey.case.uuid}/transactions/")
    assert agent.page.locator("[name=named]").count() == 0
    path.bank_systems_answer()
    agent.follows("立即刷新")
    assert agent.page.locator("[name=named]").count() == 4
    agent.page.locator("[name=named]").first.check()
    agent.presses("登记客户指认").sees("客户指认")
    assert len(named(journey.case)) == 1
