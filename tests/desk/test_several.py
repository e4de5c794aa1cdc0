"""Several complaints ticked in a ledger or in the list: their open steps, who fits them, and what became of each."""

import re

import pytest

from accounts.roles import Role
from cases.actions import people
from cases.actions.turn import turn
from record import journal
from tests.desk.at_work import Desk
from tests.desk.costs import LIST, cost
from tests.desk.looking import Page, nothing_changes
from tests.desk.morning import due, shown
from tests.factories import person
from tests.workflows.beside import opens
from workflows.desk import batch, several
from workflows.flows import InquiryFlow

pytestmark = pytest.mark.django_db

LISTS = ("/ledgers/complaints/", "/complaints/")
LEDGERS = (*LISTS, "/stops/", "/ledgers/inquiries/", "/credit-records/")
SEVERAL = "/reassign/"


def ticked(inside, desks: list[Desk], back: str = LISTS[0]) -> Page:
    """The page that the ticks of a list lead to."""
    return Page(inside.post(SEVERAL, {"case": [str(desk.case.uuid) for desk in desks], "back": back}))


def boxes(page: Page) -> list[str]:
    """What the boxes of the page send."""
    return page.ticked.get("step", [])


@pytest.mark.parametrize("path", LEDGERS)
def test_only_whoever_may_reassign_has_boxes_and_they_cost_no_query(path, staff, browser):
    # given a complaint that stands in this list, somebody who may reassign its steps, and somebody who may not
    desk = Desk.at("correct_credit_record" if "credit" in path else "trace", staff)
    if "inquiries" in path:
        opens(desk.journey, InquiryFlow)
    leads = browser(staff.consumer_protection if "credit" in path else staff.supervisor)
    works = browser(staff.credit_reporting if "credit" in path else staff.fraud)

    # when they open it
    page = leads.get(path).content.decode()

    # then the one ticks it, on to the page that says what became of it; the other has no box
    assert f'name="case"\n         value="{desk.case.uuid}"' in page
    assert f'name="back" value="{path}"' in page
    assert desk.case.reference in works.get(path).content.decode()
    assert "data-tick" not in works.get(path).content.decode()
    assert works.post(SEVERAL, {"case": [str(desk.case.uuid)]}).status_code == 403
    assert cost(leads, path) <= LIST


def test_the_open_steps_of_what_was_ticked_go_to_one_colleague_with_history(staff, browser, colleague):
    # given two complaints ticked in the ledger, and one that is not
    desks, left = [Desk.at("trace", staff) for _ in range(2)], Desk.at("trace", staff)
    inside, back = browser(staff.supervisor), "/ledgers/complaints/?state=open"

    # when their steps are looked at, one kind of them kept, and sent
    page = ticked(inside, desks, back)
    values = [value for value in boxes(page) if value.split(".")[0] in {str(desk.task.uuid) for desk in desks}]
    assert len(values) == 2
    assert str(left.task.uuid) not in page.source
    sent = {"send": "1", "back": back, "step": values, "to": str(colleague.uuid), "why": "原主办请假"}
    answer = inside.post(SEVERAL, sent)

    # then they are his, each told in its journal, and one is back in the ledger as it was
    assert (answer.status_code, answer.url) == (302, back)
    assert left.task.owner == staff.fraud
    for desk in desks:
        assert desk.task.owner == colleague
        last = journal.entries(desk.case.stream).order_by("-number").first()
        assert (last.kind, last.actor_number) == ("step.reassigned", staff.supervisor.staff_number)


def test_each_refusal_is_told_and_stays_ticked_while_the_others_go(staff, browser, colleague):
    good, barred = (Desk.at("trace", staff) for _ in range(2))
    with turn(barred.case, user=staff.consumer_protection) as hand:
        people.declare_interest(hand, person=colleague, why="亲戚")
    values = [batch.value_of(desk.task) for desk in (good, barred)]

    sent = {"send": "1", "step": values, "to": str(colleague.uuid), "why": "分流"}
    page = Page(browser(staff.supervisor).post(SEVERAL, sent))

    assert (good.task.owner, barred.task.owner) == (colleague, staff.fraud)
    assert boxes(page) == [batch.value_of(barred.task)]
    assert "已登记与本工单有利害关系" in page.source
    assert page.values["why"] == ["分流"]


def test_beside_each_colleague_stands_how_many_of_the_steps_ticked_he_holds_the_post_for(staff, browser, colleague):
    traces, decide = [Desk.at("trace", staff) for _ in range(2)], Desk.at("decide", staff)
    values = [batch.value_of(desk.task) for desk in (*traces, decide)]

    page = Page(browser(staff.supervisor).post(SEVERAL, {"step": values}))

    assert re.search(rf"{colleague.display_name}[^<]*可办 2/3", page.source)
    assert re.search(rf"{staff.liability.display_name}[^<]*可办 1/3", page.source)
    # of the traces alone no liability officer is offered
    page = Page(browser(staff.supervisor).post(SEVERAL, {"step": values[:2]}))
    assert str(staff.liability.uuid) not in page.source


def test_the_morning_board_leads_there_with_what_is_ticked(staff, browser):
    due(Desk.at("trace", staff).task, minutes=-5)
    page = shown(browser(staff.supervisor), "late")
    assert f'formaction="{SEVERAL}"' in page.source
    assert page.values["back"] == ["/morning/?show=late"]


@pytest.mark.parametrize("missing", ["to", "why", "step"])
def test_nothing_is_reassigned_while_something_is_missing(missing, staff, browser, colleague):
    desk = Desk.at("trace", staff)
    sent = {"send": "1", "step": [batch.value_of(desk.task)], "to": str(colleague.uuid), "why": "分流"}
    inside = browser(staff.supervisor)
    with nothing_changes():
        answer = inside.post(SEVERAL, {**sent, missing: [] if missing == "step" else ""})
    assert answer.status_code == 422


def test_what_lies_elsewhere_is_neither_shown_nor_reassigned(staff, browser, colleague):
    desk = Desk.at("trace", staff)
    stranger = browser(person(Role.SUPERVISOR, staff.bank.other_outlet))
    with nothing_changes():
        page = ticked(stranger, [desk])
        sent = {"send": "1", "step": [batch.value_of(desk.task)], "to": str(colleague.uuid), "why": "分流"}
        assert stranger.post(SEVERAL, sent).status_code == 422
    assert page.status == 200
    assert desk.case.reference not in page.source
    assert LISTS[0] in page.links


def test_no_more_than_a_hundred_at_once_and_that_is_said(staff, browser, monkeypatch):
    monkeypatch.setattr(several, "MOST", 1)
    desks = [Desk.at("trace", staff, claimed=False) for _ in range(2)]
    page = ticked(browser(staff.supervisor), desks)
    assert len(boxes(page)) == 1
    assert "仅列出最急的 1 个" in page.source


@pytest.mark.parametrize("back", ["", "//evil.example", "https://evil.example", "javascript:alert(1)", "\\\\evil"])
def test_the_way_back_is_a_page_of_ours(back, staff, browser, colleague):
    desk = Desk.at("trace", staff)
    sent = {"send": "1", "step": [batch.value_of(desk.task)], "to": str(colleague.uuid), "why": "分流", "back": back}
    assert browser(staff.supervisor).post(SEVERAL, sent).url == "/morning/"


@pytest.mark.parametrize("odd", ["", "x", "\0", "1.2", "00000000-0000-0000-0000-000000000000"])
def test_whatever_is_sent_is_no_error(odd, staff, browser):
    inside = browser(staff.supervisor)
    with nothing_changes():
        assert inside.get(SEVERAL).status_code == 302
        assert inside.post(SEVERAL, {"case": odd}).status_code == 200
        assert inside.post(SEVERAL, {"step": odd, "send": "1", "to": odd, "why": odd}).status_code == 422
