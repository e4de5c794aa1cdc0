"""A contact and what was promised in it are one form; the file shows that there is a note, and opens it to nobody."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.models import Contact, Promise
from record import clock
from tests.desk.at_work import Desk, moment
from tests.desk.looking import Page, nothing_changes

pytestmark = pytest.mark.django_db

SAID = {"direction": "out", "channel": "phone", "reached": "on", "note": "已说明进度"}


@pytest.fixture
def desk(staff) -> Desk:
    """A case somebody traces."""
    return Desk.at("trace", staff)


@pytest.fixture
def page(desk) -> str:
    """Where a contact of it is recorded."""
    return reverse("admin:add_contact", args=[desk.case.uuid])


def test_contact_and_promise_are_recorded_by_one_answer(desk, page, staff, browser):
    inside = browser(staff.agent)
    promised = {"what": "明天上午回电", "due_at": moment(hours=-20)}

    assert inside.post(page, SAID | {"happened_at": moment()} | promised).status_code == 302

    made = Promise.objects.get(case=desk.case)
    assert (made.by, made.reveal("what", purpose="test")) == (staff.agent, "明天上午回电")
    assert made.due_at - clock.now() > timedelta(hours=19)
    assert Contact.objects.get(case=desk.case).reveal("note", purpose="test") == "已说明进度"


@pytest.mark.parametrize(("half", "missing"), [({"what": "回电"}, "due_at"), ({"due_at": moment(hours=-3)}, "what")])
def test_half_a_promise_is_asked_for_and_nothing_is_recorded(half, missing, page, staff, browser):
    inside = browser(staff.agent)
    with nothing_changes():
        refused = Page(inside.post(page, SAID | {"happened_at": moment()} | half))
    assert refused.status == 422
    assert refused.error_at(missing)


def test_a_promise_that_cannot_be_kept_leaves_no_contact_behind(page, staff, browser):
    inside, late = browser(staff.agent), SAID | {"happened_at": moment(), "what": "回电", "due_at": moment(hours=1)}
    with nothing_changes():
        refused = Page(inside.post(page, late))
    assert refused.error_at("due_at")


def test_the_file_says_that_there_is_a_note_and_does_not_show_it(desk, page, staff, browser):
    inside = browser(staff.agent)
    inside.post(page, SAID | {"happened_at": moment()})
    source = inside.get(reverse("admin:case", args=[desk.case.uuid])).content.decode()
    assert "有沟通记录（加密）" in source
    assert "已说明进度" not in source


def test_the_note_is_not_called_optional_because_it_is_not_always(page, staff, browser):
    source = browser(staff.agent).get(page).content.decode()
    label = source.partition('<label for="id_note">')[2].partition("</label>")[0]
    assert "可不填" not in label


def test_times_people_say_are_asked_for_to_the_minute(page, staff, browser):
    source = browser(staff.agent).get(page).content.decode()
    assert source.count('step="60"') == 2
