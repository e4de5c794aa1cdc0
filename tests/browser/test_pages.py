"""Every page of the desk by itself: no fault that axe knows in light and dark, nothing sideways on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.seats import Seat, Seats
from tests.desk.at_work import Desk
from tests.fixtures.axe import faults
from tests.fixtures.browser import NARROW
from workflows import verbs

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def pages(seats: Seats) -> Iterator[tuple[str, Seat]]:
    """The pages one after the other, each open at somebody who works there."""
    staff = seats.staff
    yield "log-in", seats.seat("administrator").opens("/login/")
    yield "source", seats.sat("administrator").opens("/source/")
    agent = seats.seat("agent").comes_in()
    for name, path in (("new-case", "/new/"), ("stop-loss", "/stop-loss/")):
        yield name, agent.opens(path)
    yield "stop-loss-refused", agent.presses("挂失").is_refused(422)
    for step in ("propose", "decide", "trace"):
        desk = Desk.at(step, staff)
        yield f"step-{step}", seats.seat(desk.person).comes_in().opens(desk.url)
    trace = desk.url
    desk = Desk.at("approve", staff, claimed=False)
    manager = seats.seat("outlet_head").comes_in()
    yield "home", manager.opens("/")
    yield "list", agent.opens("/complaints/")
    yield "case", agent.opens(f"/case/{desk.case.uuid}/")
    for name in ("evidence/add", "contact", "promise", "interest", "withdraw", "clear"):
        yield name.replace("/", "-"), agent.opens(f"/case/{desk.case.uuid}/{name}/")
    yield "hand-over", seats.sat("fraud").opens(f"{trace}hand-over/")
    yield "refused", seats.seat("auditor").comes_in().opens(f"/case/{desk.case.uuid}/evidence/add/").is_refused(403)
    yield "approval", manager.opens(desk.url)
    task = desk.task
    verbs.approve(task.uuid, user=staff.outlet_head)
    manager.writes({"意见": "金额有误"}).presses("退回修改").is_refused(409)
    yield "conflict", manager.sees("金额有误")


def test_no_page_has_a_fault_that_axe_knows(seats: Seats) -> None:
    found = {name: faulty for name, seat in pages(seats) if (faulty := list(faults(seat.keeps(f"page-{name}").page)))}
    assert found == {}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_desk_fits_a_phone(seats: Seats) -> None:
    """Home, steps, approval and case on 390 px: nothing sideways; pictures are kept."""
    staff = seats.staff
    desks = {step: Desk.at(step, staff) for step in ("trace", "decide")}
    approval = Desk.at("approve", staff, claimed=False)
    for who, path, name in (
        (staff.agent, "/", "home-agent"),
        (staff.agent, f"/case/{approval.case.uuid}/", "case"),
        (staff.agent, "/stop-loss/", "stop-loss"),
        (staff.fraud, "/", "home-fraud"),
        (staff.fraud, desks["trace"].url, "step-trace"),
        (staff.liability, desks["decide"].url, "step-decide"),
        (staff.outlet_head, "/", "home-manager"),
        (staff.outlet_head, approval.url, "approval"),
    ):
        seat = seats.seat(who, size=NARROW).comes_in().opens(path).keeps(f"phone-{name}")
        seat.is_content()
