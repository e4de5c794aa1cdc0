"""先行垫付 in Chinese: asked for with the undertaking, approved on a phone, paid by two people, seen on the case."""

from __future__ import annotations

import pytest

from tests.browser import path
from tests.browser.beside import now
from tests.browser.seats import Seats
from tests.browser.test_main_path import open_step
from tests.desk.at_work import Desk
from tests.fixtures.browser import NARROW

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def test_an_advance_is_asked_for_approved_paid_and_seen(seats: Seats) -> None:
    desk = Desk.at("decide", seats.staff)
    case = f"/case/{desk.case.uuid}/"
    officer = seats.seat("consumer_protection").comes_in().opens(case).follows("发起：先行垫付")
    officer.keeps("98-open-advance").ticks("已公开的先行赔付承诺（法释〔2021〕10号第十条）").presses("发起").sees(
        "已发起"
    )
    officer.opens(open_step("ask_advance")).presses("签收本环节")
    officer.ticks("申请垫付").writes({"垫付金额": "999999.00", "依据和理由": "客户为低保户，急需用款。"})
    officer.presses("提交").is_refused(422).keeps("98-ask-advance-refused")
    officer.writes({"垫付金额": "3100.00", "承诺书或权益转让书编号": "CN-2026-7", "客户签署时间": now()})
    officer.keeps("98-ask-advance").presses("提交").sees("“申请先行垫付”已办完。")

    head = seats.seat("outlet_head", size=NARROW).comes_in().opens(open_step("approve_advance"))
    head.sees("¥ 3,100.00").keeps("98-approve-advance").is_content()
    head.presses("同意 3,100.00").sees("已同意。")

    maker = seats.seat("accounts_maker").comes_in().opens(open_step("pay_advance")).presses("签收本环节")
    maker.ticks("可以支付").ticks("卡片对应账户为客户本人账户且状态正常").keeps("98-pay-advance").presses("提交下一岗")
    maker.sees("已办完。")
    checker = seats.seat("accounts_checker").comes_in().opens(open_step("check_advance")).presses("签收本环节")
    checker.ticks("一致").writes({"应付金额（按审批件重新录入）": "310.00"}).presses("提交下一岗")
    checker.is_refused(422).sees("310.00 与审批金额不符。请核对审批内容后重新录入。").keeps("98-check-advance-refused")
    assert "垫付金额" not in checker.page.locator("main").inner_text(), "he reads it in the approval"
    assert "3,100.00" not in checker.page.locator(".r-err, .r-errors").first.inner_text()
    checker.writes({"应付金额（按审批件重新录入）": "3100.00"}).presses("提交下一岗").sees("已办完。")

    path.bank_systems_answer()
    officer.opens(case).sees("先行垫付", "3,100.00").keeps("99-case-advanced")
    officer.at_width(NARROW).keeps("99-case-advanced").is_content()
    officer.opens("/ledgers/advances/").sees("3,100.00").keeps("99-ledger-advances").is_content()
