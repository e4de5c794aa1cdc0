"""What people do beside the road of trace, decision and money: one function a step, and who sits down for which."""

from __future__ import annotations

import re
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import expect

from record import clock
from tests.browser.seats import Seat, Seats

BANK_ZONE: Final = ZoneInfo("Asia/Shanghai")
ANSWER: Final = re.compile(r"^(登记结果|Record the answer)$")
REASON: Final = re.compile(r"^\s*(原因|Reason)\s*$")


def now() -> str:
    """This moment as the browser's field takes it."""
    return f"{timezone.localtime(clock.now(), BANK_ZONE):%Y-%m-%dT%H:%M:%S}"


def sits(seats: Seats, post: str) -> Seat:
    """The window of whoever holds this post, opened for him unless he sits there already."""
    who = seats.staff.people[post]
    return next((seat for _context, seat in seats.taken if seat.who == who), None) or seats.seat(post).comes_in()


def takes(seat: Seat, step: str) -> Seat:
    """From his desk: the row that names the step, and its button."""
    cell = seat.opens("/").page.get_by_role("cell", name=seat.say(step), exact=True)
    return seat.presses("签收", inside=seat.page.get_by_role("row").filter(has=cell).first)


# from the call on ---------------------------------------------------------------------------------------------------


def switches_off(agent: Seat) -> None:
    """Two ways to pay are closed in the call, the customer keeps his app, there is no other."""
    for way, outcome, receipt in (
        ("快捷支付", "已关闭（解绑）", "QP-20261124-31"),
        ("免密支付", "已关闭（解绑）", "MM-20261124-07"),
        ("手机银行", "经提示客户保留", ""),
        ("附属卡", "无此项", ""),
        ("绑定设备", "无此项", ""),
    ):
        row = agent.page.get_by_role("group", name=agent.say(way))
        row.get_by_label(agent.say("处置结果")).select_option(label=agent.say(outcome))
        if receipt:
            row.get_by_label(agent.say("回执编号")).fill(receipt)
            row.get_by_label(agent.say("办理时间")).fill(now())
    agent.keeps("beside-companions").presses("提交处置结果").sees("“关联支付渠道处置”已办完。")


def speaks_first(officer: Seat) -> None:
    """The handler calls within the day; no paper is asked for that the bank holds itself."""
    officer.ticks("是").chooses("渠道", "电话").writes({"联系时间": now()})
    officer.writes({"沟通内容及一次性告知的材料": "已告知工单编号、主办人和办理时限；无需补充材料。"})
    officer.keeps("beside-first-contact").presses("登记联系结果").sees("“首次联系”已办完。")


def obtains_the_mandate(officer: Seat) -> None:
    """The paper lies before him; whose it is, is typed from it."""
    officer.ticks("授权材料已入卷").writes({"材料或录音编号": "JC-20261124-02", "核对或确认时间": now()})
    officer.writes({"代办人身份证件号码": "310101198001011234"})
    officer.keeps("beside-mandate").presses("登记授权结果").sees("“取得授权”已办完。")


def calls_instead_of_texting(officer: Seat) -> None:
    """No text left the bank: the customer hears each of them on the phone, told on the case page he is on."""
    unheard = officer.page.locator("#texts").get_by_role("link", name=officer.say("已电话告知"))
    for _left in range(unheard.count()):
        unheard.first.click()
        officer.writes({"告知客户时间": now()}).presses("登记通话").sees("已登记。")
    expect(unheard).to_have_count(0)


def stops_collection(collector: Seat) -> None:
    """None was running; a stop is set so that none begins."""
    collector.ticks("未在催收").writes({"停催生效时间": now(), "催收系统停催编号": "TC-20261124-018"})
    collector.keeps("beside-stop-collection").presses("登记停催").sees("“停止催收”已办完。")


def marks_the_record(clerk: Seat) -> None:
    """Nothing was reported yet; the next report leaves the disputed sum out."""
    clerk.ticks("未报送不良记录").writes({"标注时间": now(), "回执编号": "ZX-20261124-005"})
    clerk.keeps("beside-mark-credit-record").presses("登记标注").sees("“征信异议标注”已办完。")


def reads_the_chip(agent: Seat) -> None:
    """The customer lays his card on the counter: it was never abroad."""
    agent.ticks("真卡在持卡人手中").writes({"核验时间": now(), "地点": "上海陆家嘴网点", "佐证编号": "DK-20261124-112"})
    agent.chooses("核验方式", "柜面读取芯片").chooses("真卡所在国家（地区）", "中国")
    agent.keeps("beside-real-card").presses("登记核验结果").sees("“真卡核验”已办完。")


def keeps_evidence(fraud: Seat) -> None:
    """Every row of the step has its answer: secured, by whom, under which number, showing which moment."""
    for n in range(fraud.labelled("处置结果").count()):
        _is_secured(fraud, n, f"BQ-20261124-{n + 1:03}")
    fraud.keeps("beside-keep-evidence").presses("完成保全").sees("“证据保全”已办完。")


def answers_the_items(fraud: Seat) -> None:
    """What was asked for since, one thing after the other from the case page he is on."""
    waiting = fraud.page.locator("#preservation").get_by_role("link", name=fraud.say("登记结果"))
    for left in range(waiting.count(), 0, -1):
        waiting.first.click()
        _is_secured(fraud, 0, f"BQ-20261124-{100 + left}")
        if left == 1:
            fraud.keeps("beside-answer-item")
        fraud.presses(ANSWER).sees("已登记。")
        expect(fraud.page.locator("#preservation")).to_be_in_viewport()
    fraud.keeps("beside-evidence-answered")
    assert waiting.count() == 0


def _is_secured(fraud: Seat, n: int, number: str) -> None:
    fraud.labelled("处置结果").nth(n).select_option(label=fraud.say("已保全"))
    fraud.labelled("答复人").nth(n).fill("赵工")
    fraud.labelled("或填写编号").nth(n).fill(number)
    shows = fraud.labelled("所示时间").nth(n)
    if not shows.input_value():  # of a transaction it is known
        shows.fill(now())


# after the telling --------------------------------------------------------------------------------------------------


def corrects_the_record(clerk: Seat) -> None:
    """The report shows nothing bad of these transactions."""
    clerk.writes({"信用报告编号": "CR-20261125-009"}).ticks("没有")
    clerk.keeps("beside-credit-record").presses("登记更正").sees("“征信更正”已办完。")


def judges_the_risk(compliance: Seat) -> None:
    """Four questions, each with its reason; the scheme is told of a forged card, and under which number."""
    for n, (question, reason) in enumerate(
        (
            ("涉刑情况是否报送", "客户已自行报案，本行无内部人员涉案线索。"),
            ("可疑交易是否报告", "境外取现，资金未流入本行账户。"),
            ("操作风险损失事件是否成立", "金额未达损失事件报送标准。"),
            ("卡组织欺诈是否上报", "境外磁条伪卡取现，已报卡组织。"),
        )
    ):
        yes = question.startswith("卡组织")
        group = compliance.page.get_by_role("group", name=compliance.say(question))
        group.get_by_label(compliance.say("是" if yes else "否"), exact=True).check()
        compliance.page.get_by_role("textbox", name=REASON).nth(n).fill(reason)
        if yes:
            compliance.labelled("报送或事件编号").nth(n).fill("SAFE-20261125-3")
    compliance.keeps("beside-risk").presses("提交判断并封存").sees("“案防与风险判断”已办完。")


def tells_collection(collector: Seat) -> None:
    """The bank bears everything: the stop becomes permanent."""
    collector.sees("客户不承担损失：停催转为永久。").writes(
        {"告知催收时间": now(), "催收系统办理编号": "TC-20261125-002"}
    )
    collector.keeps("beside-end-collection").presses("登记告知催收").sees("“告知催收结果”已办完。")


def ends_the_mark(clerk: Seat) -> None:
    """The objection has its answer: the mark comes off."""
    clerk.writes({"办理时间": now(), "回执编号": "ZX-20261125-001"})
    clerk.keeps("beside-end-credit-mark").presses("登记标注结束").sees("“结束征信异议标注”已办完。")


# who sits down ------------------------------------------------------------------------------------------------------


def protects_the_customer(seats: Seats) -> None:
    """What begins with the call of a credit card's holder, in the call and in the hour after it."""
    switches_off(takes(sits(seats, "agent"), "关联支付渠道处置"))
    officer = sits(seats, "consumer_protection")
    speaks_first(takes(officer, "首次联系"))
    calls_instead_of_texting(officer)
    stops_collection(takes(sits(seats, "collection"), "停止催收"))
    marks_the_record(takes(sits(seats, "credit_reporting"), "征信异议标注"))


def ends_the_protection(seats: Seats) -> None:
    """What begins with the telling when nothing is left to the holder of a credit card."""
    judges_the_risk(takes(sits(seats, "compliance"), "案防与风险判断"))
    tells_collection(takes(sits(seats, "collection"), "告知催收结果"))
    clerk = sits(seats, "credit_reporting")
    corrects_the_record(takes(clerk, "征信更正"))
    ends_the_mark(takes(clerk, "结束征信异议标注"))
