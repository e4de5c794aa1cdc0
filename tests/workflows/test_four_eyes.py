"""Four eyes under all combinations: every pair of steps kept apart, in either order, for oneself or for another.

Twice each: the verb refuses with a sentence, and with the verb gone round the database's trigger refuses.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuthorityLimit, Branch, User
from accounts.models.authority import LimitKind
from accounts.roles import Role
from cases.errors import NotAllowed
from cases.models import Card, DutiesApart, Duty, Interest
from record import clock
from tests.factories import PostFactory, person
from tests.factories.accounts import AbsenceFactory
from tests.journey import Journey, Staff
from tests.workflows import after
from tests.workflows.advances import steps_of_an_advance
from tests.workflows.beside import on_the_way
from tests.workflows.doors import FOUND, refused, reported_by, unnamed
from tests.workflows.roads import by_hand, does, general, limit_passes, silent, until
from workflows import verbs
from workflows.apart import declared, keep_apart
from workflows.flows import BESIDE, FLOWS, AdvanceFlow
from workflows.models import StepTask
from workflows.nodes import Step
from workflows.verbs.hand import kept_apart, title_of

pytestmark = pytest.mark.django_db

P, X, S, Q = "P", "X", "S", "Q"  # P does the one; X is whom P stands in for; S stands in for either; Q is a stranger
# (who did the one step, for whom) → (who wants the other, for whom)
JOINED = [
    ((P, None), (P, None)),
    ((P, None), (S, P)),
    ((P, None), (P, X)),
    ((P, X), (P, None)),
    ((P, X), (X, None)),
    ((P, X), (S, X)),
    ((P, X), (P, X)),
]
APART = [((P, None), (Q, None)), ((P, X), (Q, None)), ((P, X), (S, Q))]


@pytest.fixture
def four(staff: Staff) -> dict[str, User]:
    """Four people without a post that matters: no step asks for this one."""
    return {name: person(Role.EXPERT_SEAT, staff.bank.outlet) for name in (P, X, S, Q)}


@pytest.fixture
def journey(staff: Staff) -> Journey:
    return Journey.begin(staff)


def human_steps(journey: Journey, time: clock.Hand) -> Iterator[StepTask]:
    """Every human step as it opens: without any bank system, where the core is silent, and of a debit card."""
    AuthorityLimit(
        role=Role.LIABILITY, kind=LimitKind.LIABILITY, amount=Decimal(1), valid_from=date(2000, 1, 1)
    ).save()  # so that the panel sits
    with by_hand():
        while waiting := sorted(journey.steps):
            yield journey.task(waiting[0])
            does(journey, waiting[0], **({"way": "written"} if waiting[0] == "draft_letter" else {}))
    again = until(Journey.begin(journey.staff), "order_credit")
    with silent():
        limit_passes(again, "order_credit", time)
    journey.case = again.case
    yield journey.task("ask_core")
    for flow in BESIDE:
        if flow is not AdvanceFlow:
            yield from on_the_way(again, flow)
    for advanced, task in steps_of_an_advance(journey.staff, time):
        journey.case = advanced.case
        yield task
    debit = until(Journey.begin(journey.staff, kind=Card.Kind.DEBIT), "repair_debits")
    journey.case = debit.case
    yield journey.task("repair_debits")
    for task in after.on_the_way(journey.staff):
        journey.case = task.case
        yield task
    journey.case = general(journey.staff).case
    yield journey.task("look_into")
    yield from at_the_door(journey)


def at_the_door(journey: Journey) -> Iterator[StepTask]:
    """Steps of a case that began without mandate, stop or card, and of a card that was found late."""
    staff, found = journey.staff, None
    for door, step in (
        (reported_by(staff, "other"), "obtain_mandate"),
        (refused(staff), "offer_stop"),
        (unnamed(staff), "find_card"),
    ):
        journey.case = door.case
        yield journey.task(step)
        found = door
    assert found is not None
    with by_hand():
        does(found, "find_card", **FOUND, card_kind="debit")
        for step in ("late_stop_by_hand", "list_late_by_hand"):
            yield journey.task(step)


def test_every_pair_kept_apart_in_either_order(journey, four, time):
    met = set()
    for task in human_steps(journey, time):
        for other in kept_apart(task.flow_task):
            met.add((task.flow_task.name, other))
            for did, wants in JOINED:
                with undone():
                    refuses(journey, task, other, [four.get(name) for name in did], [four.get(name) for name in wants])
            for did, wants in APART:
                with undone():
                    lets(journey, task, other, [four.get(name) for name in did], [four.get(name) for name in wants])

    pairs = {(step.name, other.name) for flow in FLOWS for step in steps(flow) for other in step.apart}
    assert met == pairs | {(other, step) for step, other in pairs}


def test_an_interest_keeps_from_every_step(journey, four, time):
    met = set()
    for task in human_steps(journey, time):
        met.add(task.flow_task.name)
        for wants in ((P, None), (S, P), (P, X)):
            user, for_whom = (four.get(name) for name in wants)
            with undone():
                Interest.objects.create(case=journey.case, person=four[P], person_key=journey.case.person_key)
                stand(task, user, for_whom)
                with pytest.raises(NotAllowed):
                    verbs.claim(task.uuid, user=user)
                with pytest.raises(IntegrityError, match="an interest keeps"), transaction.atomic():
                    hold(journey, task, user, for_whom)

    assert met == {step.name for flow in FLOWS for step in steps(flow)}


def test_what_the_flows_declare_stands_in_the_table_and_nothing_else():
    rows = set(DutiesApart.objects.values_list("flow", "first", "second"))

    assert rows == declared()
    assert {("CardFraudFlow", "decide", "trace"), ("CardFraudFlow", "approve", "")} <= rows


def test_a_changed_declaration_changes_the_table_at_the_next_migrate():
    DutiesApart.objects.filter(first="decide", second="trace").delete()
    DutiesApart.objects.create(flow="CardFraudFlow", first="trace", second="archive")

    keep_apart()
    keep_apart()

    assert set(DutiesApart.objects.values_list("flow", "first", "second")) == declared()


# what the tests are made of -------------------------------------------------------------------------------------------


def steps(flow) -> list[Step]:
    return [node for node in flow.instance.nodes() if isinstance(node, Step)]


class undone(transaction.Atomic):
    """Nothing of what happens inside stays."""

    def __init__(self) -> None:
        super().__init__(None, True, False)

    def __exit__(self, *error) -> None:
        transaction.set_rollback(True)
        super().__exit__(*error)


def stand(task: StepTask, user: User, for_whom: User | None) -> None:
    """The person may do this step by his post: his own, or that of somebody away for whom he stands in."""
    holder = for_whom or user
    nearest = task.outlet or task.tier2 or task.tier1 or Branch.objects.head_office()
    PostFactory(user=holder, role=task.role, branch=nearest)
    if for_whom is not None:
        AbsenceFactory(user=for_whom, substitute=user)
    user.forget_posts()


def hold(
    journey: Journey, task: StepTask, user: User, for_whom: User | None, duty: str = "", state: str = "held"
) -> Duty:
    """Write the duty past the verbs."""
    name = duty or task.flow_task.name
    return Duty.objects.create(case=journey.case, duty=name, task=uuid4(), person=user, for_whom=for_whom, state=state)


def refuses(journey: Journey, task: StepTask, other: str, did: list, wants: list) -> None:
    where = f"{task.flow_task.name} after {other}: {did} then {wants}"
    hold(journey, task, *did, duty=other, state="done")
    stand(task, *wants)
    with pytest.raises(NotAllowed) as caught:
        verbs.claim(task.uuid, user=wants[0])
    title = title_of(other)
    assert str(title) in str(caught.value), where
    with pytest.raises(IntegrityError, match="are kept apart"), transaction.atomic():
        hold(journey, task, *wants)


def lets(journey: Journey, task: StepTask, other: str, did: list, wants: list) -> None:
    hold(journey, task, *did, duty=other, state="done")
    stand(task, *wants)
    verbs.claim(task.uuid, user=wants[0])
    assert Duty.objects.get(task=task.uuid).for_whom == wants[1]
