"""The same matter is reported again: found before a second case is opened, wherever the open one lies."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Draft
from accounts.roles import Role
from cases.models import Case, Contact, RepeatCall, Urge
from record import journal
from record.models import Order
from tests.desk.looking import Page, nothing_changes
from tests.desk.test_intake_answers import CALL, COMPLAINT
from tests.factories import person
from tests.journey import Journey
from tests.workflows.roads import to_the_end
from workflows import verbs
from workflows.models import StepTask

pytestmark = pytest.mark.django_db

PAGES = {"/stop-loss/": CALL, "/new/": COMPLAINT}
REFUSED = COMPLAINT | {"stop": "refused", "warned": "on", "decline": "还要用卡"}
UNKNOWN = {
    **{name: value for name, value in COMPLAINT.items() if name not in ("first_six", "last_four")},
    "stop": "unknown",
    "decline": "卡号在家里",
}
OTHER = COMPLAINT | {"kind": "general", "narrative": "年费收错了。"}
SECOND = {"second": "1", "why_second": "另一笔交易，客户要求分开处理"}


def opened(inside: Any, answers: Any = COMPLAINT) -> Case:
    assert inside.post("/new/", answers).status_code == 302
    return Case.objects.latest("id")


def stops() -> int:
    return Order.objects.filter(operation="stop_card").count()


@pytest.mark.parametrize("url", PAGES)
def test_the_open_case_is_shown_before_a_second_one_is_opened_and_nothing_is_lost(url, staff, browser):
    inside = browser(staff.agent)
    first = opened(inside)

    with nothing_changes(url):
        page = Page(inside.post(url, PAGES[url]))

    assert page.status == 422
    assert first.reference in page.source
    assert page.values["name"] == ["李四"], "what was typed is there again"
    assert staff.agent.display_name in page.source


@pytest.mark.parametrize("url", PAGES)
def test_one_click_adds_the_call_and_its_number_is_the_open_cases(url, staff, browser):
    inside = browser(staff.agent)
    first = opened(inside)
    inside.post(url, PAGES[url])

    answer = inside.post(url, PAGES[url] | {"add_to": str(first.uuid)})

    assert answer.status_code == (302 if url == "/new/" else 200)
    assert Case.objects.get() == first
    call = RepeatCall.objects.get()
    assert (call.case, call.by, call.second) == (first, staff.agent, None)
    assert "REC-1" in call.contact.reveal("note", purpose="test")
    assert stops() == 1, "the stop stands already"
    if url == "/stop-loss/":
        assert first.reference in answer.content.decode()


@pytest.mark.parametrize("before", [REFUSED, UNKNOWN], ids=["refused", "unknown"])
def test_when_no_stop_stands_it_goes_out_with_the_click(before, staff, browser):
    inside = browser(staff.agent)
    first = opened(inside, before)
    assert stops() == 0

    inside.post("/stop-loss/", CALL | {"add_to": str(first.uuid)})

    assert stops() == 1
    first.refresh_from_db()
    assert first.card is not None
    assert Case.objects.count() == 1


def test_somebody_else_who_has_the_late_step_in_hand_does_not_hold_the_stop_up(staff, browser):
    first = opened(browser(staff.agent), REFUSED)
    colleague = person(Role.AGENT, staff.bank.outlet)
    task = StepTask.objects.open().get(case=first, flow_task__endswith=".offer_stop")
    browser(colleague).post(reverse("admin:claim", args=[task.uuid]))

    browser(staff.agent).post("/stop-loss/", CALL | {"add_to": str(first.uuid)})

    assert stops() == 1


def test_an_agent_of_another_branch_reads_reference_unit_and_handler_and_nothing_else(staff, browser):
    first = opened(browser(staff.agent), REFUSED)
    stranger = person(Role.AGENT, staff.bank.other_outlet)
    inside = browser(stranger)

    page = Page(inside.post("/stop-loss/", CALL | {"name": "王五"}))
    assert first.reference in page.source
    assert reverse("admin:case", args=[first.uuid]) not in page.source
    assert not {"李四", "还要用卡", "退钱"} & {word for word in ("李四", "还要用卡", "退钱") if word in page.source}

    told = inside.post("/stop-loss/", CALL | {"name": "王五", "add_to": str(first.uuid)}).content.decode()
    assert first.reference in told
    assert stops() == 1, "the stop goes first, whosever case it is"
    assert inside.get(reverse("admin:case", args=[first.uuid])).status_code == 404
    assert RepeatCall.objects.get().by == stranger


def test_a_call_is_added_only_to_a_case_that_was_found(staff, browser):
    inside = browser(staff.agent)
    first = opened(inside)

    other = CALL | {"phone": "13900139000", "last_four": "9999", "add_to": str(first.uuid)}
    assert inside.post("/stop-loss/", other).status_code == 200

    assert Case.objects.count() == 2, "no case was found for it, so it is a case of its own"
    assert not RepeatCall.objects.exists()


def test_a_second_case_takes_a_written_reason_and_both_name_each_other(staff, browser):
    inside = browser(staff.agent)
    first = opened(inside)

    with nothing_changes("no reason"):
        page = Page(inside.post("/new/", COMPLAINT | SECOND | {"why_second": ""}))
    assert page.status == 422
    assert first.reference in page.source, "the choice is there again"

    inside.post("/new/", COMPLAINT | SECOND)
    second = Case.objects.latest("id")

    assert second != first
    assert second.reference in inside.get(reverse("admin:case", args=[first.uuid])).content.decode()
    assert first.reference in inside.get(reverse("admin:case", args=[second.uuid])).content.decode()
    assert journal.entries(first.stream).get(kind="case.repeated").data["second"] == second.reference
    assert journal.entries(second.stream).filter(kind="case.is_second").exists()
    assert not [entry for entry in journal.entries(first.stream) if "分开处理" in entry.body]


def test_another_card_of_the_same_customer_is_another_matter(staff, browser):
    inside = browser(staff.agent)
    opened(inside)

    assert inside.post("/stop-loss/", CALL | {"last_four": "8888"}).status_code == 200

    assert Case.objects.count() == 2


@pytest.mark.parametrize("end", ["archived", "withdrawn"])
def test_a_case_in_the_archive_or_taken_back_is_not_joined(end, staff, browser):
    journey = Journey.begin(staff)
    if end == "archived":
        to_the_end(journey)
    else:
        verbs.withdraw(journey.case, user=staff.agent, reason="已核实", means="REC-9")

    again = CALL | {"name": "张三", "phone": "13816262207"}
    assert browser(staff.agent).post("/stop-loss/", again).status_code == 200

    assert Case.objects.count() == 2


@pytest.mark.parametrize("first_kind", ["card_fraud", "general"])
def test_a_complaint_about_something_else_asks_for_what_is_open_under_the_number(first_kind, staff, browser):
    # given an open complaint of this caller, and one who takes down another of his
    inside = browser(staff.agent)
    first = opened(inside, COMPLAINT | {"kind": first_kind})

    # when the second is sent, it is asked once which of both it is, and nothing is lost
    with nothing_changes():
        page = Page(inside.post("/new/", OTHER))
    assert page.status == 422
    assert first.reference in page.source
    assert "同一事项已有在办工单" in page.source
    assert page.values["narrative"] == [OTHER["narrative"]]
    assert "尚未止付的" not in page.source, "no card is stopped by it"

    # then it is added, or opened on purpose, and stops no card either way
    before = stops()
    assert inside.post("/new/", OTHER | {"add_to": str(first.uuid)}).status_code == 302
    assert RepeatCall.objects.get().case == first
    assert Contact.objects.get(case=first).reveal("note", purpose="test").endswith(OTHER["narrative"])
    assert inside.post("/new/", OTHER | SECOND).status_code == 302
    assert Case.objects.count() == 2
    assert stops() == before


def test_who_only_urges_is_recorded_from_there_and_what_was_typed_is_no_draft_any_more(staff, browser):
    inside = browser(staff.agent)
    first = opened(inside, OTHER)
    uuid = str(uuid4())
    inside.post("/draft/", OTHER | {"draft": uuid}, headers={"X-Page": "/new/"})
    page = Page(inside.post("/new/", OTHER | {"draft": uuid}))
    urge = reverse("admin:urge_now", args=[first.uuid])
    assert f'formaction="{urge}"' in page.source

    inside.post(urge, OTHER | {"draft": uuid})

    assert Urge.objects.get().case == first
    assert Case.objects.get() == first
    assert not Draft.objects.exists()


def test_of_a_neighbours_complaint_out_of_reach_a_number_alone_tells_nothing(staff, browser):
    opened(browser(staff.agent), OTHER)
    stranger = browser(person(Role.AGENT, staff.bank.other_outlet))
    assert stranger.post("/new/", OTHER).status_code == 302
    assert not RepeatCall.objects.exists()


def test_a_stolen_card_is_not_held_up_by_a_complaint_about_something_else(staff, browser):
    inside = browser(staff.agent)
    opened(inside, OTHER)
    assert inside.post("/stop-loss/", CALL).status_code == 200
    assert Case.objects.count() == 2


def test_who_calls_for_the_holder_the_second_time_is_asked_for_his_mandate(staff, browser):
    inside = browser(staff.agent)
    first = opened(inside)
    wife = {"represented_by": "other", "representative_name": "李梅", "representative_phone": "13700137000"}

    inside.post("/stop-loss/", CALL | wife | {"add_to": str(first.uuid)})

    assert first.representatives.get().kind == "other"
    assert StepTask.objects.open().filter(case=first, flow_task__endswith=".obtain_mandate").exists()
    note = Contact.objects.get(case=first).reveal("note", purpose="test")
    assert "李梅" in note
    assert "13700137000" in note
