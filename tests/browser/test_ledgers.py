"""The ledgers in a real browser: all by one entry, filtered by keyboard, a view kept and opened, a file taken."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from cases.actions import law_clock
from cases.actions.turn import turn
from record import clock
from tests.browser.seats import Seats
from tests.desk.at_work import Desk
from tests.desk.complaint_ledger import full
from tests.fixtures.axe import faults
from tests.fixtures.browser import NARROW, WIDE
from tests.journey import Staff
from workflows.verbs import late

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def a_month(staff: Staff) -> list[Desk]:
    """What stands in the ledger: archived, told, in progress with a letter and a repeated call, late."""
    desks = [Desk.at(step, staff) for step in ("archive", "close", "approve", "trace", "stop_loss")]
    with turn(desks[2].case, user=staff.consumer_protection) as hand:
        law_clock.join_referral(hand, source="nfra", number="12378-7", received_at=hand.now)
    call = {"channel": "phone", "note": "客户催问", "happened_at": clock.now(), "said": {}}
    late.add_call(desks[3].case, user=staff.agent, **call)
    for _ in range(26):
        full(staff)
    clock_of_the_law = desks[4].case.deadlines.get(kind="law", subject=None)
    clock_of_the_law.due_at = clock.now() - timedelta(hours=5)
    clock_of_the_law.save(update_fields=["due_at"])
    return desks


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_officer_reads_filters_keeps_and_takes_along_the_complaint_ledger(
    seats: Seats, language: str, tmp_path: Path
) -> None:
    # given a month of complaints
    staff = seats.staff
    desks = a_month(staff)

    # when the officer comes by the one entry
    officer = seats.seat("consumer_protection").comes_in().opens("/")
    officer.follows(re.compile("^台账$|^Ledgers$"), inside=officer.page.locator("header"))
    rows = officer.page.locator("[data-row]")
    expect(rows).to_have_count(25)
    assert officer.path == "/ledgers/complaints/"
    assert list(faults(officer.keeps("ledger-complaints").page)) == []
    officer.at_width(NARROW).keeps("ledger-complaints").is_content()
    officer.at_width(WIDE)

    # then further ones are one click away
    officer.page.locator(".r-pager a").last.click()
    expect(rows).to_have_count(25)

    # and the filter is set without a mouse
    officer.opens("/ledgers/complaints/")
    officer.page.locator("#id_state").select_option("late")
    officer.page.locator("#id_unit").focus()
    officer.page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text(desks[4].case.reference)
    assert list(faults(officer.keeps("ledger-late").page)) == []

    # what cannot be asked is said at its field; a name does not even leave the browser
    officer.page.locator("#id_lead").fill("张三")
    officer.page.keyboard.press("Enter")
    assert officer.page.locator("#id_lead").evaluate("field => field.validity.patternMismatch")
    officer.page.locator("#id_lead").fill("")
    officer.page.locator("#id_unit").fill("NOWHERE")
    officer.page.keyboard.press("Enter")
    expect(officer.page.locator("#id_unit_error")).to_be_visible()
    officer.is_refused(422)
    assert list(faults(officer.keeps("ledger-refused").page)) == []

    # and it is kept as a view, opened again, and taken along
    officer.opens("/ledgers/complaints/?state=late")
    officer.page.locator(".r-views a").last.click()
    officer.page.locator("#id_name").fill("超时未答复")
    assert list(faults(officer.keeps("ledger-view-new").page)) == []
    officer.page.locator("#id_name").press("Enter")
    expect(officer.page.locator(".messagelist")).to_contain_text("超时未答复")
    officer.opens("/ledgers/complaints/").page.locator(".r-views a").first.click()
    expect(rows).to_have_count(1)
    expect(officer.page.locator(".r-views [aria-current]")).to_have_text("超时未答复")
    officer.keeps("ledger-view").at_width(NARROW).keeps("ledger-view").is_content()
    with officer.page.expect_download() as taken:
        officer.page.locator("a[href*='as=csv']").click()
    file = tmp_path / "taken.csv"
    taken.value.save_as(file)
    heads, row, mark = file.read_text(encoding="utf-8-sig").splitlines()
    assert heads.count(",") == 17
    assert row.startswith(desks[4].case.reference)
    assert staff.consumer_protection.staff_number in mark
    officer.opens("/ledgers/views/complaints/").keeps("ledger-views").is_content()
    officer.page.locator(".r-list a").last.click()
    assert list(faults(officer.keeps("ledger-view-change").page)) == []
    officer.at_width(NARROW).keeps("ledger-view-change").is_content()

    # and whoever heads a branch reaches every ledger from there, on the phone, too
    head = seats.seat(Role.OUTLET_HEAD.value).comes_in().opens("/ledgers/")
    for name in head.page.locator(".r-tabs a").evaluate_all("all => all.map(one => one.getAttribute('href'))"):
        head.at_width(WIDE).opens(name).keeps(f"tab{name.replace('/', '-')}")
        assert list(faults(head.page)) == []
        head.at_width(NARROW).keeps(f"tab{name.replace('/', '-')}").is_content()
