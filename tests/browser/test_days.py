"""Each post's day, in both languages, on a desk and on a phone: from the first list to the last button."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pytest
from playwright.sync_api import Locator, ViewportSize

from accounts.roles import Role
from tests.browser.path import SHANGHAI
from tests.browser.seats import Seat, Seats
from tests.desk.at_work import APPROVALS, Desk
from tests.fixtures.browser import NARROW, WIDE
from workflows.models import StepTask

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.xdist_group("days"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("language", ["zh-hans", "en"]),
    pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"]),
]

# What a post finds on its desk this morning; the other steps of the flow are walked by the long walks.
WORK: Final = {
    Role.AGENT: "stop_companions",
    Role.SUPERVISOR: "stop_by_hand",
    Role.SERVICE_MANAGER: "seal_letter",
    Role.CONSUMER_PROTECTION: "first_contact",
    Role.FRAUD: "trace",
    Role.LIABILITY: "decide",
    Role.ACCOUNTS_MAKER: "pay",
    Role.ACCOUNTS_CHECKER: "check_payment",
    Role.CREDIT_REPORTING: "mark_credit_record",
    Role.COLLECTION: "stop_collection",
    Role.COMPLIANCE: "check_letter",
    Role.OUTLET_HEAD: "approve",
}


@pytest.mark.parametrize("post", WORK)
def test_who_works_on_cases(post: Role, size: ViewportSize, seats: Seats) -> None:
    # given one case that waits for this post, and a person who comes in by the log-in
    desk = Desk.at(WORK[post], seats.staff, claimed=False)
    task, answers = desk.task, desk.answers()
    seat = seats.seat(post, size=size).signs_in().keeps(f"day-{post}-1-home")

    # when he takes it from his first list, does it, and presses its button
    takes(seat, desk)
    seat.keeps(f"day-{post}-2-step")
    answers.pop("answer", "")  # of an approval: its buttons
    for name, value in answers.items():
        fills(seat.page.locator(f"form [name='{name}']"), value)
    seat.page.locator("button[value=approve]" if desk.step in APPROVALS else "form[data-main] .r-btn--go").click()
    seat.page.wait_for_url(lambda url: str(task.uuid) not in url)

    # then it is done; he looks into every list he has, and goes home
    assert StepTask.objects.get(pk=task.pk).status == "DONE"
    looks_into_every_list(seat)
    goes_home(seat)


@pytest.mark.parametrize("post", [role for role in Role if role not in WORK])
def test_who_looks_on_decides_seldom_or_keeps_people(post: Role, size: ViewportSize, seats: Seats) -> None:
    Desk.at("approve", seats.staff, claimed=False)
    seat = seats.seat(post, size=size).signs_in().keeps(f"day-{post}-1-home")
    looks_into_every_list(seat)
    goes_home(seat)


def takes(seat: Seat, desk: Desk) -> None:
    """From the list on his desk to the step, in hand."""
    step = f"/step/{desk.task.uuid}/"
    claim = f"{step}claim/"
    seat.page.locator(f"main a[href='{step}'], form[action='{claim}'] button").first.click()
    seat.page.wait_for_url(f"**{desk.url}")
    if not desk.task.owner_id and desk.step not in APPROVALS:
        seat.page.locator(f"form[action='{claim}'] button").click()
        seat.page.locator("form[data-main]").wait_for()


def fills(fields: Locator, value: str) -> None:
    """What a person does with a field of this kind."""
    match fields.first.evaluate("field => field.localName === 'input' ? field.type : field.localName"):
        case "hidden":
            return
        case "select":
            fields.first.select_option(value)
        case "radio":
            fields.and_(fields.page.locator(f"[value='{value}']")).check()
        case "checkbox":
            fields.first.set_checked(bool(value))
        case "datetime-local":
            fields.first.fill(f"{datetime.fromisoformat(value).astimezone(SHANGHAI):%Y-%m-%dT%H:%M:%S}")
        case _:
            fields.first.fill(value)


def looks_into_every_list(seat: Seat) -> None:
    """Every entry of the navigation, and the first row of each list; nothing stands out sideways."""
    seat.opens("/")
    entries = seat.page.locator(".r-nav a").evaluate_all("links => links.map(link => link.pathname)")
    assert entries
    for path in entries:
        seat.opens(path).is_content()
        row = seat.page.locator("main [data-row] [data-open]").first
        if row.count():
            with seat.page.expect_navigation():
                row.click()
            seat.is_content()


def goes_home(seat: Seat) -> None:
    """The last button of the day."""
    seat.page.locator("#logout-form button").click()
    seat.page.wait_for_url(lambda url: "/login/" in url or "/logout/" in url)
