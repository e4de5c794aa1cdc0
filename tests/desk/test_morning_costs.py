"""What the morning board and hand-overs cost in queries, and which index they read."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from accounts.actions import drafts
from cases.actions import law_clock
from cases.actions.turn import turn
from cases.models import Case, Notice
from record import clock
from tests.desk.at_work import Desk
from tests.desk.costs import HOME, cost
from tests.desk.morning import due
from workflows import verbs
from workflows.desk import tiles, worklists
from workflows.models import StepTask

pytestmark = pytest.mark.django_db


MOST: int = 15


def fill(staff, n: int) -> None:
    """Late, sent back, reported again, with letters: n of each."""
    for _ in range(n):
        back = Desk.at("approve", staff)
        verbs.send_back(back.task.uuid, user=back.person, reason="请补利息")
        letter = Desk.at("check_letter", staff)
        verbs.send_back(letter.task.uuid, user=letter.person, reason="请补依据")
        with turn(letter.case, user=staff.consumer_protection) as hand:
            law_clock.join_referral(hand, source="nfra", number="12378-7", received_at=hand.now)
        for task in StepTask.objects.open().human():
            due(task, minutes=-5)


def test_the_board_costs_at_most_fifteen_queries_and_no_more_with_more_on_it(staff, browser):
    inside = browser(staff.supervisor)

    def costs() -> dict[str, int]:
        return {name: cost(inside, f"/morning/?show={name}") for name in tiles.TILES}

    fill(staff, 1)
    before = costs()
    fill(staff, 2)
    assert costs() == before
    assert max(before.values()) <= MOST, before


def test_home_costs_no_more_with_hand_overs_to_sign(staff, browser, colleague):
    inside = browser(colleague)
    verbs.reassign(Desk.at("trace", staff).task.uuid, user=staff.supervisor, to=colleague, why="分流")
    before = cost(inside, "/")
    for _ in range(3):
        verbs.reassign(Desk.at("trace", staff).task.uuid, user=staff.supervisor, to=colleague, why="分流")
    assert cost(inside, "/") == before <= HOME


def test_the_fullest_home_stays_within_its_bound(staff, browser):
    fill(staff, 1)
    for post in ("consumer_protection", "supervisor", "outlet_head"):
        me = staff.people[post]
        drafts.keep(me, uuid4(), place="/new/", answers="name=%E5%BC%A0%E4%B8%89")
        Notice.objects.create(case=Case.objects.latest("pk"), level=0, kind=Notice.Kind.URGENT, to=me)
        assert cost(browser(staff.people[post]), "/") <= HOME, post


def test_a_hand_over_is_asked_for_on_every_page_of_my_work(staff, browser, colleague, monkeypatch):
    """What is not signed for may be due last of all, and stands in its own list alone."""
    monkeypatch.setattr(worklists.mine, "__kwdefaults__", {"size": 2})
    monkeypatch.setattr(worklists, "PAGE", 2)
    desks = [Desk.at("trace", staff) for _ in range(4)]
    for hours, desk in enumerate(desks):
        due(desk.task, hours=hours + 1)
        verbs.reassign(desk.task.uuid, user=staff.supervisor, to=colleague, why="分流")
    for desk in desks[:3]:
        verbs.sign(desk.task.uuid, user=colleague)

    first = worklists.mine(colleague)
    assert [task.pk for task in first.page] == [desk.task.pk for desk in desks[:3]]
    assert [task.pk for task in first.not_signed] == [desks[3].task.pk]
    second = worklists.mine(colleague, worklists.Place(desks[1].task.due_at, desks[1].task.uuid))
    assert [task.pk for task in second.page] == [
        desks[2].task.pk
    ]  # what is not signed for stands in its own list alone
    assert [task.pk for task in second.not_signed] == [desks[3].task.pk]


@pytest.mark.parametrize("name", ["today", "tomorrow", "late"])
def test_lists_by_time_read_an_index_of_the_open_steps_alone(name, staff):
    """Of many steps with limits over a month: the planner knows their number, and reads no more than it needs."""
    task = Desk.at("trace", staff).task
    for hours in range(-350, 350):
        task.pk, task.uuid, task.due_at = None, uuid4(), clock.now() + timedelta(hours=hours)
        task.save(force_insert=True)
    rows = tiles.TILES[name].rows(tiles.below(staff.supervisor), clock.now()).order_by("due_at", "pk")[:26]
    statement, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workflows_steptask")
        cursor.execute(f"EXPLAIN {statement}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "using task_below_" in plan, plan
