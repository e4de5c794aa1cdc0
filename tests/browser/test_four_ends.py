"""Four transactions with four different ends, in Chinese: paid back, held to be his own, and two that go on elsewhere."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from cases.models import Case, DisputedTransaction
from record import clock
from record.clock import Hand
from tests.browser import path
from tests.browser.seats import Seat, Seats
from tests.fixtures.browser import NARROW
from workflows.models import StepTask

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]
FOUND = ("伪卡盗刷", "电信诈骗", "商户争议", "本人或授权交易")


def now() -> str:
    return f"{timezone.localtime(clock.now(), path.SHANGHAI):%Y-%m-%dT%H:%M:%S}"


def step(case: Case, name: str) -> str:
    return next(f"/step/{one.uuid}/" for one in StepTask.objects.open().filter(case=case) if one.flow_task.name == name)


def traces(fraud: Seat, listed: list[DisputedTransaction]) -> None:
    """Each of the four is something else."""
    for row, found in zip(listed, FOUND, strict=True):
        fraud.page.locator(f"#id_type_{row.uuid.hex}").select_option(label=found)
    fraud.keeps("70-four-traced").presses("完成追溯").sees("“交易追溯”已办完。")


def decides(officer: Seat, listed: list[DisputedTransaction]) -> None:
    """One is the bank's, one the holder's, two leave into complaints of their own."""
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


def proposes_and_approves(handler: Seat, head: Seat, case: Case) -> None:
    handler.opens(step(case, "propose")).presses("签收本环节")
    handler.writes({"赔付理由": "伪卡一笔由发卡行承担；两笔另立工单；一笔为亲友代刷。"}).keeps("73-propose")
    handler.presses("提交方案").sees("“赔付方案”已办完。")
    head.opens(step(case, "approve")).sees(re.compile("已移交 ")).keeps("74-approval").is_content()
    head.writes({"意见": "同意。"}).presses(re.compile("^同意")).sees("已同意。")


def tells(handler: Seat, case: Case, decision: str) -> None:
    handler.opens(step(case, "draft_letter")).presses("签收本环节")
    if case.kind == Case.Kind.CARD_FRAUD:
        assert "另立投诉工单" in handler.labelled("依据和理由").input_value()
    handler.writes({"处理决定": decision}).ticks("电话告知（录音）")
    for label in ("核实情况", "依据和理由"):
        if not handler.labelled(label).input_value():
            handler.writes({label: "已与客户和对方核对，依据收单协议和领用合约。"})
    handler.keeps("75-letter").presses("提交稿件").sees("“拟写处理决定书”已办完。")
    handler.opens(step(case, "tell")).presses("签收本环节").chooses("告知方式", "电话")
    handler.writes({"告知凭证": f"REC-{case.pk}", "告知时间": now()}).presses("登记已告知")
    handler.sees("“处理决定告知”已办完。")


def pays(seats: Seats, case: Case, amount: str) -> None:
    path.prepares(seats.seat("accounts_maker").comes_in().opens(step(case, "pay")).presses("签收本环节"))
    checker = seats.seat("accounts_checker").comes_in().opens(step(case, "check_payment")).presses("签收本环节")
    checker.writes({"应付金额（按审批件重新录入）": amount}).presses("发送赔付指令").sees("“赔付复核”已办完。")


def completes(handler: Seat, agent: Seat, case: Case) -> None:
    """Checklist, call back, archive."""
    handler.opens(step(case, "close")).presses("签收本环节").sees("客户一侧已全部办妥")
    handler.chooses("业务办理渠道", "营业现场")
    for label in ("业务类别", "投诉原因"):
        box = handler.labelled(label)
        if not box.input_value():
            box.select_option(index=1)
    handler.ticks("无责").ticks("否").presses("办结工单").sees("“办结核对”已办完。")
    agent.opens(step(case, "call_back")).presses("签收本环节").ticks("满意")
    agent.writes({"联系时间": now(), "录音或调查编号": f"REC-HF-{case.pk}"}).presses("登记回访").sees("“回访”已办完。")
    handler.opens(step(case, "archive")).presses("签收本环节")
    path.archives(handler)


def test_four_transactions_end_in_four_ways(seats: Seats, time: Hand) -> None:
    # the call, and what starts in the same second
    agent = seats.seat("agent").comes_in().opens("/")
    path.stops_the_loss(agent)
    path.bank_systems_answer()
    path.completes_the_registration(agent.follows("打开工单"))
    case = Case.objects.get()
    path.beside(seats.staff)

    # trace and decision
    time.advance(hours=2)
    listed = list(case.transactions.order_by("-booked_at", "-id"))[: len(FOUND)]
    traces(seats.seat("fraud").comes_in().opens(step(case, "trace")).presses("签收本环节"), listed)
    path.beside(seats.staff)
    time.advance(days=1)
    officer = seats.seat("liability").comes_in().opens(step(case, "decide")).presses("签收本环节")
    decides(officer, listed)
    officer.opens(f"/case/{case.uuid}/").sees("移交办理", re.compile("已移交 ")).keeps("72-case-handed-on")

    # proposal, approval on a phone, the telling, money, the card
    handler = seats.seat("consumer_protection").comes_in()
    proposes_and_approves(handler, seats.seat("outlet_head", size=NARROW).comes_in(), case)
    time.advance(hours=3)
    tells(handler, case, "退还伪卡交易一笔；另两笔由新工单继续办理。")
    path.beside(seats.staff)
    pays(seats, case, str(listed[0].amount))
    path.bank_systems_answer()
    path.replaces_the_card(agent.opens(step(case, "end_card")).presses("签收本环节"))
    path.bank_systems_answer()
    path.beside(seats.staff)
    completes(handler, agent, case)
    handler.opens(f"/case/{case.uuid}/").sees("已归档").keeps("79-four-archived")

    # the telecom fraud in its own complaint, with the clock of the first; the merchant dispute likewise
    for row, found in zip(listed, FOUND, strict=True):
        if found not in ("电信诈骗", "商户争议"):
            continue
        row.refresh_from_db()
        linked = row.handed_on_to
        assert linked is not None
        handler.opens(f"/case/{linked.uuid}/").sees("移交办理", case.reference).keeps("76-linked-case")
        handler.opens(step(linked, "look_into")).presses("签收本环节")
        handler.writes({"查明的情况": "已与客户和对方核对。"}).ticks("客户主张不成立").keeps("77-look-into")
        handler.presses("提交查明情况").sees("“查明情况”已办完。")
        tells(handler, linked, "客户主张不成立，已说明理由和救济途径。")
        completes(handler, agent, linked)
        handler.opens(f"/case/{linked.uuid}/").sees("已归档").keeps("78-linked-archived")
