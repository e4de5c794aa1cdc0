"""举证责任板 in a real browser: on a desk, on a phone, in print; a finding typed; the reason offered for missing proof."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.seats import Seats
from tests.fixtures.axe import faults
from tests.fixtures.browser import NARROW
from tests.journey import Journey
from tests.workflows.roads import until
from workflows import verbs

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_board_is_read_on_a_desk_and_on_a_phone_and_a_finding_typed(seats: Seats) -> None:
    staff = seats.staff
    journey = until(Journey.begin(staff), "decide")
    task = journey.task("decide")
    verbs.claim(task.uuid, user=staff.liability)
    board = f"/case/{journey.case.uuid}/board/"

    desk = seats.seat("liability").comes_in().opens(board).keeps("board")
    assert list(faults(desk.page)) == []
    desk.page.emulate_media(color_scheme="light", media="print")
    desk.keeps("board-print")
    desk.page.emulate_media(media="screen")
    phone = seats.seat("liability", size=NARROW).comes_in().opens(board).keeps("phone-board")
    phone.is_content()
    phone.opens(f"/step/{task.uuid}/").keeps("phone-board-decide").is_content()

    desk.page.locator("a[href$='/own/']").first.click()
    assert list(faults(desk.keeps("board-finding").page)) == []
    desk.page.locator("[name=finding]").nth(1).check()
    desk.page.locator("[name=reason]").fill("录像中为陌生人")
    desk.page.locator("main .r-btn--go").click()
    expect(desk.page.get_by_text("录像中为陌生人")).to_be_visible()

    desk.opens(f"/step/{task.uuid}/").keeps("board-decide")
    assert list(faults(desk.page)) == []
    reason = desk.page.locator("[data-suggest]")
    expect(reason).to_have_value("")
    desk.page.locator("[data-suggest-for]").select_option("L4")
    expect(reason).not_to_have_value("")
    desk.page.locator("[data-suggest-for]").select_option("L1")
    expect(reason).not_to_have_value("")
