"""The morning board: what is late below a branch, in seven lists; several steps given to one colleague; hand-overs signed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError, connection

from accounts.roles import Role
from cases.actions import law_clock, people
from cases.actions.turn import turn
from cases.errors import NotAllowed
from cases.models import Case
from record import clock, journal
from record.errors import KeyDestroyed
from tests.desk.at_work import Desk
from tests.desk.costs import HOME, cost
from tests.desk.looking import Page, nothing_changes
from tests.desk.test_lists import ODD
from tests.factories import person
from tests.factories.accounts import AbsenceFactory
from tests.journey import Journey
from workflows import verbs
from workflows.desk import morning, tiles, worklists
from workflows.models import StepTask
from workflows.verbs import late as late_calls
from workflows.verbs.remedies import begin_proceeding

pytestmark = pytest.mark.django_db

MOST: int = 15


def shown(inside: Any, show: str, **more: str) -> Page:
    """One list of the board."""
    answer = inside.get("/morning/", {"show": show, **more})
    assert answer.status_code == 200
    return Page(answer)


def counted(user: Any, name: str) -> int:
    """What a tile says to this person."""
    return tiles.counts(user, tiles.below(user), clock.now())[name].number


def in_list(user: Any, name: str) -> set[str]:
    """The steps of a list, by their names."""
    rows = tiles.TILES[name].rows(tiles.below(user), clock.now())
    return {task.flow_task.name for task in rows}


def due(task: StepTask, **ahead: float) -> None:
    """Move a step's limit; the sweep does the same, by the clock."""
    task.due_at = clock.now() + timedelta(**ahead)
    task.save(update_fields=["due_at"])


def sends(inside: Any, tasks: list[StepTask], to: Any, why: str = "早会调整", **more: str) -> Any:
    """The batch, as the page sends it."""
    data = {"step": [str(task.uuid) for task in tasks], "to": str(to.uuid), "why": why, "show": "late", **more}
    return inside.post("/morning/", data)


@pytest.fixture
def time() -> Iterator[clock.Hand]:
    """A Tuesday morning in Shanghai, moved on by hand."""
    with clock.at(datetime(2026, 11, 24, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))) as hand:
        yield hand


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
    assert "舆情和过激情形系统未登记" in page.source


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


# Reassigned together ----------------------------------------------------------------------------------------------------


@pytest.fixture
def colleague(staff) -> Any:
    """A second investigator."""
    return person(Role.FRAUD, staff.bank.head_office)


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


# Signed for -------------------------------------------------------------------------------------------------------------


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


# What it costs ----------------------------------------------------------------------------------------------------------


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
        assert cost(browser(staff.people[post]), "/") <= HOME, post


def test_a_hand_over_is_asked_for_on_every_page_of_my_work(staff, browser, colleague, monkeypatch):
    """What is not signed for may be due last of all; the page of my work is the same with and without it."""
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
    assert [task.pk for task in second.page] == [desk.task.pk for desk in desks[2:]]
    assert [task.pk for task in second.not_signed] == [desks[3].task.pk]


@pytest.mark.parametrize("name", ["today", "tomorrow", "late"])
def test_lists_by_time_read_an_index_of_the_open_steps_alone(name, staff):
    """With the planner's preference for small tables off, the plan is the one of a large bank."""
    rows = tiles.TILES[name].rows(tiles.below(staff.supervisor), clock.now()).order_by("due_at", "pk")[:26]
    statement, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "using task_below_" in plan, plan
