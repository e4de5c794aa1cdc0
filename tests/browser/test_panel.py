"""责任认定会 in the browser: each member votes at his own desk, the minutes tell the count, the dissent stays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import AuthorityLimit
from accounts.models.authority import LimitKind
from accounts.roles import Role
from record import clock
from record.clock import Hand
from tests.browser.path import SHANGHAI
from tests.browser.seats import Seats
from tests.browser.test_main_path import open_step
from tests.fixtures.browser import NARROW
from tests.journey import Journey
from tests.workflows.roads import does, until

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def test_four_members_vote_and_the_minutes_tell_the_count(seats: Seats, time: Hand) -> None:
    AuthorityLimit(role=Role.LIABILITY, kind=LimitKind.LIABILITY, amount=Decimal(1), valid_from=date(2000, 1, 1)).save()
    journey = until(Journey.begin(seats.staff), "decide")
    does(journey, "decide")

    risk = seats.seat("risk", size=NARROW).comes_in().opens("/").sees("责任认定会表决（风险）").keeps("90-home-risk")
    risk.presses("签收").keeps("91-vote")
    risk.ticks("不同意该判定").presses("提交表决").is_refused(422).keeps("92-vote-without-reason")
    risk.writes({"原因": "真卡核验仅凭电话，证明力不足。"}).presses("提交表决").sees("“责任认定会表决（风险）”已办完。")

    legal = seats.seat("compliance").comes_in().opens(f"/case/{journey.case.uuid}/")
    legal.sees("全部表决后显示各委员的表决。").keeps("93-case-sitting")
    for step in ("vote_consumer", "vote_legal", "vote_business"):
        does(journey, step)

    officer = seats.seat("consumer_protection").comes_in().opens(open_step("panel_minutes")).presses("签收本环节")
    officer.sees("真卡核验仅凭电话，证明力不足。").keeps("94-minutes")
    held = f"{timezone.localtime(clock.now(), SHANGHAI):%Y-%m-%dT%H:%M:%S}"
    minutes = {"会议时间": held, "会议纪要编号": "HY-2026-07", "讨论情况": "逐笔讨论，风险席位保留不同意见。"}
    officer.writes(minutes)
    officer.presses("登记纪要和结果").sees("“登记会议纪要”已办完。")
    officer.opens(f"/case/{journey.case.uuid}/").sees("真卡核验仅凭电话，证明力不足。", "HY-2026-07").keeps(
        "95-case-adopted"
    )
