"""The lists an auditor asks first: what they hold, what they leave out, and who may see them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accounts.authority import bank_day
from accounts.models import AuthorityLimit
from accounts.permissions import Verb, may_somewhere
from accounts.roles import Role
from cases import kinds
from cases.actions import reception
from cases.models import Booking, Case, MoneyEntry
from record import clock, journal
from record.models import Entry, Order
from tests.desk.at_work import Desk
from tests.desk.audit import listed, rows_of
from tests.desk.complaint_ledger import a_case
from tests.desk.looking import Page
from tests.desk.sheets import sheet
from tests.factories import person
from workflows import verbs
from workflows.desk.audit.listed import PAGE
from workflows.desk.audit.lists import LISTS
from workflows.desk.audit.vouchers import AGREES, DIFFERENT, OFFSET, TYPED, UNBOOKED, WITHOUT, compared
from workflows.kinds import STEP_COMPLETED

pytestmark = pytest.mark.django_db
ADDRESSES = ["", "search/", "words/", *(f"{name.removeprefix('audit-')}/" for name in LISTS)]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_but_an_auditor_opens_any_of_it(role, staff, browser):
    inside = browser(staff.people[role])
    assert not may_somewhere(staff.people[role], Verb.AUDIT)
    assert {inside.get(f"/audit/{address}").status_code for address in ADDRESSES} == {403}
    assert 'href="/audit/"' not in inside.get("/").content.decode()


def test_an_auditor_comes_from_the_top_line_to_each_list(staff, browser):
    inside = browser(staff.auditor)
    assert "/audit/" in Page(inside.get("/")).links
    links = set(Page(inside.get("/audit/")).links)
    assert {f"/audit/{address}" for address in ADDRESSES if address != "words/"} <= links
    for address in ADDRESSES:
        assert inside.get(f"/audit/{address}").status_code == 200, address


# Recorded late ----------------------------------------------------------------------------------------------------------


def told(case: Case, user: Any, happened_at: Any, kind: Any = kinds.EVIDENCE_ADDED) -> None:
    """A fact in the case's stream, typed now."""
    with transaction.atomic():
        actor = user.actor() if user else journal.SYSTEM
        journal.append(case.stream, journal.Fact(kind, happened_at=happened_at), actor=actor)


def test_what_was_typed_long_after_it_happened_is_listed_with_both_times(staff, browser):
    case, now = a_case(staff), clock.now()
    for minutes in (29, 31, 200):
        told(case, staff.agent, now - timedelta(minutes=minutes))
    told(case, None, now - timedelta(hours=9))  # a bank system's answer is nobody's typing

    inside = browser(staff.auditor)
    rows = listed(inside, "backdated")
    assert [row[2] for row in rows] == ["3 小时 20 分", "31 分"]
    assert {row[3] for row in rows} == {case.reference}
    assert {row[5] for row in rows} == {f"{staff.agent.display_name} {staff.agent.staff_number}"}
    assert [row[2] for row in listed(inside, "backdated", minutes="60")] == ["3 小时 20 分"]
    assert listed(inside, "backdated", person=staff.supervisor.staff_number) == []
    assert len(listed(inside, "backdated", unit=staff.bank.outlet.code)) == 2
    assert listed(inside, "backdated", unit=staff.bank.other_outlet.code) == []


def test_what_was_typed_is_told_by_the_names_people_know(staff, browser):
    case = a_case(staff)
    with transaction.atomic():
        fact = journal.Fact(STEP_COMPLETED, {"step": "decide"}, happened_at=clock.now() - timedelta(hours=1))
        journal.append(case.stream, fact, actor=staff.agent.actor())
    ((_recorded, _happened, _later, _case, what, _by, _post),) = listed(browser(staff.auditor), "backdated")
    assert "责任" in what
    assert "decide" not in what


def test_a_filter_that_cannot_be_read_lists_nothing_and_says_so(staff, browser):
    told(a_case(staff), staff.agent, clock.now() - timedelta(days=1))
    inside = browser(staff.auditor)
    for asked in (
        {"minutes": "5"},
        {"since": "2026-12-01", "until": "2026-11-01"},
        {"unit": "没有"},
        {"person": "张三"},
    ):
        answer = inside.get("/audit/backdated/", asked)
        assert answer.status_code == 422, asked
        assert "data-row" not in answer.content.decode()
        assert inside.get("/audit/backdated/", {**asked, "as": "csv"})["Content-Type"].startswith("text/html")


def test_pages_follow_each_other_without_a_gap_and_the_file_has_all(staff, browser):
    case, now = a_case(staff), clock.now()
    for minutes in range(40, 40 + 2 * PAGE + 3):
        told(case, staff.agent, now - timedelta(minutes=minutes))
    inside, address, seen = browser(staff.auditor), "/audit/backdated/", []
    while address:
        answer = inside.get(address)
        seen += [row[2] for row in rows_of(answer)]
        address = next((f"/audit/backdated/{link}" for link in Page(answer).links if "after=" in link), "")
    assert len(seen) == len(set(seen)) == 2 * PAGE + 3
    taken = sheet(inside, "/audit/backdated/", person=staff.agent.staff_number)
    assert [row[2] for row in taken.rows] == seen
    assert staff.auditor.staff_number in taken.mark
    told_of = Entry.objects.get(kind="ledger.exported")
    assert told_of.data["ledger"] == "audit-backdated"
    assert told_of.data["count"] == len(seen)


# Near the limit, and the same pair --------------------------------------------------------------------------------------


@pytest.fixture
def approved(staff) -> Case:
    """A case whose proposal the head of the outlet has approved."""
    desk = Desk.at("approve", staff)
    verbs.approve(desk.task.uuid, user=staff.outlet_head)
    return Case.objects.get(pk=desk.case.pk)


def limited(staff: Any, amount: Decimal) -> None:
    """The limit of the outlet's head, as it was when he approved."""
    (limit,) = AuthorityLimit.objects.filter(role=Role.OUTLET_HEAD, kind="compensation")
    limit.amount = amount
    limit.save()


@pytest.mark.beside_history("the limit is moved to where the sum would have been near it")
@pytest.mark.parametrize(("part", "is_listed"), [("0.9499", False), ("0.95", True), ("1", True), ("1.0001", False)])
def test_an_approval_is_near_the_limit_from_95_to_100_percent(part, is_listed, staff, approved, browser):
    total = approved.proposals.get().total
    limited(staff, (total / Decimal(part)).quantize(Decimal("0.01"), "ROUND_DOWN"))
    rows = listed(browser(staff.auditor), "near")
    assert [row[3] for row in rows] == ([approved.reference] if is_listed else [])
    if is_listed:
        assert rows[0][1] == f"{staff.outlet_head.display_name} {staff.outlet_head.staff_number}"
        assert rows[0][4] == f"{total:,.2f}"


def test_the_same_payee_and_approver_stand_together_with_number_and_sum(staff, approved, browser):
    inside = browser(staff.auditor)
    assert listed(inside, "pairs") == []
    first = approved.proposals.get()
    second = Desk.at("approve", staff)
    other = Case.objects.get(pk=second.case.pk)
    other.customer = approved.customer
    other.save()
    verbs.approve(second.task.uuid, user=staff.outlet_head)

    ((payee, approver, times, together, _last, cases),) = listed(inside, "pairs")
    assert payee == approved.customer.name_masked
    assert staff.outlet_head.staff_number in approver
    assert times == "2"
    assert together.startswith(f"{first.total + other.proposals.get().total:,.2f}")
    assert cases.split() == [other.reference, approved.reference]
    assert listed(inside, "pairs", times="3") == []
    assert sheet(inside, "/audit/pairs/").rows[0][2] == "2"


# Restarts, pauses, withdrawals ------------------------------------------------------------------------------------------


def test_who_stopped_clocks_and_withdrew_is_counted_for_each_person(staff, browser):
    case = Desk.at("trace", staff).case
    for kind, user in ((kinds.CLOCK_STANDS, staff.supervisor), (kinds.NEW_FACTS, staff.supervisor)):
        told(case, user, clock.now(), kind)
    told(case, staff.agent, clock.now(), kinds.CASE_WITHDRAWN)
    inside = browser(staff.auditor)
    first, second = listed(inside, "course")
    assert first[0] == f"{staff.supervisor.display_name} {staff.supervisor.staff_number}"
    assert first[1:7] == ["1", "1", "0", "0", "0", "2"]
    assert second[1:7] == ["0", "0", "0", "1", "0", "1"]
    assert listed(inside, "course", unit=staff.bank.other_outlet.code) == []
    assert len(listed(inside, "course", person=staff.agent.staff_number)) == 1


# Payments against vouchers ----------------------------------------------------------------------------------------------


def findings(case: Case) -> list[str]:
    """What is found of the lines of a case."""
    return [line.finding for line in compared(MoneyEntry.objects.filter(case=case)).order_by("pk")]


@pytest.fixture
def paid(staff) -> Case:
    """A case whose payment the core ledger has booked."""
    return Desk.at("archive", staff).case


def test_a_payment_the_core_ledger_booked_as_ordered_agrees(staff, paid, browser):
    assert set(findings(paid)) == {AGREES}
    rows = listed(browser(staff.auditor), "vouchers")
    assert {row[1] for row in rows} == {paid.reference}
    assert {row[0] for row in rows} == {"金额、日期一致"}
    assert rows[0][4] == Booking.objects.filter(entry__case=paid).first().receipt


@pytest.mark.beside_history("what nobody can do through the product")
@pytest.mark.parametrize("what", ["amount", "effective_at", "receipt"])
def test_a_sum_day_or_voucher_that_is_not_the_core_ledgers_is_found(what, staff, paid, browser):
    key = Booking.objects.filter(entry__case=paid, way="order").values_list("order_key", flat=True)[0]
    order = Order.objects.get(key=key)
    order.answer[what] = {"amount": "1.00", "effective_at": "2020-01-01T00:00:00+00:00", "receipt": "X"}[what]
    order.save()
    assert set(findings(paid)) == {DIFFERENT}
    assert len(listed(browser(staff.auditor), "vouchers", finding=DIFFERENT)) == len(findings(paid))


@pytest.mark.beside_history("states no step leads to at once")
def test_what_has_no_voucher_comes_first(staff, paid, approved, browser):
    waiting = MoneyEntry.objects.filter(case=approved)
    assert set(findings(approved)) == {WITHOUT}
    rows = listed(browser(staff.auditor), "vouchers")
    assert [row[1] for row in rows[: waiting.count()]] == [approved.reference] * waiting.count()
    booking = list(Booking.objects.filter(entry__case=paid))
    for changed, finding in (
        ({"way": "offset"}, OFFSET),
        ({"way": "receipt"}, TYPED),
        ({"reversed_at": clock.now()}, UNBOOKED),
        ({"reversed_at": None, "way": "order"}, AGREES),  # the database takes no booked line without a voucher
    ):
        for row in booking:
            for name, value in changed.items():
                setattr(row, name, value)
            row.save()
        assert set(findings(paid)) == {finding}


# Who looked -------------------------------------------------------------------------------------------------------------


def test_who_looked_at_a_case_is_told_and_strangers_to_it_are_marked(staff, browser):
    desk, other = Desk.at("trace", staff), Desk.at("trace", staff)
    for inside in (browser(staff.fraud), browser(staff.compliance)):
        inside.get(f"/case/{desk.case.uuid}/")
        inside.get(f"/case/{other.case.uuid}/")
    inside = browser(staff.auditor)
    rows = listed(inside, "looks", what="read", case=desk.case.reference)
    assert {row[3] for row in rows} == {desk.case.reference}
    marks = {row[1].split()[-1]: row[4] for row in rows}
    assert marks[staff.compliance.staff_number] == "与本工单无经办关系"
    strangers = listed(inside, "looks", part="strangers", person=staff.compliance.staff_number)
    assert {row[3] for row in strangers} == {desk.case.reference, other.case.reference}


def test_a_number_looked_up_stands_among_the_looks_at_the_case_it_showed(staff, browser):
    desk = Desk.at("trace", staff)
    browser(staff.agent).post("/find/", {"q": "13816262207"})
    inside = browser(staff.auditor)
    searched = Entry.objects.get(kind="caller.looked_up")
    rows = listed(inside, "looks", what="searched")
    assert len(rows) == 1
    shown = listed(inside, "looks", case=desk.case.reference, what="searched")
    assert len(shown) == (1 if str(desk.case.uuid) in searched.data["cases"] else 0)

    browser(staff.agent).post("/find/", {"q": "4417"})
    assert len(listed(inside, "looks", case=desk.case.reference, what="searched")) == len(shown) + 1


def test_a_visit_opened_stands_among_what_was_read(staff, browser):
    row = reception.receive(
        user=staff.outlet_head,
        unit=staff.bank.outlet,
        received_at=clock.now() - timedelta(hours=1),
        visitor="张三丰",
        visitors=1,
        matter="境外两笔交易不是本人所为",
    )
    for _again in range(2):  # within a quarter of an hour it is told once
        browser(staff.compliance).get(f"/reception/{row.uuid}/")
    looks = listed(browser(staff.auditor), "looks", what="read", person=staff.compliance.staff_number)
    assert [row[2] for row in looks] == ["打开来访登记查阅。"]


def test_looks_are_asked_for_by_branch_and_days_of_the_person(staff, browser):
    desk = Desk.at("trace", staff)
    browser(staff.agent).get(f"/case/{desk.case.uuid}/")
    browser(person(Role.COMPLIANCE, staff.bank.head_office)).get(f"/case/{desk.case.uuid}/")
    inside = browser(staff.auditor)
    here = listed(inside, "looks", unit=staff.bank.outlet.code)
    assert {row[1].split()[-1] for row in here} == {staff.agent.staff_number}
    today = bank_day(clock.now()).isoformat()
    assert listed(inside, "looks", unit=staff.bank.outlet.code, since=today, until=today) == here
    assert listed(inside, "looks", person=staff.agent.staff_number, until="2020-01-01") == []
