"""網络盗刷 on a credit card, one of two purchases turned into instalments: from the call to the archive, in Chinese."""

from __future__ import annotations

import pytest

from cases.models import Case
from record.clock import Hand
from tests.browser import beside, path
from tests.browser.after import judges, now, registers, step, takes, was_done_at_windows
from tests.browser.seats import Seat, Seats
from tests.fixtures.browser import NARROW, WIDE

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
ABROAD, AT_HOME = "8,378.58", "2,530.48"
# 8,378.58 + 45.60 + 100.00 + 60.32 + 83.79, and 2,530.48 + 12.30
FIRST, SECOND, TOTAL = "8,668.29", "2,542.78", "11,211.07"
RISK = (
    "客户已报案，本行无内部人员涉案线索。",
    "两笔均为网上消费，资金未流入本行账户。",
    "金额未达损失事件报送标准。",
    "网络盗刷，已报卡组织。",
)


def traces(fraud: Seat) -> None:
    """Both were made online; the dearer one was turned into twelve instalments the same night."""
    for amount in (ABROAD, AT_HOME):
        fraud.chooses(f"性质, {amount}", "网络盗刷")
    fraud.page.get_by_text("转为分期的交易").click()
    fraud.page.locator("[name=plan_1_count]").fill("12")
    fraud.page.locator("[name=plan_1_fee]").fill("60.32")
    fraud.presses("完成追溯").is_refused(422).sees("请选择交易，或清空整行。").keeps("71-trace-refused")
    of = fraud.page.locator("[name=plan_1_of]")
    of.select_option(label=of.locator("option").filter(has_text=ABROAD).first.inner_text())
    fraud.keeps("72-trace").at_width(NARROW).keeps("72-trace").is_content()
    fraud.at_width(WIDE).presses("完成追溯").sees("“交易追溯”已办完。")


def decides(liability: Seat) -> None:
    for n in (1, 2):
        liability.chooses(f"依据 {n}", "L5 ")
        liability.labelled("书面理由").nth(n - 1).fill("未告知网络支付功能，两笔均无验证记录。")
    liability.keeps("73-decide").presses("提交判定").sees("“责任判定”已办完。")


def proposes(officer: Seat) -> None:
    """Every kind of money of the purchase abroad, interest of the other; sums follow the typing, by keyboard alone."""
    assert officer.page.locator("[name^=exchange_]").count() == 1, "nothing was converted at home"
    at_home, abroad = 1, 2  # in the order they were made
    officer.labelled(f"利息 {abroad}").focus()
    for amount in ("45.60", "100.00", "60.32", "83.79", "8378"):
        officer.page.keyboard.press("ControlOrMeta+A")
        officer.page.keyboard.type(amount)
        officer.page.keyboard.press("Tab")
    officer.labelled(f"利息 {at_home}").fill("12.3O")
    officer.keeps("74-propose-unread").labelled(f"利息 {at_home}").fill("12.30")
    officer.sees(FIRST, SECOND, TOTAL, "10,909.06", "57.90")
    officer.labelled(f"本金 {at_home}").fill("2530.49")
    officer.writes({"赔付理由": "网络盗刷，未告知网络支付功能，发卡行承担（法释〔2021〕10号第八条）。"})
    officer.presses("提交方案").is_refused(422).keeps("75-propose-refused")
    officer.labelled(f"本金 {at_home}").fill("2530.48")
    officer.keeps("76-propose").at_width(NARROW).keeps("76-propose").is_content()
    officer.at_width(WIDE).presses("提交方案").sees("“赔付方案”已办完。")


def writes_the_letter(seats: Seats, case: Case) -> None:
    officer, head = seats.sat("consumer_protection"), seats.sat("outlet_head")
    officer.opens("/").presses("签收").writes(
        {"处理决定": f"退还两笔交易的本金、利息及费用共 {TOTAL} 元，撤销分期，退还积分 8378 分。"}
    )
    officer.ticks("书面告知（签发、用印）").keeps("78-draft").presses("提交稿件").sees("“拟写处理决定书”已办完。")
    seats.seat("compliance").comes_in().opens(step(case, "check_letter")).presses("同意").sees("已同意。")
    head.opens(step(case, "issue_letter")).sees(TOTAL).keeps("79-issue").presses("同意").sees("已同意。")
    keeper = takes(seats.seat("service_manager").comes_in(), case, "seal_letter")
    keeper.writes({"用印登记编号": "YZ-31"}).presses("登记用印").sees("“处理决定书用印”已办完。")
    takes(officer, case, "tell").chooses("告知方式", "邮寄")
    officer.writes({"告知凭证": "EMS-20261126-31", "告知时间": now()}).presses("登记已告知")
    officer.sees("“处理决定告知”已办完。")


def pays(seats: Seats, case: Case) -> None:
    maker = takes(seats.seat("accounts_maker").comes_in(), case, "pay").sees("¥ 8,378.58", "60.32")
    path.prepares(maker.keeps("80-pay"))
    checker = takes(seats.seat("accounts_checker").comes_in(), case, "check_payment")
    checker.writes({"应付金额（按审批件重新录入）": TOTAL.replace(",", "")}).presses("发送赔付指令")
    checker.sees("“赔付复核”已办完。")


def protects(seats: Seats, case: Case) -> None:
    """In the call and the hour after it: what pays beside the card, the card itself, the customer, his good name."""
    agent = seats.sat("agent")
    beside.switches_off(takes(agent, case, "stop_companions"))
    beside.reads_the_chip(takes(agent, case, "check_real_card"))
    beside.speaks_first(takes(seats.seat("consumer_protection").comes_in(), case, "first_contact"))
    beside.stops_collection(takes(seats.seat("collection").comes_in(), case, "stop_collection"))
    beside.marks_the_record(takes(seats.seat("credit_reporting").comes_in(), case, "mark_credit_record"))


def ends_the_protection(seats: Seats, case: Case) -> None:
    """The bank bears everything: nothing of the matter stays with the customer."""
    clerk = seats.sat("credit_reporting")
    beside.corrects_the_record(takes(clerk, case, "correct_credit_record"))
    beside.ends_the_mark(takes(clerk, case, "end_credit_mark"))
    beside.tells_collection(takes(seats.sat("collection"), case, "end_collection"))
    judges(takes(seats.sat("compliance"), case, "judge_risk"), *RISK, reported={3: "SAFE-20261126-31"})


def test_stolen_credentials_with_instalments_are_put_right_line_by_line(seats: Seats, time: Hand) -> None:
    # the call: stopped, registered, quick pay unbound, the account held as a whole
    agent = seats.seat("agent").comes_in().opens("/")
    agent.follows("先止付")
    agent.writes({"客户姓名": "张三", "电话": "13816262207", "卡号前六位": "622126", "卡号后四位": "4402"})
    agent.chooses("卡种", "信用卡").writes({"核身编号": "REC-20261124-0031"}).presses("挂失")
    path.bank_systems_answer()
    registers(
        agent.follows("打开工单"), "11-24 凌晨卡被绑到陌生账户，网上消费两笔，其中一笔被转为分期，本人未收到验证码。"
    )
    file, case = agent.path, Case.objects.get()
    protects(seats, case)
    agent.opens(file).sees("争议挂账").keeps("70-protected")

    # what is overwritten first, the trace, what the trace asks for, the board, the decision
    fraud = seats.seat("fraud").comes_in()
    beside.keeps_evidence(takes(fraud, case, "keep_evidence"))
    time.advance(hours=2)
    traces(takes(fraud, case, "trace"))
    beside.answers_the_items(fraud.opens(file))
    fraud.opens(f"{file}board/").keeps("73-board")
    time.advance(days=1)
    decides(takes(seats.seat("liability").comes_in(), case, "decide"))

    # proposal, approval on a phone, the letter in writing
    proposes(takes(seats.sat("consumer_protection"), case, "propose"))
    head = seats.seat("outlet_head", size=NARROW).comes_in().opens(step(case, "approve"))
    head.sees(f"¥ {TOTAL}", "逐笔金额", "分期手续费 60.32", "退还积分 8378", "分 12 期").keeps(
        "77-approval"
    ).is_content()
    head.presses(f"同意 {TOTAL}").sees("已同意。")
    time.advance(hours=3)
    writes_the_letter(seats, case)

    # money, restoration, credit record, card
    pays(seats, case)
    path.bank_systems_answer()
    agent.opens(file).sees("已撤销", "已退还", "8378").keeps("81-case-paid")
    ends_the_protection(seats, case)
    path.replaces_the_card(takes(agent, case, "end_card"))
    path.bank_systems_answer()
    beside.calls_instead_of_texting(agent.opens(file))

    # completion and archive
    officer = takes(seats.sat("consumer_protection"), case, "close").sees("客户一侧已全部办妥")
    officer.chooses("业务办理渠道", "网").ticks("无责").ticks("否").keeps("82-close").presses("办结工单")
    officer.sees("“办结核对”已办完。")
    path.calls_back(takes(agent, case, "call_back"))
    path.archives(takes(officer, case, "archive"))
    was_done_at_windows(seats, case)
    case.refresh_from_db()
    assert case.state == Case.State.ARCHIVED
    assert {entry.state for entry in case.money.all()} == {"booked"}
    assert [(one.points, one.state) for one in case.points.all()] == [(8378, "restored")]
    plan = case.transactions.plans().get()
    assert plan.instalments == 12
    assert plan.instalments_receipt
