"""Four transactions with four different ends, in Chinese: paid back, held to be his own, and two that go on elsewhere."""

from __future__ import annotations

import re

import pytest

from record.clock import Hand
from tests.browser.seats import Seats
from tests.desk.at_work import Desk, typed
from tests.fixtures.browser import NARROW
from tests.journey import Journey
from tests.workflows.roads import to_the_end, whole

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]
FOUND = ("伪卡盗刷", "电信诈骗", "商户争议", "本人或授权交易")


def step(journey: Journey, name: str) -> str:
    return f"/step/{journey.task(name).uuid}/"


def test_four_transactions_end_in_four_ways(seats: Seats, time: Hand) -> None:
    desk = Desk.at("trace", seats.staff)
    journey = desk.journey
    listed = list(journey.case.transactions.order_by("-booked_at", "-id"))[: len(FOUND)]
    fraud = seats.seat("fraud").comes_in().opens(desk.url)
    for row, found in zip(listed, FOUND, strict=True):
        fraud.page.locator(f"#id_type_{row.uuid.hex}").select_option(label=found)
    fraud.keeps("70-four-traced").presses("完成追溯").sees("“交易追溯”已办完。")
    while beside := sorted(journey.beside):
        journey.does(beside[0], seats.staff.people[journey.task(beside[0]).role], **typed(beside[0], journey)).again()

    officer = seats.seat("liability").comes_in().opens(step(journey, "decide")).presses("签收本环节")
    for row, found in zip(listed, FOUND, strict=True):
        key, page = row.uuid.hex, officer.page
        page.locator(f"#id_reason_{key}").fill("已核对来电录音与交易明细。")
        if found in ("伪卡盗刷", "本人或授权交易"):
            ground = "L1" if found == "伪卡盗刷" else "L8"
            page.locator(f"#id_ground_{key}").select_option(value=ground)
        if found == "本人或授权交易":
            page.locator(f"#id_bank_{key}").fill("0")
            page.locator(f"#id_holder_{key}").fill(str(row.amount))
    officer.sees("移交另立投诉工单办理").keeps("71-four-decided").presses("提交判定").sees("“责任判定”已办完。")
    officer.opens(f"/case/{journey.case.uuid}/").sees("移交办理", re.compile("已移交 ")).keeps("72-case-handed-on")

    handler = seats.seat("consumer_protection").comes_in().opens(step(journey, "propose")).presses("签收本环节")
    handler.writes({"赔付理由": "伪卡一笔由发卡行承担；两笔另立工单；一笔为亲友代刷。"}).keeps("73-propose")
    handler.presses("提交方案").sees("“赔付方案”已办完。")
    head = seats.seat("outlet_head", size=NARROW).comes_in()
    head.opens(f"/approval/{journey.task('approve').uuid}/")
    if head.page.get_by_role("button", name="签收").count():
        head.presses("签收")
    head.sees(re.compile("已移交 ")).keeps("74-approval").is_content()
    head.writes({"意见": "同意。"}).presses(re.compile("^同意")).sees("已同意。")

    handler.opens(step(journey, "draft_letter")).presses("签收本环节")
    assert "另立投诉工单" in handler.labelled("依据和理由").input_value()
    handler.writes({"处理决定": "退还伪卡交易一笔；另两笔由新工单继续办理。"}).ticks("电话告知（录音）")
    handler.keeps("75-letter").presses("提交稿件").sees("“拟写处理决定书”已办完。")

    others = [row.handed_on_to for row in journey.case.transactions.disputed() if row.handed_on_to]
    linked = Journey(seats.staff, others[0], journey.ledger)
    handler.opens(f"/case/{linked.case.uuid}/").sees("移交办理", journey.case.reference).keeps("76-linked-case")
    handler.opens(step(linked, "look_into")).presses("签收本环节")
    handler.writes({"查明的情况": "客户受骗后本人转账。"}).ticks("客户主张不成立").keeps("77-look-into")
    handler.presses("提交查明情况").sees("“查明情况”已办完。")

    for way in (journey, *(Journey(seats.staff, other, journey.ledger) for other in others)):
        whole(to_the_end(way))
    handler.opens(f"/case/{linked.case.uuid}/").sees("已归档").keeps("78-linked-archived")
    officer.opens(f"/case/{journey.case.uuid}/").sees("已归档").keeps("79-four-archived")
