"""Where the money went first, as an investigator finds it out: the trace tells the limit, the page takes the answer."""

from __future__ import annotations

import pytest

from record.clock import Hand
from tests.browser.path import bank_systems_answer
from tests.browser.seats import Seats
from tests.fixtures.browser import NARROW, WIDE
from tests.journey import Journey
from tests.workflows.roads import does
from workflows import verbs

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def test_an_investigator_says_who_had_the_money_first(seats: Seats, time: Hand) -> None:
    journey = Journey.begin(seats.staff)
    does(journey, "stop_loss")
    bank_systems_answer()
    time.advance(hours=3)
    verbs.claim(journey.task("trace").uuid, user=seats.staff.fraud)
    fraud = seats.seat("fraud").comes_in().opens(f"/step/{journey.task('trace').uuid}/")
    fraud.sees("资金首站").keeps("67-trace-limits")

    fraud.opens(f"/case/{journey.case.uuid}/first-hop/").keeps("68-first-hop")
    fraud.at_width(NARROW).keeps("68-first-hop").at_width(WIDE)
    fraud.ticks("收款行").presses("登记首站").is_refused(422).keeps("69-first-hop-refused")
    for box in fraud.page.get_by_role("group", name="哪些交易的资金").get_by_role("checkbox").all():
        box.check()
    fraud.writes({"机构名称": "临江银行", "账号或商户编号（掩码）": "6217****6630"}).presses("登记首站")
    fraud.sees("首站", "临江银行").opens(f"/case/{journey.case.uuid}/first-hop/").sees("已登记：收款行 · 临江银行")
    fraud.keeps("70-first-hop-again")
    fraud.opens(f"/case/{journey.case.uuid}/")
    fraud.page.locator("details.r-process > summary").click()
    fraud.sees("必须等待：交易追溯；其余等到时限为止").keeps("71-chart")
    fraud.at_width(NARROW).keeps("71-chart")
