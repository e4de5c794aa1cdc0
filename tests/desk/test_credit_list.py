"""征信更正台账: what waits and what was done, within one's reach, as a page and as a file of the same rows."""

import pytest

from accounts.roles import Role
from record import clock
from tests.desk.at_work import Desk
from tests.desk.costs import LIST, cost
from tests.desk.sheets import sheet
from tests.factories import person

pytestmark = pytest.mark.django_db

PAGE = "/credit-records/"


def done(staff, **answers: str) -> Desk:
    desk = Desk.at("correct_credit_record", staff)
    desk.journey.does("correct_credit_record", staff.credit_reporting, **{**desk.answers(), **answers})
    return desk


def rows(inside) -> list[dict[str, str]]:
    taken = sheet(inside, PAGE)
    return [dict(zip(taken.heads, row, strict=True)) for row in taken.rows]


def test_waiting_and_done_stand_in_one_list(staff, browser):
    waiting = Desk.at("correct_credit_record", staff, claimed=False)
    when = clock.now().isoformat()
    corrected = done(staff, finding="found", report_before="CR-1", report_after="CR-2", withdrawn_at=when)
    inside = browser(staff.credit_reporting)

    page = inside.get(PAGE).content.decode()

    assert all(one.case.reference in page for one in (waiting, corrected))
    assert ("CR-1" in page, "CR-2" in page) == (True, True)
    assert [next(iter(row.values())) for row in rows(inside)] == [corrected.case.reference, waiting.case.reference]


def test_what_waits_and_what_is_done_can_be_looked_at_alone(staff, browser):
    waiting, made = (
        desk.case.reference for desk in (Desk.at("correct_credit_record", staff, claimed=False), done(staff))
    )
    inside = browser(staff.credit_reporting)
    for state, seen in (("waiting", [waiting]), ("done", [made]), ("", [made, waiting]), ("other", [made, waiting])):
        assert [row[0] for row in sheet(inside, PAGE, state=state).rows] == seen, state
        source = inside.get(PAGE, {"state": state}).content.decode()
        assert [one for one in (made, waiting) if one in source] == seen, state


def test_a_number_a_spreadsheet_would_reckon_with_is_text(staff, browser):
    done(staff, report_before="=1+1")
    assert "'=1+1" in rows(browser(staff.credit_reporting))[0].values()


def test_others_cases_are_not_on_it_and_other_posts_have_no_list(staff, browser):
    desk = done(staff)
    elsewhere = person(Role.CREDIT_REPORTING, staff.bank.other_tier1)
    assert desk.case.reference not in browser(elsewhere).get(PAGE).content.decode()
    assert browser(staff.agent).get(PAGE).status_code == 403


def test_it_costs_the_same_with_more_on_it(staff, browser):
    done(staff)
    inside = browser(staff.credit_reporting)
    before = cost(inside, PAGE)
    for _ in range(2):
        done(staff)
    assert cost(inside, PAGE) == before <= LIST
