"""The main path as people walk it, in the words they see: one function a person, from the call to the archive."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import expect

from record import clock
from sandbox_bank.ledger import Bank
from tests.browser.seats import Seat
from workflows import verbs

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
# Baht drawn at one machine, and what the card was charged for it
DRAWN: Final = (("30000", "6,300.00"), ("25000", "5,250.00"), ("20000", "4,200.00"))
DISPUTED: Final = tuple(charged for _baht, charged in DRAWN)
TOTAL: Final = "15,750.00"
TOTAL_IN_WORDS: Final = "人民币壹万伍仟柒佰伍拾元整"
CASH_MACHINE: Final = {
    "merchant": "SIAM CITY BANK ATM 0417",
    "channel": "atm",
    "entry_mode": "magstripe",
    "verification": "pin",
    "currency": "THB",
    "country": "TH",
    "billed_currency": "CNY",
}


def cash_is_drawn_abroad(bank: Bank) -> None:
    """The card's copy at a cash machine in Bangkok, three times within half an hour before the customer calls."""
    drawn = [
        CASH_MACHINE
        | {
            "id": f"ATM{n}",
            "booked_at": (clock.now() - timedelta(minutes=52 - 11 * n)).isoformat(),
            "amount": f"{baht}.00",
            "billed_amount": charged.replace(",", ""),
        }
        for n, (baht, charged) in enumerate(DRAWN)
    ]
    yesterday = (clock.now() - timedelta(hours=14)).isoformat()
    lunch = {"id": "POS1", "booked_at": yesterday, "amount": "88.00", "merchant": "和悦餐饮管理有限公司"}
    bank.seed({"token": "tok-walk-4417", "first6": "622126", "last4": "4417", "transactions": [lunch, *drawn]})


def bank_systems_answer() -> None:
    """The worker's round: orders go out, and what follows from their answers."""
    while verbs.deliver_orders():
        pass


def stops_the_loss(agent: Seat) -> str:
    """The call: caller check and card are enough. Returns the case's reference as the customer hears it."""
    agent.follows("先止付")
    agent.writes({"客户姓名": "张三", "电话": "13816262207", "卡号前六位": "622126", "卡号后四位": "4417"})
    agent.chooses("卡种", "信用卡").writes({"核身编号": "REC-20261124-0031"})
    agent.keeps("03-stop-loss")
    agent.presses("挂失").sees("挂失指令已发出，生效时间见工单页。").keeps("04-stop-ordered")
    return agent.page.locator(".r-said + p .r-ref").inner_text()


def completes_the_registration(agent: Seat) -> None:
    """What the haste left out, written after the stop."""
    agent.follows("补登记").chooses("诉求", "退款")
    agent.writes({"事情经过": "11-24 早上收到三笔境外取现短信，卡一直在身上，本人在上海。"})
    agent.keeps("06-registration").presses("登记").sees("已登记。")


def traces(fraud: Seat) -> None:
    """Three of the card's transactions were not the customer's."""
    for amount in DISPUTED:
        fraud.chooses(f"性质, {amount}", "伪卡盗刷")
    fraud.keeps("09-trace-marked").presses("完成追溯").sees("“交易追溯”已办完。")


def decides(liability: Seat) -> None:
    """The bank bears all three; the page adds up while he types, and he mends a slip before it is sent."""
    row = liability.page.locator("tbody[data-amount]").first
    for n in range(1, 4):
        liability.chooses(f"依据 {n}", re.compile("^L1 "))
        liability.labelled("书面理由").nth(n - 1).fill("境外自助取款机磁条取现，真卡在沪。")
    first = liability.labelled("本行承担 1")
    was = first.input_value()
    first.fill("6000")
    expect(row.locator("[data-sum]")).to_have_text(f"6,000.00 {liability.say('还差')} 300.00")
    liability.keeps("12-decide-short")
    first.fill(was)
    expect(row.locator("[data-sum]")).to_have_text(f"6,300.00 {liability.say('相符')}")
    liability.keeps("13-decide").presses("提交判定").sees("“责任判定”已办完。")


def proposes(officer: Seat) -> None:
    """The principal of all three, as the decision gives it."""
    officer.writes({"赔付理由": "伪卡交易，发卡行承担全部损失（法释〔2021〕10号第七条）。"})
    officer.keeps("16-propose").presses("提交方案").sees("“赔付方案”已办完。")


def approves(manager: Seat) -> None:
    """Yes, on the phone."""
    manager.sees(
        f"¥ {TOTAL}",
        TOTAL_IN_WORDS,
        "伪卡盗刷 × 3",
        "回避检查通过：您未参与本工单的追溯、判定和方案，也无利害关系登记。",
    )
    manager.writes({"意见": "材料齐全，同意。"}).keeps("19-approval")
    manager.presses(f"同意 {TOTAL}").sees("已同意。")


def drafts(officer: Seat) -> None:
    """The four contents; the board has written what was found, the officer says what is decided. Read on the phone."""
    officer.writes(
        {
            "核实情况": "三笔交易均为境外自助取款机磁条取现，交易时客户本人及真卡在上海。",
            "依据和理由": "法释〔2021〕10号第七条：发卡行不能证明持卡人有过错，应承担损失。",
            "处理决定": f"退还三笔交易本金合计 {TOTAL} 元。",
        }
    )
    officer.ticks("电话告知（录音）").keeps("20-draft").presses("提交稿件").sees("“拟写处理决定书”已办完。")


def tells(officer: Seat) -> None:
    """How and when, and the proof."""
    officer.writes({"告知凭证": "REC-20261126-0102"})
    officer.chooses("告知方式", "电话").writes(
        {"告知时间": f"{timezone.localtime(clock.now(), SHANGHAI):%Y-%m-%dT%H:%M:%S}"}
    )
    officer.keeps("21-tell").presses("登记已告知").sees("“处理决定告知”已办完。")


def prepares(maker: Seat) -> None:
    """The account is the customer's; the order waits for a second person."""
    maker.ticks("卡片对应账户为客户本人账户且状态正常").keeps("23-pay")
    maker.presses("提交复核").sees("“赔付经办”已办完。")


def checks(checker: Seat, *, slips: bool = True) -> None:
    """The sum once more, from the approval; a wrong one is told with both figures."""
    if slips:
        checker.writes({"应付金额（按审批件重新录入）": "1575"}).presses("发送赔付指令")
        checker.is_refused(422).sees("1,575.00 与审批金额不符。请核对审批内容后重新录入。").keeps("25-check-refused")
    checker.writes({"应付金额（按审批件重新录入）": TOTAL.replace(",", "")}).keeps("26-check")
    checker.presses("发送赔付指令").sees("“赔付复核”已办完。")


def replaces_the_card(agent: Seat) -> None:
    """A card that was copied gets a new number."""
    agent.ticks("换卡换号").writes({"原因": "磁条信息已泄露，客户同意换卡。"})
    agent.keeps("29-end-card").presses("发送指令").sees("“换卡或解挂”已办完。")


def completes(officer: Seat) -> None:
    """The checklist is whole; the facets of the final classification are suggested by what was found."""
    officer.sees("客户一侧已全部办妥")
    for label, found in (
        ("业务办理渠道", "自助机具（前台业务渠道）"),
        ("业务类别", "信用卡盗刷（银行卡 › 信用卡）"),
    ):
        expect(officer.labelled(label).locator("option:checked")).to_have_text(officer.say(found))
    officer.ticks("无责").ticks("否").keeps("31-complete").presses("办结工单").sees("“办结核对”已办完。")


def calls_back(agent: Seat) -> None:
    """Within a day of completion: is the customer content."""
    now = f"{timezone.localtime(clock.now(), SHANGHAI):%Y-%m-%dT%H:%M:%S}"
    agent.ticks("满意").writes({"联系时间": now, "录音或调查编号": "REC-20261127-0007"}).keeps("31-call-back")
    agent.presses("登记回访").sees("“回访”已办完。")


def archives(officer: Seat) -> None:
    """Shelf mark and pages."""
    officer.writes({"案卷索引": "2026-17，12 页"}).keeps("32-archive").presses("归档").sees("“归档”已办完。")
