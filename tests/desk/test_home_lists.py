"""The lists of home: their first rows, how many there are in truth, and the whole of them page by page."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.roles import HANDLERS, Role
from cases.actions import contacts
from cases.actions.turn import turn
from cases.models import Notice
from record import clock
from tests.desk.at_work import Desk
from tests.desk.costs import HOME, LIST, cost
from tests.desk.looking import Page
from tests.desk.test_lists import ODD, read_through
from tests.factories import PostFactory, person
from tests.journey import Journey
from workflows import verbs
from workflows.desk import home, nothing_to_do, overview, whole_list, worklists
from workflows.models import StepTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Home shows two rows of each list, a whole list three a page."""
    monkeypatch.setattr(worklists, "PAGE", 2)
    monkeypatch.setattr(worklists.mine, "__kwdefaults__", {"size": 2})
    monkeypatch.setattr(worklists.waiting, "__kwdefaults__", {"size": 2})
    monkeypatch.setattr(home, "SHOWN", dict.fromkeys(home.SHOWN, 2))
    monkeypatch.setattr(whole_list, "PAGE", 3)


def filled(staff: Any, colleague: Any, which: str, n: int) -> Any:
    """n rows of this list, and whose it is."""
    if which == overview.CLAIM:
        for _ in range(n):
            Journey.begin(staff)
        return staff.agent
    if which == overview.APPROVALS:
        for _ in range(n):
            Desk.at("approve", staff, claimed=False)
        return staff.outlet_head
    for hour in range(n):
        desk = Desk.at("trace", staff)
        if which == overview.UNSIGNED:
            verbs.reassign(desk.task.uuid, user=staff.supervisor, to=colleague, why="分流")
        elif which == overview.PROMISES:
            with turn(desk.case, user=colleague) as hand:
                contacts.promise(hand, what="回电", due_at=clock.now() + timedelta(minutes=1 + hour % 2))
        else:
            limit = desk.case.deadlines.get(subject=desk.task.uuid)
            Notice.objects.create(case=desk.case, deadline=limit, level=1, kind="reminder", to=colleague)
            Notice.objects.create(case=desk.case, deadline=limit, level=2, kind="overdue", to=colleague)
    return colleague


@pytest.mark.parametrize("which", whole_list.WHOLE)
def test_a_list_of_home_says_how_many_there_are_and_leads_to_all_of_them(which, staff, browser, colleague, short, time):
    user = filled(staff, colleague, which, 5)
    inside = browser(user)

    answer = inside.get("/")
    page, whole = Page(answer), f"/desk/{which}/"

    assert str(answer.context["lists"][which]["n"]) == "5"
    rows = {overview.CLAIM: "to_claim", overview.UNSIGNED: "not_signed"}.get(which, which)
    assert len(answer.context[rows]) == 2
    assert whole in page.links
    assert str(inside.get(whole).context["n"]) == "5"
    read = [link.split("#")[0] for link in read_all(inside, whole, which)]
    assert len(read) == len(set(read)) == 5
    assert cost(inside, "/") <= HOME
    assert cost(inside, whole) <= LIST


def read_all(inside: Any, whole: str, which: str) -> list[str]:
    """The case, or of approvals the step, of each row on every page."""
    if which != overview.APPROVALS:
        return read_through(inside, whole)
    read, address = [], whole
    while address:
        page = Page(inside.get(address))
        read += [link for link in page.links if link.startswith("/step/")]
        address = next((whole + link for link in page.links if link.startswith("?after=")), "")
    return read


@pytest.mark.parametrize("which", whole_list.WHOLE)
def test_a_list_that_is_shown_whole_has_no_way_on_and_an_empty_one_leads_home(which, staff, browser, colleague, time):
    assert Page(browser(colleague).get(f"/desk/{which}/")).links.count("/") >= 1
    user = filled(staff, colleague, which, 1)

    answer = browser(user).get("/")

    assert str(answer.context["lists"][which]["n"]) == "1"
    assert f"/desk/{which}/" not in Page(answer).links


def test_what_is_not_counted_to_its_end_is_said_to_be_more(staff, browser, monkeypatch):
    monkeypatch.setattr(overview, "COUNTED", 2)
    for _ in range(3):
        Journey.begin(staff)

    assert '待签收<span class="r-n">2+</span>' in Page(browser(staff.agent).get("/")).source


def test_what_four_eyes_keep_from_me_is_neither_shown_nor_counted(staff, browser):
    # given a decision that waits, and its tracer who holds the next post, too
    desk = Desk.at("decide", staff, claimed=False)
    both = staff.fraud
    PostFactory.create(user=both, role=Role.LIABILITY, branch=staff.bank.head_office)

    answer = browser(both).get("/")

    assert answer.context["lists"]["claim"]["n"].number == len(answer.context["to_claim"])
    assert desk.task.uuid not in [row["task"].uuid for row in answer.context["to_claim"]]
    assert StepTask.objects.open().filter(uuid=desk.task.uuid).exists()


def test_an_approval_i_have_taken_still_waits_for_my_approval_with_its_sum_and_stands_once(staff, browser):
    desk = Desk.at("approve", staff)

    answer = browser(desk.person).get("/")

    (row,) = answer.context["approvals"]
    assert (row["task"].pk, row["proposed_by"]) == (desk.task.pk, staff.consumer_protection.display_name)
    assert row["total"] is not None
    assert answer.context["groups"] == []


def test_what_waits_for_my_signature_stands_once_and_is_counted_once(staff, browser, colleague):
    desk = Desk.at("trace", staff)
    verbs.reassign(desk.task.uuid, user=staff.supervisor, to=colleague, why="分流")
    inside = browser(colleague)

    answer = inside.get("/")
    assert [row["task"].pk for row in answer.context["not_signed"]] == [desk.task.pk]
    assert (answer.context["groups"], answer.context["lists"]["mine"]["n"].number) == ([], 0)
    assert desk.url in Page(answer).links  # it may be worked on all the same

    verbs.sign(desk.task.uuid, user=colleague)
    answer = inside.get("/")
    assert (answer.context["not_signed"], answer.context["lists"]["mine"]["n"].number) == ([], 1)


def test_how_many_a_part_of_my_work_has_is_said_where_all_of_it_is_shown(staff, browser, short):
    for number in range(3):
        task = Journey.begin(staff).task("stop_loss")
        verbs.claim(task.uuid, user=staff.agent)
        shown = [group["n"] for group in browser(staff.agent).get("/").context["groups"]]
        assert (sum(shown) == number + 1) if number < 2 else (shown == [""])


@pytest.mark.parametrize("which", whole_list.WHOLE)
def test_no_place_in_a_whole_list_is_an_error(which, staff, browser):
    inside = browser(staff.agent)
    for value in ODD:
        assert inside.get(f"/desk/{which}/", {"after": value}).status_code == 200, value
    assert inside.get("/desk/nothing/").status_code == 404


@pytest.mark.parametrize("role", sorted(HANDLERS))
def test_whoever_has_nothing_to_do_is_shown_the_list_his_post_lives_by_and_may_open_it(role, staff, browser):
    level = {Role.OUTLET_HEAD: "outlet", Role.TIER2_HEAD: "tier2", Role.TIER1_HEAD: "tier1"}.get(role, "head_office")
    user = person(role, getattr(staff.bank, level))
    inside = browser(user)

    way = nothing_to_do.way_on(user)
    page = Page(inside.get("/"))

    assert way.url.replace("&", "&amp;") in page.links
    assert way.text in page.source or way.text.replace("'", "&#x27;") in page.source
    assert inside.get(way.url).status_code == 200
