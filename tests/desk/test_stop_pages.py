"""Stops on their pages: the panel of the case, one form a verb, the ledger and its file."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from cases.models import CardControl
from record import clock
from tests.desk.at_work import Desk, moment
from tests.desk.costs import CASE, FORM, LIST, cost
from tests.desk.looking import Page
from tests.desk.sheets import sheet
from tests.factories import person
from tests.factories.cases import ControlFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff) -> Desk:
    """A case whose card is stopped."""
    return Desk.at("trace", staff)


def stop_of(desk: Desk) -> CardControl:
    return desk.case.controls.get(kind="oral_loss")


def freeze(**changes: str) -> dict[str, str]:
    said = {"kind": "judicial_freeze", "ordered_by": "court", "document": "（2026）沪01协冻3号", "receipt": "DJ-1"}
    return {**said, "effective_at": moment(minutes=5), **changes}


def test_the_case_shows_the_stop_since_when_and_until_when(desk, staff, browser):
    page = Page(browser(staff.supervisor).get(f"/case/{desk.case.uuid}/"))
    assert "挂失与止付" in page.source
    assert "临时挂失" in page.source
    assert reverse("admin:convert_control", args=[desk.case.uuid]) in page.source


def test_a_supervisor_makes_it_formal_and_another_person_compares_it(desk, staff, browser):
    first, second = browser(staff.supervisor), browser(staff.fraud)
    case = f"/case/{desk.case.uuid}/"
    answer = first.post(f"{case}stop/convert/", {"to": "formal", "receipt": "F-1", "happened_at": moment()})
    assert answer.status_code == 302
    formal = desk.case.controls.get(kind="formal_loss")
    seen = reverse("admin:see_control", args=[formal.uuid])
    assert seen not in Page(first.get(case)).source
    assert seen in Page(second.get(case)).source

    assert first.post(seen).status_code == 403
    assert second.post(seen).status_code == 302

    formal.refresh_from_db()
    assert formal.seen_by == staff.fraud


def test_a_freeze_is_recorded_masked_and_lifted_by_paper(desk, staff, browser):
    inside = browser(staff.fraud)
    add = f"/case/{desk.case.uuid}/stop/add/"
    refused = Page(inside.post(add, freeze(account="6217001234567890419")))
    assert refused.status == 422

    assert inside.post(add, freeze(account="6217 ****** 0419")).status_code == 302

    found = desk.case.controls.get(kind="judicial_freeze")
    assert found.account == "6217******0419"
    lift = reverse("admin:end_control", args=[found.uuid])
    assert inside.post(lift, {"document": "（2026）沪01协解3号", "ended_at": moment()}).status_code == 302
    found.refresh_from_db()
    assert found.end == "lifted"


def test_what_lapsed_is_typed_with_the_enquiry(desk, staff, browser):
    inside = browser(staff.supervisor)
    lapse = reverse("admin:control_lapsed", args=[stop_of(desk).uuid])
    assert inside.post(lapse, {"ended_at": moment()}).status_code == 422
    assert inside.post(lapse, {"ended_at": moment(), "proof": "ENQ-1"}).status_code == 302
    assert "到期失效" in Page(inside.get(f"/case/{desk.case.uuid}/")).source


def test_an_agent_takes_over_what_the_app_was_told(desk, staff, browser):
    said = {"kind": "oral_loss", "source": "app", "receipt": "APP-1", "effective_at": moment(hours=5)}
    assert browser(staff.agent).post(f"/case/{desk.case.uuid}/stop/take-over/", said).status_code == 302
    assert stop_of(desk).source == "app"


def test_the_ways_to_pay_beside_the_card_are_asked_row_by_row(desk, staff, browser):
    inside = browser(staff.agent)
    task = desk.journey.task("stop_companions")
    inside.post(f"/step/{task.uuid}/claim/")
    page = Page(inside.get(f"/step/{task.uuid}/"))
    assert page.source.count("data-row") == 5

    missing = Page(inside.post(f"/step/{task.uuid}/", {"outcome_quick_pay": "off"}))

    assert missing.status == 422
    assert "receipt_quick_pay_error" in missing.source


# the ledger -----------------------------------------------------------------------------------------------------------


def ledger(inside, **asked: object) -> Page:
    return Page(inside.get("/stops/", asked))


def test_the_ledger_filters_by_kind_state_and_days_to_the_lapse(desk, staff, browser):
    inside = browser(staff.supervisor)
    reference, row = desk.case.reference, "data-row"
    assert reference in ledger(inside).source
    assert row not in ledger(inside, kind="payee_stop").source
    assert row not in ledger(inside, state="ended").source
    assert reference in ledger(inside, state="running", kind="oral_loss").source
    assert row not in ledger(inside, days=1).source
    assert reference in ledger(inside, days=9).source
    assert reference in ledger(inside, days="many", kind="none").source, "what cannot be asked is not asked"


def test_only_stops_of_complaints_within_reach_are_seen_and_given_out(desk, staff, browser):
    stranger = browser(person(Role.SUPERVISOR, staff.bank.other_outlet))
    assert desk.case.reference not in ledger(stranger).source
    assert desk.case.reference not in stranger.get("/stops/?as=csv").getvalue().decode()


def test_the_file_holds_what_is_seen_and_no_formula(desk, staff, browser):
    ControlFactory.create(
        case=desk.case,
        card=None,
        kind="account_control",
        ordered_by="bank",
        account="=1+1",
    )
    (row,) = sheet(browser(staff.supervisor), "/stops/", kind="account_control").rows
    assert (row[0], row[3]) == (desk.case.reference, "'=1+1")


@pytest.mark.parametrize("asked", [{}, {"days": 300}])
def test_the_ledger_goes_on_by_keyset_and_costs_the_same(desk, staff, browser, asked):
    now = clock.now()
    for hour in range(30):
        ControlFactory.create(
            case=desk.case,
            card=None,
            kind="judicial_freeze",
            ordered_by="court",
            account=f"tok{hour}",
            lapses_at=now + timedelta(days=9, hours=hour // 2),
        )
    inside = browser(staff.supervisor)
    first = ledger(inside, **asked)
    assert first.source.count("data-row") == 25
    older = next(link for link in first.links if "before=" in link or "after=" in link)
    rest = Page(inside.get(f"/stops/{older}"))
    assert rest.source.count("data-row") == 6
    query = "?days=300" if asked else ""
    assert cost(inside, f"/stops/{query}") <= LIST


def test_pages_stay_within_their_bounds(desk, staff, browser):
    inside = browser(staff.supervisor)
    assert cost(inside, f"/case/{desk.case.uuid}/") <= CASE
    assert cost(inside, f"/case/{desk.case.uuid}/stop/add/") <= FORM
