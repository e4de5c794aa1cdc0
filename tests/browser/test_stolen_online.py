"""網络盗刷 on a credit card, one of two purchases turned into instalments: from the call to the archive, in Chinese."""

from __future__ import annotations

import pytest
from django.utils import timezone

from cases.models import Case
from record import clock
from record.clock import Hand
from tests.browser import path
from tests.browser.seats import Seat, Seats
from tests.browser.test_main_path import open_step
from tests.fixtures.browser import NARROW, WIDE

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]
ABROAD, AT_HOME = "8,378.58", "2,530.48"
# 8,378.58 + 45.60 + 100.00 + 60.32 + 83.79, and 2,530.48 + 12.30
FIRST, SECOND, TOTAL = "8,668.29", "2,542.78", "11,211.07"


def now() -> str:
    return f"{timezone.localtime(clock.now(), path.SHANGHAI):%Y-%m-%dT%H:%M:%S}"


def switches_off(agent: Seat) -> None:
    """Quick pay is unbound in the call; there is nothing else."""
    agent.opens(open_step("stop_companions")).presses("签收本环节")
    outcome = agent.labelled("处置结果")
    outcome.nth(0).select_option("off")
    for n in range(1, outcome.count()):
        outcome.nth(n).select_option("none")
    agent.labelled("回执编号").nth(0).fill("QP-31")
    agent.labelled("办理时间").nth(0).fill(now())
    agent.keeps("70-companions").page.locator("main .r-btn--go").click()
    agent.sees("“关联支付渠道处置”已办完。")


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


def writes_the_letter(seats: Seats, officer: Seat, head: Seat) -> None:
    officer.opens("/").presses("签收").writes(
        {"处理决定": f"退还两笔交易的本金、利息及费用共 {TOTAL} 元，撤销分期，退还积分 8378 分。"}
    )
    officer.ticks("书面告知（签发、用印）").keeps("78-draft").presses("提交稿件").sees("“拟写处理决定书”已办完。")
    seats.seat("compliance").comes_in().opens(open_step("check_letter")).presses("同意").sees("已同意。")
    head.opens(open_step("issue_letter")).sees(TOTAL).keeps("79-issue").presses("同意").sees("已同意。")
    keeper = seats.seat("service_manager").comes_in().opens(open_step("seal_letter")).presses("签收本环节")
    keeper.writes({"用印登记编号": "YZ-31"}).presses("登记用印")
    officer.opens(open_step("tell")).presses("签收本环节").chooses("告知方式", "邮寄")
    officer.writes({"告知凭证": "EMS-20261126-31", "告知时间": now()}).presses("登记已告知")
    officer.sees("“处理决定告知”已办完。")


def pays(seats: Seats) -> None:
    maker = seats.seat("accounts_maker").comes_in().opens(open_step("pay")).presses("签收本环节")
    maker.sees("¥ 8,378.58", "60.32")
    path.prepares(maker.keeps("80-pay"))
    checker = seats.seat("accounts_checker").comes_in().opens(open_step("check_payment")).presses("签收本环节")
    checker.writes({"应付金额（按审批件重新录入）": TOTAL.replace(",", "")}).presses("发送赔付指令")
    checker.sees("“赔付复核”已办完。")


def test_stolen_credentials_with_instalments_are_put_right_line_by_line(seats: Seats, time: Hand) -> None:
    # the call: stopped, registered, quick pay unbound, the account held as a whole
    agent = seats.seat("agent").comes_in().opens("/")
    agent.follows("先止付")
    agent.writes({"客户姓名": "张三", "电话": "13816262207", "卡号前六位": "622126", "卡号后四位": "4402"})
    agent.chooses("卡种", "信用卡").writes({"核身编号": "REC-20261124-0031"}).presses("挂失")
    path.bank_systems_answer()
    path.completes_the_registration(agent.follows("打开工单"))
    file = agent.path
    switches_off(agent)
    agent.opens(file).sees("争议挂账").keeps("70-protected")

    # trace, board, decision
    time.advance(hours=2)
    fraud = seats.seat("fraud").comes_in().opens(open_step("trace")).presses("签收本环节")
    traces(fraud)
    path.beside_but(seats.staff, "correct_credit_record")
    fraud.opens(f"{file}board/").keeps("73-board")
    time.advance(days=1)
    decides(seats.seat("liability").comes_in().opens(open_step("decide")).presses("签收本环节"))

    # proposal, approval on a phone, the letter in writing
    officer = seats.seat("consumer_protection").comes_in().opens(open_step("propose")).presses("签收本环节")
    proposes(officer)
    head = seats.seat("outlet_head", size=NARROW).comes_in().opens(open_step("approve"))
    head.sees(f"¥ {TOTAL}", "逐笔金额", "分期手续费 60.32", "退还积分 8378", "分 12 期").keeps(
        "77-approval"
    ).is_content()
    head.presses(f"同意 {TOTAL}").sees("已同意。")
    time.advance(hours=3)
    writes_the_letter(seats, officer, head)

    # money, restoration, credit record, card
    pays(seats)
    path.bank_systems_answer()
    agent.opens(file).sees("已撤销", "已退还", "8378").keeps("81-case-paid")
    clerk = seats.seat("credit_reporting").comes_in().opens(open_step("correct_credit_record")).presses("签收本环节")
    clerk.writes({"信用报告编号": "CR-31"}).ticks("没有").presses("登记更正")
    path.beside(seats.staff)
    path.replaces_the_card(agent.opens(open_step("end_card")).presses("签收本环节"))
    path.bank_systems_answer()

    # completion and archive
    officer.opens(open_step("close")).presses("签收本环节").sees("客户一侧已全部办妥")
    officer.chooses("业务办理渠道", "网").ticks("无责").ticks("否").keeps("82-close").presses("办结工单")
    officer.sees("“办结核对”已办完。")
    path.calls_back(agent.opens(open_step("call_back")).presses("签收本环节"))
    path.archives(officer.opens(open_step("archive")).presses("签收本环节"))
    case = Case.objects.get()
    assert case.state == Case.State.ARCHIVED
    assert {entry.state for entry in case.money.all()} == {"booked"}
    assert [(one.points, one.state) for one in case.points.all()] == [(8378, "restored")]
    plan = case.transactions.plans().get()
    assert plan.instalments == 12
    assert plan.instalments_receipt
