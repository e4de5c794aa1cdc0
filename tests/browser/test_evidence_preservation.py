"""证据保全 as an investigator works it: the panel, asking for more, one answer, then the step, wide and on a phone."""

from __future__ import annotations

import pytest

from record.clock import Hand
from tests.browser.path import bank_systems_answer
from tests.browser.seats import Seats
from tests.fixtures.browser import NARROW, WIDE
from tests.journey import Journey
from tests.workflows.roads import does
from workflows import verbs

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def test_an_investigator_secures_what_will_be_overwritten(seats: Seats, time: Hand) -> None:
    journey = Journey.begin(seats.staff)
    does(journey, "stop_loss")
    bank_systems_answer()
    time.advance(hours=3)
    does(journey, "trace")
    verbs.claim(journey.task("keep_evidence").uuid, user=seats.staff.fraud)
    time.advance(hours=2)
    fraud = seats.seat("fraud").comes_in().opens(f"/case/{journey.case.uuid}/")

    fraud.sees("证据保全", "设备与网络日志", "短信发送凭证", "剩 19 小时").keeps("60-preservation")
    fraud.at_width(NARROW).keeps("60-preservation").at_width(WIDE)
    fraud.follows("提出保全").chooses("要保全的证据", "监控录像").chooses("保管方", "网点").keeps("61-ask")
    fraud.presses("派出").is_refused(422).sees("请填写具体名称。")
    fraud.writes({"机构名称": "张江网点", "灭失日": "2026-11-26T18:00:00"})
    fraud.presses("派出").sees("已登记，开始计时。")

    fraud.follows("登记结果").chooses("处置结果", "已灭失，有签字说明").keeps("62-answer")
    fraud.at_width(NARROW).keeps("62-answer").at_width(WIDE)
    fraud.writes({"答复人": "何建国", "或填写编号": "SM-2026-11"}).presses("登记结果")
    fraud.sees("已灭失", "SM-2026-11").keeps("63-preservation-answered")

    fraud.opens(f"/step/{journey.task('keep_evidence').uuid}/").keeps("64-keep-evidence")
    fraud.presses("完成保全").is_refused(422).keeps("65-keep-evidence-refused")
    count = fraud.labelled("处置结果").count()
    for n in range(count):
        fraud.labelled("处置结果").nth(n).select_option("none")
        fraud.labelled("答复人").nth(n).fill("罗琳")
        fraud.labelled("不存在的原因").nth(n).fill("系统不产生该记录")
    fraud.at_width(NARROW).keeps("66-keep-evidence").at_width(WIDE).keeps("66-keep-evidence")
    fraud.presses("完成保全").sees("“证据保全”已办完。")
    assert not journey.case.evidence_items.open().exists()
