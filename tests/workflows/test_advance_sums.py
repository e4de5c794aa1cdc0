"""Whatever is advanced and decided, the customer has the decided sum, or more only by what was visibly written off."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from cases.models import Advance
from record import clock
from tests.cases.around import settle
from tests.journey import Journey, Staff
from tests.workflows import roads
from tests.workflows.advances import LOSS, days_pass, decided, has, over, paid
from tests.workflows.beside import does, matter_of, runs, steps_of
from tests.workflows.roads import sound, until
from workflows.models import CaseProcess

pytestmark = pytest.mark.django_db

CENTS = int(LOSS * 100)
sums = st.integers(1, CENTS).map(lambda cents: Decimal(cents) / 100)


@pytest.fixture
def traced(staff: Staff) -> Journey:
    """One transaction of 3100.00 is disputed, nothing is decided."""
    return until(Journey.begin(staff), "decide")


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(advances=st.lists(sums, min_size=1, max_size=2), bank=st.integers(0, CENTS), writes_off=st.booleans())
def test_the_customer_ends_with_the_decided_sum(traced, time, advances, bank, writes_off):
    if sum(advances) > LOSS:
        advances = advances[:1]
    decision, now = Decimal(bank) / 100, clock.now()
    world = transaction.atomic()
    world._from_testcase = True  # as Django's own tests say it: durable blocks may stand inside
    with world:
        processes = [paid(traced, amount=str(amount)) for amount in advances]
        assert has(traced) == sum(advances)

        decided(traced, f"{decision:.2f}")
        over(traced, "close")
        for process in processes:
            ends(traced, process, time, writes_off=writes_off)

        written_off = sum(matter_of(process).written_off for process in processes)
        assert has(traced) == decision + written_off <= max(LOSS, decision)
        assert written_off == (max(sum(advances) - decision, Decimal(0)) if writes_off else 0)
        assert {matter_of(process).stage for process in processes} == {Advance.Stage.SETTLED}
        sound(traced)
        roads.does(traced, "close")
        settle()  # the database agrees, before all is undone for the next sums
        transaction.set_rollback(True)
    time.to(now)
    traced.again()


def ends(journey: Journey, process: CaseProcess, time: clock.Hand, *, writes_off: bool) -> None:
    """What is above the decision comes back, or stays as goodwill; nothing to do when it was set off."""
    if not steps_of(process):
        return
    does(journey, process, "tell_excess")
    if not writes_off:
        runs(journey, process, "take_back", "check_back")
        return
    days_pass(journey, process, time)
    does(journey, process, "take_back", result="not_back", note="客户失业")
    runs(journey, process, "ask_write_off", "approve_write_off")
