"""A whole call by keys alone, counted: what stands on the page decides how many it takes, not how fast somebody types."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from cases.models import Case
from sandbox_bank.ledger import Bank
from tests.browser import path
from tests.browser.seats import Seat, Seats
from tests.browser.test_call import NOBODYS, NUMBER, rings
from tests.desk.at_work import Desk
from tests.fixtures.axe import faults

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
KEY, DECISION = 0.28, 1.35  # s: a key of an average typist, and to decide (Card, Moran and Newell, 1983)
MOST_KEYS = 20  # to go about the form, once 28; what is said is typed besides
WITHIN = 120  # s, the house's measure for a new case


@dataclass
class Hand:
    """One person at the keys: every press is counted, every value taken from the caller is one decision."""

    seat: Seat
    moves: int = 0
    typed: int = 0
    decisions: int = 0
    told: list[str] = field(default_factory=list)

    def presses(self, key: str) -> None:
        """One key that goes somewhere."""
        self.seat.page.keyboard.press(key)
        self.moves += 1

    def goes_to(self, name: str) -> Hand:
        """By Tab, as often as it takes."""
        for _press in range(2 * MOST_KEYS):
            if self.seat.page.evaluate("document.activeElement.name") == name:
                self.told.append(f"{name} {self.moves}")
                return self
            self.presses("Tab")
        raise AssertionError(f"{name} is not reached by Tab: {self.told}")

    def types(self, text: str, *, keys: int | None = None) -> None:
        """Text of the caller; Chinese takes more keys than signs."""
        self.seat.page.keyboard.type(text)
        self.typed += keys if keys is not None else len(text)
        self.decisions += 1

    @property
    def seconds(self) -> float:
        """The keystroke-level estimate."""
        return (self.moves + self.typed) * KEY + self.decisions * DECISION

    def is_quick(self) -> None:
        """So few keys, and by them so few seconds; the figures are printed for whoever changes the form."""
        figures = f"{self.moves} keys, {self.typed} typed, {self.decisions} decisions: {self.seconds:.1f} s"
        sys.stdout.write(f"\n{figures}\n")
        assert self.moves <= MOST_KEYS, self.told
        assert self.seconds < WITHIN, figures


def opened(hand: Hand) -> Case:
    """Sent by keys from wherever he is; asked once about signs he did not see, he confirms."""
    hand.decisions += 1
    hand.presses("Control+Enter")
    hand.seat.page.wait_for_load_state()
    if hand.seat.path == "/new/":
        hand.decisions += 1
        hand.presses("Control+Enter")
    hand.seat.page.wait_for_url("**/case/**")
    hand.seat.refused.clear()
    return Case.objects.latest("pk")


def test_a_new_caller_whose_card_is_used_abroad(seats: Seats, bank_systems: Bank) -> None:
    # given a call from a number that nobody knows
    path.cash_is_drawn_abroad(bank_systems)
    agent = seats.seat("agent").comes_in().opens("/")
    rings(agent, NOBODYS)
    agent.sees("您的范围内没有该号码的投诉工单")

    # when he presses N and writes what he hears
    hand = Hand(agent)
    hand.decisions += 1
    hand.presses("n")
    agent.page.wait_for_url("**/new/")
    hand.goes_to("name").types("张三", keys=8)
    hand.goes_to("first_six").types("622126")
    hand.goes_to("last_four").types("4417")
    hand.goes_to("caller_check").types("REC-1")
    hand.goes_to("narrative").types("卡在身边，三笔境外取现不是本人。", keys=45)
    case = opened(hand)

    # then the card is asked to be stopped, and it took so many keys
    assert case.card is not None
    hand.is_quick()


def test_a_caller_we_know_names_his_card_by_an_arrow(seats: Seats, bank_systems: Bank) -> None:
    # given somebody with an earlier complaint about a card
    earlier = Desk.at("trace", seats.staff).case
    agent = seats.seat("agent").comes_in().opens("/")
    rings(agent, NUMBER)
    expect(agent.page.locator("article")).to_have_count(1)

    hand = Hand(agent)
    hand.decisions += 1
    hand.presses("n")
    agent.page.wait_for_url("**/new/")
    agent.sees(earlier.reference)
    assert list(faults(agent.keeps("new-known-card").page)) == []

    # when he chooses the card he names, its digits need not be typed
    hand.goes_to("name").types("张三", keys=8)
    hand.goes_to("known_card")
    hand.presses("ArrowUp")
    hand.decisions += 1
    expect(agent.page.locator("[name=first_six]")).to_be_hidden()
    hand.goes_to("caller_check").types("REC-1")
    hand.goes_to("narrative").types("又有一笔境外取现不是本人。", keys=40)

    # then he is asked whether it belongs to the open one, and adds it
    hand.presses("Control+Enter")
    agent.sees("同一事项已有在办工单").is_refused(422)
    hand.goes_to("add_to")
    hand.presses("Enter")
    agent.page.wait_for_url(f"**/case/{earlier.uuid}/")
    hand.is_quick()
    assert Case.objects.count() == 1
