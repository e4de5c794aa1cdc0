"""Pages of more time and settlements: where they stand, what they refuse at which field, and that nothing typed is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.models import Extension
from record import clock
from tests.desk.at_work import Desk, moment
from tests.desk.costs import CASE, FORM, HOME, cost
from tests.desk.looking import Page
from workflows.verbs import terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff) -> Desk:
    """A case at the liability decision."""
    return Desk.at("decide", staff)


def words(answer: Any) -> str:
    return answer.content.decode()


def asked(desk: Desk) -> Extension:
    return terms.ask_extension(desk.case, user=desk.journey.staff.consumer_protection, reason="交易在境外，需调单")


def settlement(**changes: str) -> dict[str, str]:
    return {
        "number": "HJ-2026-7",
        "agreed_at": moment(),
        "amount": "100.00",
        "answer_by": (timezone.localdate(clock.now()) + timedelta(days=40)).isoformat(),
        "way": "phone",
        "text": "客户接受一百元，不再主张利息",
        **changes,
    }


def test_a_request_stands_on_the_case_and_on_the_home_of_whoever_answers_only(desk, staff, browser):
    inside = browser(staff.consumer_protection)
    case, page = f"/case/{desk.case.uuid}/", f"/case/{desk.case.uuid}/more-time/"
    assert page in words(inside.get(case))
    refused = inside.post(page, {"clock": "own", "reason": " "})
    assert Page(refused).error_at("reason")

    assert inside.post(page, {"clock": "own", "reason": "交易在境外"}).status_code == 302

    url = f"/more-time/{Extension.objects.get().uuid}/answer/"
    for role, sees in (("supervisor", True), ("service_manager", True), ("consumer_protection", False)):
        seat = browser(staff.people[role])
        assert (url in words(seat.get("/")), url in words(seat.get(case))) == (sees, sees), role
    assert url not in words(browser(staff.tier2_head).get("/"))


def test_a_refusal_needs_its_reason_and_keeps_what_was_typed(desk, staff, browser):
    one = asked(desk)
    inside, url = browser(staff.supervisor), f"/more-time/{one.uuid}/answer/"
    assert "交易在境外，需调单" in words(inside.get(url))
    page = Page(inside.post(url, {"answer": "refuse", "reason": ""}))
    assert (page.status, bool(page.error_at("reason"))) == (422, True)
    assert inside.post(url, {"answer": "grant", "reason": "同意"}).status_code == 302
    one.refresh_from_db()
    assert one.state == Extension.State.IN_FORCE
    head = words(browser(staff.agent).get(f"/case/{desk.case.uuid}/"))
    assert "已依法延长" in head
    assert "情况复杂" in head


def test_the_second_asks_the_head_above_and_then_for_the_notice(desk, staff, browser):
    terms.grant_extension(asked(desk), user=staff.supervisor)
    one = asked(desk)
    head = browser(staff.tier2_head)
    url = f"/more-time/{one.uuid}/answer/"
    assert url in words(head.get("/"))
    assert browser(staff.outlet_head).get(url).status_code == 403
    assert head.post(url, {"answer": "grant"}).status_code == 302

    officer, told = browser(staff.consumer_protection), f"/more-time/{one.uuid}/told/"
    assert told in words(officer.get("/"))
    page = Page(officer.post(told, {"told_at": moment(hours=30), "notice": "REC-60"}))
    assert (page.status, bool(page.error_at("told_at"))) == (422, True)
    assert officer.post(told, {"told_at": moment(), "notice": "REC-60"}).status_code == 302
    assert "60" in desk.case.deadlines.get(kind="law", ended_at=None).key


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("number", ""),
        ("agreed_at", "2999-01-01T00:00"),
        ("amount", "99999999"),
        ("amount", "-1"),
        ("answer_by", "2020-01-01"),
        ("answer_by", "bald"),
        ("way", "pigeon"),
        ("text", ""),
    ],
)
def test_a_wrong_settlement_is_refused_at_its_field_with_all_that_was_typed(desk, staff, browser, field, wrong):
    inside, url = browser(staff.consumer_protection), f"/case/{desk.case.uuid}/settle/"
    answer = inside.post(url, settlement(**{field: wrong}))
    page = Page(answer)
    assert (page.status, bool(page.error_at(field))) == (422, True)
    assert ("HJ-2026-7" if field != "number" else "不再主张利息") in words(answer)
    assert not desk.case.settlements.exists()


def test_a_settlement_stands_in_the_head_and_ends_with_a_reason(desk, staff, browser):
    inside, case = browser(staff.consumer_protection), f"/case/{desk.case.uuid}/"
    assert inside.post(f"{case}settle/", settlement()).status_code == 302
    page = words(inside.get(case))
    assert "与客户约定的告知日期" in page
    assert "另有约定" in page
    assert "HJ-2026-7" in page
    assert f"{case}end-settlement/" in page
    assert f'{case}settle/"' not in page

    refused = inside.post(f"{case}end-settlement/", {"ending": "customer", "ended_at": moment(), "reason": ""})
    assert Page(refused).error_at("reason")
    good = {"ending": "customer", "ended_at": moment(), "reason": "客户来电反悔"}
    assert inside.post(f"{case}end-settlement/", good).status_code == 302
    assert "客户来电反悔" in words(inside.get(case))


def test_pages_cost_the_same_with_more_requests_on_them(staff, browser):
    seat = browser(staff.supervisor)
    asked(Desk.at("decide", staff))
    before = cost(seat, "/")
    desks = [Desk.at("decide", staff) for _ in range(2)]
    for desk in desks:
        asked(desk)
    assert cost(seat, "/") == before <= HOME

    desk = desks[0]
    one = desk.case.extensions.get()
    assert cost(seat, f"/more-time/{one.uuid}/answer/") <= FORM
    officer = browser(staff.consumer_protection)
    officer.post(f"/case/{desk.case.uuid}/settle/", settlement())
    assert cost(officer, f"/case/{desk.case.uuid}/") <= CASE
    assert cost(officer, f"/case/{desk.case.uuid}/more-time/") <= FORM + 1  # the letters of authorities, by name
