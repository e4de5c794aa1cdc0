"""客户指认 in the call: the list appears on the agent's page, he ticks what the customer says, the trace answers it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from cases import gateways
from cases.models import Case
from record import clock, journal
from tests.desk.at_work import Desk, moment
from tests.desk.costs import CASE, FORM, STEP, cost
from tests.desk.looking import Page, nothing_changes
from tests.desk.naming import bank_systems_answer, by_word, called, named, page_of, state, ticks
from tests.desk.test_drafts import kept
from tests.desk.test_intake_answers import CALL, COMPLAINT
from tests.factories import person
from tests.journey import Journey
from tests.together import at_the_same_moment
from tests.workflows.roads import latest_order, limit_passes, silent
from workflows import verbs
from workflows.verbs import casework

pytestmark = pytest.mark.django_db


# the list -------------------------------------------------------------------------------------------------------------


def test_after_registering_the_next_step_is_to_ask_which_are_not_his(staff, browser):
    inside = browser(staff.agent)
    case = called(inside)

    source = inside.get(reverse("admin:case", args=[case.uuid])).content.decode()

    first = source.index("r-btn--go")
    assert page_of(case) in source[first : first + 200], "the first thing the keys come to"


def test_after_a_stop_in_haste_the_page_leads_there_too(staff, browser):
    answer = browser(staff.agent).post("/stop-loss/", CALL)
    assert page_of(Case.objects.get()) in Page(answer).links


def test_while_the_list_is_on_its_way_the_page_asks_and_has_a_link_for_who_has_no_script(staff, browser):
    inside = browser(staff.agent)
    case = called(inside)

    page = Page(inside.get(page_of(case)))

    assert reverse("admin:naming_state", args=[case.uuid]) in page.source
    assert page_of(case) in page.links
    assert state(inside, case) == {
        "waits": True,
        "tone": "",
        "words": "挂失指令已发出；挂失后随即查询该卡交易。",
    }
    verbs.deliver_orders(limit=1)
    while "order_stop" in {task.flow_task.name for task in case.tasks.all() if task.is_open}:
        verbs.deliver_orders(limit=1)
    assert state(inside, case)["words"] in (
        "正在向卡系统查询该卡交易，结果会自动显示在本页。",
        f"卡系统列出 {case.transactions.count()} 笔交易。",
    )


def test_once_it_is_there_the_page_shows_it_the_latest_first_and_asks_no_more(staff, browser):
    inside = browser(staff.agent)
    case = called(inside)
    bank_systems_answer()

    page = Page(inside.get(page_of(case)))

    rows = list(case.transactions.order_by("-booked_at", "-id"))
    assert rows
    places = [page.source.index(f'value="{one.uuid}"') for one in rows]
    assert places == sorted(places)
    assert "data-awaits" not in page.source
    assert state(inside, case) == {"waits": False, "tone": "good", "words": f"卡系统列出 {len(rows)} 笔交易。"}


@pytest.mark.parametrize(
    ("so", "words"),
    [
        ("off", "卡系统未能挂失，需由客服主管先手工挂失。"),
        ("unknown card", "卡号尚不清楚，无法查询交易。"),
        ("rejected", "卡系统未返回交易清单。"),
        ("silent", "卡系统未返回交易清单。"),
        ("empty", "卡系统未列出近 180 天的交易。"),
    ],
)
def test_without_a_list_it_says_why_and_offers_to_write_down_what_he_names(so, words, staff, browser, time):
    inside = browser(staff.agent)
    case = _without_a_list(so, inside, staff, time)

    page = Page(inside.get(page_of(case)))

    assert words in page.source
    assert "<details" in page.source
    assert " open>" in page.source[page.source.index("<details") :]
    assert state(inside, case)["waits"] is False


def _without_a_list(so: str, inside: Client, staff: Any, time: clock.Hand) -> Case:
    if so == "unknown card":
        answers = COMPLAINT | {
            "stop": "unknown",
            "decline": "卡在家里，晚上回电。",
            "received_at": moment(minutes=5),
            "first_six": "",
            "last_four": "",
        }
        assert inside.post("/new/", answers).status_code == 302
        return Case.objects.get()
    journey = Journey.begin(staff)
    if so == "off":
        with gateways.using(card=None):
            journey.does("stop_loss", staff.agent, caller_check="REC-1")
        return journey.case
    journey.does("stop_loss", staff.agent, caller_check="REC-1")
    while "list_transactions" not in journey.ordered:
        journey.bank_answers(1)
    if so == "silent":
        with silent():
            limit_passes(journey, "list_transactions", time)
    else:
        nothing = {"receipt": "L-1", "effective_at": clock.now().isoformat(), "transactions": []}
        said = gateways.Answer("confirmed", nothing) if so == "empty" else gateways.Answer("rejected", reason="无权限")
        assert verbs.answer(latest_order(journey, "list_transactions"), said)
    return journey.case


# what he says ---------------------------------------------------------------------------------------------------------


def test_what_is_ticked_is_on_record_and_stands_on_the_case_page_as_his_word(staff, browser):
    desk = Desk.at("trace", staff, claimed=False)
    inside, (one, two, *_rest) = browser(staff.agent), desk.case.transactions.order_by("-booked_at")

    answer = inside.post(page_of(desk.case), ticks(one, two))

    assert answer.url == reverse("admin:case", args=[desk.case.uuid])
    assert named(desk.case) == {one.bank_id, two.bank_id}
    page = inside.get(answer.url).content.decode()
    total = f"{one.amount + two.amount:,.2f}"
    assert f"¥ {total}" in page
    assert "客户主张" in page
    assert page.count("客户指认</span>") == 2
    assert desk.journey.again().disputed_total is None
    told = journal.entries(desk.case.stream).get(kind="transaction.named")
    assert (told.actor_number, told.actor_role) == (staff.agent.staff_number, Role.AGENT)


def test_the_boxes_stand_as_he_left_them_and_can_be_taken_back(staff, browser):
    desk = Desk.at("trace", staff, claimed=False)
    inside, (one, two, *_rest) = browser(staff.agent), desk.case.transactions.order_by("-booked_at")
    inside.post(page_of(desk.case), ticks(one, two))

    page = Page(inside.get(page_of(desk.case)))
    assert set(page.ticked["named"]) == set(page.values["seen"]) == {str(one.uuid), str(two.uuid)}

    inside.post(page_of(desk.case), ticks(one, seen=(one, two)))
    assert named(desk.case) == {one.bank_id}


def test_who_opened_the_page_before_a_colleague_ticked_undoes_nothing(staff, browser):
    desk = Desk.at("trace", staff, claimed=False)
    one, two, *_rest = desk.case.transactions.order_by("-booked_at")
    browser(staff.agent).post(page_of(desk.case), ticks(one))
    browser(staff.supervisor).post(page_of(desk.case), ticks(two))
    assert named(desk.case) == {one.bank_id, two.bank_id}


def test_what_stands_on_no_list_is_noted_as_he_says_it_and_once_if_sent_twice(staff, browser):
    desk = Desk.at("trace", staff, claimed=False)
    inside, said = browser(staff.agent), {**by_word(1), **by_word(2, amount="20.00")}
    for _again in range(2):
        assert inside.post(page_of(desk.case), said).status_code == 302
    noted = desk.case.transactions.exclude(noted_by=None)
    assert sorted(str(one.amount) for one in noted) == ["20.00", "500.00"]
    assert "清单外，按客户所述" in inside.get(page_of(desk.case)).content.decode()


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({}, ""),
        ({"other_1_amount": "5.00"}, "other_1_booked_at"),
        (by_word(amount="0"), "other_1_amount"),
        (by_word(amount="一百"), "other_1_amount"),
        (by_word(channel="sea"), "other_1_channel"),
        (by_word(booked_at="2999-01-01T00:00"), "other_1_booked_at"),
        (by_word(merchant="卡号 6222 0212 3456 7894"), "other_1_merchant"),
        ({"named": ["6f0b3c8e-0000-4000-8000-000000000000"]}, ""),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands_and_nothing_is_saved(said, at, staff, browser):
    desk = Desk.at("trace", staff, claimed=False)
    inside = browser(staff.agent)
    with nothing_changes(said):
        page = Page(inside.post(page_of(desk.case), said))
    assert page.status == 422
    if at:
        assert page.error_at(at)
        assert " open>" in page.source[page.source.index("<details") :]


def test_ticked_and_called_away_he_finds_it_again(staff, browser):
    desk = Desk.at("trace", staff, claimed=False)
    inside, one = browser(staff.agent), desk.case.transactions.latest("booked_at")
    uuid = kept(inside, page_of(desk.case), **ticks(one), **by_word())

    assert f"?draft={uuid}" in Page(inside.get(page_of(desk.case))).links
    again = Page(inside.get(f"{page_of(desk.case)}?draft={uuid}"))
    assert again.ticked["named"] == [str(one.uuid)]
    assert again.values["other_1_amount"] == ["500.00"]

    inside.post(page_of(desk.case), ticks(one, draft=str(uuid)) | by_word())
    assert not Page(inside.get(page_of(desk.case))).links.count(f"?draft={uuid}")


def test_after_a_stop_in_haste_it_leads_on_to_the_registration(staff, browser):
    inside = browser(staff.agent)
    inside.post("/stop-loss/", CALL)
    case = Case.objects.get()
    bank_systems_answer()
    answer = inside.post(page_of(case), ticks(case.transactions.latest("booked_at")))
    assert answer.url == reverse("admin:describe", args=[case.uuid])


# who may, and until when ----------------------------------------------------------------------------------------------


def test_only_who_may_register_within_his_reach_gets_there(staff, browser):
    desk = Desk.at("trace", staff)
    stranger = person(Role.AGENT, staff.bank.other_outlet)
    for path in (page_of(desk.case), reverse("admin:naming_state", args=[desk.case.uuid])):
        assert browser(stranger).get(path).status_code == 404
        assert browser(staff.fraud).get(path).status_code == 403
        assert browser(staff.agent).get(path).status_code == 200
    one = desk.case.transactions.latest("booked_at")
    for who, status in ((stranger, 404), (staff.fraud, 403), (None, 302)):
        inside = browser(who)
        with nothing_changes(who):
            assert inside.post(page_of(desk.case), ticks(one)).status_code == status


def test_other_complaints_have_no_such_page(staff, browser):
    inside = browser(staff.agent)
    case = called(inside, kind="general", narrative="年费收错了。")
    assert inside.get(page_of(case)).status_code == 404
    assert page_of(case) not in inside.get(reverse("admin:case", args=[case.uuid])).content.decode()


def test_once_traced_it_can_be_read_and_no_more_be_changed(staff, browser):
    desk = Desk.at("decide", staff)
    inside, one = browser(staff.agent), desk.case.transactions.filter(is_disputed=False).first()
    page = inside.get(page_of(desk.case)).content.decode()
    assert "本页不再登记指认" in page
    assert "<form class" not in page[page.index('id="content"') :] or "登记客户指认" not in page
    with nothing_changes():
        assert inside.post(page_of(desk.case), ticks(one)).status_code == 422


# what it costs --------------------------------------------------------------------------------------------------------


def test_the_pages_cost_the_same_with_many_named_as_with_none(staff, browser):
    desk = Desk.at("trace", staff)
    inside, fraud = browser(staff.agent), browser(staff.fraud)
    case_page = reverse("admin:case", args=[desk.case.uuid])

    def costs() -> list[int]:
        return [cost(inside, page_of(desk.case)), cost(inside, case_page), cost(fraud, desk.url)]

    before = costs()
    inside.post(page_of(desk.case), ticks(*desk.case.transactions.all()) | by_word() | by_word(2, amount="7.00"))
    with clock.at(clock.now() + timedelta(seconds=1)):
        after = costs()
    assert [now - then for now, then in zip(after, before, strict=True)] in ([0, 0, 0], [0, 1, 0])
    assert (after[0] <= FORM, after[1] <= CASE, after[2] <= STEP) == (True, True, True), after
    assert cost(inside, reverse("admin:naming_state", args=[desk.case.uuid])) <= FORM


@pytest.mark.django_db(transaction=True)
def test_two_people_at_the_same_moment(staff):
    desk = Desk.at("trace", staff)
    one, two, *_rest = desk.case.transactions.order_by("-booked_at")
    at_the_same_moment(
        lambda: casework.name_transactions(desk.case, user=staff.agent, names=[one.uuid]),
        lambda: casework.name_transactions(desk.case, user=staff.supervisor, names=[two.uuid]),
        lambda: casework.name_transactions(desk.case, user=staff.agent, names=[one.uuid]),
    )
    assert named(desk.case) == {one.bank_id, two.bank_id}
    assert journal.entries(desk.case.stream).filter(kind="transaction.named").count() == 2
    assert journal.verify(desk.case.stream) is None
