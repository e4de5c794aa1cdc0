"""Who approves: the lowest level whose limit covers the sum and which has somebody free; never a dead end."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import product

import pytest
from django.db import transaction

from accounts.models import AuthorityLimit
from accounts.roles import APPROVAL_ORDER, Role
from cases.errors import NotAllowed
from cases.models import Duty
from record import clock
from tests.factories import PostFactory, person
from tests.factories.accounts import AbsenceFactory
from tests.journey import Journey, Staff
from tests.workflows.roads import does, limit_passes, until
from workflows import verbs
from workflows.flows import CardFraudFlow
from workflows.nodes.approval import ApprovalActivation
from workflows.verbs.hand import task_in

pytestmark = pytest.mark.django_db

OUTLET, TIER2, TIER1, CENTRE = APPROVAL_ORDER
# sum → levels whose limit covers it, lowest first; the limits are those of tests.journey.Staff
COVERED = {
    Decimal("0.00"): (OUTLET, TIER2, TIER1, CENTRE),
    Decimal("50000.00"): (OUTLET, TIER2, TIER1, CENTRE),
    Decimal("50000.01"): (TIER2, TIER1, CENTRE),
    Decimal("200000.01"): (TIER1, CENTRE),
    Decimal("1000000.01"): (CENTRE,),
    Decimal("100000000.01"): (),
}


@pytest.fixture
def journey(staff) -> Journey:
    return until(Journey.begin(staff), "approve")


def levels(journey: Journey, sums: Iterable[Decimal], monkeypatch) -> Iterator[tuple[Decimal, Role, str]]:
    """The level the approval would choose now for each of these sums, and why."""
    with verbs.stepwork.turn(journey.case) as hand:
        activation = ApprovalActivation(task_in(hand, journey.task("approve").uuid))
        for asked in sums:
            monkeypatch.setattr(CardFraudFlow.approve, "sum_of", lambda case, asked=asked: asked)
            role, why = activation._level()
            yield asked, Role(role), why


def vacate(staff: Staff, role: Role) -> None:
    post = staff.people[role].posts.get()
    post.until = clock.now()
    post.save()


def bar(journey: Journey, role: Role) -> None:
    """The head traced this very case."""
    head = journey.staff.people[role]
    Duty.objects.create(case=journey.case, duty="trace", task=journey.case.uuid, person=head, state=Duty.State.DONE)


FREE, VACANT, BARRED = "free", "vacant", "barred"


def test_every_sum_at_every_state_of_the_four_levels(journey, staff, monkeypatch):
    """486 rows: six sums, each of four heads free, gone, or having traced the case."""
    for states in product((FREE, VACANT, BARRED), repeat=4):
        with transaction.atomic():
            for role, state in zip(APPROVAL_ORDER, states, strict=True):
                if state == VACANT:
                    vacate(staff, role)
                elif state == BARRED:
                    bar(journey, role)
            free = {role for role, state in zip(APPROVAL_ORDER, states, strict=True) if state == FREE}
            for asked, chosen, why in levels(journey, COVERED, monkeypatch):
                covering = COVERED[asked]
                expected = next((role for role in covering if role in free), CENTRE)
                assert chosen == expected, (asked, states, why)
                skipped = [role for role in covering[: covering.index(chosen)] if role not in free] if covering else []
                assert all(f"{role}: nobody eligible" in why for role in skipped), (asked, states, why)
            transaction.set_rollback(True)


@pytest.mark.parametrize("duty", ["trace", "decide", "propose"])
def test_a_head_who_did_the_work_himself_does_not_approve_it(staff, duty):
    journey = until(Journey.begin(staff), duty)
    PostFactory(user=staff.outlet_head, role=journey.task(duty).role, branch=staff.bank.outlet)
    staff.outlet_head.forget_posts()
    answers = {"trace": journey.disputes, "decide": journey.bank_bears_all, "propose": journey.principal}
    journey.does(duty, staff.outlet_head, **answers[duty]())

    until(journey, "approve")

    task = journey.task("approve")
    assert task.role == TIER2
    assert "outlet_head: nobody eligible" in task.role_why
    with pytest.raises(NotAllowed):
        verbs.approve(task.uuid, user=staff.outlet_head)
    verbs.approve(task.uuid, user=staff.tier2_head)
    assert journey.case.proposals.get().answered_by == staff.tier2_head


def test_a_second_head_of_the_level_keeps_it_there(staff):
    journey = until(Journey.begin(staff), "propose")
    bar(journey, OUTLET)
    second = person(OUTLET, staff.bank.outlet)

    does(journey, "propose")

    assert journey.task("approve").role == OUTLET
    with pytest.raises(NotAllowed):
        verbs.approve(journey.task("approve").uuid, user=staff.outlet_head)
    verbs.approve(journey.task("approve").uuid, user=second)


def test_a_head_elsewhere_does_not_count(staff):
    journey = until(Journey.begin(staff), "propose")
    vacate(staff, OUTLET)
    person(OUTLET, staff.bank.sister_outlet)
    person(OUTLET, staff.bank.other_outlet)

    does(journey, "propose")

    assert journey.task("approve").role == TIER2


@pytest.mark.parametrize(
    ("substitute_traced", "expected"), [(None, TIER2), (False, OUTLET), (True, TIER2)], ids=["none", "free", "traced"]
)
def test_an_absent_head_counts_through_his_substitute(staff, substitute_traced, expected):
    journey = until(Journey.begin(staff), "trace")
    substitute = person(Role.FRAUD, staff.bank.tier2)
    journey.does("trace", substitute if substitute_traced else staff.fraud, **journey.disputes())
    AbsenceFactory(user=staff.outlet_head, substitute=None if substitute_traced is None else substitute)
    substitute.forget_posts()

    until(journey, "approve")

    assert journey.task("approve").role == expected
    if substitute_traced is False:
        verbs.approve(journey.task("approve").uuid, user=substitute)
        assert Duty.objects.get(case=journey.case, duty="approve").for_whom == staff.outlet_head


def test_a_head_who_leaves_after_the_proposal_does_not_keep_it_waiting(journey, staff, time):
    assert journey.task("approve").role == OUTLET
    AbsenceFactory(user=staff.outlet_head, since=clock.now())

    limit_passes(journey, "approve", time)

    moved = journey.task("approve")
    assert (moved.role, journey.case.proposals.get().approver_role) == (TIER2, TIER2)
    verbs.approve(moved.uuid, user=staff.tier2_head)


def test_a_head_who_has_it_in_hand_keeps_it(journey, staff, time):
    verbs.claim(journey.task("approve").uuid, user=staff.outlet_head)
    AbsenceFactory(user=staff.outlet_head, since=clock.now())

    limit_passes(journey, "approve", time)

    assert journey.task("approve").role == OUTLET


def test_with_nobody_free_at_all_it_waits_at_the_top_for_whoever_is_appointed(staff):
    journey = until(Journey.begin(staff), "propose")
    for role in APPROVAL_ORDER:
        bar(journey, role)
    does(journey, "propose")
    task = journey.task("approve")
    assert task.role == CENTRE

    appointed = person(CENTRE, staff.bank.head_office)
    verbs.approve(task.uuid, user=appointed)

    assert journey.waiting == {"draft_letter"}


def test_the_limit_of_the_day_counts_and_the_reason_is_told(staff):
    limit = AuthorityLimit.objects.get(role=OUTLET)
    limit.amount = Decimal("0.01")
    limit.save()

    journey = until(Journey.begin(staff), "approve")

    task = journey.task("approve")
    assert (task.role, task.role_why) == (TIER2, "lowest level whose limit covers the sum")
    assert journey.told_kinds().count("proposal.level_chosen") == 1
    with pytest.raises(NotAllowed):
        verbs.approve(task.uuid, user=staff.outlet_head)
    with pytest.raises(NotAllowed):
        verbs.approve(task.uuid, user=staff.tier1_head)
