"""A review in Chinese, each at his own window: applied for, checked, decided, approved on the phone, told and paid."""

from __future__ import annotations

import pytest

from record.clock import Hand
from tests.browser.seats import Seats
from tests.fixtures.browser import NARROW, WIDE
from tests.workflows.after import applies, complains, does, more, reviewer, task_of, told
from workflows.verbs.remedies import begin_proceeding

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def test_what_a_branch_decided_is_looked_at_again(seats: Seats, time: Hand) -> None:
    at = told(seats.staff, bank="40.00")
    case, who = f"/case/{at.case.uuid}/", reviewer(seats.staff)
    agent = seats.seat("agent").comes_in().opens(case).sees("客户不同意处理决定时", "书面申请核查")
    agent.follows("登记：核查申请").keeps("80-open-review")
    process = applies(at)

    officer = seats.seat(who).comes_in().opens(f"/step/{task_of(process).uuid}/").presses("签收本环节")
    officer.ticks("受理").keeps("81-admit").presses("登记")
    officer.opens(f"/step/{task_of(process).uuid}/").presses("签收本环节").sees("真卡在上海").keeps("82-check")
    officer.at_width(NARROW).keeps("82-check").is_content()
    does(process, "check_review", who, result="wrong")
    officer.at_width(WIDE).opens(f"/step/{task_of(process).uuid}/").presses("签收本环节").sees(
        "本行多承担的金额"
    ).keeps("83-decide")
    officer.at_width(NARROW).keeps("83-decide").is_content()
    does(process, "decide_review", who, **more(at, "100.00"))

    head = seats.seat("tier2_head", size=NARROW).comes_in().opens("/").keeps("84-home-head")
    head.opens(f"/approval/{task_of(process).uuid}/").sees("未证明持卡人过错", "真卡在上海").keeps(
        "84-approve"
    ).is_content()
    head.at_width(WIDE).keeps("84-approve").presses("同意").sees("已同意。")
    does(process, "tell_review", who)
    complains(at, source="nfra", number="12378-77")
    suit = {"kind": "lawsuit", "body": "浦东新区人民法院", "number": "民初1号", "began_at": at.case.told_at}
    begin_proceeding(at.case, user=seats.staff.consumer_protection, **suit)
    agent.opens(case).sees("涉诉留存", "已书面告知", "未证明持卡人过错").keeps("85-case")
    agent.at_width(NARROW).keeps("85-case").is_content()
    officer.at_width(WIDE).opens("/ledgers/reviews/?state=all").sees("变更").keeps("86-ledger").is_content()
