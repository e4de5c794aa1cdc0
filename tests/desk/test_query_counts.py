"""What a page costs in queries, and that it costs no more when there is more on it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Role
from cases.actions import contacts, deadlines, evidence, people, transactions
from cases.actions.turn import turn
from cases.models import Notice
from knowledge import limits
from record import clock
from tests.desk.addresses import NO_PAGES, addresses, held, opens_to
from tests.desk.at_work import Desk
from tests.desk.costs import CALLER, CASE, CHECKED, FORM, HOME, LIST, STEP, cost
from tests.desk.test_case_answers import PDF
from tests.factories import PostFactory, person
from tests.journey import Journey
from tests.workflows.roads import until
from workflows import verbs

__all__ = ["held"]
pytestmark = pytest.mark.django_db
GATHERING = ("approval", "step")


def test_each_posts_home_costs_at_most_fifteen_queries(staff, browser):
    for step in ("stop_loss", "trace", "decide", "approve", "tell"):
        Desk.at(step, staff, claimed=False)
        Desk.at(step, staff)
    costs = {role: cost(browser(user), "/") for role, user in staff.people.items()}
    assert max(costs.values()) <= HOME, costs


def test_no_address_costs_more_than_a_step(held, staff, browser):
    """Whatever page there is, as the first post that opens it; what gathers all that was done before has its bound."""
    costs = {}
    for name, path in addresses(held):
        if name not in NO_PAGES and (post := opens_to(path, staff)):
            costs[name] = cost(browser(staff.people[post]), path)
    assert len(costs) > 60
    dear = {name: found for name, found in costs.items() if found > (CHECKED if name in GATHERING else STEP)}
    assert dear == {}


def fill_home(staff) -> None:
    """More of everything that stands on a consumer protection officer's home."""
    me = staff.consumer_protection
    for step in ("propose", "tell"):
        Desk.at(step, staff)
        Desk.at(step, staff, claimed=False)
    back = Desk.at("approve", staff)
    verbs.send_back(back.task.uuid, user=back.person, reason="请补利息")
    verbs.claim(back.journey.task("propose").uuid, user=me)
    with turn(back.case, user=me) as hand:
        contacts.promise(hand, what="回电", due_at=clock.now() + timedelta(minutes=1))
        deadline = deadlines.start(hand, limits.TRACE, subject=uuid.uuid4())
    Notice.objects.create(case=back.case, deadline=deadline, level=1, kind="reminder", to=me)


def test_home_costs_the_same_with_more_on_it(staff, browser):
    inside = browser(staff.consumer_protection)
    fill_home(staff)
    before = cost(inside, "/")
    for _ in range(2):
        fill_home(staff)
    assert cost(inside, "/") == before <= HOME


def test_home_of_somebody_with_three_posts_who_stands_in_for_two_others_stays_within_its_bound(staff, browser):
    user = person(Role.OUTLET_HEAD, staff.bank.outlet)
    for role, branch in ((Role.AGENT, staff.bank.sister_outlet), (Role.SUPERVISOR, staff.bank.outlet)):
        PostFactory.create(user=user, role=role, branch=branch)
    for step in ("stop_loss", "approve"):
        Desk.at(step, staff, claimed=False)
    assert cost(browser(user), "/") <= HOME


def test_lists_and_search_cost_the_same_with_more_on_them(staff, browser):
    inside = browser(staff.agent)

    def costs() -> tuple[int, int]:
        return cost(inside, "/complaints/"), cost(inside, "/find/", q="4417")

    Desk.at("decide", staff)
    before = costs()
    for step in ("trace", "approve", "decide"):
        Desk.at(step, staff)
    assert costs() == before
    assert max(before) <= LIST


def more_of_everything(desk: Desk, n: int) -> None:
    """Transactions, evidence, contacts, promises, interests, people and time-line entries."""
    staff = desk.journey.staff
    with turn(desk.case, user=staff.consumer_protection) as hand:
        for number in range(n):
            transactions.add_transaction(
                hand,
                booked_at=clock.now() - timedelta(days=1),
                amount=Decimal(number + 1),
                channel="atm",
                merchant="ATM",
            )
            file = SimpleUploadedFile("a.pdf", PDF)
            evidence.add_file(hand, kind="caller_check", upload=file)
            evidence.add_reference(hand, kind="core_voucher", reference=f"V-{number}")
            contacts.add_contact(hand, direction="in", channel="phone", note="来电")
            contacts.promise(hand, what="回电", due_at=clock.now() + timedelta(days=2))
            deadlines.start(hand, limits.TRACE, subject=uuid.uuid4())
            helper = person(Role.AGENT, staff.bank.outlet)
            people.take_part(hand, user=helper, part="assist")
            people.declare_interest(hand, person=helper, why="亲戚")


PAGES: dict[str, tuple[str, int, Callable[[Desk], str]]] = {
    "case": ("trace", CASE, lambda desk: f"/case/{desk.case.uuid}/"),
    "whole time line": ("trace", CASE, lambda desk: f"/case/{desk.case.uuid}/history/"),
    "trace": ("trace", STEP, lambda desk: desk.url),
    "reassign": ("trace", FORM + 5, lambda desk: f"/step/{desk.task.uuid}/reassign/"),
    "evidence": ("trace", FORM, lambda desk: f"/case/{desk.case.uuid}/evidence/add/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_a_case_costs_no_more_with_ten_of_everything(name, staff, browser):
    step, most, path = PAGES[name]
    desk = Desk.at(step, staff)
    inside = browser(staff.consumer_protection)
    more_of_everything(desk, 1)
    before = cost(inside, path(desk))
    more_of_everything(desk, 9)
    # a page of entries may name fewer kinds of record than it did: one question a kind
    assert cost(inside, path(desk)) <= before <= most


@pytest.mark.parametrize("step", ["decide", "propose", "approve", "tell", "close"])
def test_a_step_costs_the_same_with_ten_transactions_as_with_one(step, staff, browser):
    costs = []
    for disputed in (1, 3):
        desk = Desk.at("trace", staff)
        amounts = [str(row.amount) for row in desk.case.transactions.all()][:disputed]
        journey = desk.journey
        journey.does("trace", staff.fraud, **journey.disputes(*amounts))
        assert journey.case.transactions.filter(is_disputed=True).count() >= disputed
        until(journey, "decide")  # what runs beside the trace is done, too
        if step != "decide":
            journey.does("decide", staff.liability, **journey.bank_bears_all())
        if step not in ("decide", "propose"):
            journey.does("propose", staff.consumer_protection, **journey.principal())
        if step in ("tell", "close"):
            verbs.approve(journey.task("approve").uuid, user=staff.outlet_head)
            journey.does("draft_letter", staff.consumer_protection, **journey.drafting())
        if step == "close":
            journey.does("tell", staff.consumer_protection, **journey.telling() | {"told_at": clock.now().isoformat()})
            costs.append(cost(browser(staff.consumer_protection), f"/case/{desk.case.uuid}/"))
            continue
        at = Desk(journey, step)
        verbs.claim(at.task.uuid, user=at.person)
        costs.append(cost(browser(at.person), at.url))
    assert costs[0] == costs[1]


def test_who_may_do_a_step_costs_the_same_however_many_hold_the_post(staff, browser):
    desk = Desk.at("decide", staff)
    inside = browser(desk.person)
    before = cost(inside, desk.url), cost(inside, f"/step/{desk.task.uuid}/hand-over/")
    for _ in range(10):
        person(Role.LIABILITY, staff.bank.head_office)
    assert (cost(inside, desk.url), cost(inside, f"/step/{desk.task.uuid}/hand-over/")) == before


def test_the_page_of_a_caller_costs_the_same_with_ten_complaints_as_with_one(staff, browser):
    inside = browser(staff.agent)
    costs = []
    for more in (1, 9):
        for _ in range(more):
            more_of_everything(Desk.at("trace", staff), 1)
        costs.append(cost(inside, "/call/", q="13816262207"))
    assert costs[0] == costs[1] <= CALLER, costs


def test_the_pages_of_a_call_are_light(staff, browser):
    inside = browser(staff.agent)
    assert max(cost(inside, "/new/"), cost(inside, "/stop-loss/")) <= FORM
    assert Journey.begin(staff).case.reference
