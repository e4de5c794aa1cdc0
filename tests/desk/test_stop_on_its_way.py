"""Between the order and its answer: the page says that it is on its way, and asks until it knows."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from cases.models import Case
from record import clock
from tests.desk.costs import CASE, FORM, cost
from tests.desk.test_intake_answers import CALL, COMPLAINT
from tests.factories import person
from tests.workflows.roads import silent
from workflows import verbs
from workflows.verbs import sweeps

pytestmark = pytest.mark.django_db

SENT = "挂失指令已发出，等待卡系统应答。"


@pytest.fixture
def inside(staff, browser):
    """The agent's window."""
    return browser(staff.agent)


@pytest.fixture
def case(inside) -> Case:
    """A new case whose order to stop the card nobody has answered yet."""
    assert inside.post("/new/", COMPLAINT).status_code == 302
    return Case.objects.get()


def state(inside, case) -> dict[str, object]:
    told: dict[str, object] = inside.get(reverse("admin:stop_state", args=[case.uuid])).json()
    return told


def test_while_the_order_is_on_its_way_no_part_of_the_page_says_that_nothing_is_stopped(inside, case):
    source = inside.get(reverse("admin:case", args=[case.uuid])).content.decode()
    assert source.count(SENT) == 3, "above, among the stops, and on the board"
    assert "未挂失" not in source
    assert "无挂失、止付。" not in source
    assert reverse("admin:stop_state", args=[case.uuid]) in source
    assert state(inside, case) == {"waits": True, "tone": "", "words": SENT}


def test_asking_costs_little(inside, case):
    assert cost(inside, reverse("admin:case", args=[case.uuid])) <= CASE
    assert cost(inside, reverse("admin:stop_state", args=[case.uuid])) <= FORM


def test_once_stopped_it_says_since_when_and_the_page_asks_no_more(inside, case):
    while verbs.deliver_orders():
        pass
    told = state(inside, case)
    assert (told["waits"], told["tone"]) == (False, "good")
    assert str(told["words"]).endswith("起已挂失。")
    assert "data-awaits" not in inside.get(reverse("admin:case", args=[case.uuid])).content.decode()


def test_when_the_system_stays_silent_it_says_who_stops_the_card(inside, case, staff):
    with silent():
        verbs.deliver_orders()
    with clock.at(clock.now() + timedelta(hours=2)):
        sweeps.sweep_deadlines()
        told = state(inside, case)
    assert (told["waits"], told["tone"]) == (False, "bad")
    assert "手工" in str(told["words"])


def test_what_lies_out_of_reach_is_not_told(case, staff, browser):
    stranger = browser(person(Role.AGENT, staff.bank.other_outlet))
    assert stranger.get(reverse("admin:stop_state", args=[case.uuid])).status_code == 404


def test_after_the_stop_the_next_duty_is_to_write_down_what_happened(inside):
    source = inside.post("/stop-loss/", CALL).content.decode()
    case = Case.objects.get()
    describe = reverse("admin:describe", args=[case.uuid])
    assert "挂失指令已发出，生效时间见工单页。" in source
    assert reverse("admin:stop_state", args=[case.uuid]) in source
    assert source.index(describe) < source.index(f'"{reverse("admin:case", args=[case.uuid])}"')
    head = inside.get(reverse("admin:case", args=[case.uuid])).content.decode()
    assert head.index(describe) < head.index("签收：")
