"""A step somebody else gave me waits for my signature."""

import pytest

from cases.errors import NotAllowed
from record import clock, journal
from tests.desk.at_work import Desk
from tests.desk.looking import Page, nothing_changes
from tests.desk.morning import in_list
from workflows import verbs

pytestmark = pytest.mark.django_db


def test_a_step_given_to_me_waits_for_my_signature_on_my_desk_and_on_the_board(staff, browser, colleague, time):
    desk = Desk.at("trace", staff)
    verbs.hand_over(desk.task.uuid, user=staff.fraud, to=colleague, note="下午三点后方便接电话")
    inside = browser(colleague)

    page = Page(inside.get("/"))
    assert "转给您、待签收" in page.source
    assert staff.fraud.display_name in page.source
    assert "trace" in in_list(staff.supervisor, "unsigned")

    time.advance(minutes=3)
    answer = inside.post(f"/step/{desk.task.uuid}/sign/")

    assert (answer.status_code, answer.url) == (302, "/")
    assert "转给您、待签收" not in Page(inside.get("/")).source
    assert "trace" not in in_list(staff.supervisor, "unsigned")
    assert desk.task.signed_at == clock.now()
    told = journal.entries(desk.case.stream).order_by("-number").first()
    assert (told.kind, told.data["task"], told.happened_at) == ("step.signed", str(desk.task.uuid), clock.now())
    assert told.actor_number == colleague.staff_number


def test_signing_twice_is_signing_once_and_only_the_holder_signs(staff, browser, colleague):
    desk = Desk.at("trace", staff)
    verbs.reassign(desk.task.uuid, user=staff.supervisor, to=colleague, why="分流")
    late = browser(staff.fraud)
    with nothing_changes():
        assert late.post(f"/step/{desk.task.uuid}/sign/").status_code == 409

    verbs.sign(desk.task.uuid, user=colleague)
    with nothing_changes():
        verbs.sign(desk.task.uuid, user=colleague)


def test_a_signature_is_asked_on_the_step_itself_and_leads_back_there(staff, browser, colleague):
    desk = Desk.at("trace", staff)
    verbs.reassign(desk.task.uuid, user=staff.supervisor, to=colleague, why="分流")
    inside = browser(colleague)
    sign = f"/step/{desk.task.uuid}/sign/"
    assert sign in inside.get(desk.url).content.decode()

    assert inside.post(sign, {"back": "step"}).url == desk.url
    assert sign not in inside.get(desk.url).content.decode()


def test_what_one_takes_oneself_needs_no_signature_nor_what_was_given_back_meanwhile(staff, colleague):
    desk = Desk.at("trace", staff)
    assert not desk.task.waits_for_signature
    verbs.reassign(desk.task.uuid, user=staff.supervisor, to=colleague, why="分流")
    assert desk.task.waits_for_signature

    verbs.release(desk.task.uuid, user=colleague)
    verbs.claim(desk.task.uuid, user=staff.fraud)

    assert not desk.task.waits_for_signature
    assert desk.task.handed_by is None


def test_nobody_hands_a_step_to_whoever_has_it(staff):
    desk = Desk.at("trace", staff)
    with nothing_changes(), pytest.raises(NotAllowed, match=staff.fraud.display_name):
        verbs.reassign(desk.task.uuid, user=staff.supervisor, to=staff.fraud, why="分流")
