"""On paper: tables stay tables, bars and buttons are gone, and who printed it when stands behind every page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.seats import Seats
from tests.desk.at_work import Desk
from workflows import verbs

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]
GONE = ("#header", "main button", "main .r-btn", ".r-tabs", ".r-filter", ".r-add", ".breadcrumbs")


def test_a_case_a_step_an_approval_and_a_ledger_on_paper(seats: Seats) -> None:
    # given a case at its approval, and people who print what they have before them
    desk = Desk.at("approve", seats.staff, claimed=False)
    verbs.claim(desk.task.uuid, user=desk.person)
    trace = Desk.at("trace", seats.staff)
    printed = {
        "case": ("auditor", f"/case/{desk.case.uuid}/"),
        "approval": ("outlet_head", desk.url),
        "step": ("fraud", trace.url),
        "ledger": ("auditor", "/ledgers/complaints/"),
        "morning": ("supervisor", "/morning/?show=unsigned"),
    }
    for name, (post, path) in printed.items():
        seat = seats.seat(post).comes_in().opens(path)

        # when it goes to the printer
        seat.page.emulate_media(media="print", color_scheme="dark")
        seat.keeps(f"print-{name}")

        # then what one cannot press on paper is gone, tables are tables, it is light, and the mark is there
        for gone in GONE:
            for one in seat.page.locator(gone).all():
                expect(one).to_be_hidden()
        for table in seat.page.locator("main table").all():
            assert table.evaluate("table => getComputedStyle(table).display") == "table", name
        assert seat.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        mark = seat.page.locator(".r-mark")
        assert mark.evaluate("mark => getComputedStyle(mark).position") == "fixed", name
        assert seat.who.staff_number in (mark.text_content() or ""), name
        if name == "case":
            steps = seat.page.locator(".r-process .r-steps li")
            assert steps.count() > 5
            expect(steps.first).to_be_visible()  # the drawing is folded; its list is printed
            assert (steps.first.bounding_box() or {"height": 0})["height"] > 10
            expect(seat.page.locator(".r-chart")).to_be_hidden()
        for shape in seat.page.locator(".r-left").all()[:3]:
            # backgrounds are off on paper: the discs are made of one
            exact = shape.evaluate("it => getComputedStyle(it, '::before').printColorAdjust")
            assert exact == "exact", name
        assert seat.page.pdf(prefer_css_page_size=True).startswith(b"%PDF"), name
