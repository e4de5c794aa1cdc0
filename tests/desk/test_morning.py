"""The morning board: what is late below a branch, in seven lists, and who sees it."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from cases.actions import law_clock, people
from cases.actions.turn import turn
from cases.models import Case
from record import clock
from tests.desk.at_work import Desk
from tests.desk.looking import Page
from tests.desk.morning import counted, due, in_list, shown
from tests.desk.test_lists import ODD
from tests.factories import person
from tests.journey import Journey
from workflows import verbs
from workflows.desk import morning, tiles
from workflows.models import StepTask
from workflows.verbs import late as late_calls
from workflows.verbs.remedies import begin_proceeding

pytestmark = pytest.mark.django_db


# Who sees what ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("post", ["supervisor", "service_manager", "outlet_head", "consumer_protection"])
def test_whoever_may_reassign_finds_the_board_in_the_navigation(post, staff, browser):
    inside = browser(staff.people[post])
    assert 'href="/morning/"' in inside.get("/").content.decode()
    assert inside.get("/morning/").status_code == 200


@pytest.mark.parametrize("post", ["agent", "fraud", "accounts_maker", "compliance", "auditor", "administrator"])
def test_nobody_else_has_it(post, staff, browser):
    inside = browser(staff.people[post])
    assert 'href="/morning/"' not in inside.get("/").content.decode()
    assert inside.get("/morning/").status_code == 403


def test_only_what_lies_below_is_on_it_not_what_one_takes_part_in_elsewhere(staff):
    desk = Desk.at("trace", staff)
    stranger = person(Role.SUPERVISOR, staff.bank.other_outlet)
    with turn(desk.case, user=staff.consumer_protection) as hand:
        people.take_part(hand, user=stranger, part="assist")

    assert StepTask.objects.visible_to(stranger).filter(pk=desk.task.pk).exists()
    assert not tiles.below(stranger).exists()
    mine = tiles.below(staff.supervisor)
    assert desk.task in mine
    assert not mine.exclude(pk__in=StepTask.objects.visible_to(staff.supervisor).values("pk")).exists()


def test_a_branch_below_can_be_looked_at_alone_and_one_elsewhere_never(staff, browser):
    desk = Desk.at("trace", staff)
    due(desk.task, minutes=-5)
    head = person(Role.TIER1_HEAD, staff.bank.tier1)
    inside = browser(head)
    reference = desk.case.reference

    assert reference in shown(inside, "late", unit=str(staff.bank.outlet.uuid)).source
    assert reference not in shown(inside, "late", unit=str(staff.bank.sister_outlet.uuid)).source
    # whose post and branch stand at the top of the page is the reader's own, whatever he looks at
    own = inside.get("/").context["unit"]
    assert inside.get("/morning/", {"unit": str(staff.bank.outlet.uuid)}).context["unit"] == own
    # a branch out of reach is no branch: the board is the whole of one's own
    page = shown(inside, "late", unit=str(staff.bank.other_outlet.uuid))
    assert reference in page.source
    assert staff.bank.other_outlet.name not in page.source


def test_whoever_leads_others_reads_on_his_desk_what_is_late_below_him(staff, browser):
    due(Desk.at("trace", staff).task, minutes=-5)

    page = Page(browser(staff.supervisor).get("/"))
    assert "/morning/?show=late" in page.links
    assert "/morning/?show=unsigned" in page.links
    assert "/morning/?show=late" not in Page(browser(staff.fraud).get("/")).links


# The seven lists --------------------------------------------------------------------------------------------------------


def test_the_limits_of_the_day_are_told_by_the_bank_s_midnight(staff, time):
    trace = Desk.at("trace", staff).task
    user = staff.supervisor
    midnight = tiles._ends(clock.now())

    for moment, where in (
        (clock.now() - timedelta(minutes=1), "late"),
        (clock.now(), "late"),
        (clock.now() + timedelta(minutes=1), "today"),
        (midnight, "today"),
        (midnight + timedelta(seconds=1), "tomorrow"),
        (midnight + timedelta(days=1), "tomorrow"),
        (midnight + timedelta(days=1, seconds=1), ""),
    ):
        trace.due_at = moment
        trace.save(update_fields=["due_at"])
        assert [name for name in ("late", "today", "tomorrow") if "trace" in in_list(user, name)] == list(
            filter(None, [where])
        )


def test_a_step_nobody_claimed_is_shown_after_the_house_s_half_hour(staff, time):
    journey = Journey.begin(staff)
    assert in_list(staff.supervisor, "unsigned") == set()

    time.advance(minutes=29)
    assert in_list(staff.supervisor, "unsigned") == set()
    time.advance(minutes=1)
    assert in_list(staff.supervisor, "unsigned") == {"stop_loss"}

    verbs.claim(journey.task("stop_loss").uuid, user=staff.agent)
    assert in_list(staff.supervisor, "unsigned") == set()


def test_what_was_sent_back_is_listed_with_its_reason(staff, browser):
    back = Desk.at("approve", staff)
    verbs.send_back(back.task.uuid, user=back.person, reason="请补利息")

    assert in_list(staff.supervisor, "returned") == {"propose"}
    page = shown(browser(staff.supervisor), "returned")
    assert "请补利息" in page.source
    assert back.person.display_name in page.source


def test_a_matter_reported_again_is_listed_until_its_steps_are_done(staff, browser):
    desk = Desk.at("decide", staff)
    assert counted(staff.supervisor, "repeated") == 0

    late_calls.add_call(desk.case, user=staff.agent, channel="phone", note="客户催问", happened_at=clock.now(), said={})

    assert "decide" in in_list(staff.supervisor, "repeated")
    assert "再次来电 1 次" in shown(browser(staff.supervisor), "repeated").source


def test_sensitive_is_what_is_on_record_and_the_page_says_what_is_not(staff, browser):
    # given a plain case, one a regulator passed on, one with a letter and one before a court
    plain, regulator, letter, court = (Desk.at("decide", staff) for _ in range(4))
    case = regulator.case
    case.channel = Case.Channel.REGULATOR
    case.save()
    with turn(letter.case, user=staff.consumer_protection) as hand:
        law_clock.join_referral(hand, source="nfra", number="12378-7", received_at=hand.now)
    suit = {"kind": "lawsuit", "body": "浦东新区人民法院", "number": "民初1号", "began_at": clock.now()}
    begin_proceeding(court.case, user=staff.consumer_protection, **suit)

    # then these three are on the list with what they are, and the plain one is not
    page = shown(browser(staff.supervisor), "sensitive")
    for desk in (regulator, letter, court):
        assert desk.case.reference in page.source
    assert plain.case.reference not in page.source
    assert "12378" in page.source
    assert "诉讼" in page.source
    assert "舆情和过激情形" in page.source


def test_a_customer_recorded_as_needing_care_makes_his_cases_sensitive(staff, browser):
    desk = Desk.at("decide", staff)
    customer = desk.case.customer
    assert counted(staff.supervisor, "sensitive") == 0

    customer.care = "老年客户"
    customer.save(update_fields=["care"])

    page = shown(browser(staff.supervisor), "sensitive")
    assert desk.case.reference in page.source
    # his state of health is nobody's business on a list
    assert "老年客户" not in page.source
    assert "需特别关照" in page.source


@pytest.mark.parametrize("name", tiles.TILES)
def test_an_empty_list_says_where_to_look_next(name, staff, browser):
    page = shown(browser(staff.supervisor), name)
    following = tiles.TILES[tiles.TILES[name].next]
    assert str(tiles.TILES[name].nothing) in page.source
    assert f"/morning/?show={following.name}" in page.links
    assert following.name != name


@pytest.mark.parametrize("show", ODD)
def test_whatever_stands_in_the_address_the_board_is_shown(show, staff, browser):
    inside = browser(staff.supervisor)
    for name in ("show", "unit", "after"):
        assert inside.get("/morning/", {name: show}).status_code == 200


def test_pages_follow_each_other_by_time_left_and_lose_nobody(staff, browser, monkeypatch):
    monkeypatch.setattr(morning, "PAGE", 2)
    desks = [Desk.at("decide", staff) for _ in range(5)]
    for hours, desk in enumerate(desks):
        due(desk.task, hours=-hours - 1)
    inside = browser(staff.supervisor)
    links, seen = "/morning/?show=late", []
    while links:
        page = Page(inside.get(links))
        seen += [desk.case.reference for desk in reversed(desks) if desk.case.reference in page.source]
        links = next((link for link in page.links if "after=" in link), "")

    assert seen == [desk.case.reference for desk in reversed(desks)]


def test_more_than_ten_thousand_are_said_to_be_more(staff, browser, monkeypatch):
    monkeypatch.setattr(tiles, "COUNTED", 2)
    for _ in range(3):
        due(Desk.at("decide", staff).task, hours=-1)
    assert "<b>2+</b>" in shown(browser(staff.supervisor), "late").source
