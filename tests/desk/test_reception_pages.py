"""现场接待登记 on its pages: a visit taken down, ended, led to a complaint, looked at; the register and its file."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from cases.actions import reception
from cases.models import Case, Reception
from knowledge import signs
from record import clock, journal
from tests.desk.at_work import Desk, moment
from tests.desk.costs import FORM, LIST, cost
from tests.desk.looking import Page, nothing_changes
from tests.desk.sheets import sheet
from tests.factories import person
from tests.journey import Staff

pytestmark = pytest.mark.django_db

REGISTER, NEW = "/receptions/", "/receptions/new/"


def came(staff: Staff, **changes: Any) -> Reception:
    """Somebody came to the outlet an hour ago, with three others."""
    said = {
        "user": staff.outlet_head,
        "unit": staff.bank.outlet,
        "received_at": clock.now() - timedelta(hours=1),
        "visitor": "张三丰",
        "visitors": 4,
        "matter": "境外两笔交易不是本人所为",
    }
    return reception.receive(**{**said, **changes})


def address(row: Reception) -> str:
    return reverse("admin:reception", args=[row.uuid])


def rows(inside: Client, asked: str = "") -> list[dict[str, str]]:
    taken = sheet(inside, REGISTER, **dict(parse_qsl(asked)))
    return [dict(zip(taken.heads, row, strict=True)) for row in taken.rows]


def new_case(**changes: str) -> dict[str, Any]:
    said = {
        "shown": list(signs.table()),  # the page showed what speaks for a fraud; the person leaves it as it is
        "kind": "general",
        "channel": "outlet",
        "received_at": moment(hours=1),
        "name": "张三丰",
        "phone": "13816262207",
        "customer_kind": "person",
        "stop": "now",
        "demand": "reply",
        "severity": "3",
        "narrative": "境外两笔交易不是本人所为",
    }
    return {**said, **changes}


# one visit ------------------------------------------------------------------------------------------------------------


def test_the_agent_at_the_counter_takes_a_visit_down(staff, browser):
    inside = browser(staff.agent)
    typed = {"received_at": moment(minutes=5), "visitor": "张三丰", "visitors": "2", "matter": "询问扣款"}
    refused = Page(inside.post(NEW, {**typed, "visitor": ""}))
    assert (refused.status, refused.error_at("visitor")) == (422, True)
    assert refused.values["matter"] == ["询问扣款"]

    answer = inside.post(NEW, typed)

    row = Reception.objects.get()
    assert answer.url == address(row)
    assert (row.unit, row.by, row.visitors, row.visitor_masked) == (staff.bank.outlet, staff.agent, 2, "张**")


def test_the_page_shows_neither_name_nor_matter_but_the_end_of_the_visit_to_whoever_receives(staff, browser):
    row = came(staff)
    page = Page(browser(staff.agent).get(address(row)))
    assert "张**" in page.source
    assert "三丰" not in page.source
    assert "境外" not in page.source
    assert "ended_at" in page.values
    compliance = browser(staff.compliance)
    assert "ended_at" not in Page(compliance.get(address(row))).values
    with nothing_changes("compliance"):
        assert compliance.post(address(row), {"outcome": "told"}).status_code == 403


def test_told_on_the_spot_the_head_ends_it_with_the_recording(staff, browser):
    row, inside = came(staff), browser(staff.outlet_head)
    typed = {"outcome": "told", "answer": "已当场说明", "ended_at": moment()}
    refused = Page(inside.post(address(row), typed))
    assert (refused.status, refused.error_at("av_number")) == (422, True)

    assert inside.post(address(row), {**typed, "av_number": "AV-0031"}).status_code == 302

    page = Page(inside.get(address(row)))
    assert "AV-0031" in page.source
    assert "ended_at" not in page.values


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"outcome": "case"}, "reference"),
        ({"outcome": "case", "reference": "26-9999999-9"}, "reference"),
        ({"outcome": "told"}, "answer"),
        ({"outcome": "elsewhere", "answer": "转保险公司", "reference": "26-0000001-1"}, "reference"),
        ({"outcome": "told", "answer": "好", "ended_at": "2020-01-01T10:00"}, "ended_at"),
        ({"outcome": ""}, "outcome"),
    ],
)
def test_an_end_that_cannot_be_is_refused_at_its_field(staff, browser, typed, field):
    row = came(staff)
    page = Page(browser(staff.agent).post(address(row), {"av_number": "AV-1", "ended_at": moment(), **typed}))
    assert (page.status, page.error_at(field)) == (422, True)
    row.refresh_from_db()
    assert row.is_open


# a complaint of it ----------------------------------------------------------------------------------------------------


def test_a_complaint_opened_from_it_begins_with_what_is_known(staff, browser):
    row, inside = came(staff), browser(staff.agent)
    url = f"/new/?reception={row.uuid}"
    assert url in Page(inside.get(address(row))).links
    page = Page(inside.get(url))
    assert (page.values["name"], page.values["narrative"]) == (["张三丰"], ["境外两笔交易不是本人所为"])
    assert '<option value="outlet" selected>' in page.source
    assert journal.Entry.objects.filter(kind="reception.shown_in_clear").count() == 1

    assert inside.post(url, new_case()).status_code == 302

    row.refresh_from_db()
    case = Case.objects.get()
    assert (row.case, row.outcome, case.channel) == (case, "case", "outlet")
    assert case.reference in Page(inside.get(address(row))).source
    assert inside.get(url).status_code == 404
    assert inside.post(address(row), {"av_number": "AV-1", "ended_at": moment()}).status_code == 302
    assert address(row) in Page(inside.get(reverse("admin:case", args=[case.uuid]))).links
    officer = person(Role.FRAUD, staff.bank.outlet)
    assert address(row) not in Page(browser(officer).get(reverse("admin:case", args=[case.uuid]))).links


def test_a_visit_about_a_complaint_on_record_becomes_a_contact_there(staff, browser):
    row, desk = came(staff), Desk.at("trace", staff)
    typed = {"outcome": "case", "reference": desk.case.reference, "av_number": "AV-1", "ended_at": moment()}

    assert browser(staff.outlet_head).post(address(row), typed).status_code == 302

    row.refresh_from_db()
    assert (row.case, row.is_open) == (desk.case, False)
    assert [contact.channel for contact in desk.case.contacts.filter(direction="in")] == ["outlet"]
    assert (journal.verify(row.stream), journal.verify(desk.case.stream)) == (None, None)


def test_the_same_card_has_an_open_case_and_the_visit_leads_there(staff, browser):
    desk, row, inside = Desk.at("trace", staff), came(staff), browser(staff.agent)
    card = {"first_six": "622126", "last_four": "4417", "card_kind": "credit", "caller_check": "REC-2"}
    typed = new_case(kind="card_fraud", **card)
    url = f"/new/?reception={row.uuid}"
    assert inside.post(url, typed).status_code == 422

    assert inside.post(url, {**typed, "add_to": str(desk.case.uuid)}).status_code == 302

    row.refresh_from_db()
    assert (row.case, Case.objects.count()) == (desk.case, 1)
    assert desk.case.contacts.filter(direction="in").count() == 1


def test_an_end_that_is_refused_leaves_the_complaint_as_it_was(staff, browser):
    """Contact, link and end are one: a moment that cannot be takes all of it back."""
    row, desk = came(staff), Desk.at("trace", staff)
    typed = {"outcome": "case", "reference": desk.case.reference, "av_number": "AV-1", "ended_at": "2020-01-01T10:00"}
    inside = browser(staff.outlet_head)
    with nothing_changes("a refused end"):
        assert inside.post(address(row), typed).status_code == 422


# looking --------------------------------------------------------------------------------------------------------------


def test_name_and_matter_are_shown_for_a_reason(staff, browser):
    row, inside = came(staff), browser(staff.auditor)
    clear = reverse("admin:reception_in_clear", args=[row.uuid])
    assert inside.post(clear, {"reason": ""}).status_code == 422
    page = Page(inside.post(clear, {"reason": "核对"}))
    assert "张三丰" in page.source
    assert "境外两笔交易" in page.source
    assert journal.Entry.objects.get(kind="reception.shown_in_clear").actor_number == staff.auditor.staff_number


def test_upper_heads_read_the_register_masked(staff, browser):
    row, inside = came(staff), browser(staff.tier1_head)
    assert inside.get(address(row)).status_code == 200
    assert inside.get(reverse("admin:reception_in_clear", args=[row.uuid])).status_code == 403


# the register ---------------------------------------------------------------------------------------------------------


def test_the_register_is_narrowed_by_period_branch_and_state(staff, browser):
    now = clock.now()
    here = came(staff)
    older = came(staff, received_at=now - timedelta(days=40), av_number="AV-2")
    sister = came(staff, unit=staff.bank.sister_outlet, received_at=now - timedelta(hours=2))
    reception.end(older, user=staff.outlet_head, outcome="told", answer="已说明", ended_at=now)
    inside = browser(staff.consumer_protection)

    def found(asked: str = "") -> set[str]:
        links = Page(inside.get(f"{REGISTER}?{asked}")).links
        return {name for name, row in {"here": here, "older": older, "sister": sister}.items() if address(row) in links}

    assert found() == {"here", "older", "sister"}
    assert found(f"since={now - timedelta(days=10):%Y-%m-%d}") == {"here", "sister"}
    assert found(f"until={now - timedelta(days=10):%Y-%m-%d}") == {"older"}
    assert found(f"unit={staff.bank.outlet.code}") == {"here", "older"}
    assert found(f"unit={staff.bank.tier2.code}") == {"here", "older", "sister"}
    assert found("state=open") == {"here", "sister"}
    assert found("state=ended") == {"older"}
    assert found("since=nonsense&unit=nowhere") == {"here", "older", "sister"}


def test_the_register_goes_on_where_the_page_ended(staff, browser):
    when = clock.now() - timedelta(hours=1)
    made = [came(staff, received_at=when) for _ in range(30)]
    inside = browser(staff.outlet_head)
    first = Page(inside.get(REGISTER))
    (older,) = (link for link in first.links if "after=" in link)
    second = Page(inside.get(older))
    shown = [[link for link in page.links if link.startswith("/reception/")] for page in (first, second)]
    assert [len(links) for links in shown] == [25, 5]
    assert {link for links in shown for link in links} == {address(row) for row in made}


def test_the_file_has_the_rows_of_the_filter_and_who_took_it(staff, browser):
    came(staff, visitor="=1+1")
    reception.end(came(staff), user=staff.agent, outcome="told", answer="好", av_number="AV-3", ended_at=clock.now())
    inside = browser(staff.auditor)

    (ended,) = rows(inside, "&state=ended")

    assert "AV-3" in ended.values()
    assert "三丰" not in "".join(ended.values())
    assert any(cell.startswith("'=") for row in rows(inside, "&state=open") for cell in row.values())
    exports = journal.Entry.objects.filter(kind="ledger.exported", actor_number=staff.auditor.staff_number)
    assert [entry.data["count"] for entry in exports.order_by("id")] == [1, 1]


def test_other_branches_and_other_posts_see_nothing_of_it(staff, browser):
    row = came(staff)
    elsewhere = browser(person(Role.OUTLET_HEAD, staff.bank.other_outlet))
    assert address(row) not in Page(elsewhere.get(REGISTER)).links
    assert elsewhere.get(address(row)).status_code == 404
    assert elsewhere.get(f"/new/?reception={row.uuid}").status_code == 404
    for post in ("fraud", "accounts_maker", "risk", "administrator"):
        assert browser(staff.people[post]).get(REGISTER).status_code == 403, post


def test_it_costs_the_same_with_more_on_it(staff, browser):
    inside, desk = browser(staff.outlet_head), Desk.at("trace", staff)
    row = came(staff)
    end = {"outcome": "case", "reference": desk.case.reference, "av_number": "AV-1", "ended_at": moment()}
    assert inside.post(address(row), end).status_code == 302
    before = cost(inside, REGISTER)
    for _ in range(3):
        came(staff)
    assert cost(inside, REGISTER) == before <= LIST
    assert cost(inside, address(row)) <= FORM
    assert cost(inside, NEW) <= FORM
