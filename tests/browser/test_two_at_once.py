"""Two people, one step: the second reads who was first and when, and nothing he typed is lost."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from record.clock import Hand
from tests.browser.seats import Seats
from tests.desk.at_work import Desk
from tests.factories import person

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def test_two_claim_one_step(seats: Seats, time: Hand) -> None:
    # given a step that two investigators see waiting
    desk = Desk.at("trace", seats.staff, claimed=False)
    colleague = person(Role.FRAUD, seats.staff.bank.head_office, display_name="林晚秋")
    first, second = seats.seat("fraud").comes_in().opens("/"), seats.seat(colleague).comes_in().opens("/")

    # when both claim it
    first.presses("签收")
    time.advance(minutes=1)
    second.presses("签收").is_refused(409)

    # then the second reads who has it, and goes on at the case as it is now
    second.sees("已有他人先办理", "李可", "11-24 09:12:00").keeps("40-conflict-claim")
    second.follows("查看工单现状").sees("证据保全 (李可)")
    assert desk.journey.task("keep_evidence").owner == seats.staff.fraud, "the most urgent stands first"


def test_two_answer_one_approval(seats: Seats, time: Hand) -> None:
    # given a proposal open before two who may approve it, one of them writing why he returns it
    desk = Desk.at("approve", seats.staff, claimed=False)
    deputy = person(Role.OUTLET_HEAD, seats.staff.bank.outlet, display_name="周敬之")
    first, second = (seats.seat(who).comes_in().opens(desk.url) for who in ("outlet_head", deputy))
    second.writes({"意见": "本金与第二笔交易不符，请核对。"})

    # when the other approves first
    first.presses("同意").sees("已同意。")
    time.advance(minutes=1)
    second.presses("退回修改").is_refused(409)

    # then he reads who and when, and what he typed is still there
    second.sees("已有他人先办理", "沈国梁", "本金与第二笔交易不符，请核对。").keeps("41-conflict-approval")


def test_a_step_taken_away_while_he_writes(seats: Seats) -> None:
    # given a decision being written
    desk = Desk.at("decide", seats.staff)
    colleague = person(Role.LIABILITY, seats.staff.bank.head_office, display_name="谢思齐")
    liability = seats.seat("liability").comes_in().opens(desk.url)
    liability.labelled("书面理由").fill("磁条交易，真卡在沪。")

    # when a supervisor gives the step to a colleague on his own page
    supervisor = seats.seat("supervisor").comes_in().opens(f"/step/{desk.task.uuid}/reassign/")
    supervisor.chooses("接收人", "谢思齐").writes({"原因及待办事项": "方文明日休假"}).presses("改派环节")

    # then what he typed is kept when he submits
    liability.presses("提交判定").is_refused(409)
    liability.sees("谢思齐", "磁条交易，真卡在沪。").keeps("42-conflict-taken-away")
    assert desk.task.owner == colleague
