"""现场接待登记 in a real browser: taken down at the counter, a complaint opened from it, ended; the head's register."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from cases.models import Case, Reception
from record.clock import Hand
from tests.browser.beside import now
from tests.browser.seats import Seats
from tests.fixtures.axe import faults
from tests.fixtures.browser import NARROW, WIDE

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
FIELDS = {"visitor": "张三丰", "visitors": "24", "matter": "二十余名客户共同反映同一商户扣款"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_visit_from_the_door_to_the_register(seats: Seats, time: Hand) -> None:
    # given an agent at the counter, who takes two visits down: a small one, and a group
    agent = seats.seat("agent").comes_in().opens("/")
    agent.follows(re.compile("^(现场接待登记|Reception register)$"), inside=agent.page.locator("header"))
    assert list(faults(agent.keeps("reception-0-empty").page)) == []
    agent.opens("/receptions/new/")
    for fields in ({**FIELDS, "visitors": "1", "matter": "询问年费"}, FIELDS):
        agent.opens("/receptions/new/")
        for name, text in fields.items():
            agent.page.locator(f"#id_{name}").fill(text)
        assert list(faults(agent.keeps("reception-1-new").page)) == []
        agent.at_width(NARROW).keeps("reception-1-new").is_content()
        agent.at_width(WIDE).page.keyboard.press("Control+Enter")
        agent.page.wait_for_url(re.compile("/reception/"))
        time.advance(minutes=10)
    group = agent.path
    assert list(faults(agent.keeps("reception-2-visit").page)) == []
    agent.at_width(NARROW).keeps("reception-2-visit").is_content()
    agent.at_width(WIDE)

    # when he opens a complaint from the group's visit: what is known is there already
    agent.page.locator(f'a[href="/new/?reception={group.split("/")[2]}"]').click()
    expect(agent.page.locator("#id_name")).to_have_value("张三丰")
    agent.page.locator("#id_kind").select_option("general")
    agent.page.locator("#id_phone").fill("13816262207")
    agent.page.locator("#id_demand").select_option("reply")
    assert list(faults(agent.keeps("reception-3-complaint").page)) == []
    agent.page.locator("#id_narrative").press("Control+Enter")
    agent.page.wait_for_url(re.compile("/case/"))

    # and ends it without the number of the recording, then with it
    agent.opens(group).keeps("reception-4-led")
    agent.page.locator("main form button[type=submit]").click()
    agent.is_refused(422).keeps("reception-5-refused")
    agent.page.locator("#id_av_number").fill("AV-20261124-031")
    agent.page.locator("#id_ended_at").fill(now())
    agent.page.locator("main form button[type=submit]").click()
    expect(agent.page.locator("#id_ended_at")).to_have_count(0)
    assert list(faults(agent.keeps("reception-6-ended").page)) == []
    agent.at_width(NARROW).keeps("reception-6-ended").is_content()

    # then the head finds both in his register, the group with its complaint, the other still open
    head = seats.seat("outlet_head", size=NARROW).comes_in().opens("/receptions/").keeps("reception-7-register")
    expect(head.page.locator("[data-row]")).to_have_count(2)
    expect(head.page.locator("[data-row]").first).to_contain_text(Case.objects.get().reference)
    head.is_content()
    head.at_width(WIDE).opens("/receptions/?unit=nowhere").sees(re.compile("没有该编号|No branch in operation"))
    assert list(faults(head.opens("/receptions/").keeps("reception-7-register").page)) == []
    head.page.locator("#id_state").select_option("open")
    head.page.locator("main form button[type=submit]").click()
    expect(head.page.locator("[data-row]")).to_have_count(1)
    assert Reception.objects.filter(ended_at=None).count() == 1
