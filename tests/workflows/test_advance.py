"""先行垫付: paid before the decision, set off by it, taken back only after decision, notice and days."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from accounts.models import AuthorityLimit, Post
from cases.errors import CaseError, NotAllowed
from cases.models import Advance, Booking, MoneyEntry
from record import clock, journal
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.beside import does, has_ended, matter_of, opens, runs, steps_of
from tests.workflows.roads import Deaf, by_hand, last_fact, limit_passes, to_the_end, until
from workflows import verbs
from workflows.flows import AdvanceFlow, ChargebackFlow
from workflows.models import CaseProcess, StepTask
from workflows.verbs.stepwork import AnswersRefused

pytestmark = pytest.mark.django_db

PAY = ("ask_advance", "approve_advance", "pay_advance", "check_advance")


@pytest.fixture
def journey(staff) -> Journey:
    """The transactions are traced: one is disputed, nothing is decided."""
    return until(Journey.begin(staff), "decide")


def test_x(journey):
    process = opens(journey, AdvanceFlow)
    runs(journey, process, *PAY)
    journey.bank_answers()
    print(matter_of(process).stage)
    until(journey, "close")
    print(matter_of(process).stage, has_ended(process))
    print([(m.kind, m.amount, m.state) for m in journey.case.money.all()])
    print(journey.told_kinds())
    assert 0
