"""The page for where the money went first: who finds it, what it refuses at which field, where it leads."""

from typing import Any

import pytest

from knowledge import limits
from tests.desk.at_work import Desk, moment
from tests.desk.looking import Page
from workflows.desk import clocks

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff) -> Desk:
    """A case whose transactions are listed."""
    return Desk.at("trace", staff)


def words(answer: Any) -> str:
    return answer.content.decode()


def typed(desk: Desk, **changes: Any) -> dict[str, Any]:
    rows = [str(row.uuid) for row in desk.case.transactions.all()[:2]]
    return {
        "transactions": rows,
        "went_to": "payee_bank",
        "name": "临江银行",
        "account": "6217****6630",
        "found_at": moment(),
        **changes,
    }


def test_the_investigators_find_it_on_the_case_and_on_the_trace_and_the_front_line_does_not(desk, staff, browser):
    url, case = f"/case/{desk.case.uuid}/first-hop/", f"/case/{desk.case.uuid}/"
    assert url in words(browser(staff.fraud).get(case))
    assert url not in words(browser(staff.agent).get(case))
    assert browser(staff.agent).post(url, typed(desk)).status_code == 403
    assert not desk.case.transactions.exclude(went_to="").exists()


def test_recorded_it_stands_with_the_transactions(desk, staff, browser):
    inside, url = browser(staff.fraud), f"/case/{desk.case.uuid}/first-hop/"
    answer = inside.post(url, typed(desk))

    assert answer.status_code == 302
    assert "首站" in words(inside.get(answer.url))
    assert desk.case.transactions.filter(went_to="payee_bank").count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"transactions": []}, "transactions"),
        ({"went_to": ""}, "went_to"),
        ({"name": ""}, "name"),
        ({"account": "6217000010012345"}, "account"),
        ({"found_at": ""}, "found_at"),
    ],
)
def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(desk, staff, browser, changes, field):
    answer = browser(staff.fraud).post(f"/case/{desk.case.uuid}/first-hop/", typed(desk, **changes))
    page = Page(answer)

    assert page.status == 422
    assert page.error_at(field)
    if field != "name":
        assert "临江银行" in words(answer)


def test_the_trace_and_the_approval_tell_the_limits_of_several_steps_beside_their_own(staff, browser):
    trace, approve = Desk.at("trace", staff), Desk.at("approve", staff)

    assert title_of(trace, limits.FIRST_HOP) in words(browser(staff.fraud).get(trace.url))
    assert title_of(approve, limits.PROPOSAL_DECIDED) in words(browser(staff.outlet_head).get(approve.url))


def test_a_limit_of_several_steps_is_not_told_on_a_step_it_does_not_concern(staff, browser):
    desk = Desk.at("first_contact", staff)
    inside = browser(staff.consumer_protection)

    assert title_of(desk, limits.FIRST_HOP) not in words(inside.get(desk.url))
    assert title_of(desk, limits.FIRST_HOP) in words(inside.get(f"/case/{desk.case.uuid}/"))


def title_of(desk: Desk, key: str) -> str:
    """The name of a running limit of the case."""
    return clocks.title_of(desk.case.deadlines.get(key=key, ended_at=None))
