"""Drafts on home: which forms were begun and not sent, with the way back and the way out, for their writer alone."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.actions import drafts
from accounts.models import Draft
from record import keys
from tests.desk.at_work import Desk
from tests.desk.costs import HOME, cost
from tests.desk.looking import Page
from tests.desk.test_drafts import kept
from tests.factories import person
from tests.journey import Journey

pytestmark = pytest.mark.django_db
TITLE = "草稿，未提交"


def part(inside: Any) -> str:
    """What home says of them; nothing when there are none."""
    source: str = inside.get("/").content.decode()
    return source[source.index(TITLE) : source.index("</section>", source.index(TITLE))] if TITLE in source else ""


def test_each_is_named_by_its_page_and_complaint_with_a_link_that_brings_it_back(staff, browser):
    desk = Desk.at("trace", staff)
    inside, naming = browser(staff.agent), reverse("admin:naming", args=[desk.case.uuid])
    about = {
        "新建工单": kept(inside, "/new/", name="张三丰", kind="card_fraud"),
        "登记联系": kept(inside, f"/case/{desk.case.uuid}/contact/", note="已说明"),
        "哪些交易非客户本人？": kept(inside, naming, other_1_amount="5.00"),
    }

    said = part(inside)

    assert said.count(desk.case.reference) == 2
    for title, uuid in about.items():
        assert title in said, title
        assert f"?draft={uuid}" in said
    assert "张三丰" not in said
    assert "张*" in said
    assert Page(inside.get(f"{naming}?draft={about['哪些交易非客户本人？']}")).values["other_1_amount"] == ["5.00"]


def test_a_steps_draft_is_named_by_the_step(staff, browser):
    desk = Desk.at("trace", staff)
    kept(browser(staff.fraud), desk.url, source="STMT-1")
    said = part(browser(staff.fraud))
    assert "交易追溯" in said
    assert desk.case.reference in said
    assert part(browser(staff.agent)) == "", "nobody reads of another's"


def test_what_the_page_was_opened_with_stays_in_the_link(staff, browser):
    inside, visit = browser(staff.agent), uuid4()
    uuid = kept(inside, f"/new/?visit={visit}", name="张三")
    assert f"/new/?visit={visit}&amp;draft={uuid}" in part(inside)


def test_thrown_away_it_is_gone_from_home(staff, browser):
    inside = browser(staff.agent)
    uuid = kept(inside, "/new/", name="张三")
    answer = inside.post(reverse("admin:forget_draft", args=[uuid]))
    assert answer.url == "/"
    assert part(inside) == ""
    assert not Draft.objects.exists()


def test_of_a_complaint_out_of_reach_no_number_is_said(staff, browser):
    case = Journey.begin(staff).case
    stranger = person("agent", staff.bank.other_outlet)
    drafts.keep(stranger, uuid4(), place=f"/case/{case.uuid}/contact/", answers="note=1")
    said = part(browser(stranger))
    assert "登记联系" in said
    assert case.reference not in said


def test_forty_cost_what_one_costs_and_the_older_ones_open(staff, browser):
    desk = Desk.at("trace", staff)
    inside = browser(staff.consumer_protection)
    kept(inside, "/new/", name="张三")
    before = cost(inside, "/")
    for n in range(39):
        kept(inside, f"/case/{desk.case.uuid}/contact/" if n % 2 else "/new/", note="已说明", name="张三")
    assert cost(inside, "/") == before <= HOME
    assert part(inside).count("draft=") == 40
    assert "还有 35 份较早的草稿" in part(inside)


def test_of_an_erased_person_nothing_is_told(staff, browser):
    case = Journey.begin(staff).case
    uuid = kept(browser(staff.agent), f"/case/{case.uuid}/describe/", name="张三")
    assert "张*" in part(browser(staff.agent))
    keys.destroy(case.person_key, why="test", actor=staff.administrator.actor())
    said = part(browser(staff.agent))
    assert f"draft={uuid}" in said
    assert "张*" not in said


@pytest.mark.parametrize("place", ["/case/no-uuid/contact/", "/gone/", "/case/------------------------------------/x/"])
def test_a_page_of_an_earlier_release_is_a_form(place, staff, browser):
    drafts.keep(staff.agent, uuid4(), place=place, answers="note=1")
    assert "表单" in part(browser(staff.agent))
