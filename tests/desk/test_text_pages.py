"""Texts to the customer on the case page, the bank system's own words beside a step by hand, branches found by name."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases import gateways
from cases.actions import texts
from cases.actions.turn import turn
from cases.gateways.memory import MemoryBank
from cases.models import Notice, TextMessage
from knowledge.messages import Template
from record import clock
from sandbox_bank.ledger import Bank
from tests.desk.at_work import Desk, moment
from tests.desk.costs import CASE, FORM, cost
from tests.desk.looking import Page
from tests.journey import Journey
from tests.workflows import roads
from workflows.verbs import sweeps

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff) -> Desk:
    return Desk.at("trace", staff)


def case_page(desk: Desk, inside) -> str:
    return Page(inside.get(f"/case/{desk.case.uuid}/")).source


# texts ----------------------------------------------------------------------------------------------------------------


def test_with_the_gateway_off_the_page_says_what_to_tell_by_phone_and_takes_the_call(desk, staff, browser):
    inside = browser(staff.agent)
    assert case_page(desk, inside).count("短信未发送：请电话告知客户") == 2, "its number, and that the card is stopped"
    told = reverse("admin:tell_by_phone", args=[desk.case.uuid, "card_stopped"])

    assert inside.get(told).status_code == 200
    assert inside.post(told, {"told_at": ""}).status_code == 422
    assert inside.post(told, {"told_at": moment()}).status_code == 302

    source = case_page(desk, inside)
    assert source.count("短信未发送：请电话告知客户") == 1
    assert "已电话告知" in source
    assert desk.case.texts.get().told_by == staff.agent
    assert inside.post(told, {"told_at": moment()}).status_code == 422, "once is enough"


def test_a_moment_nobody_knows_cannot_be_told(desk, staff, browser):
    nonsense = reverse("admin:tell_by_phone", args=[desk.case.uuid, "birthday"])

    assert browser(staff.agent).post(nonsense, {"told_at": moment()}).status_code == 422
    assert not desk.case.texts.exists()


def test_a_gateway_that_is_silent_for_an_hour_asks_people_to_call(desk, staff, browser):
    inside = browser(staff.agent)
    with Bank(clock=clock.now) as bank, gateways.using(sms=MemoryBank(bank)):
        with turn(desk.case, cause="test") as hand:
            texts.write(hand, Template.REGISTERED)
        assert "短信平台无应答" not in case_page(desk, inside)
        with clock.at(clock.now() + timedelta(minutes=61)):
            assert "短信平台无应答：请电话告知客户" in case_page(desk, inside)


def test_a_customer_who_wants_no_texts_is_remembered_and_may_change_his_mind(desk, staff, browser):
    inside = browser(staff.agent)
    no, yes = (reverse("admin:wants_texts", args=[desk.case.uuid, said]) for said in ("no", "yes"))
    assert inside.get(no).status_code == 302
    assert desk.case.no_texts_since is None, "only a POST says so"

    inside.post(no)

    assert yes in case_page(desk, inside)
    desk.case.refresh_from_db()
    assert desk.case.no_texts_since is not None
    inside.post(yes)
    assert no in case_page(desk, inside)


def test_the_case_page_costs_the_same_however_many_texts_there_are(desk, staff, browser):
    inside = browser(staff.agent)
    before = cost(inside, f"/case/{desk.case.uuid}/")
    for template in Template.values:
        message = TextMessage(case=desk.case, template=template, state="by_phone", told_at=clock.now())
        message.told_by = staff.agent
        message.save()

    assert cost(inside, f"/case/{desk.case.uuid}/") == before <= CASE


# the formal loss report -----------------------------------------------------------------------------------------------


def test_consent_is_recorded_then_the_order_may_be_given(desk, staff, browser):
    agreed = reverse("admin:agree_formal_loss", args=[desk.case.uuid])
    order = reverse("admin:order_formal_loss", args=[desk.case.uuid])
    assert order not in case_page(desk, browser(staff.supervisor))

    assert browser(staff.agent).post(agreed, {"agreed_at": moment(), "proof": "REC-8"}).status_code == 302

    lead = browser(staff.supervisor)
    assert order in case_page(desk, lead)
    assert lead.get(order).status_code == 302
    assert lead.post(order).status_code == 302
    assert "待发送" in case_page(desk, lead)
    assert lead.post(order).status_code == 409, "one order a report"


# the bank system's own words ------------------------------------------------------------------------------------------


def test_whoever_pays_by_hand_reads_why_the_core_refused_and_nobody_else_does(staff, browser):
    journey = roads.until(Journey.begin(staff), "order_credit")
    roads.bank_says(journey, "credit", "rejected", "账户已销户，请核对")
    task = journey.task("pay_by_hand")
    page = reverse("admin:step", args=[task.uuid])
    inside = browser(staff.accounts_maker)
    assert "账户已销户" not in Page(inside.get(page)).source, "not before he has it in hand"

    inside.post(reverse("admin:claim", args=[task.uuid]))

    assert "账户已销户，请核对" in Page(inside.get(page)).source
    assert "账户已销户" not in Page(browser(staff.consumer_protection).get(page)).source


# branches -------------------------------------------------------------------------------------------------------------


def test_a_branch_is_found_by_name_near_by_and_costs_one_query_however_many_there_are(staff, browser):
    inside = browser(staff.agent)
    source = Page(inside.get("/new/")).source
    near, far = staff.bank.sister_outlet, staff.bank.other_outlet

    assert f'<option value="{near.code}">{near.label}</option>' in source
    assert far.label not in source
    assert cost(inside, "/new/") <= FORM


@pytest.mark.parametrize("by", ["code", "name"])
def test_a_branch_is_named_by_number_or_whole_name(desk, staff, browser, by):
    unit = staff.bank.other_outlet
    answers = {
        "demand": "refund",
        "narrative": "两笔境外交易不是本人所为。",
        "complained_unit": getattr(unit, by),
        "severity": "3",
    }

    answer = browser(staff.agent).post(reverse("admin:describe", args=[desk.case.uuid]), answers)

    assert answer.status_code == 302
    desk.case.refresh_from_db()
    assert desk.case.complained_unit == unit


def test_a_branch_nobody_knows_is_refused_where_it_was_typed(desk, staff, browser):
    answers = {"demand": "refund", "narrative": "不是本人所为。", "complained_unit": "月球支行", "severity": "3"}

    page = Page(browser(staff.agent).post(reverse("admin:describe", args=[desk.case.uuid]), answers))

    assert page.error_at("complained_unit")


# notices --------------------------------------------------------------------------------------------------------------


def test_notices_that_are_no_news_are_deleted_after_thirty_days_and_running_ones_stay(desk, staff):
    running = desk.case.deadlines.filter(ended_at=None).first()
    ended = desk.case.deadlines.exclude(ended_at=None).first()
    about = {"case": desk.case, "level": 9, "kind": "overdue", "to": staff.agent}
    Notice.objects.create(deadline=running, **about)
    Notice.objects.create(deadline=ended, **about)
    Notice.objects.create(deadline=None, **about)
    ours = Notice.objects.filter(level=9)

    assert (sweeps.purge_notices(), ours.count()) == (0, 3)
    with clock.at(clock.now() + timedelta(days=31)):
        sweeps.purge_notices()

    assert [notice.deadline for notice in ours] == [running]
