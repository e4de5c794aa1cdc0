"""The pages of who stands at the door, and of what comes late."""

import pytest
from django.urls import reverse

from cases.models import Case, Mandate
from record.models import Order
from tests.desk.at_work import moment
from tests.desk.looking import Page, nothing_changes
from tests.desk.test_intake_answers import CALL
from tests.workflows.doors import leaving, refused, reported_by, unnamed
from tests.workflows.roads import does, until
from workflows.models import StepTask

pytestmark = pytest.mark.django_db

WIFE = {"represented_by": "other", "representative_name": "李梅", "representative_phone": ""}
FOUND = {"result": "stop", "first_six": "622126", "last_four": "4417", "card_kind": "debit", "warned": "", "reason": ""}


def case_page(inside, case: Case) -> str:
    return inside.get(reverse("admin:case", args=[case.uuid])).content.decode()


def test_stop_loss_asks_who_calls_and_stops_the_card_for_anybody(staff, browser):
    inside = browser(staff.agent)

    assert inside.post("/stop-loss/", CALL | WIFE).status_code == 200

    case = Case.objects.get()
    assert Order.objects.filter(operation="stop_card").exists()
    assert case.representatives.get().name_masked == "李*"
    assert "授权" in case_page(inside, case)


def test_the_step_that_tells_says_that_nothing_may_be_told_yet(staff, browser):
    journey = leaving(reported_by(staff, "agent"), "obtain_mandate", "tell")
    inside = browser(staff.consumer_protection)
    task = journey.task("tell")
    inside.post(reverse("admin:claim", args=[task.uuid]))

    assert "授权委托书" in inside.get(reverse("admin:step", args=[task.uuid])).content.decode()
    with nothing_changes("no mandate"):
        page = Page(inside.post(reverse("admin:step", args=[task.uuid]), journey.telling() | {"told_at": moment()}))
    assert page.status == 422
    assert "取得授权" in page.source


def test_the_step_that_tells_says_whom_the_letter_goes_to(staff, browser):
    journey = until(reported_by(staff, "heir"), "tell")

    page = browser(staff.consumer_protection).get(reverse("admin:step", args=[journey.task("tell").uuid]))

    assert "继承人 李*" in page.content.decode()


def test_what_is_shown_in_clear_says_whom_it_may_not_be_told(staff, browser):
    journey = reported_by(staff, "other")
    inside = browser(staff.agent)
    url = reverse("admin:show_in_clear", args=[journey.case.uuid])

    shown = inside.post(url, {"reason": "核对来电人"}).content.decode()
    assert "r-note--bad" in shown
    assert "李梅" in shown
    does(journey, "obtain_mandate")
    assert "r-note--bad" not in inside.post(url, {"reason": "核对来电人"}).content.decode()


def test_a_complaint_without_a_mandate_is_left_unhandled_from_the_case_page(staff, browser):
    journey = reported_by(staff, "other")
    inside = browser(staff.supervisor)
    url = reverse("admin:leave_unhandled", args=[journey.case.uuid])
    journey.bank_answers()
    assert url in case_page(inside, journey.case)

    assert Page(inside.post(url, {"reason": "", "notice": "", "told_at": ""})).status == 422
    assert inside.post(url, {"reason": "未提供", "notice": "SMS-1", "told_at": moment()}).status_code == 302

    assert "不予办理" in case_page(inside, journey.case)
    assert Mandate.objects.get().outcome == "unhandled"
    assert url not in case_page(inside, journey.case)


def test_it_is_offered_only_while_somebody_waits_for_a_mandate(staff, browser):
    journey = does(reported_by(staff, "agent"), "obtain_mandate")

    assert "/unhandled/" not in case_page(browser(staff.supervisor), journey.case)


def test_somebody_who_speaks_up_later_is_entered_on_the_case_page(staff, browser):
    journey = until(refused(staff), "trace")
    inside = browser(staff.agent)
    url = reverse("admin:represent", args=[journey.case.uuid])

    assert Page(inside.post(url, {})).error_at("represented_by")
    assert inside.post(url, WIFE | {"represented_by": "agent"}).status_code == 302

    assert "obtain_mandate" in journey.beside


def test_the_customer_who_changes_his_mind_has_one_button(staff, browser):
    journey = does(refused(staff), "offer_stop", result="refused", warned="on", reason="还要用卡")
    inside = browser(staff.agent)
    url = reverse("admin:offer_stop", args=[journey.case.uuid])
    assert url in case_page(inside, journey.case)

    to = inside.post(url)

    task = journey.task("offer_stop")
    assert to.url == reverse("admin:step", args=[task.uuid])
    assert task.owner == staff.agent
    assert inside.post(to.url, {"result": "stop"}).status_code == 302
    assert Order.objects.filter(operation="stop_card").exists()
    assert url not in case_page(inside, journey.case)


def test_a_card_that_is_found_is_asked_for_at_the_card_system_and_no_token_is_taken_from_a_browser(staff, browser):
    journey = unnamed(staff)
    inside = browser(staff.agent)
    task = journey.task("find_card")
    inside.post(reverse("admin:claim", args=[task.uuid]))
    url = reverse("admin:step", args=[task.uuid])

    with nothing_changes("no digits"):
        assert Page(inside.post(url, FOUND | {"last_four": "12"})).error_at("last_four")
    assert inside.post(url, FOUND | {"token": "tok-of-somebody-else"}).status_code == 302

    assert journey.again().card is not None
    assert journey.case.card.token != "tok-of-somebody-else"
    assert Order.objects.filter(operation="stop_card").exists()


def test_whoever_does_not_hold_the_step_asks_the_card_system_nothing(staff, browser, monkeypatch):
    journey = unnamed(staff)
    asked: list[object] = []
    monkeypatch.setattr("cases.gateways.find_card", lambda **digits: asked.append(digits))

    browser(staff.agent).post(reverse("admin:step", args=[journey.task("find_card").uuid]), FOUND)

    assert asked == []
    assert StepTask.objects.open().filter(flow_task__endswith=".find_card").exists()
