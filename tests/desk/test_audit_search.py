"""The auditor's search: every filter, its moments, the words nobody else sees, and what it costs a large bank."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from accounts.authority import bank_day
from cases import kinds_audit
from cases.actions import people
from cases.actions.turn import turn
from cases.models import Case
from record import clock, keys
from record.models import Entry
from tests.desk.at_work import Desk
from tests.desk.audit import REFERENCE, listed
from tests.desk.complaint_ledger import a_case, full, limit
from tests.desk.costs import LIST, cost
from tests.desk.looking import Page
from tests.desk.sheets import sheet
from workflows.desk.audit import words
from workflows.desk.audit.listed import PAGE
from workflows.desk.audit.lists import LISTS, form_of
from workflows.desk.audit.near import KINDS
from workflows.desk.audit.search import Complaints
from workflows.desk.audit.search_filter import SearchFilter, flows, steps

pytestmark = pytest.mark.django_db
SEARCH, WORDS = "/audit/search/", "/audit/words/"


def found(inside: Any, **asked: str) -> list[str]:
    """The references on the first page."""
    answer = inside.get(SEARCH, asked)
    assert answer.status_code == 200, asked
    return REFERENCE.findall(answer.content.decode())


# Filters ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(staff) -> dict[str, Case]:
    """One complaint for each filter."""
    now = clock.now()
    made = {
        "plain": a_case(staff, 1),
        "done": a_case(staff, 400, state="done", done_at=now - timedelta(days=2)),
        "there": a_case(staff, 3, handling_unit=staff.bank.other_outlet),
        "late": a_case(staff, 5),
        "missed": a_case(staff, 6),
        "restarted": a_case(staff, 7, restarted_at=now),
        "withdrawn": a_case(staff, 8, withdrawn_at=now),
        "held": a_case(staff, 9),
    }
    limit(made["late"], now - timedelta(hours=1))
    limit(made["missed"], now - timedelta(hours=1), ended_at=now, outcome="missed")
    with turn(made["held"], user=staff.consumer_protection) as hand:
        people.take_part(hand, user=staff.fraud, part="assist")
    return made


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({"overdue": "now"}, "late"),
        ({"overdue": "ever"}, "late missed"),
        ({"course": "restarted"}, "restarted"),
        ({"course": "withdrawn"}, "withdrawn"),
        ({"course": "any"}, "restarted withdrawn"),
        ({"moment": "done_at"}, "done"),
        ({"period": "year", "state": "closed"}, ""),
        ({"flow": "CardFraudFlow"}, ""),
    ],
    ids=str,
)
def test_each_filter_leaves_what_it_says(asked, left, staff, mixed, browser):
    assert found(browser(staff.auditor), **asked) == [mixed[name].reference for name in left.split()]


def test_branch_and_person_narrow_the_whole_bank(staff, mixed, browser):
    inside = browser(staff.auditor)
    assert found(inside, place=staff.bank.other_outlet.code) == [mixed["there"].reference]
    assert found(inside, place=staff.bank.other_outlet.name) == [mixed["there"].reference]
    assert found(inside, person=staff.fraud.staff_number) == [mixed["held"].reference]
    assert len(found(inside, place=staff.bank.head_office.code)) == len(mixed)


def test_sums_are_asked_for_from_and_to(staff, mixed, browser):
    case, inside = Desk.at("decide", staff).case, browser(staff.auditor)
    total = Case.objects.get(pk=case.pk).disputed_total
    cent = Decimal("0.01")
    assert found(inside, least=str(total), most=str(total)) == [case.reference]
    assert found(inside, least=str(total + cent)) == found(inside, least="1", most=str(total - cent)) == []


def test_a_period_is_asked_of_the_moment_that_was_chosen(staff, mixed, browser):
    inside, day = browser(staff.auditor), (clock.now() - timedelta(days=30)).date().isoformat()
    assert mixed["done"].reference not in found(inside, since=day)
    assert found(inside, since=day, moment="done_at") == [mixed["done"].reference]
    assert mixed["done"].reference in found(inside, since=day, moment="recorded_at")


def test_where_a_case_stands_and_what_it_has_been_through_are_two_questions(staff, browser):
    case, inside = Desk.at("decide", staff).case, browser(staff.auditor)
    assert found(inside, step="CardFraudFlow.decide") == [case.reference]
    assert found(inside, step="CardFraudFlow.trace") == []
    assert found(inside, step="CardFraudFlow.trace", been="ever") == [case.reference]
    assert found(inside, flow="CardFraudFlow") == [case.reference]
    assert found(inside, flow="GeneralFlow") == []
    assert len(steps()) > 30
    assert {code.partition(".")[0] for code in steps()} <= set(flows())


def test_what_cannot_be_asked_lists_nothing(staff, mixed, browser):
    inside = browser(staff.auditor)
    for asked in (
        {"been": "ever"},
        {"least": "9", "most": "8"},
        {"least": "viel"},
        {"step": "CardFraudFlow.nothing"},
        {"place": "没有"},
        {"person": "张三"},
    ):
        answer = inside.get(SEARCH, asked)
        assert answer.status_code == 422, asked
        assert REFERENCE.findall(answer.content.decode()) == []


def test_pages_file_and_a_kept_view_tell_the_same(staff, browser):
    for days in range(1, PAGE + 4):
        a_case(staff, days)
    inside = browser(staff.auditor)
    first = found(inside, state="open")
    link = next(link for link in Page(inside.get(SEARCH, {"state": "open"})).links if "after=" in link)
    answer = inside.get(SEARCH + link)
    rest = REFERENCE.findall(answer.content.decode())
    assert (len(first), len(rest)) == (PAGE, 3)
    assert [row[0] for row in sheet(inside, SEARCH, state="open").rows] == first + rest
    kept = inside.post("/ledgers/views/audit-search/", {"name": "在办", "filters": "state=open"})
    assert kept.status_code == 302
    assert kept.headers["Location"] == f"{SEARCH}?state=open"
    assert "在办" in inside.get("/audit/").content.decode()


@pytest.mark.parametrize("which", list(LISTS))
def test_each_list_keeps_views_of_its_own(which, staff, browser):
    inside = browser(staff.auditor)
    answer = inside.post(f"/ledgers/views/{which}/", {"name": "一年", "filters": "period=year"})
    assert answer.headers["Location"] == f"/audit/{which.removeprefix('audit-')}/?period=year"
    assert browser(staff.consumer_protection).get(f"/ledgers/views/{which}/").status_code == 403


# Words ------------------------------------------------------------------------------------------------------------------


def telling(case: Case, narrative: str, demand: str = "") -> Case:
    """The case with an account of the customer's."""
    case.person_key = case.person_key or keys.create_key(subject=case.uuid)
    case.seal(narrative=narrative, demand_text=demand)
    case.save()
    return case


def looked(inside: Any, text: str, address: str = WORDS, **more: str) -> list[str]:
    """The references a search by words finds."""
    answer = inside.post(address, {"words": text, **more})
    assert answer.status_code == 200
    assert text not in answer.request["QUERY_STRING"]
    return REFERENCE.findall(answer.content.decode())


def test_words_are_found_in_sealed_accounts_whatever_their_width_and_order(staff, browser):
    first = telling(a_case(staff, 1), "我在便利店ＡＴＭ取款时被换卡，共损失八千元", "要求全额退款")
    second = telling(a_case(staff, 2), "网上消费未到账")
    inside = browser(staff.auditor)
    assert looked(inside, "换卡") == [first.reference]
    assert looked(inside, "损失 atm") == [first.reference]
    assert looked(inside, "全额退款 换卡") == [first.reference]
    assert looked(inside, "未到账") == [second.reference]
    assert looked(inside, "换卡 未到账") == []
    assert looked(inside, "换卡", f"{WORDS}?since={bank_day(clock.now()).isoformat()}") == []


def test_that_he_searched_is_on_record_with_what_he_found_and_not_what_for(staff, browser):
    case = telling(a_case(staff, 1), "收银员姓欧阳")
    looked(browser(staff.auditor), "欧阳", f"{WORDS}?state=open")
    entry = Entry.objects.get(kind=kinds_audit.WORDS_LOOKED_FOR.name)
    assert entry.data["cases"] == [str(case.uuid)]
    assert entry.data["read"] == Case.objects.count()
    assert entry.data["filters"] == {"state": "open"}
    assert "欧阳" not in entry.body
    rows = listed(browser(staff.auditor), "looks", case=case.reference)
    assert [row[1].split()[-1] for row in rows] == [staff.auditor.staff_number]


def test_so_many_accounts_are_read_at_a_time_and_the_page_goes_on_from_there(staff, browser, monkeypatch):
    monkeypatch.setattr(words, "READ", 2)
    old = telling(a_case(staff, 9), "旧事")
    for days in (1, 2, 3):
        telling(a_case(staff, days), "新事")
    inside = browser(staff.auditor)
    answer = inside.post(WORDS, {"words": "旧事"})
    assert "已读 2 件" in answer.content.decode()
    after = Case.objects.order_by("-received_at")[1].uuid
    assert str(after) in answer.content.decode()
    assert looked(inside, "旧事", after=str(after)) == [old.reference]


def test_an_erased_persons_account_is_not_read_and_said_so(staff, browser):
    case = telling(a_case(staff, 1), "旧事")
    keys.destroy(case.person_key, actor=staff.administrator.actor(), why="期满")
    answer = browser(staff.auditor).post(WORDS, {"words": "旧事"})
    assert "1 件无法读取" in answer.content.decode()
    assert REFERENCE.findall(answer.content.decode()) == []


def test_one_sign_is_no_word(staff, browser):
    assert browser(staff.auditor).post(WORDS, {"words": "旧"}).status_code == 422
    assert not Entry.objects.filter(kind=kinds_audit.WORDS_LOOKED_FOR.name).exists()


# What it costs ----------------------------------------------------------------------------------------------------------


def test_no_list_and_no_search_costs_more_with_more_on_it(staff, browser):
    inside = browser(staff.auditor)
    desk = Desk.at("approve", staff)
    inside.get(f"/case/{desk.case.uuid}/")
    paths = [SEARCH, *(f"/audit/{name.removeprefix('audit-')}/" for name in LISTS)]
    few = {path: cost(inside, path) for path in paths}
    assert max(few.values()) <= LIST, few
    for _ in range(3):
        inside.get(f"/case/{full(staff).uuid}/")
        inside.get(f"/case/{Desk.at('approve', staff).case.uuid}/")
    assert {path: cost(inside, path) for path in paths} == few


# How a large bank reads it ----------------------------------------------------------------------------------------------

CASES = """
INSERT INTO cases_case ({columns}, uuid, reference, received_at, recorded_at, done_at, disputed_total, restarted_at)
SELECT {columns}, gen_random_uuid(), 'N' || n, received_at - n * interval '1 hour', recorded_at - n * interval '1 hour',
    CASE WHEN n % 2 = 0 THEN received_at - n * interval '30 minutes' END, n, CASE WHEN n % 100 = 0 THEN received_at END
FROM cases_case, generate_series(1, 3000) n
"""
ENTRIES = """
INSERT INTO record_entry (stream, number, kind, happened_at, recorded_at, actor_number, actor_name, actor_role, for_whom,
    previous, body, hash, algorithm)
SELECT stream || n % 50, 9000 + n, CASE n % 7 WHEN 0 THEN kind WHEN 1 THEN 'evidence.read' ELSE 'other.' || n % 7 END,
    recorded_at - n * interval '1 minute' - CASE WHEN n % 40 = 0 THEN interval '1 day' ELSE interval '0' END,
    recorded_at - n * interval '1 minute', 's' || n % 20, 'x', '', '', previous,
    jsonb_build_object('data', jsonb_build_object('case', 'c' || n % 300))::text, hash, algorithm
FROM (SELECT * FROM record_entry WHERE kind = 'case.read' LIMIT 1) first, generate_series(1, 20000) n
"""


@pytest.fixture
def many(staff, browser) -> Case:
    """Thousands of complaints and entries, and what the planner knows of them."""
    case = a_case(staff)
    browser(staff.auditor).get(f"/case/{case.uuid}/")
    own = {"id", "uuid", "reference", "received_at", "recorded_at", "done_at", "disputed_total", "restarted_at"}
    columns = ", ".join(field.column for field in Case._meta.concrete_fields if field.column not in own)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is pending keeps a table from being altered
        cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER USER")
        cursor.execute(CASES.format(columns=columns))
        cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE record_entry DISABLE TRIGGER USER")
        cursor.execute(ENTRIES)
        cursor.execute("ALTER TABLE record_entry ENABLE TRIGGER USER")
        cursor.execute("ANALYZE cases_case, record_entry")
    return case


def plan_of(rows: Any) -> str:
    """How the database reads it."""
    statement, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.beside_history("thousands of rows, written by SQL")
def test_the_search_reads_along_the_moment_that_was_asked_for(staff, many):
    for asked, index in (
        ({}, "case_received_all"),
        ({"moment": "done_at"}, "case_done_all"),
        ({"moment": "recorded_at"}, "case_recorded_all"),
        ({"least": "2990"}, "case_disputed_total"),
        ({"course": "restarted"}, "case_restarted"),
    ):
        form = SearchFilter(asked, user=staff.auditor)
        assert index in plan_of(Complaints(staff.auditor, form.when()).page(form, "")), asked


@pytest.mark.beside_history("thousands of rows, written by SQL")
def test_entries_are_read_along_the_index_of_what_was_asked(staff, many):
    for name, asked, index in (
        ("audit-backdated", {"period": "ever"}, "record_entry_late"),
        ("audit-looks", {"period": "ever"}, "record_entry_kind_recorded"),
        ("audit-looks", {"case": many.reference, "period": "ever"}, "record_entry_looked_at"),
        ("audit-looks", {"person": staff.agent.staff_number}, "record_entry_place_in_stream"),
    ):
        form = form_of(name, asked, staff.auditor)
        assert index in plan_of(LISTS[name].page(form, "")), (name, asked)


@pytest.mark.parametrize(
    ("name", "asked", "index"),
    [
        ("audit-vouchers", {"period": "ever"}, "money_outgoing"),
        ("audit-near", {}, "proposal_approved"),
        ("audit-near", {"what": "advances"}, "advance_answered"),
        ("audit-near", {"what": "reviews"}, "review_approved"),
        ("audit-course", {}, "record_entry_kind_recorded"),
    ],
    ids=str,
)
def test_an_index_gives_the_rows_of_a_list_in_their_order(name, asked, index, staff):
    """With so few rows the planner would read the table and sort it; asked not to, it finds the index fits."""
    form = form_of(name, asked, staff.auditor)
    rows = LISTS[name].groups(form) if name == "audit-course" else _page(name, form)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    assert index in plan_of(rows)


def _page(name: str, form: Any) -> Any:
    one = KINDS[form.asked().get("what", "")] if name == "audit-near" else LISTS[name]
    return one.page(form, "")
