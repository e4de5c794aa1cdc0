"""How a large bank's record is read when an auditor asks from the beginning: along an index, whatever is rare in it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from accounts.models import AuthorityLimit
from cases.models import Proposal
from record.models import Entry
from tests.desk.at_work import Desk
from tests.desk.costs import FILES, cost
from tests.desk.test_audit_search import many, plan_of
from workflows.desk.audit.lists import LISTS, form_of
from workflows.desk.audit.near import KINDS, together

__all__ = ["many"]
pytestmark = [pytest.mark.django_db, pytest.mark.beside_history("thousands of rows, written by SQL")]
EVER = {"period": "ever"}
# Of every case a search that showed it and two others; one of 300 names of cases, as the looks of `many` have them.
SEARCHES = """
INSERT INTO record_entry (stream, number, kind, happened_at, recorded_at, actor_number, actor_name, actor_role, for_whom,
    previous, body, hash, algorithm)
SELECT stream || n % 50, 90000 + n, 'words.looked_for', recorded_at, recorded_at, 's' || n % 20, 'x', '', '', previous,
    jsonb_build_object('data', jsonb_build_object('cases',
        jsonb_build_array('c' || n % 3000, 'c' || (n + 1) % 3000, 'c' || (n + 2) % 3000)))::text, hash, algorithm
FROM (SELECT * FROM record_entry WHERE kind = 'case.read' LIMIT 1) first, generate_series(1, 6000) n
"""
PROPOSALS = """
INSERT INTO cases_proposal (uuid, case_id, number, total, currency, state, proposed_by_id, proposed_at, approver_role,
    approver_why, answered_by_id, answered_at)
SELECT gen_random_uuid(), c.id, 900, c.id %% 3000 * 10, 'CNY', 'approved', %(who)s, c.recorded_at, 'outlet_head', '',
    %(who)s, c.recorded_at
FROM cases_case c
"""


def written(table: str, statement: str, values: Any = None) -> None:
    """Rows put into a table, and what the planner knows of them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(f"ANALYZE {table}")


def test_searches_by_words_that_showed_a_case_are_found_along_their_own_index(staff, many):
    written("record_entry", SEARCHES)
    form = form_of("audit-looks", {"case": many.reference, **EVER}, staff.auditor)

    plan = plan_of(LISTS["audit-looks"].page(form, ""))

    assert "Bitmap Index Scan on record_entry_searched" in plan
    assert "record_entry_looked_at" in plan
    assert "Seq Scan on record_entry" not in plan


def test_what_one_person_typed_late_is_read_along_an_index_of_his(staff, many):
    form = form_of("audit-backdated", {"person": "s3", **EVER}, staff.auditor)

    assert "record_entry_late_of" in plan_of(LISTS["audit-backdated"].page(form, ""))


def test_entries_of_a_small_branch_are_read_by_its_cases(staff, many):
    asked = {"unit": staff.bank.sister_outlet.code, **EVER}
    for name, rows in (
        ("audit-backdated", lambda one, form: one.page(form, "")),
        ("audit-course", lambda one, form: one.groups(form)),
    ):
        form = form_of(name, asked, staff.auditor)
        assert form.is_valid(), form.errors

        plan = plan_of(rows(LISTS[name], form))

        assert "Seq Scan on record_entry" not in plan, name
        assert "cases_case" in plan, name


def test_sums_near_a_limit_are_found_by_post_and_sum_among_all_that_were_approved(staff, many):
    # given approvals of every sum up to 30,000, and limits of 50,000 and 25,000 of one post
    limit = limited(staff, Decimal(25_000))
    written("cases_proposal", PROPOSALS, {"who": staff.outlet_head.pk})
    form = form_of("audit-near", EVER, staff.auditor)

    # when those near a limit are asked for from the beginning
    rows = KINDS[""].whole(form)

    # then the index finds them, and they are those of whom the limit of their day says so
    assert "proposal_approved_sum" in plan_of(rows)
    near = Proposal.objects.filter(total__gte=limit * Decimal("0.95"), total__lte=limit)
    assert {row.pk for row in rows} == set(near.values_list("pk", flat=True))
    assert near.exists()


def limited(staff: Any, amount: Decimal) -> Decimal:
    """The head of the outlet may approve so much at his own outlet; elsewhere 50,000 as before."""
    AuthorityLimit(role="outlet_head", branch=staff.bank.outlet, amount=amount, valid_from=date(2000, 1, 1)).save()
    return amount


def test_bands_that_overlap_are_asked_for_as_one():
    bands = [(Decimal(95), Decimal(100)), (Decimal(97), Decimal(102)), (Decimal(190), Decimal(200))]

    assert together(bands) == [(Decimal(95), Decimal(102)), (Decimal(190), Decimal(200))]
    assert together([]) == []


def test_the_set_of_files_costs_the_same_whatever_stands_in_them(staff, browser):
    inside = browser(staff.auditor)
    full = [Desk.at(step, staff).case for step in ("approve", "trace", "decide")]

    one = cost(inside, "/audit/files/", numbers=full[0].reference)

    assert Entry.objects.filter(stream=full[1].stream).count() != Entry.objects.filter(stream=full[2].stream).count()
    assert cost(inside, "/audit/files/", numbers=" ".join(case.reference for case in full)) == one == FILES
