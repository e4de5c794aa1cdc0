"""More time and a settlement in Chinese: asked at one window, granted at another, told; agreed, proposed as agreed."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from record import clock
from record.clock import Hand
from tests.browser.seats import Seats
from tests.desk.at_work import Desk
from tests.fixtures.browser import NARROW

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def now() -> str:
    return clock.now().astimezone(ZoneInfo(settings.BANK_TIME_ZONE)).strftime("%Y-%m-%dT%H:%M:%S")


def test_more_time_is_asked_for_granted_and_told(seats: Seats, time: Hand) -> None:
    desk = Desk.at("decide", seats.staff)
    case = f"/case/{desk.case.uuid}/"
    officer = seats.seat("consumer_protection").comes_in().opens(case).follows("申请延长时限").keeps("80-ask-extension")
    officer.presses("提交申请").is_refused(422).writes({"延长理由": "交易在境外，需向卡组织调单"}).presses("提交申请")
    officer.sees("待审批")

    lead = seats.seat("supervisor").comes_in().opens("/").keeps("81-home-extension").follows("审批延长时限")
    lead.sees("交易在境外，需向卡组织调单").ticks("同意延长").keeps("82-answer-extension").presses("提交审批意见")
    lead.sees("已依法延长").keeps("83-case-extended")

    officer.opens(case).follows("申请延长时限").writes({"延长理由": "境外回函未到"}).presses("提交申请")
    head = seats.seat("tier2_head", size=NARROW).comes_in().opens("/").keeps("84-home-head").follows("审批延长时限")
    head.ticks("同意延长").keeps("84-answer-extension").presses("提交审批意见").sees("已批准，待告知客户")
    officer.opens("/").follows("告知客户时限延长").keeps("85-tell-extension")
    officer.writes({"告知时间": now(), "告知客户的凭证编号": "REC-60"}).presses("登记已告知").sees("已生效").keeps(
        "86-case-sixty"
    )
    officer.at_width(NARROW).keeps("86-case-sixty").is_content()


def test_a_settlement_leads_and_is_proposed_as_agreed(seats: Seats, time: Hand) -> None:
    desk = Desk.at("propose", seats.staff)
    case = f"/case/{desk.case.uuid}/"
    officer = seats.seat("consumer_protection").comes_in().opens(case).follows("登记和解")
    day = (timezone.localdate(clock.now()) + timedelta(days=40)).isoformat()
    officer.writes({"和解协议编号": "HJ-7", "达成时间": now(), "约定金额": "99999999", "约定告知日期": day})
    officer.ticks("书面告知（签发、用印）").writes({"约定内容": "客户接受一百元，不再主张利息"})
    officer.presses("登记和解").is_refused(422).keeps("87-settle-refused")
    officer.writes({"约定金额": "100.00"}).presses("登记和解").sees("与客户约定的告知日期", "另有约定").keeps(
        "88-case-settled"
    )
    officer.opens(f"/step/{desk.journey.task('propose').uuid}/").keeps("89-propose-settled")
    officer.at_width(NARROW).keeps("89-propose-settled").is_content()
