"""From the case page to the auditor's own computer: asked for, followed while it is made, taken, verified."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from cases.exports import run
from tests.browser.seats import Seats
from tests.cases.exports.bundles import verified
from tests.desk.at_work import Desk

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


def test_an_auditor_takes_a_case_away_and_verifies_it(seats: Seats, tmp_path: Path) -> None:
    case = Desk.at("approve", seats.staff).case
    seat = seats.seat("auditor").comes_in().opens(f"/case/{case.uuid}/")

    seat.page.locator("summary", has_text="更多").click()
    seat.page.get_by_role("link", name="导出", exact=True).click()
    seat.page.get_by_label("用途").fill("现场检查")
    seat.page.get_by_role("button", name="导出", exact=True).click()
    expect(seat.page.locator("[data-said]")).to_have_text("排队等待制作")

    assert run.run_next()

    # the page sees it by itself
    expect(seat.page.locator("[data-said]")).to_have_text("已制成")
    with seat.page.expect_download() as taken:
        seat.page.get_by_role("link", name="取文件").click()
    path = tmp_path / taken.value.suggested_filename
    taken.value.save_as(path)
    code, outcome = verified(path)
    assert (code, outcome["found"]) == (0, [])
