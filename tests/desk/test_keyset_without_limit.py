"""Steps without a running limit come last, and a list read page by page has every row once, however they are mixed."""

from datetime import timedelta
from random import Random

import pytest

from accounts.roles import Role
from record import clock
from tests.desk.at_work import Desk
from tests.desk.morning import due, sends
from tests.desk.test_lists import read_through
from tests.journey import Journey
from workflows import verbs
from workflows.desk import morning, worklists
from workflows.models import StepTask

pytestmark = pytest.mark.django_db

HOURS = (-5.0, -5.0, 1.0, 1.0, 1.0, 30.0, None, None)  # several due at one moment, several never


def mixed(staff, seed: int, *, claimed: bool = True) -> list[str]:
    """Ten steps due at moments drawn from a few, some without a limit; their cases as they have to be read."""
    draw, now = Random(seed), clock.now()
    for _ in range(10):
        task = Journey.begin(staff).task("stop_loss")
        if claimed:
            verbs.claim(task.uuid, user=staff.agent)
        hours = draw.choice(HOURS)
        StepTask.objects.filter(uuid=task.uuid).update(due_at=now + timedelta(hours=hours) if hours else None)
    steps = StepTask.objects.open().human().filter(flow_task__endswith=".stop_loss")
    return [f"/case/{uuid}/" for uuid in steps.order_by(*worklists.URGENT).values_list("case__uuid", flat=True)]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [1, 3])
def test_my_work_has_every_step_once_those_without_a_limit_last(seed, size, staff, browser, monkeypatch):
    monkeypatch.setattr(worklists, "PAGE", size)
    monkeypatch.setattr(worklists.mine, "__kwdefaults__", {"size": size})
    expected = mixed(staff, seed)

    assert read_through(browser(staff.agent), "/") == expected


@pytest.mark.parametrize("seed", range(4))
def test_a_list_of_the_morning_board_has_every_step_once(seed, staff, monkeypatch):
    expected = mixed(staff, seed)
    rows, found, after = StepTask.objects.filter(owner=staff.agent), [], None
    for _ in expected:
        page = worklists.page_of(rows, after, size=3)
        found += page[:3]
        if len(page) <= 3:
            break
        after = worklists.Place.read(str(worklists.Place.of(page[2])))

    assert [f"/case/{task.case.uuid}/" for task in found] == expected


def test_a_step_without_a_limit_is_reached_on_the_board_and_reassigned_there(staff, browser, colleague, monkeypatch):
    # given a full page of steps handed over, and two more that have no limit
    monkeypatch.setattr(morning, "PAGE", 2)
    monkeypatch.setattr(morning.page_of, "__kwdefaults__", {"size": 2})
    tasks = [Desk.at("trace", staff).task for _ in range(4)]
    for task in tasks:
        verbs.reassign(task.uuid, user=staff.supervisor, to=colleague, why="分流")
    due(tasks[0], minutes=-5)
    due(tasks[1], minutes=5)
    StepTask.objects.filter(pk__in=[task.pk for task in tasks[2:]]).update(due_at=None)

    # when the list is read to its end
    inside, seen, address = browser(staff.supervisor), [], "/morning/?show=unsigned"
    while address:
        answer = inside.get(address)
        seen += [row["task"].pk for row in answer.context["rows"]]
        address = answer.context["older_url"]

    # then each step stood there once, those without a limit last, and they go to somebody else together
    assert len(seen) == len(set(seen))
    assert [pk for pk in seen if pk in {task.pk for task in tasks}] == [task.pk for task in tasks]
    assert seen[-2:] == [task.pk for task in tasks[2:]]
    answer = sends(inside, tasks[2:], staff.fraud, show="unsigned")
    assert answer.status_code == 302
    assert set(StepTask.objects.filter(pk__in=[task.pk for task in tasks[2:]]).values_list("owner", flat=True)) == {
        staff.fraud.pk
    }
    assert staff.people[Role.FRAUD] == staff.fraud


def test_the_place_of_a_step_without_a_limit_is_read_back_from_an_address(staff):
    task = Desk.at("trace", staff).task
    task.due_at = None
    assert worklists.Place.read(str(worklists.Place.of(task))) == worklists.Place(worklists.FAR, task.uuid)
