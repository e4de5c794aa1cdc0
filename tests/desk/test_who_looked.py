"""Whoever opens a page of a case is on record, before he sees it; a stranger is not, for he sees nothing."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from record import clock, journal
from tests.desk.addresses import NO_PAGES, addresses, held, opens_to
from tests.desk.at_work import Desk
from tests.factories import person

__all__ = ["held"]
pytestmark = pytest.mark.django_db


def looks(user) -> list[str]:
    """References of the cases this person opened, first to last."""
    found = journal.Entry.objects.filter(kind="case.read", actor_number=user.staff_number).order_by("id")
    return [entry.data["reference"] for entry in found]


def test_a_case_opened_is_on_record_once_a_quarter_of_an_hour(staff, browser, time):
    desk = Desk.at("trace", staff)
    inside, page = browser(staff.auditor), f"/case/{desk.case.uuid}/"

    inside.get(page)
    inside.get(page)
    inside.get(f"/step/{desk.task.uuid}/")
    assert looks(staff.auditor) == [desk.case.reference]

    time.advance(minutes=15)
    inside.get(page)
    assert looks(staff.auditor) == [desk.case.reference] * 2


def test_another_case_and_another_reader_have_entries_of_their_own(staff, browser):
    desks = [Desk.at("trace", staff), Desk.at("decide", staff)]
    for user in (staff.auditor, staff.consumer_protection):
        for desk in desks:
            browser(user).get(f"/case/{desk.case.uuid}/")
        assert looks(user) == [desk.case.reference for desk in desks]
        own = journal.Entry.objects.filter(kind="case.read", actor_number=user.staff_number)
        (stream,) = set(own.values_list("stream", flat=True))
        assert stream.startswith(f"access:{user.uuid}:")
        assert journal.verify(stream) is None


def test_a_stranger_opens_nothing_and_is_not_said_to_have(staff, browser):
    desk, stranger = Desk.at("trace", staff), person(Role.AGENT, staff.bank.other_outlet)
    assert browser(stranger).get(f"/case/{desk.case.uuid}/").status_code == 404
    assert looks(stranger) == []


def test_every_page_that_names_a_case_or_step_in_its_address_says_who_opened_it(held, staff, browser, time):
    silent = []
    for name, path in addresses(held):
        if name in NO_PAGES or not any(str(held[key]) in path for key in ("case", "step", "approval")):
            continue
        if post := opens_to(path, staff):
            time.advance(minutes=16)
            before = len(looks(staff.people[post]))
            browser(staff.people[post]).get(path)
            silent += [name] if len(looks(staff.people[post])) == before else []
    assert silent == []


def test_the_same_told_again_is_silent_and_something_else_is_not(staff):
    """`append_once`: by kind and data, within the time, at the end of the stream."""
    fact = journal.Fact(journal.kind("case.read"), {"case": "c", "reference": "26-1"})
    other = journal.Fact(journal.kind("case.read"), {"case": "d", "reference": "26-2"})
    actor, since = staff.auditor.actor(), clock.now() - timedelta(minutes=1)

    told = [len(journal.append_once("access:x", one, since=since, actor=actor)) for one in (fact, fact, other, fact)]

    assert told == [1, 0, 1, 0]
    assert len(journal.append_once("access:x", fact, since=clock.now() + timedelta(seconds=1), actor=actor)) == 1
    assert journal.verify("access:x") is None
