"""Urgent complaints on the supervisor's home: at the top, at once, until he has signed that he saw them."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from cases.actions import triage
from cases.actions.turn import turn
from cases.models import Case, Notice
from knowledge import signs
from record import journal
from tests.desk.at_work import Desk
from tests.desk.costs import HOME, cost
from tests.desk.looking import Page, nothing_changes
from tests.desk.test_intake_answers import CALL, COMPLAINT
from tests.factories import person

pytestmark = pytest.mark.django_db
TITLE = "紧急投诉，未签收"
URGENT = COMPLAINT | {"severity": "1"}


def sign(case: Case) -> str:
    return reverse("admin:urgent_seen", args=[case.uuid])


def test_what_is_registered_as_urgent_stands_at_the_top_of_the_supervisors_home(staff, browser):
    inside = browser(staff.agent)
    answer = inside.post("/new/", URGENT)
    said = inside.get(answer.url).content.decode()
    assert f"紧急：已送 {staff.supervisor.display_name} 的工作台。" in said

    home = Page(browser(staff.supervisor).get("/"))

    case = Case.objects.get()
    assert home.source.index(TITLE) < home.source.index("data-begin" if "data-begin" in home.source else "我的待办")
    part = home.source[home.source.index(TITLE) : home.source.index(TITLE) + 2500]
    assert case.reference in part
    assert sign(case) in part
    assert TITLE not in inside.get("/").content.decode(), "the agent has nothing to sign"


def test_signed_it_is_gone_from_his_home_and_on_record_with_who_and_when(staff, browser):
    browser(staff.agent).post("/new/", URGENT)
    case, inside = Case.objects.get(), browser(staff.supervisor)

    answer = inside.post(sign(case))

    assert answer.url == reverse("admin:case", args=[case.uuid])
    assert "紧急投诉已阅签收。" in inside.get(answer.url).content.decode()
    assert TITLE not in inside.get("/").content.decode()
    told = journal.entries(case.stream).get(kind="case.urgent_seen")
    assert (told.actor_number, told.actor_role) == (staff.supervisor.staff_number, Role.SUPERVISOR)
    assert Notice.objects.get(kind="urgent").seen_at == told.happened_at
    with nothing_changes("a second press"):
        inside.post(sign(case))


def test_looking_signs_nothing_and_nobody_signs_for_another(staff, browser):
    browser(staff.agent).post("/new/", URGENT)
    case = Case.objects.get()
    stranger = person(Role.SUPERVISOR, staff.bank.other_outlet)
    for who, how, status in (
        (staff.supervisor, "get", 302),
        (staff.consumer_protection, "post", 302),
        (stranger, "post", 404),
    ):
        inside = browser(who)
        with nothing_changes(how):
            assert getattr(inside, how)(sign(case)).status_code == status
    assert TITLE in browser(staff.supervisor).get("/").content.decode()


def test_after_a_stop_in_haste_it_is_told_with_the_registration(staff, browser):
    inside = browser(staff.agent)
    inside.post("/stop-loss/", CALL)
    case = Case.objects.get()
    assert TITLE not in browser(staff.supervisor).get("/").content.decode()
    described = {name: URGENT[name] for name in ("customer_kind", "demand", "demand_text", "narrative", "severity")}
    answer = inside.post(reverse("admin:describe", args=[case.uuid]), described)
    assert answer.status_code == 302, answer.content.decode()
    assert staff.supervisor.display_name in inside.get(answer.url).content.decode()
    assert TITLE in browser(staff.supervisor).get("/").content.decode()


def test_with_nobody_in_charge_the_agent_reads_that_he_has_to_tell_somebody(staff, browser):
    for role in (Role.SUPERVISOR, Role.SERVICE_MANAGER, *Role):
        if role != Role.AGENT:
            staff.people[role].is_active = False
            staff.people[role].save()
    inside = browser(staff.agent)
    answer = inside.post("/new/", URGENT)
    assert "紧急，但无在岗主管：请自行告知。" in inside.get(answer.url).content.decode()


def test_the_longest_waiting_stands_first_and_ten_cost_what_one_costs(staff, browser):
    inside = browser(staff.supervisor)
    costs = []
    for more in (1, 10):
        for _each in range(more):
            desk = Desk.at("trace", staff, claimed=False)
            with turn(desk.case, user=staff.agent, role=Role.AGENT) as hand:
                triage.confirm(hand, proposal=signs.Proposal(1, "", ()), severity=1)
        costs.append(cost(inside, "/"))
    assert costs[0] == costs[1] <= HOME, costs
    source = inside.get("/").content.decode()
    part = source[source.index(TITLE) : source.index("</section>", source.index(TITLE))]
    first, *_rest, eleventh = Case.objects.order_by("pk")
    assert first.reference in part
    assert eleventh.reference not in part, "ten at a time; what is signed for makes room"
