"""日清 17:30: from 16:30 the desk says what is left before the day is clear, and the board who is not."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cases.actions import contacts
from cases.actions.turn import turn
from cases.models import HandOver, Promise
from record import clock
from tests.desk.at_work import Desk
from tests.desk.costs import HOME, cost
from tests.desk.morning import due
from tests.factories import PostFactory, person
from workflows import verbs
from workflows.verbs import shift

pytestmark = pytest.mark.django_db
BOARD = 15


def to(hand: clock.Hand, text: str) -> None:
    """This time of the bank's day."""
    hand.to(datetime.fromisoformat(f"2026-11-24T{text}:00").replace(tzinfo=ZoneInfo("Asia/Shanghai")))


def words(inside: Any, path: str = "/", part: str = "day-clear") -> str:
    """What the line or panel says; empty when it is not there."""
    end = "</div>\n" if part == "day-clear" else "</section>"
    rest = inside.get(path).content.decode().partition(f'id="{part}"')[2].partition(">")[2]
    return " ".join(re.sub("<[^>]*>", " ", rest.partition(end)[0]).split())


def leaves_undone(staff: Any) -> Desk:
    """One promise for today, one step due today, one late."""
    first, second = Desk.at("propose", staff), Desk.at("tell", staff)
    due(first.task, hours=10)
    due(second.task, hours=-1)
    with turn(first.case, user=staff.consumer_protection) as hand:
        contacts.promise(hand, what="下班前回电", due_at=clock.now().replace(hour=12, minute=0))
    return second


def test_from_half_past_four_the_desk_says_what_is_left_until_nothing_is(staff, browser, time):
    # given an officer with a promise and two steps of today
    late = leaves_undone(staff)
    inside = browser(staff.consumer_protection)
    to(time, "16:29")
    assert words(inside) == ""

    # then from 16:30 the desk says so, and what is done is said no more
    to(time, "16:30")
    assert words(inside).startswith("17:30 日清前还有： 1 项承诺待兑现 、2 个环节今日到期或超时")
    promise = Promise.objects.get()
    assert inside.post(f"/promise/{promise.uuid}/kept/").status_code == 302
    late.journey.does("tell", staff.consumer_protection, **late.answers())
    assert "承诺" not in words(inside)
    assert "1 个环节今日到期或超时" in words(inside)

    # and a plain sentence when nothing is left
    for task in staff.consumer_protection.tasks.filter(status="ASSIGNED"):
        due(task, days=3)
    assert words(inside).startswith("今日已清")
    to(time, "23:59")
    assert words(inside).startswith("今日已清")


def test_a_hand_over_of_a_shift_to_be_signed_for_is_one_thing_left(staff, browser, time):
    colleague = person("consumer_protection", staff.bank.head_office)
    desks = [Desk.at(step, staff) for step in ("propose", "tell")]
    shift.hand_over(
        user=staff.consumer_protection, to=colleague, tasks=[desk.task for desk in desks], promises=[], note=""
    )
    to(time, "17:00")
    inside = browser(colleague)
    assert "1 项交接待签收" in words(inside)

    shift.sign(HandOver.objects.first().shift, user=colleague)
    assert "项交接" not in words(inside)


def test_who_only_looks_on_has_no_day_to_clear(staff, browser, time):
    to(time, "17:00")
    for role, says in (("auditor", False), ("risk", True), ("agent", True)):
        assert bool(words(browser(staff.people[role]))) is says, role


def test_the_board_says_who_below_is_not_clear(staff, browser, time):
    # given an officer with three things left, an investigator with a step to sign for, and a day that is near its end
    leaves_undone(staff)
    trace = Desk.at("trace", staff, claimed=False).task
    verbs.reassign(trace.uuid, user=staff.supervisor, to=staff.fraud, why="分流")
    lead = browser(staff.supervisor)
    assert words(lead, "/morning/", "not-clear") == ""
    to(time, "16:45")

    # then the board names both, whoever has most first, and home leads there
    said = words(lead, "/morning/", "not-clear")
    officer, fraud = staff.consumer_protection, staff.fraud
    assert re.search(
        f"2 {officer.display_name} {officer.staff_number} 1 项承诺待兑现、2 个环节今日到期或超时 "
        f"{fraud.display_name} {fraud.staff_number} 1 项交接待签收",
        said,
    ), said
    assert "/morning/#not-clear" in lead.get("/").content.decode()

    # and nobody outside the reach of whoever looks
    other = person("supervisor", staff.bank.sister_outlet)
    assert words(browser(other), "/morning/", "not-clear").endswith("今日已全部清零。")


def test_the_end_of_the_day_costs_home_nothing_and_the_board_three_queries(staff, browser, time):
    leaves_undone(staff)
    officer, lead = browser(staff.consumer_protection), browser(staff.supervisor)
    before = cost(officer, "/"), cost(lead, "/morning/")
    to(time, "17:00")
    assert (cost(officer, "/"), cost(lead, "/morning/")) == (before[0], before[1] + 3)
    leaves_undone(staff)
    other = person("consumer_protection", staff.bank.outlet)
    PostFactory.create(user=other, role="agent", branch=staff.bank.outlet)
    verbs.reassign(Desk.at("propose", staff).task.uuid, user=staff.supervisor, to=other, why="分流")
    assert (cost(officer, "/"), cost(lead, "/morning/")) == (before[0], before[1] + 3)
    assert before[0] <= HOME
    assert before[1] + 3 <= BOARD
