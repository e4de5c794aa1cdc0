"""Who stands at the door, as an agent meets it: a wife calls, calls again, the card is found; wide and on a phone."""

from __future__ import annotations

import re

import pytest

from cases.models import Case
from record.models import Order
from tests.browser import beside
from tests.browser.seats import Seat, Seats
from tests.fixtures.browser import NARROW, WIDE
from tests.workflows.doors import reported_by, unnamed
from workflows import verbs

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]

CALL = {
    "客户姓名": "张三",
    "电话": "13816262207",
    "卡号前六位": "622126",
    "卡号后四位": "4417",
    "核身编号": "REC-1",
}


def both(seat: Seat, name: str) -> Seat:
    """A picture on a desk and one on a phone."""
    return seat.at_width(NARROW).keeps(name).at_width(WIDE).keeps(name)


def test_a_wife_calls_twice_and_there_is_one_case(seats: Seats) -> None:
    agent = seats.seat("agent").comes_in().opens("/stop-loss/")
    agent.writes(CALL).chooses("来电人", "其他人").writes({"代办人姓名": "李梅"})
    both(agent, "70-who-calls").presses("挂失").sees("告诉客户的编号：")

    agent.opens("/stop-loss/").writes(CALL).presses("挂失").is_refused(422).sees("同一事项已有在办工单")
    both(agent, "71-open-already").page.keyboard.press("Control+Enter")
    agent.sees(Case.objects.get().reference)
    assert Order.objects.filter(operation="stop_card").count() == 1

    both(agent.follows("打开工单"), "72-case-at-the-door").sees("来电人与授权", "重复来电")


def test_a_card_is_found_by_keys_alone(seats: Seats) -> None:
    journey = unnamed(seats.staff)
    verbs.claim(journey.task("find_card").uuid, user=seats.staff.agent)
    agent = seats.seat("agent").comes_in().opens(f"/step/{journey.task('find_card').uuid}/")
    both(agent, "73-find-card")
    keys = agent.page.keyboard

    agent.labelled("已查明，立即止付").focus()
    keys.press("Space")
    for typed in ("622126", "4417"):
        keys.press("Tab")
        keys.type(typed)
    keys.press("Control+Enter")

    agent.sees(re.compile("已办完"))
    assert journey.again().card is not None


def test_the_handler_obtains_the_mandate_and_reads_whom_he_may_tell(seats: Seats) -> None:
    journey = reported_by(seats.staff, "heir")
    officer = beside.takes(beside.sits(seats, "consumer_protection"), "取得授权")
    step = officer.path
    both(officer, "74-mandate").sees("暂不可告知：缺继承证明")

    officer.opens(f"/case/{journey.case.uuid}/unhandled/").keeps("75-unhandled")

    beside.obtains_the_mandate(officer.opens(step))
    officer.opens(f"/case/{journey.case.uuid}/").sees("授权材料已入卷").keeps("76-mandate-given")
