"""The ledgers of the desks: what is left first, sums on the right, what is over behind, branch and period in each."""

import re
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from cases.models import CardControl, Chargeback
from record import clock
from tests.desk.at_work import Desk
from tests.desk.complaint_ledger import LEDGER, a_case, limit, shown
from tests.desk.looking import Page
from tests.desk.sheets import sheet
from tests.desk.test_beside_pages import ledger, traced
from tests.desk.test_credit_list import done
from tests.factories.cases import ControlFactory
from tests.workflows import roads
from tests.workflows.beside import does, matter_of, opens, runs, steps_of
from workflows.desk import ledger_bar, stop_ledger
from workflows.desk.audit import names as audit
from workflows.desk.partner_ledgers import alarm_days
from workflows.flows import ChargebackFlow, InquiryFlow, PoliceFlow

pytestmark = pytest.mark.django_db


def rows_of(inside: Any, address: str, **asked: str) -> list[str]:
    """The rows of the first page, as HTML."""
    answer = inside.get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode().split("data-row")[1:]


def first_cell(row: str) -> str:
    """What stands in the first column."""
    return row.partition("</td>")[0]


# Chargebacks ------------------------------------------------------------------------------------------------------------


def window(staff: Any, days: float, **fields: Any) -> Chargeback:
    """A chargeback whose window ends in so many days."""
    matter = matter_of(opens(traced(staff), ChargebackFlow))
    matter.window_ends_at = clock.now() + timedelta(days=days)
    for name, value in fields.items():
        setattr(matter, name, value)
    matter.save()
    return matter


def test_a_window_tells_by_shape_and_words_which_of_its_alarms_it_has_come_to(staff, browser, time):
    assert alarm_days() == [3, 10, 30]
    for days in (-1, 2, 9, 29, 90):
        window(staff, days)

    late, last, second, first, calm = map(first_cell, rows_of(browser(staff.dispute), ledger("chargebacks")))

    assert "r-left--late" in late
    assert ("r-left--today" in last, "剩 2 天" in last, "3 天预警" in last) == (True, True, True)
    assert ("r-left--today" in second, "剩 9 天" in second, "10 天预警" in second) == (True, True, True)
    assert ("r-left--soon" in first, "30 天预警" in first) == (True, True)
    assert ("r-left--ok" in calm, "预警" in calm) == (True, False)


def test_what_was_charged_back_already_does_not_head_the_list(staff, browser):
    charged = window(staff, 1, charged_at=clock.now(), amount=50)
    alive = window(staff, 20)
    unasked = matter_of(opens(traced(staff), ChargebackFlow))

    source = Page(browser(staff.dispute).get(ledger("chargebacks"))).source

    found = re.findall(r">(\d\d-\d{7}-\d)<", source)
    assert found[0] == alive.case.reference
    assert set(found[1:]) == {charged.case.reference, unasked.case.reference}


def test_the_list_of_windows_goes_on_behind_the_last_that_can_be_missed(staff, browser, monkeypatch):
    monkeypatch.setattr("workflows.desk.ledgers.PAGE", 2)
    made = [window(staff, 5), window(staff, 9, charged_at=clock.now()), window(staff, 7), window(staff, 1)]
    inside, found, address = browser(staff.dispute), [], ledger("chargebacks")
    for _ in range(3):
        page = Page(inside.get(address))
        found += re.findall(r">(\d\d-\d{7}-\d)<", page.source)
        onward = next((link for link in page.links if "after=" in link), "")
        if not onward:
            break
        address = ledger("chargebacks") + onward
    assert found == [made[at].case.reference for at in (3, 0, 2, 1)]


# Inquiries, recoveries ---------------------------------------------------------------------------------------------------


def test_an_inquiry_tells_first_what_is_left_until_the_next_chase_and_how_often_it_was_chased(staff, browser):
    at = traced(staff)
    process = opens(at, InquiryFlow)
    runs(at, process, "send_inquiry", "chase_first")

    (row,) = rows_of(browser(staff.fraud), ledger("inquiries"))

    assert "r-left--" in first_cell(row)
    assert "二次催办" in first_cell(row)
    assert "已催办 1 次" in row


def completed(staff: Any, *flows: Any) -> tuple[Any, list[Any]]:
    """A complaint completed while these run beside it."""
    at = traced(staff, place="close")
    running = [opens(at, flow) for flow in flows]
    at.secures_the_rest()
    at.does("close", staff.consumer_protection, **roads.CLASSES)
    return at, running


def test_a_police_report_is_no_recovery(staff, browser):
    at, (report, process) = completed(staff, PoliceFlow, ChargebackFlow)
    inside = browser(staff.dispute)
    (row,) = rows_of(inside, ledger("recoveries"))
    assert str(PoliceFlow.process_title) not in row

    runs(at, process, "ask_slip")
    does(at, process, "slip_answer", pursue="no")
    does(at, process, "end_chargeback", ending="dropped", note="单据显示本人签字")

    assert steps_of(report), "the police report still runs"
    assert rows_of(inside, ledger("recoveries")) == []


def test_recoveries_over_are_seen_when_all_are_asked_for_and_what_is_claimed_is_a_sum(staff, browser):
    at, (process,) = completed(staff, ChargebackFlow)
    inside = browser(staff.dispute)
    runs(at, process, "ask_slip", "slip_answer", "charge_back")

    (row,) = sheet(inside, ledger("recoveries")).rows
    assert row[-1] == "50.00"
    (page,) = rows_of(inside, ledger("recoveries"))
    assert "r-left--" in first_cell(page)
    assert page.count('class="r-num"') == 4

    does(at, process, "scheme_answer", stage="lost")
    does(at, process, "end_chargeback", ending="lost", note="发卡方败诉")
    assert rows_of(inside, ledger("recoveries")) == []
    (over,) = sheet(inside, ledger("recoveries"), state="all").rows
    assert over[-1] == ""


# Credit records ---------------------------------------------------------------------------------------------------------


def test_a_check_that_was_made_tells_its_due_day_as_due_and_when_it_was_recorded_in_words(staff, browser):
    desk = done(staff)
    inside = browser(staff.credit_reporting)
    at = desk.case.credit_corrections.get().recorded_at
    assert desk.case.tasks.filter(flow_task__endswith=".correct_credit_record").exists()
    due = desk.case.tasks.get(flow_task__endswith=".correct_credit_record").due_at

    (row,) = rows_of(inside, "/credit-records/")

    zone = ZoneInfo("Asia/Shanghai")
    assert f"{timezone.localtime(at, zone):%m-%d} 已登记" in first_cell(row)
    (cell,) = re.findall(r'data-l="到期[^"]*">([^<]*)<', row)
    assert f"{timezone.localtime(due, zone):%m-%d %H:%M}" in cell


# Stops ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_stops_in_force_come_first_by_what_lapses_next_and_are_all_read(seed, staff, browser, monkeypatch):
    monkeypatch.setattr(stop_ledger, "PAGE", 3)
    draw, now = Random(seed), clock.now()
    case = a_case(staff)
    for _ in range(9):
        hours = draw.choice([2, 2, 9, 30, None, None])
        lapses_at = now + timedelta(hours=hours) if hours else None
        over = {"ended_at": now, "end": "lifted", "lapses_at": now} if draw.random() < 0.2 else {}
        made = {
            "case": case,
            "card": None,
            "kind": "judicial_freeze",
            "ordered_by": "court",
            "account": "6217******0419",
        }
        ControlFactory.create(**{**made, "lapses_at": lapses_at, **over})
    expected = CardControl.objects.filter(ended_at=None).order_by(*stop_ledger.BY_LAPSE)

    inside, found, address = browser(staff.supervisor), [], "/stops/"
    for _ in range(9):
        page = Page(inside.get(address))
        found += re.findall(r"K\d{6}", page.source)
        onward = next((link for link in page.links if "after=" in link), "")
        if not onward:
            break
        address = f"/stops/{onward}"

    assert found == list(expected.values_list("receipt", flat=True))
    every = Page(inside.get("/stops/", {"state": "all"})).source
    assert "K" in every


# Branch and period ------------------------------------------------------------------------------------------------------

FILTERS_OF_THEIR_OWN = (ledger_bar.COMPLAINTS, ledger_bar.RECEPTIONS, audit.SEARCH)
DESKS = [name for name in ledger_bar.TITLES if name not in FILTERS_OF_THEIR_OWN]


@pytest.mark.parametrize("which", DESKS)
def test_every_ledger_of_a_desk_is_narrowed_by_branch_and_period(which, staff, browser):
    inside = browser(staff.auditor if audit.is_audit(which) else staff.consumer_protection)
    address = ledger_bar.address(which)
    page = inside.get(address).content.decode()
    assert 'name="unit"' in page
    assert f'<option value="{staff.bank.outlet.code}">' in page
    for asked in ({"unit": staff.bank.outlet.code}, {"unit": staff.bank.outlet.name}, {"period": "last_month"}):
        assert inside.get(address, asked).status_code == 200
    wrong = Page(inside.get(address, {"unit": "陆家嘴没有的"}))
    # the audit lists nothing of a filter it cannot read, as the complaint ledger does
    assert (wrong.status, wrong.error_at("unit")) == (422 if audit.is_audit(which) else 200, True)


def test_a_branch_and_a_period_leave_their_own_rows(staff, browser):
    at = traced(staff)
    opens(at, InquiryFlow)
    inside = browser(staff.fraud)
    for asked, seen in (
        ({"unit": staff.bank.outlet.code}, 1),
        ({"unit": staff.bank.tier1.code}, 1),
        ({"unit": staff.bank.head_office.code}, 1),
        ({"unit": staff.bank.sister_outlet.code}, 0),
        ({"period": "year"}, 1),
        ({"period": "last_month"}, 0),
    ):
        for address in (ledger("inquiries"), "/stops/"):
            assert len(rows_of(inside, address, **asked)) == seen, (address, asked)
            assert len(sheet(inside, address, **asked).rows) == seen, (address, asked)


# Complaints -------------------------------------------------------------------------------------------------------------


def test_what_comes_from_the_regulator_is_marked_once(staff, browser):
    a_case(staff, channel="regulator")
    (row,) = rows_of(browser(staff.supervisor), LEDGER)
    said = re.search(r'data-l="渠道[^"]*">(.*?)</td>', row, re.DOTALL)[1]
    assert said.count("监管") == 1
    assert "r-tag--hot" in said


def test_what_is_due_today_or_within_three_days_is_asked_for_by_the_bank_s_days(staff, browser, time):
    made = {hours: a_case(staff, hours / 100) for hours in (-1, 1, 15, 16, 60, 90)}
    for hours, case in made.items():
        limit(case, clock.now() + timedelta(hours=hours))  # at 08:30: 15 hours on it is 23:30, 16 hours on tomorrow

    inside = browser(staff.supervisor)

    def found(state: str) -> set[int]:
        return {hours for hours, case in made.items() if case.reference in shown(inside, state=state)}

    assert found("late") == {-1}
    assert found("today") == {1, 15}
    assert found("soon") == {1, 15, 16, 60}


def test_sums_stand_on_the_right(staff, browser):
    desk = Desk.at("decide", staff)
    (row,) = rows_of(browser(staff.supervisor), LEDGER)
    assert re.search(r'class="r-num"\s+data-l="金额', row)
    assert desk.case.disputed_total is not None
