"""An audit at the browser: a sheet marked by keys alone, kept while it is typed, and a finding answered on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cases.models import AuditFinding
from tests.browser.seats import Seats
from tests.desk.complaint_ledger import a_case
from tests.desk.samples import drawn, found
from tests.fixtures.axe import faults
from tests.fixtures.browser import NARROW

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


def test_a_sheet_is_marked_and_signed_by_keys_alone(seats: Seats) -> None:
    a_case(seats.staff)
    sheet = drawn(seats.staff.auditor).sheets.select_related("sample").get()
    seat = seats.seat("auditor").comes_in().opens(f"/audit/sheet/{sheet.uuid}/")
    page = seat.page
    remark = page.locator("[name=process_limits_remark]")
    expect(remark).to_be_hidden()

    for one in sheet.sample.pinned:
        page.locator(f"[name={one.key.replace('.', '_')}]").first.focus()
        page.keyboard.press("Space")
    page.locator("[name=process_limits]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(remark).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("延期未告知投诉人")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert list(faults(page)) == []
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/audit/sample/{sheet.sample.uuid}/")

    finding = AuditFinding.objects.get()
    assert (finding.standard, finding.severity) == ("process.limits", "serious")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_finding_is_answered_on_a_phone(seats: Seats) -> None:
    a_case(seats.staff)
    finding = found(seats.staff, "grave")
    seat = seats.seat("outlet_head", size=NARROW).comes_in().opens("/")
    seat.page.locator(f"a[href='/finding/{finding.uuid}/']").click()
    for name in ("done", "proof", "consequences"):
        seat.page.locator(f"[name={name}]").fill("已整改 put right")
    assert list(faults(seat.page)) == []
    seat.page.locator("form[data-main] button[type=submit]").click()
    expect(seat.page.locator("form[data-main]")).to_have_count(0)
    seat.is_content()
    finding.refresh_from_db()
    assert finding.state == "answered"
