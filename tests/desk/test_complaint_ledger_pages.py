"""投诉台账: read page by page, counted or estimated and said so, at what cost, along which index."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from cases.actions import people
from cases.actions.turn import turn
from cases.models import Case
from knowledge.models import TaxonomyCode
from record import clock
from tests.desk.complaint_ledger import LEDGER, REFERENCE, a_case, full, limit, older
from tests.desk.costs import LIST, cost
from tests.desk.looking import Page
from workflows.desk import complaints, counting
from workflows.desk.complaint_filter import ComplaintFilter, late_ones

pytestmark = pytest.mark.django_db


# Pages and counts -------------------------------------------------------------------------------------------------------


def test_the_ledger_is_read_page_by_page_in_the_order_of_receipt(staff, browser, monkeypatch):
    monkeypatch.setattr(complaints, "PAGE", 2)
    at = clock.now() - timedelta(days=3)
    cases = [a_case(staff, 1), *(a_case(staff, received_at=at) for _ in range(4)), a_case(staff, 9)]
    inside, found, link = browser(staff.supervisor), [], ""
    for _ in range(4):
        page = Page(inside.get(LEDGER + link))
        found += REFERENCE.findall(page.source)
        link = older(page)
        if not link:
            break

    # those of one moment: the one registered last on top
    wanted = [cases[0], *reversed(cases[1:5]), cases[5]]
    assert found == [case.reference for case in wanted]
    assert LEDGER in page.links, "and back to the newest"


def test_filters_go_along_from_page_to_page(staff, browser, monkeypatch):
    monkeypatch.setattr(complaints, "PAGE", 1)
    for days in (1, 2, 3):
        a_case(staff, days, channel="app" if days != 2 else "phone")
    inside = browser(staff.supervisor)
    page = Page(inside.get(LEDGER, {"channel": "app"}))
    rest = Page(inside.get(LEDGER + older(page)))
    assert "channel=app" in older(page)
    assert len(REFERENCE.findall(rest.source)) == 1
    assert older(rest) == ""


def test_the_count_is_exact_to_a_bound_and_said_to_be_estimated_above(staff, browser, monkeypatch):
    monkeypatch.setattr(counting, "COUNTED", 3)
    inside = browser(staff.supervisor)
    for days in (1, 2, 3):
        a_case(staff, days)
    assert "共 3 件" in inside.get(LEDGER).content.decode()
    a_case(staff, 4)
    said = inside.get(LEDGER).content.decode()
    assert "约 " in said
    assert "共 " not in said.split("<h1>")[1].split("</nav>")[0]


@pytest.mark.parametrize(
    ("number", "chinese", "english"),
    [
        (10_001, "约 1 万件", "about 10,000 entries"),
        (12_499, "约 1.2 万件", "about 12,000 entries"),
        (1_234_567, "约 120 万件", "about 1,200,000 entries"),
        (98_765_432, "约 9,900 万件", "about 99,000,000 entries"),
    ],
)
def test_an_estimate_is_told_in_two_figures(number, chinese, english):
    for language, words in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert str(counting.Count(number, is_exact=False)) == words


def test_a_complaint_seen_twice_over_is_counted_once(staff):
    joined = a_case(staff, 1)
    with turn(joined, user=staff.consumer_protection) as hand:
        people.take_part(hand, user=staff.supervisor, part="assist")
    (row,) = complaints.page_of(Case.objects.visible_by_branch(staff.supervisor), None)
    assert row.counted == 1


# What it costs ----------------------------------------------------------------------------------------------------------


def test_a_page_costs_at_most_nine_queries_and_no_more_with_thirty_rows_than_with_three(staff, browser, monkeypatch):
    monkeypatch.setattr(counting, "COUNTED", 2)  # so that it is estimated, too
    asked = {"unit": staff.bank.tier1.code, "lead": staff.agent.staff_number, "period": "month", "state": "open"}
    for post in ("supervisor", "consumer_protection", "auditor"):
        inside, path = browser(staff.people[post]), f"{LEDGER}?{'&'.join(f'{k}={v}' for k, v in asked.items())}"
        Case.objects.exists() or [full(staff) for _ in range(3)]
        few = cost(inside, LEDGER), cost(inside, path)
        assert max(few) <= LIST, (post, few)
    for _ in range(27):
        full(staff)
    for post in ("supervisor", "consumer_protection", "auditor"):
        inside = browser(staff.people[post])
        assert (cost(inside, LEDGER), cost(inside, path)) <= (LIST, LIST)
        assert max(cost(inside, LEDGER), cost(inside, path)) == max(few), post


# How a large bank reads it ----------------------------------------------------------------------------------------------

MANY = """
INSERT INTO cases_case ({columns}, uuid, reference, received_at, tier1_id, tier2_id, outlet_id, handling_unit_id,
    complained_unit_id, business_first_id, cause_first_id)
SELECT {columns}, gen_random_uuid(), 'N' || n, received_at - n * interval '1 minute', CASE WHEN n %% 2 = 0 THEN tier1_id END,
    CASE WHEN n %% 4 = 0 THEN tier2_id END, CASE WHEN n %% 40 = 0 THEN outlet_id END, handling_unit_id,
    CASE WHEN n %% 50 = 0 THEN outlet_id END, CASE WHEN n %% 100 = 0 THEN %(rare_b)s ELSE %(b)s END,
    CASE WHEN n %% 100 = 1 THEN %(rare_c)s ELSE %(c)s END
FROM cases_case, generate_series(1, 3000) n
"""


@pytest.fixture
def many(staff) -> None:
    """Three thousand complaints of all units, classes and days, and a clock on each; and what the planner knows of it."""
    first = a_case(staff)
    limit(first, clock.now() + timedelta(days=9))
    own = {"id", "uuid", "reference", "received_at", "tier1_id", "tier2_id", "outlet_id", "handling_unit_id"}
    own |= {"complained_unit_id", "business_first_id", "cause_first_id"}
    columns = ", ".join(field.column for field in Case._meta.concrete_fields if field.column not in own)
    named = {"rare_b": "B_CARD_DEBIT_FRAUD", "b": "B_CARD_CREDIT_FRAUD", "rare_c": "C_FUND_SAFE", "c": "C_PROCESS"}
    codes = {code.local_code: code.pk for code in TaxonomyCode.objects.all()}
    with connection.cursor() as cursor:
        cursor.execute(MANY.format(columns=columns), {name: codes[code] for name, code in named.items()})
        cursor.execute(
            "INSERT INTO cases_deadline (uuid, case_id, kind, key, policy_version, started_at, due_at, outcome, level,"
            " role, forewarns, ended_at) SELECT gen_random_uuid(), id, 'law', 'k', '', received_at, received_at"
            " + interval '15 days', '', 0, '', false, CASE WHEN id % 100 > 0 THEN received_at END FROM cases_case"
        )
        cursor.execute("ANALYZE cases_case, cases_deadline")


def plan_of(rows: Any) -> str:
    """How the database reads it."""
    statement, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.beside_history("thousands of rows, written by SQL")
@pytest.mark.parametrize(
    ("post", "asked", "index"),
    [
        ("auditor", {}, "case_received_all"),
        ("tier1_head", {}, "case_received_tier1"),
        ("tier2_head", {}, "case_received_tier2"),
        ("supervisor", {}, "case_received_outlet"),
        ("auditor", {"since": "2026-01-01"}, "case_received_all"),
        ("auditor", {"business": "B_CARD_DEBIT_FRAUD"}, "case_received_business"),
        ("auditor", {"cause": "C_FUND_SAFE"}, "case_received_cause"),
    ],
    ids=str,
)
def test_a_page_is_read_along_an_index_in_the_order_of_receipt(post, asked, index, staff, many):
    user = staff.people[post]
    form = ComplaintFilter(asked, user=user)
    parts = [form.narrow(part) for part in Case.objects.visible_by_branch(user)]
    assert index in plan_of(complaints.page_of(parts, None))


@pytest.mark.beside_history("thousands of rows, written by SQL")
def test_what_is_late_is_found_among_running_clocks_alone(many):
    assert "using deadline_leading" in plan_of(late_ones(clock.now()))


@pytest.mark.beside_history("thousands of rows, written by SQL")
def test_complaints_against_an_outlet_are_read_along_an_index(staff, many):
    form = ComplaintFilter({"unit": staff.bank.outlet.code}, user=staff.auditor)
    parts = [form.narrow(part) for part in Case.objects.visible_by_branch(staff.auditor)]
    assert "case_received_against" in plan_of(complaints.page_of(parts, None))
