"""Pages of an advance: opened from the case page, every step asked and taken, its approvals, its panel and ledger."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from record import clock
from tests.desk.costs import CASE, LIST, cost
from tests.desk.looking import Page, nothing_changes
from tests.desk.sheets import sheet
from tests.factories import person
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.advances import PAY, decided, paid
from tests.workflows.beside import ANSWERS, amounts, does, matter_of, opens, runs, steps_of
from workflows.flows import AdvanceFlow
from workflows.models import CaseProcess, StepTask
from workflows.nodes import Approval

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff) -> Journey:
    """A case whose transactions are known, an hour ago."""
    with clock.at((clock.now() - timedelta(hours=1)).replace(microsecond=0)):
        return roads.until(Journey.begin(staff), "decide")


@pytest.fixture
def later():
    """Moves the clock, for the rest of the test."""
    with ExitStack() as stack:
        yield lambda moment: stack.enter_context(clock.at(moment))


def opening(desk: Journey) -> str:
    return reverse("admin:open_beside", args=[desk.case.uuid, "advance"])


def case_page(desk: Journey) -> str:
    return reverse("admin:case", args=[desk.case.uuid])


def ledger() -> str:
    return reverse("admin:ledger", args=["advances"])


def test_the_handler_opens_it_from_the_case_page_before_the_telling_only(desk, browser):
    inside = browser(desk.staff.consumer_protection)
    assert opening(desk) in Page(inside.get(case_page(desk))).links

    answer = inside.post(opening(desk), {"ground": "hardship"})

    assert answer.status_code == 302
    process = CaseProcess.objects.beside().get(case=desk.case)
    assert matter_of(process).ground == "hardship"
    decided(desk, "0.00")
    assert opening(desk) not in Page(inside.get(case_page(desk))).links
    assert inside.post(opening(desk), {"ground": "hardship"}).status_code == 422
    assert browser(desk.staff.agent).get(opening(desk)).status_code == 403


def test_every_step_has_a_page_that_asks_and_takes_and_each_approval_one_that_answers(desk, browser, later):
    process, seen = opens(desk, AdvanceFlow), set()
    while waiting := sorted(steps_of(process)):
        task = StepTask.objects.open().human().get(process=process)
        inside = browser(desk.staff.people[task.role])
        seen.add(waiting[0])
        if isinstance(task.flow_task, Approval):
            url = reverse("admin:approval", args=[task.uuid])
            page = Page(inside.get(url))
            assert (page.status, page.blocked) == (200, [])
            assert "3,100.00" in page.source
            assert inside.post(url, {"answer": "approve", "reason": ""}).status_code == 302, waiting
            continue
        url = reverse("admin:step", args=[task.uuid])
        assert inside.post(reverse("admin:claim", args=[task.uuid])).status_code == 302
        page = Page(inside.get(url))
        assert (page.status, page.blocked) == (200, [])
        with nothing_changes(waiting[0]):
            assert inside.post(url, {}).status_code == 422, waiting
        given = {**ANSWERS[waiting[0]](), **amounts(process_now(process), waiting[0])}
        if waiting[0] == "take_back":
            later(matter_of(process).back_from)
            given = {"result": "not_back", "note": "三次未接"}
        assert inside.post(url, given).status_code == 302, waiting
        if waiting[0] == "check_advance":
            desk.bank_answers()
            decided(desk, "0.00")
    assert seen == {*PAY, "tell_excess", "take_back", "ask_write_off", "approve_write_off"}
    assert str(matter_of(process).written_off) == "3100.00"


def process_now(process: CaseProcess) -> CaseProcess:
    found = CaseProcess.objects.select_related("case").get(pk=process.pk)
    return found


def test_too_early_stands_at_its_field_and_what_was_typed_is_kept(desk, browser):
    process = paid(desk)
    decided(desk, "0.00")
    does(desk, process, "tell_excess")
    task = StepTask.objects.open().human().get(process=process)
    inside = browser(desk.staff.accounts_maker)
    inside.post(reverse("admin:claim", args=[task.uuid]))

    page = Page(inside.post(reverse("admin:step", args=[task.uuid]), {"result": "not_back", "note": "三次未接"}))

    assert page.status == 422
    assert "三次未接" in page.source
    assert "等待期未满" in page.source


def test_the_panel_tells_where_it_stands_and_costs_the_same_with_more(desk, browser):
    inside = browser(desk.staff.consumer_protection)
    assert 'id="advance"' not in Page(inside.get(case_page(desk))).source
    paid(desk, amount="100.00")
    before = cost(inside, case_page(desk))

    paid(desk, amount="50.00")

    assert cost(inside, case_page(desk)) == before <= CASE
    assert 'id="advance"' in Page(inside.get(case_page(desk))).source


def test_a_settled_advance_stays_on_the_case_page(desk, browser):
    paid(desk, amount="100.00")
    decided(desk, "3100.00")

    source = Page(browser(desk.staff.consumer_protection).get(case_page(desk))).source

    assert 'id="advance"' in source
    assert "已抵扣 100.00" in source


def test_the_ledger_and_its_file_hold_what_one_may_see(desk, browser, staff):
    process = paid(desk, amount="100.00")
    inside = browser(staff.consumer_protection)
    assert desk.case.reference in Page(inside.get(ledger())).source
    before = cost(inside, ledger())
    assert before <= LIST

    opens(desk, AdvanceFlow)
    assert cost(inside, ledger()) == before
    heads, (first, _second), _mark = sheet(inside, ledger())
    assert len(heads) == 11
    assert first[0] == desk.case.reference
    assert "100.00" in first
    stranger = person(Role.CONSUMER_PROTECTION, staff.bank.other_tier1)
    for address in (ledger(), ledger() + "?as=csv", ledger() + "?state=all"):
        assert desk.case.reference not in browser(stranger).get(address).getvalue().decode()
    decided(desk, "3100.00")
    assert matter_of(process).stage == "settled"
    assert desk.case.reference in Page(inside.get(ledger() + "?state=ended&stage=settled")).source


def test_an_approval_waits_on_the_home_page_with_its_sum(desk, browser):
    process = opens(desk, AdvanceFlow)
    runs(desk, process, "ask_advance")

    source = Page(browser(desk.staff.outlet_head).get(reverse("admin:index"))).source

    assert desk.case.reference in source
    assert "3,100.00" in source
