"""The letter on its way and what comes after telling, in Chinese, each at his own window and the issuer on the phone."""

from __future__ import annotations

import pytest

from record.clock import Hand
from tests.browser.seats import Seats
from tests.desk.at_work import Desk
from tests.fixtures.browser import NARROW
from tests.journey import Journey

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def step(journey: Journey, name: str) -> str:
    return f"/step/{journey.task(name).uuid}/"


def test_a_letter_comes_back_once_and_goes_out_sealed(seats: Seats, time: Hand) -> None:
    desk = Desk.at("draft_letter", seats.staff)
    journey, words = desk.journey, desk.journey.drafting()
    officer = seats.seat("consumer_protection").comes_in().opens(desk.url)
    officer.writes({"核实情况": words["findings"], "依据和理由": words["reasons"], "处理决定": words["decision"]})
    officer.ticks("书面告知（签发、用印）").keeps("50-draft-letter").presses("提交稿件")
    officer.sees("“拟写处理决定书”已办完。")

    checker = seats.seat("compliance").comes_in().opens("/").keeps("51-home-compliance")
    checker.opens(step(journey, "check_letter")).sees("客户将收到的内容", words["decision"]).keeps("51-check-letter")
    checker.has_no_button("不同意").presses("退回修改").is_refused(422)
    checker.writes({"意见": "请写明退回本金的金额"}).presses("退回修改").sees("已退回修改。")
    officer.opens("/").sees("请写明退回本金的金额").presses("签收")
    officer.opens(step(journey, "draft_letter")).sees("请写明退回本金的金额").keeps("52-draft-letter-returned")
    officer.writes({"处理决定": "退回本金 8,600.00 元"}).presses("提交稿件")
    checker.opens(step(journey, "check_letter")).presses("同意").sees("已同意。")

    head = seats.seat("outlet_head", size=NARROW).comes_in().opens("/").keeps("53-home-head")
    head.opens(step(journey, "issue_letter")).sees("退回本金 8,600.00 元").keeps("53-issue-letter").is_content()
    head.presses("同意").sees("已同意。")
    keeper = seats.seat("service_manager").comes_in().opens(step(journey, "seal_letter")).presses("签收本环节")
    keeper.sees("退回本金 8,600.00 元").writes({"用印登记编号": "YZ-7"}).keeps("54-seal-letter").presses("登记用印")
    officer.opens(step(journey, "tell")).presses("签收本环节").keeps("55-tell")
    officer.opens(f"/case/{desk.case.uuid}/").sees("已用印").keeps("56-case-sealed")


def test_what_is_put_right_and_judged_after_telling(seats: Seats, time: Hand) -> None:
    desk = Desk.at("judge_risk", seats.staff)
    compliance = seats.seat("compliance").comes_in().opens(desk.url).keeps("60-risk")
    for at in range(4):
        compliance.labelled("原因").nth(at).fill("已核对，不涉及")
        compliance.labelled("否").nth(at).check()
    compliance.presses("提交判断并封存")
    compliance.opens(f"/case/{desk.case.uuid}/").follows("案防与风险判断").sees("已核对，不涉及").keeps("61-risk-page")

    clerk = seats.seat("credit_reporting").comes_in().opens(step(desk.journey, "correct_credit_record"))
    clerk.presses("签收本环节").writes({"信用报告编号": "CR-1"}).ticks("没有").keeps("62-credit-record")
    clerk.presses("登记更正").opens("/credit-records/").sees("无不良记录", "CR-1").keeps("63-credit-list")
    clerk.at_width(NARROW).keeps("63-credit-list").is_content()


def test_whose_responsibility_it_was_is_said_at_completion(seats: Seats, time: Hand) -> None:
    desk = Desk.at("close", seats.staff)
    officer = seats.seat("consumer_protection").comes_in().opens(desk.url).sees("客户一侧已全部办妥")
    officer.chooses("业务办理渠道", "营业现场").ticks("部分有责").ticks("是").keeps("64-close")
    officer.presses("办结工单").is_refused(422).sees("请填写责任单位。").ticks("无责").ticks("否")
    officer.presses("办结工单").sees("“办结核对”已办完。")
    agent = seats.seat("agent").comes_in().opens(step(desk.journey, "call_back")).presses("签收本环节")
    agent.ticks("满意").keeps("65-call-back")
