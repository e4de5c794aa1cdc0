"""Several steps given to one colleague from the morning board: each with its outcome, nothing lost."""

from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError

from accounts.roles import Role
from cases.actions import people
from cases.actions.turn import turn
from record import journal
from record.errors import KeyDestroyed
from tests.desk.at_work import Desk
from tests.desk.looking import Page, nothing_changes
from tests.desk.morning import due, sends, shown
from tests.factories import person
from tests.factories.accounts import AbsenceFactory
from workflows import verbs
from workflows.models import StepTask

pytestmark = pytest.mark.django_db


def test_several_steps_go_to_one_colleague_each_with_its_reason_in_its_journal(staff, browser, colleague):
    desks = [Desk.at("trace", staff, claimed=held) for held in (True, False, True)]

    answer = sends(browser(staff.supervisor), [desk.task for desk in desks], colleague, why="原主办请假")

    assert (answer.status_code, answer.url) == (302, "/morning/?show=late")
    for desk in desks:
        assert desk.task.owner == colleague
        last = journal.entries(desk.case.stream).order_by("-number").first()
        assert (last.kind, last.data["to_number"]) == ("step.reassigned", colleague.staff_number)
        assert last.actor_number == staff.supervisor.staff_number


def test_one_refusal_is_told_with_its_reason_and_undoes_nothing_else(staff, browser, colleague):
    # given two steps the colleague may take, one kept from him by his interest, and one he has already
    good, barred, his = (Desk.at("trace", staff) for _ in range(3))
    with turn(barred.case, user=staff.consumer_protection) as hand:
        people.declare_interest(hand, person=colleague, why="亲戚")
    verbs.reassign(his.task.uuid, user=staff.supervisor, to=colleague, why="分流")
    for desk in (good, barred, his):
        due(desk.task, minutes=-5)

    # when all are sent together
    answer = sends(browser(staff.supervisor), [good.task, barred.task, his.task], colleague, why="原主办请假")
    page = Page(answer)

    # then each is told, the refused ones stay as they were and ticked, and nothing typed is lost
    assert answer.status_code == 200
    assert good.task.owner == colleague
    assert barred.task.owner == staff.fraud
    assert "已登记与本工单有利害关系" in page.source
    assert f"本环节已由{colleague.display_name}办理。" in page.source
    assert page.source.count("checked") == 2
    assert page.values["why"] == ["原主办请假"]
    assert f'value="{colleague.uuid}" selected' in page.source


def test_a_step_finished_meanwhile_is_told_with_who_was_first(staff, browser, colleague):
    desk = Desk.at("trace", staff)
    verbs.complete(desk.task.uuid, user=staff.fraud, answers=desk.answers())

    task, inside = StepTask.objects.get(pk=desk_task(desk)), browser(staff.supervisor)
    with nothing_changes():
        page = Page(sends(inside, [task], colleague))

    assert staff.fraud.display_name in page.source
    assert desk.case.reference in page.source


def test_who_took_a_step_while_the_supervisor_was_choosing_keeps_it_until_he_looks_again(staff, browser, colleague):
    # given the board as the supervisor sees it, and a step nobody has
    desk = Desk.at("trace", staff, claimed=False)
    due(desk.task, minutes=-5)
    inside = browser(staff.supervisor)
    seen = f"{desk.task.uuid}."
    assert f'value="{seen}"' in shown(inside, "late").source
    sent = {"step": [seen], "to": str(colleague.uuid), "why": "分流", "show": "late"}

    # when somebody takes it before he sends
    verbs.claim(desk.task.uuid, user=staff.fraud)
    page = Page(inside.post("/morning/", sent))

    # then it stays where it is, and the page says with whom; sent again from there, it goes
    assert desk.task.owner == staff.fraud
    assert f"{staff.fraud.display_name}" in page.source
    now = f"{desk.task.uuid}.{staff.fraud.uuid}"
    assert f'value="{now}"' in page.source
    assert inside.post("/morning/", sent | {"step": [now]}).status_code == 302
    assert desk.task.owner == colleague


def desk_task(desk: Desk) -> int:
    """The trace of a case, done or not."""
    pk: int = next(
        task.pk for task in StepTask.objects.filter(case=desk.case).human() if task.flow_task.name == "trace"
    )
    return pk


@pytest.mark.parametrize("missing", ["to", "why", "step"])
def test_nothing_is_reassigned_while_something_is_missing_and_nothing_typed_is_lost(missing, staff, browser, colleague):
    desk = Desk.at("trace", staff)
    due(desk.task, minutes=-5)
    data = {"step": [str(desk.task.uuid)], "to": str(colleague.uuid), "why": "早会调整", "show": "late"}
    data[missing] = [] if missing == "step" else "  "

    inside = browser(staff.supervisor)
    with nothing_changes():
        answer = inside.post("/morning/", data)

    page = Page(answer)
    assert answer.status_code == 422
    if missing != "why":
        assert page.values["why"] == ["早会调整"]
    if missing != "step":
        assert "checked" in page.source
    if missing != "to":
        assert f'value="{colleague.uuid}" selected' in page.source


def test_what_lies_elsewhere_is_neither_reassigned_nor_told(staff, browser, colleague):
    desk = Desk.at("trace", staff)
    inside = browser(person(Role.SUPERVISOR, staff.bank.other_outlet))

    with nothing_changes():
        answer = sends(inside, [desk.task], colleague)

    assert answer.status_code == 422
    assert desk.case.reference not in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [(OperationalError("canceling statement due to lock timeout"), "正在办理"), (KeyDestroyed(UUID(int=1)), "已销毁")],
)
def test_a_case_somebody_works_on_or_was_erased_is_told_and_the_others_go_on(
    fault, sentence, staff, browser, colleague, monkeypatch
):
    held, good = (Desk.at("trace", staff) for _ in range(2))
    due(held.task, minutes=-9)
    due(good.task, minutes=-5)
    reassign = verbs.reassign

    def busy(step: Any, **said: Any) -> Any:
        if step == held.task.uuid:
            raise fault
        return reassign(step, **said)

    monkeypatch.setattr(verbs, "reassign", busy)
    page = Page(sends(browser(staff.supervisor), [held.task, good.task], colleague))

    assert held.task.owner == staff.fraud
    assert good.task.owner == colleague
    assert sentence in page.source


@pytest.mark.parametrize("to", ["", "x", "00000000-0000-0000-0000-000000000000", "\0"])
def test_to_nobody_nothing_goes(to, staff, browser):
    desk = Desk.at("trace", staff)
    inside = browser(staff.supervisor)
    with nothing_changes():
        answer = inside.post("/morning/", {"step": [str(desk.task.uuid)], "to": to, "why": "x"})
    assert answer.status_code == 422


def test_who_is_offered_holds_a_post_of_the_steps_shown_and_is_at_work(staff, browser, colleague):
    due(Desk.at("trace", staff).task, minutes=-5)
    elsewhere = person(Role.AGENT, staff.bank.other_outlet)
    away = person(Role.FRAUD, staff.bank.head_office)
    AbsenceFactory.create(user=away, substitute=colleague)

    page = shown(browser(staff.supervisor), "late")

    assert str(colleague.uuid) in page.source
    assert str(staff.fraud.uuid) in page.source
    assert str(elsewhere.uuid) not in page.source
    assert str(away.uuid) not in page.source
