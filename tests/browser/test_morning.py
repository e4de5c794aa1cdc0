"""The morning board in a real browser: read by a supervisor, steps ticked by keys, one refused, one signed for."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from cases.actions import law_clock, people
from cases.actions.turn import turn
from record import clock
from tests.browser.seats import Seats
from tests.desk.at_work import Desk
from tests.factories import person
from tests.fixtures.axe import faults
from tests.fixtures.browser import NARROW, WIDE
from tests.journey import Staff
from workflows import verbs
from workflows.verbs import late

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.django_db(transaction=True),
]


def a_night(staff: Staff) -> list[Desk]:
    """What the shift finds at 08:30: three traces late, one of them repeated, one with a letter; a proposal sent back."""
    desks = [Desk.at("trace", staff, claimed=held) for held in (True, True, False)]
    for hours, desk in enumerate(desks):
        task = desk.task
        task.due_at = clock.now() - timedelta(hours=27 - 11 * hours, minutes=5)
        task.save(update_fields=["due_at"])
    call = {"channel": "phone", "note": "客户催问", "happened_at": clock.now(), "said": {}}
    late.add_call(desks[0].case, user=staff.agent, **call)
    with turn(desks[1].case, user=staff.consumer_protection) as hand:
        law_clock.join_referral(hand, source="nfra", number="12378-7", received_at=hand.now)
    back = Desk.at("approve", staff)
    verbs.send_back(back.task.uuid, user=back.person, reason="请补利息计算依据")
    return desks


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_late_is_read_and_given_to_somebody_else_by_keys(seats: Seats, language: str) -> None:
    # given a night's work, a colleague, and one step he may not have
    staff = seats.staff
    colleague = person(Role.FRAUD, staff.bank.head_office, display_name="陈思远", language=language)
    desks = a_night(staff)
    with turn(desks[1].case, user=staff.consumer_protection) as hand:
        people.declare_interest(hand, person=colleague, why="亲戚")

    # when the supervisor opens the board and looks at every list
    lead = (
        seats.seat("supervisor")
        .comes_in()
        .opens("/")
        .follows(re.compile("晨会板|Morning board"), inside=seats.sat("supervisor").page.locator("header"))
    )
    for show in ("late", "unsigned", "returned", "repeated", "sensitive", "today", "tomorrow"):
        lead.opens(f"/morning/?show={show}").keeps(f"morning-{show}")
        assert list(faults(lead.page)) == []
        lead.at_width(NARROW).keeps(f"morning-{show}").is_content()
        lead.at_width(WIDE)

    # and the head of the branch above narrows it to one outlet below
    head = seats.seat("tier2_head").comes_in().opens("/").keeps("home-below").opens("/morning/")
    head.page.locator("#unit").select_option(label=staff.bank.outlet.label)
    head.page.locator("#unit + button").click()
    expect(head.page.locator("[data-row]")).to_have_count(6)
    assert list(faults(head.keeps("morning-unit").page)) == []
    head.at_width(NARROW).keeps("morning-unit").is_content()

    # and ticks all three by keys and sends them
    lead.opens("/morning/?show=late")
    keys, button = lead.page.keyboard, lead.page.locator("[data-picked]")
    for _desk in desks:
        keys.press("j")
        keys.press("x")
    expect(button).to_have_text(re.compile("3"))
    lead.page.locator("#id_to").select_option(str(colleague.uuid))
    lead.page.locator("#id_why").fill("原主办请假")
    lead.keeps("morning-ticked")
    lead.page.locator("#id_why").focus()
    keys.press("Control+Enter")

    # then two are with the colleague, the third says why not and is still ticked, and nothing typed is lost
    expect(lead.page.locator("[data-summary]")).to_be_visible()
    expect(lead.page.locator("[data-summary] li")).to_have_count(3)
    expect(lead.page.locator("[data-tick]:checked")).to_have_count(1)
    expect(button).to_have_text(re.compile("1"))
    expect(lead.page.locator("#id_why")).to_have_value("原主办请假")
    assert list(faults(lead.keeps("morning-outcome").page)) == []
    lead.at_width(NARROW).keeps("morning-outcome").is_content()
    assert [desk.task.owner for desk in desks] == [colleague, staff.fraud, colleague]

    # and the colleague finds two hand-overs on his desk and signs for one there, for the other on the step
    his = seats.seat(colleague).comes_in().opens("/").keeps("home-not-signed")
    assert list(faults(his.page)) == []
    his.at_width(NARROW).keeps("home-not-signed").is_content()
    sign = his.page.locator("form[action$='/sign/'] button")
    expect(sign).to_have_count(2)
    sign.first.click()
    expect(sign).to_have_count(1)
    his.at_width(WIDE)
    first, second = (desks[n].task for n in (0, 2))
    left = second if first.signed_at else first
    his.opens(f"/step/{left.uuid}/").keeps("step-not-signed")
    assert list(faults(his.page)) == []
    sign.first.click()
    expect(sign).to_have_count(0)
    assert his.path == f"/step/{left.uuid}/"
