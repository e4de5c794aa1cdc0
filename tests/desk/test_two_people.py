"""Two people, two tabs, twice the same button: the second reads who was first and when, and keeps what he typed."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Draft
from accounts.roles import Role
from cases.actions import reception
from record import clock, journal
from record.models import PersonKey
from tests.desk.at_work import Desk, moment
from tests.desk.looking import Page, nothing_changes
from tests.factories import person
from tests.journey import Journey, Staff
from tests.together import at_the_same_moment
from workflows import verbs
from workflows.models import StepTask

pytestmark = pytest.mark.django_db


def second(answer: Any, first: Any) -> Page:
    """The page of somebody who was second: 409, who and when."""
    page = Page(answer)
    assert page.status == 409
    assert "已有他人" in page.source or "先" in page.texts["h1"]
    assert first.display_name in page.source
    return page


@pytest.fixture
def colleague(staff) -> Any:
    """A second liability officer."""
    return person(Role.LIABILITY, staff.bank.head_office)


def test_a_step_claimed_meanwhile_names_who_has_it_and_since_when(staff, browser, colleague):
    # given a step both see
    desk = Desk.at("decide", staff, claimed=False)
    mine, theirs = browser(desk.person), browser(colleague)
    assert "/claim/" in Page(theirs.get(desk.url)).source

    # when both claim it
    mine.post(f"/step/{desk.task.uuid}/claim/")
    with nothing_changes():
        late = theirs.post(f"/step/{desk.task.uuid}/claim/")

    # then the second reads who was first, and the step page says it too
    second(late, desk.person)
    page = Page(theirs.get(desk.url))
    assert desk.person.display_name in page.source
    assert "/claim/" not in page.source
    assert "data-main" not in page.source


def test_what_the_second_typed_is_kept(staff, browser, colleague):
    # given a holder whose step was given to somebody else while he typed
    desk = Desk.at("decide", staff)
    late = browser(desk.person)
    answers = desk.answers() | {name: "我写了很久的理由" for name in desk.answers() if name.startswith("reason_")}
    verbs.reassign(desk.task.uuid, user=staff.consumer_protection, to=colleague, why="休假")

    # when he submits
    with nothing_changes():
        page = second(late.post(desk.url, answers), colleague)

    # then his words stand there, by the labels of the form, choices in words
    assert "我写了很久的理由" in page.source
    assert "L1" not in [line.strip() for line in page.source.split("<dd>")]
    assert "ground_" not in page.source


def test_a_second_submit_and_the_way_back_change_nothing(staff, browser):
    """Double click, the back button, the same form in a second tab: the step was finished once."""
    desk = Desk.at("decide", staff)
    inside, answers, url = browser(desk.person), desk.answers(), desk.url
    assert inside.post(url, answers).status_code == 302

    with nothing_changes():
        page = second(inside.post(url, answers), desk.person)
        looked = Page(inside.get(url))

    assert answers[next(name for name in answers if name.startswith("reason_"))] in page.source
    assert looked.status == 200
    assert "data-main" not in looked.source
    kinds = [entry.kind for entry in journal.entries(desk.case.stream)]
    assert kinds.count("liability.decided") == 1


def test_two_answers_to_one_approval_count_once(staff, browser):
    desk = Desk.at("approve", staff, claimed=False)
    other = person(Role.OUTLET_HEAD, staff.bank.outlet)
    first, late = browser(desk.person), browser(other)
    url = desk.url
    assert first.get(url).status_code == late.get(url).status_code == 200

    assert first.post(url, {"answer": "approve"}).status_code == 302
    with nothing_changes():
        page = second(late.post(url, {"answer": "refuse", "reason": "证据不足，不同意"}), desk.person)

    assert "证据不足，不同意" in page.source


@pytest.mark.parametrize(
    "answers", [{}, {"answer": ""}, {"answer": "x"}, {"answer": "\0"}, {"answer": ["approve", "x"]}]
)
def test_an_approval_needs_one_of_three_answers(answers, staff, browser):
    desk = Desk.at("approve", staff)
    inside = browser(desk.person)
    with nothing_changes():
        page = Page(inside.post(desk.url, answers | {"reason": "拟同意"}))
    assert page.status == 422
    assert page.values["reason"] == ["拟同意"]


@pytest.mark.parametrize("answer", ["return", "refuse"])
def test_a_return_or_refusal_without_a_reason_is_refused_at_the_reason(answer, staff, browser):
    desk = Desk.at("approve", staff)
    inside = browser(desk.person)
    with nothing_changes():
        for reason in ("", "   ", "\n"):
            page = Page(inside.post(desk.url, {"answer": answer, "reason": reason}))
            assert (page.status, page.error_at("reason")) == (422, True)


def test_a_returned_step_says_who_sent_it_back_and_why(staff, browser):
    desk = Desk.at("approve", staff)
    browser(desk.person).post(desk.url, {"answer": "return", "reason": "请补利息"})
    task = desk.journey.task("propose")

    page = Page(browser(staff.consumer_protection).get(f"/step/{task.uuid}/"))

    assert "请补利息" in page.source
    assert desk.person.display_name in page.source


def test_a_lost_session_leads_through_the_log_in_back_to_the_page(staff, browser):
    desk = Desk.at("decide", staff)
    desk.person.set_password("correct-horse-battery")
    desk.person.save()
    late = Client()

    sent = late.post(desk.url, desk.answers())

    assert (sent.status_code, sent.url) == (302, f"/login/?next={desk.url}")
    back = late.post(
        sent.url, {"username": desk.person.staff_number, "password": "correct-horse-battery", "next": desk.url}
    )
    assert (back.status_code, back.url) == (302, desk.url)
    assert StepTask.objects.get(pk=desk.task.pk).status == "ASSIGNED"


@pytest.mark.parametrize("act", ["claim", "release"])
def test_a_button_pressed_after_the_session_was_lost_leads_to_the_step(act, staff, browser):
    """The log-in can only lead back by a link, which takes and gives back nothing."""
    desk = Desk.at("decide", staff, claimed=act == "release")
    path = f"/step/{desk.task.uuid}/{act}/"
    assert Client().post(path).url == f"/login/?next={path}"
    inside = browser(desk.person)

    with nothing_changes():
        assert inside.get(path).url == desk.url


def test_a_step_given_back_in_another_tab_is_not_finished_in_this_one(staff, browser):
    desk = Desk.at("decide", staff)
    inside, answers, url = browser(desk.person), desk.answers(), desk.url
    inside.post(f"/step/{desk.task.uuid}/release/")

    with nothing_changes():
        page = Page(inside.post(url, answers))

    assert page.status == 403
    assert page.counted["h1"] == 1


def test_a_case_withdrawn_while_somebody_types_is_told(staff, browser):
    desk = Desk.at("decide", staff)
    inside, answers, url = browser(desk.person), desk.answers(), desk.url
    verbs.withdraw(desk.case, user=staff.agent, reason="客户撤诉", means="REC-8")

    with nothing_changes():
        page = Page(inside.post(url, answers))

    assert page.status == 409
    assert Page(inside.get(url)).status == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_claims_at_the_same_moment_one_wins(browser):
    """Through the pages, with two connections: one is led to the step, the other reads who has it."""
    staff = Staff.hired()
    people = [staff.agent, person(Role.AGENT, staff.bank.outlet)]
    tasks = [Journey.begin(staff).task("stop_loss") for _ in range(3)]
    clients = [browser(user) for user in people]

    def claim(task: StepTask, who: int) -> int:
        return clients[who].post(f"/step/{task.uuid}/claim/").status_code

    for task in tasks:
        assert sorted(at_the_same_moment(partial(claim, task, 0), partial(claim, task, 1))) == [302, 409]
    assert connection.is_usable()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_end_a_visit_at_the_same_moment_one_wins(browser):
    """The second reads that it has ended, and what the first wrote stands."""
    staff = Staff.hired()
    row = reception.receive(
        user=staff.outlet_head, unit=staff.bank.outlet, received_at=clock.now(), visitor="张三丰", matter="被盗刷"
    )
    colleagues = [browser(staff.outlet_head), browser(staff.agent)]

    def end(who: int) -> int:
        typed = {"outcome": "told", "answer": f"答复{who}", "av_number": f"AV-{who}", "ended_at": moment()}
        return colleagues[who].post(f"/reception/{row.uuid}/", typed).status_code

    answers = at_the_same_moment(partial(end, 0), partial(end, 1))

    assert sorted(answers) == [302, 409]
    row.refresh_from_db()
    assert row.av_number == f"AV-{answers.index(302)}"
    assert journal.Entry.objects.filter(kind="reception.ended").count() == 1


def test_a_visit_somebody_else_has_ended_is_told_with_what_was_typed(staff, browser):
    row = reception.receive(
        user=staff.outlet_head, unit=staff.bank.outlet, received_at=clock.now(), visitor="张三丰", matter="被盗刷"
    )
    inside = browser(staff.outlet_head)
    reception.end(row, user=staff.agent, outcome="told", answer="已答复", av_number="AV-1", ended_at=clock.now())

    with nothing_changes():
        typed = {"outcome": "told", "answer": "请持卡到柜台换卡", "av_number": "AV-2", "ended_at": moment()}
        page = second(inside.post(f"/reception/{row.uuid}/", typed), staff.agent)

    assert "请持卡到柜台换卡" in page.source
    assert f"/reception/{row.uuid}/" in page.links


@pytest.mark.django_db(transaction=True)
def test_a_draft_kept_for_the_first_time_twice_at_the_same_moment_is_one_draft(browser):
    staff = Staff.hired()
    uuid, windows = uuid4(), [browser(staff.agent) for _ in range(2)]

    def keep(who: int) -> int:
        typed = {"draft": str(uuid), "demand": f"赔偿{who}"}
        return windows[who].post("/draft/", typed, headers={"X-Page": "/new/"}).status_code

    assert at_the_same_moment(partial(keep, 0), partial(keep, 1)) == [200, 200]
    assert Draft.objects.get().uuid == uuid
    assert PersonKey.objects.filter(subject=uuid).count() == 1
