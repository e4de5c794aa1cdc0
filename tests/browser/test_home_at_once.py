"""Home says at once what must not wait: an urgent complaint to the supervisor, a form begun to its writer."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.roles import Role
from cases.actions import triage
from cases.actions.turn import turn
from cases.models import Notice
from knowledge import signs
from tests.browser.seats import Seats
from tests.desk.at_work import Desk
from tests.desk.test_drafts import kept
from tests.fixtures.axe import faults
from tests.fixtures.browser import NARROW, WIDE

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_urgent_complaint_stands_on_top_until_the_supervisor_signs(seats: Seats) -> None:
    for _each in range(2):
        desk = Desk.at("trace", seats.staff)
        with turn(desk.case, user=seats.staff.agent, role=Role.AGENT) as hand:
            triage.confirm(hand, proposal=signs.Proposal(1, "", ()), severity=1)
    supervisor = seats.seat("supervisor").comes_in().opens("/")
    rows = supervisor.page.locator("section[aria-labelledby=urgent-now] li")
    expect(rows).to_have_count(2)
    assert list(faults(supervisor.keeps("home-urgent").page)) == []
    supervisor.at_width(NARROW).keeps("home-urgent").is_content()
    supervisor.at_width(WIDE)

    rows.first.locator("button").click()
    supervisor.page.wait_for_url("**/case/**")
    supervisor.opens("/")
    expect(rows).to_have_count(1)
    assert Notice.objects.filter(kind="urgent", seen_at=None).count() == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_forms_begun_are_named_with_the_way_back_and_the_way_out(seats: Seats) -> None:
    desk = Desk.at("trace", seats.staff)
    inside = seats.seat("agent").comes_in()
    client = Client()
    client.force_login(seats.staff.agent)
    kept(client, "/new/", name="张三", kind="card_fraud", narrative="卡在身边，昨晚在境外被刷。")
    for _each in range(6):
        kept(client, f"/case/{desk.case.uuid}/contact/", note="已说明后续安排")
    inside.opens("/")
    panel = inside.page.locator("section", has=inside.page.locator("[id^=draft-]"))
    assert list(faults(inside.keeps("home-unsent").page)) == []
    inside.at_width(NARROW).keeps("home-unsent").is_content()
    inside.at_width(WIDE)

    panel.locator("a").first.click()
    expect(inside.page.locator("[name=note]")).to_have_value("已说明后续安排")
    inside.opens("/")
    panel.locator("button").first.click()
    inside.page.wait_for_url(f"{inside.address}/")
    expect(panel.locator(".r-n")).to_have_text("6")
