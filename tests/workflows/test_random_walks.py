"""Whatever the order of people, clicks, answers, time and kills: every step of the way is sound, and every way ends.

Hypothesis chooses the acts and their luck. A walk that fails is shown as it went and not made shorter: that took
minutes and rarely helped, because leaving an act out changes the luck of all that follow.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, note, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cases import rules
from cases.actions.closing import OpenPoint, open_points
from cases.models import Booking, Case, Duty, MoneyEntry
from record import clock, journal
from tests.journey import Journey, Staff
from tests.workflows.conftest import NOON
from tests.workflows.ends import erased_it_verifies, one_bit_is_found
from tests.workflows.past import told_as_it_is
from tests.workflows.roads import sound, whole
from tests.workflows.walker import DOORS, Walker
from workflows.flows import FLOWS
from workflows.nodes import Step

AFTER_COMPLETION = {"call_back", "archive"}


class AnyOrder(RuleBasedStateMachine):
    """One case in a transaction of its own; each rule is one act of `Walker`."""

    def __init__(self) -> None:
        super().__init__()
        self.broken = False
        self.hand = clock.at(NOON)
        self.time = self.hand.__enter__()
        self.world = transaction.atomic()
        self.world._from_testcase = True  # as Django's own tests say it: durable blocks may stand inside
        self.world.__enter__()

    @initialize(luck=st.randoms(use_true_random=False), door=st.sampled_from(list(DOORS)))
    def a_call_comes_in(self, luck: Any, door: str) -> None:
        self.walker = Walker.begin(Staff.hired(), luck, self.time, door=door)

    @property
    def journey(self) -> Journey:
        return self.walker.journey

    def act(self, name: str) -> None:
        try:
            self.walker.act(name)
        except BaseException:
            self.broken = True
            raise

    # what holds at every moment --------------------------------------------------------------------------------------

    @invariant()
    def every_law_holds(self) -> None:
        """One way to go on; shares and money add up; no duty is joined; completed is whole; the chain and the past."""
        for law in (sound, adds_up, duties_apart, completed_whole, chain_verifies, past_told):
            self._holds(law)

    def _holds(self, law: Callable[[Journey], None]) -> None:
        try:
            self.journey.again()
            law(self.journey)
        except BaseException:
            self.broken = True
            raise

    def teardown(self) -> None:
        """The way is walked to its end, unless it broke before; then the world is as it was."""
        try:
            if not self.broken and hasattr(self, "walker"):
                self.walker.home()
                note(" ".join(self.walker.went))
                for law in (whole, paid_once, adds_up, duties_apart, completed_whole):
                    law(self.journey)
                one_bit_is_found(self.journey, self.walker.luck)
                erased_it_verifies(self.journey)
        finally:
            transaction.set_rollback(True)
            self.world.__exit__(None, None, None)
            self.hand.__exit__(None, None, None)


def _rule(name: str) -> Any:
    def act(self: AnyOrder) -> None:
        self.act(name)

    act.__name__ = name
    return rule()(act)


# Hypothesis draws rules alike; what happens more often in a bank stands there more often.
for _name, _times in Walker.ACTS.items():
    for _n in range(_times):
        setattr(AnyOrder, f"{_name}_{_n}" if _n else _name, _rule(f"{_name}"))


def adds_up(journey: Journey) -> None:
    """Shares are the transaction, what is paid is what was approved and never above the loss, nor is what came back."""
    case = journey.case
    disputed = list(case.transactions.disputed())
    for one in disputed:
        if one.is_decided:
            assert one.bank_share + one.holder_share + one.merchant_share == one.amount
    principal: dict[int | None, Decimal] = defaultdict(Decimal)
    for line in case.money.payouts().filter(kind__in=[MoneyEntry.Kind.PRINCIPAL, MoneyEntry.Kind.GOODWILL]):
        principal[line.transaction_id] += line.amount
    for one in disputed:
        assert principal[one.pk] <= one.amount
    loss = sum((one.amount for one in disputed), Decimal(0))
    assert sum((line.amount for line in case.money.recoveries()), Decimal(0)) <= loss


def duties_apart(journey: Journey) -> None:
    """Nobody did two duties a flow keeps apart, for himself or for whom he stood in for."""
    did: dict[str, set[int]] = defaultdict(set)
    for duty in Duty.objects.filter(case=journey.case).exclude(state=Duty.State.RELEASED):
        did[duty.duty] |= {pk for pk in (duty.person_id, duty.for_whom_id) if pk}
    for flow in FLOWS:
        for node in flow.instance.nodes():
            if isinstance(node, Step):
                for other in node.apart:
                    assert not did[node.name] & did[other.name], f"{node.name} and {other.name} by one person"


def past_told(journey: Journey) -> None:
    """The journal alone tells which steps are open and which limits run."""
    told_as_it_is(journey.case)


def completed_whole(journey: Journey) -> None:
    """A completed case has nothing of the customer's side open, and no step of it waits."""
    case: Case = journey.case
    if case.done_at is None:
        return
    points: list[OpenPoint] = open_points(case)
    assert not points, [point.code for point in points]
    main = case.processes.get(opened_by=None)
    left = {task.flow_task.name for task in journey.open_tasks() if task.process_id == main.pk}
    assert left <= AFTER_COMPLETION, left
    assert not rules.is_card_stopped(case)


def chain_verifies(journey: Journey) -> None:
    """Nothing was taken out of the record or put between."""
    assert journal.verify(journey.case.stream) is None


def paid_once(journey: Journey) -> None:
    """What was approved is with the customer, by order or by hand or set off against what he had in advance, once.

    Nothing of a decision was paid on a withdrawn complaint, and no advance is left above the decision.
    """
    case: Case = journey.again()
    approved = sum((proposal.total for proposal in case.proposals.filter(state="approved")), Decimal(0))
    Kind = MoneyEntry.Kind
    rows = Booking.objects.filter(entry__case=case, reversed_at=None).exclude(entry__kind=Kind.RECOVERY)
    bookings = list(rows.select_related("entry"))

    def total(kinds: set[MoneyEntry.Kind], *ways: str) -> Decimal:
        found = [one.entry.amount for one in bookings if one.entry.kind in kinds and (not ways or one.way in ways)]
        return sum(found, Decimal(0))

    decided = set(Kind) - {Kind.RECOVERY, Kind.ADVANCE, Kind.ADVANCE_BACK}
    assert total(decided) == approved
    assert sum(journey.credited(), Decimal(0)) == total(decided | {Kind.ADVANCE}, "order")
    written_off = sum((row.written_off for row in case.advances.all()), Decimal(0))
    has = total(decided, "order", "receipt") + total({Kind.ADVANCE}) - total({Kind.ADVANCE_BACK})
    assert has == approved + written_off
    if case.withdrawn_at is not None:
        assert approved == 0


TestAnyOrder = pytest.mark.django_db(AnyOrder.TestCase)
# The same walks each time, so that a change is judged by what it changed; WALKS=80 walks so many new ones.
WALKS = int(os.environ.get("WALKS", "0"))
TestAnyOrder.settings = settings(
    max_examples=WALKS or 12,
    derandomize=not WALKS,
    stateful_step_count=45,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
