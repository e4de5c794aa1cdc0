"""催办 from the case page: one key and no new case; whoever holds the work reads of it, lists say how often."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.roles import Role
from cases.models import Case, Notice, Urge
from record import clock, journal
from tests.desk.at_work import Desk, moment
from tests.desk.costs import CASE, FORM, HOME, cost
from tests.desk.looking import Page, nothing_changes
from tests.factories import person
from tests.factories.accounts import AbsenceFactory
from tests.workflows.roads import to_the_end
from workflows.verbs import urging

pytestmark = pytest.mark.django_db


def key(case: Case) -> str:
    return reverse("admin:urge_now", args=[case.uuid])


def page_of(case: Case) -> str:
    return reverse("admin:case", args=[case.uuid])


def often(case: Case, *users: Any) -> None:
    """Several people take a call about it."""
    for user in users:
        urging.urge(case, user=user, channel="phone")


def test_one_key_records_it_opens_no_case_and_says_who_was_told(staff, browser):
    desk = Desk.at("trace", staff)
    inside = browser(staff.agent)

    answer = inside.post(key(desk.case))

    assert answer.url == page_of(desk.case)
    said = inside.get(answer.url).content.decode()
    assert "催办 1 次" in said
    assert staff.fraud.display_name in said
    made = Urge.objects.get()
    assert (made.caller, made.channel, made.by) == ("holder", "phone", staff.agent)
    assert Case.objects.count() == 1
    assert journal.entries(desk.case.stream).get(kind="customer.urged").actor_role == Role.AGENT


def test_whoever_holds_a_step_finds_a_notice_on_his_desk_and_who_took_the_call_does_not(staff, browser):
    desk = Desk.at("trace", staff)
    browser(staff.agent).post(key(desk.case))

    home = Page(browser(staff.fraud).get("/"))
    assert "客户催办" in home.source
    assert desk.case.reference in home.source
    assert set(Notice.objects.filter(kind="urged").values_list("to", flat=True)) == {staff.fraud.pk}


def test_the_handler_hears_of_it_when_somebody_else_takes_the_call(staff):
    desk = Desk.at("trace", staff)

    told = urging.urge(desk.case, user=staff.supervisor, channel="phone").told

    assert set(told) == {staff.agent, staff.fraud}, "whoever opened the case handles it"


def test_when_nobody_else_has_anything_in_hand_the_supervisor_hears_of_it(staff):
    desk = Desk.at("trace", staff, claimed=False)
    assert urging.urge(desk.case, user=staff.agent, channel="phone").told == [staff.supervisor]


def test_the_manager_hears_of_it_where_there_is_no_supervisor(staff):
    desk = Desk.at("trace", staff, claimed=False)
    staff.supervisor.is_active = False
    staff.supervisor.save()
    assert urging.urge(desk.case, user=staff.agent, channel="phone").told == [staff.service_manager]


def test_for_a_supervisor_who_is_away_his_substitute_hears_of_it(staff):
    desk = Desk.at("trace", staff, claimed=False)
    other = person(Role.SUPERVISOR, staff.bank.outlet)
    AbsenceFactory.create(user=staff.supervisor, substitute=other)

    assert urging.urge(desk.case, user=staff.agent, channel="phone").told == [other]


def test_the_second_time_it_is_a_tag_on_the_case_on_home_and_in_the_lists(staff, browser):
    desk = Desk.at("trace", staff)
    pages = {page_of(desk.case): staff.agent, "/complaints/": staff.agent, "/": staff.fraud}

    often(desk.case, staff.agent)
    first = {path: Page(browser(user).get(path)).source.count("r-tag--hot") for path, user in pages.items()}
    often(desk.case, staff.supervisor)

    for path, user in pages.items():
        source = browser(user).get(path).content.decode()
        assert "催办 2 次" in source, path
        assert source.count("r-tag--hot") > first[path], path
    assert "催办 2 次" in browser(staff.agent).post("/find/", {"q": "4417"}).content.decode()


def test_the_case_page_tells_each_among_the_contacts(staff, browser):
    desk = Desk.at("trace", staff)
    inside = browser(staff.agent)
    inside.post(
        reverse("admin:urge", args=[desk.case.uuid]),
        {"caller": "heir", "channel": "outlet", "happened_at": moment(hours=1), "note": "很着急"},
    )

    source = inside.get(page_of(desk.case)).content.decode()
    assert "网点" in source
    assert "继承人" in source
    assert "很着急" not in source, "his words are shown for a reason only"


def test_an_urge_of_another_kind_is_written_and_refused_at_its_fields(staff, browser):
    desk = Desk.at("trace", staff)
    inside, url = browser(staff.agent), reverse("admin:urge", args=[desk.case.uuid])
    assert Page(inside.get(url)).status == 200

    with nothing_changes():
        page = Page(inside.post(url, {"caller": "x", "channel": "x", "happened_at": moment(hours=-2)}))

    assert page.status == 422
    assert page.error_at("caller")
    assert page.error_at("channel")
    assert Page(inside.post(url, {"caller": "holder", "channel": "app", "happened_at": moment(hours=-2)})).error_at(
        "happened_at"
    )


def test_a_second_press_is_told_and_counts_nothing(staff, browser):
    desk = Desk.at("trace", staff)
    inside = browser(staff.agent)
    inside.post(key(desk.case))

    with nothing_changes():
        answer = inside.post(key(desk.case))

    assert answer.url == page_of(desk.case)
    assert "刚登记过" in inside.get(answer.url).content.decode()


def test_looking_at_the_address_of_the_key_records_nothing(staff, browser):
    desk = Desk.at("trace", staff)
    inside = browser(staff.agent)
    with nothing_changes():
        assert inside.get(key(desk.case)).url == page_of(desk.case)


def test_a_completed_case_has_no_such_button_and_refuses_with_what_to_do_instead(staff, browser):
    desk = Desk.at("trace", staff)
    assert key(desk.case) in browser(staff.agent).get(page_of(desk.case)).content.decode()
    to_the_end(desk.journey)

    inside = browser(staff.agent)
    assert key(desk.case) not in inside.get(page_of(desk.case)).content.decode()
    with nothing_changes():
        answer = inside.post(key(desk.case))
    said = inside.get(answer.url).content.decode()
    assert "工单已办结。客户不满意的" in said


@pytest.mark.parametrize(
    ("role", "has_key", "may"),
    [("agent", True, True), ("supervisor", True, True), ("fraud", False, True), ("accounts_maker", False, False)],
)
def test_the_key_is_for_those_who_take_calls_the_form_for_whoever_talks_with_customers(
    role, has_key, may, staff, browser
):
    desk = Desk.at("trace", staff)
    source = browser(staff.people[role]).get(page_of(desk.case)).content.decode()

    assert (key(desk.case) in source) is has_key
    assert (reverse("admin:urge", args=[desk.case.uuid]) in source) is may


def test_a_completed_cases_notice_is_no_news_any_more(staff, browser):
    desk = Desk.at("close", staff)
    often(desk.case, staff.supervisor)
    assert "客户催办" in browser(staff.agent).get("/").content.decode()

    to_the_end(desk.journey)

    assert "客户催办" not in browser(staff.agent).get("/").content.decode()


def test_an_alarm_about_the_card_stands_beside_a_later_urge(staff, browser):
    desk = Desk.at("trace", staff)
    Notice.objects.create(case=desk.case, level=0, kind="unstopped", to=staff.fraud, made_at=clock.now())
    often(desk.case, staff.agent)

    source = browser(staff.fraud).get("/").content.decode()
    assert "客户催办" in source
    assert "已不在挂失状态" in source


def test_it_costs_no_page_a_query_more(staff, browser):
    desk = Desk.at("trace", staff)
    agent, fraud = browser(staff.agent), browser(staff.fraud)

    def costs() -> list[int]:
        return [cost(agent, page_of(desk.case)), cost(fraud, "/"), cost(agent, "/complaints/")]

    often(desk.case, staff.agent)
    before = costs()
    often(desk.case, staff.supervisor, person(Role.AGENT, staff.bank.outlet), staff.consumer_protection)
    assert costs() == before
    assert before[0] <= CASE
    assert before[1] <= HOME
    assert cost(agent, reverse("admin:urge", args=[desk.case.uuid])) <= FORM
