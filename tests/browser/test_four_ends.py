"""Four transactions with four different ends, in Chinese: paid back, held to be his own, and two that go on elsewhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from cases.models import Case, DisputedTransaction
from record.clock import Hand
from tests.browser import beside, path
from tests.browser.after import judges, now, registers, repairs_debits, step, takes, was_done_at_windows
from tests.browser.seats import Seat, Seats
from tests.fixtures.browser import NARROW, WIDE

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
FOUND = ("伪卡盗刷", "电信诈骗", "商户争议", "本人或授权交易")
REASONS = {
    "伪卡盗刷": "境外磁条交易，真卡在沪，客户无过错。",
    "电信诈骗": "客户受骗后自行授权付款，不属于盗刷。",
    "商户争议": "客户认可到店消费，对商品质量有争议。",
    "本人或授权交易": "签购单为其配偶签名，客户在来电中认可。",
}
RISK = (
    "其中一笔为电信诈骗，已报送涉刑情况。",
    "收款方均为境外商户，资金未流入本行账户。",
    "金额未达损失事件报送标准。",
    "其中一笔为伪卡，已报卡组织。",
)


def calls(agent: Seat) -> Case:
    """A debit card: the money left the account itself."""
    agent.follows("先止付")
    agent.writes({"客户姓名": "张三", "电话": "13816262207", "卡号前六位": "622126", "卡号后四位": "4417"})
    agent.chooses("卡种", "借记卡").writes({"核身编号": "REC-20261124-0031"}).presses("挂失")
    path.bank_systems_answer()
    registers(agent.follows("打开工单"), "11-22 至 11-24 有四笔消费对不上，卡一直在身上，本人在上海。")
    return Case.objects.get()


def traces(fraud: Seat, listed: list[DisputedTransaction]) -> None:
    """Each of the four is something else."""
    for row, found in zip(listed, FOUND, strict=True):
        fraud.chooses(f"性质, {row.amount:,.2f}", found)
    fraud.keeps("70-four-traced").presses("完成追溯").sees("“交易追溯”已办完。")


def decides(officer: Seat, listed: list[DisputedTransaction]) -> None:
    """One is the bank's, one the holder's, two leave into complaints of their own; the page lists the oldest first."""
    for n, (row, found) in enumerate(zip(reversed(listed), reversed(FOUND), strict=True), start=1):
        officer.labelled("书面理由").nth(n - 1).fill(REASONS[found])
        if found == "伪卡盗刷":
            officer.chooses(f"依据 {n}", re.compile("^L1 "))
        if found == "本人或授权交易":
            officer.chooses(f"依据 {n}", re.compile("^L8 "))
            officer.writes({f"本行承担 {n}": "0", f"持卡人承担 {n}": str(row.amount)})
    elsewhere = 2  # the merchant's: neither a ground nor a share is asked for, unless it stays here after all
    expect(officer.labelled(f"本行承担 {elsewhere}")).to_be_hidden()
    officer.labelled("移交另立投诉工单办理").first.uncheck()
    expect(officer.labelled(f"依据 {elsewhere}")).to_be_visible()
    officer.labelled("移交另立投诉工单办理").first.check()
    officer.sees("移交另立投诉工单办理").keeps("71-four-decided").at_width(NARROW).keeps("71-four-decided")
    officer.at_width(WIDE).presses("提交判定").sees("“责任判定”已办完。")


def proposes_and_approves(handler: Seat, head: Seat, case: Case) -> None:
    takes(handler, case, "propose")
    handler.writes({"赔付理由": "伪卡一笔由发卡行承担；两笔另立工单；一笔为亲友代刷。"}).keeps("73-propose")
    handler.presses("提交方案").sees("“赔付方案”已办完。")
    head.opens(step(case, "approve")).sees(re.compile("已移交 ")).keeps("74-approval").is_content()
    head.writes({"意见": "同意。"}).presses(re.compile("^同意")).sees("已同意。")


def tells(handler: Seat, case: Case, decision: str) -> None:
    takes(handler, case, "draft_letter")
    if case.kind == Case.Kind.CARD_FRAUD:
        assert "另立投诉工单" in handler.labelled("依据和理由").input_value()
    handler.writes({"处理决定": decision}).ticks("电话告知（录音）")
    for label in ("核实情况", "依据和理由"):
        if not handler.labelled(label).input_value():
            handler.writes({label: "已与客户和对方核对，依据收单协议和领用合约。"})
    handler.keeps("75-letter").presses("提交稿件").sees("“拟写处理决定书”已办完。")
    takes(handler, case, "tell").chooses("告知方式", "电话")
    handler.writes({"告知凭证": f"REC-{case.pk}", "告知时间": now()}).presses("登记已告知")
    handler.sees("“处理决定告知”已办完。")


def pays(seats: Seats, case: Case, amount: str) -> None:
    path.prepares(takes(seats.seat("accounts_maker").comes_in(), case, "pay"))
    checker = takes(seats.seat("accounts_checker").comes_in(), case, "check_payment")
    checker.writes({"应付金额（按审批件重新录入）": amount}).presses("发送赔付指令").sees("“赔付复核”已办完。")


def completes(handler: Seat, agent: Seat, case: Case) -> None:
    """What no text has told, checklist, call back, archive."""
    beside.calls_instead_of_texting(agent.opens(f"/case/{case.uuid}/"))
    takes(handler, case, "close").sees("客户一侧已全部办妥")
    handler.chooses("业务办理渠道", "营业现场")
    for label in ("业务类别", "投诉原因"):
        box = handler.labelled(label)
        if not box.input_value():
            box.select_option(index=1)
    handler.ticks("无责").ticks("否").presses("办结工单").sees("“办结核对”已办完。")
    takes(agent, case, "call_back").ticks("满意")
    agent.writes({"联系时间": now(), "录音或调查编号": f"REC-HF-{case.pk}"}).presses("登记回访").sees("“回访”已办完。")
    path.archives(takes(handler, case, "archive"))


def goes_on_elsewhere(handler: Seat, agent: Seat, row: DisputedTransaction) -> Case:
    """In its own complaint, with the clock of the first; history and evidence are read where they began."""
    row.refresh_from_db()
    linked = row.handed_on_to
    assert linked is not None
    first = row.case
    handler.opens(f"/case/{linked.uuid}/").sees("移交办理", row.merchant, f"{row.amount:,.2f}")
    handler.sees("告知时点", "11-24 09:12:00", "作出处理决定并告知投诉人", "剩 14 天").keeps("76-linked-case")
    handler.follows(first.reference).sees("移交办理").follows("全部", inside=handler.page.locator("#timeline"))
    handler.chooses("内容", "环节与审批").presses("查看")  # the whole of it is longer than a page
    handler.sees("“交易追溯”环节已办完").opens(f"/case/{linked.uuid}/")
    takes(handler, linked, "look_into").writes({"查明的情况": "已与客户和对方核对。"}).ticks("客户主张不成立")
    handler.keeps("77-look-into").presses("提交查明情况").sees("“查明情况”已办完。")
    tells(handler, linked, "客户主张不成立，已说明理由和救济途径。")
    completes(handler, agent, linked)
    handler.opens(f"/case/{linked.uuid}/").sees("已归档").keeps("78-linked-archived")
    return linked


def test_four_transactions_end_in_four_ways(seats: Seats, time: Hand) -> None:
    # the call, and what starts in the same second
    agent = seats.seat("agent").comes_in().opens("/")
    case = calls(agent)
    beside.switches_off(takes(agent, case, "stop_companions"))
    beside.reads_the_chip(takes(agent, case, "check_real_card"))
    handler = seats.seat("consumer_protection").comes_in()
    beside.speaks_first(takes(handler, case, "first_contact"))

    # trace, evidence and decision
    time.advance(hours=2)
    listed = list(case.transactions.order_by("-booked_at", "-id"))[: len(FOUND)]
    fraud = seats.seat("fraud").comes_in()
    traces(takes(fraud, case, "trace"), listed)
    beside.keeps_evidence(takes(fraud, case, "keep_evidence"))
    time.advance(days=1)
    officer = seats.seat("liability").comes_in()
    decides(takes(officer, case, "decide"), listed)
    officer.opens(f"/case/{case.uuid}/").sees("移交办理", re.compile("已移交 ")).keeps("72-case-handed-on")

    # proposal, approval on a phone, the telling, money, the card
    proposes_and_approves(handler, seats.seat("outlet_head", size=NARROW).comes_in(), case)
    time.advance(hours=3)
    tells(handler, case, "退还伪卡交易一笔；另两笔由新工单继续办理。")
    compliance = takes(seats.seat("compliance").comes_in(), case, "judge_risk")
    judges(compliance, *RISK, reported={0: "AF-20261126-07", 3: "SAFE-20261126-32"})
    pays(seats, case, str(listed[0].amount))
    path.bank_systems_answer()
    repairs_debits(takes(seats.sat("accounts_maker"), case, "repair_debits"))
    path.replaces_the_card(takes(agent, case, "end_card"))
    path.bank_systems_answer()
    completes(handler, agent, case)
    handler.opens(f"/case/{case.uuid}/").sees("已归档").keeps("79-four-archived")

    # the telecom fraud and the merchant dispute
    linked = [goes_on_elsewhere(handler, agent, row) for row in listed[1:3]]
    was_done_at_windows(seats, case, *linked)
