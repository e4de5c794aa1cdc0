"""An advance on its way: paid, decided upon, given back; and each step it goes through."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from cases.models import Advance, Booking, MoneyEntry
from record import clock
from tests.journey import Journey, Staff
from tests.workflows import roads
from tests.workflows.beside import does, matter_of, opens, runs
from tests.workflows.roads import limit_passes, until
from workflows.flows import AdvanceFlow
from workflows.models import CaseProcess, StepTask

PAY = ("ask_advance", "approve_advance", "pay_advance", "check_advance")
LOSS = Decimal("3100.00")


@pytest.fixture
def journey(staff) -> Journey:
    """The transactions are traced: one of 3100.00 is disputed, nothing is decided."""
    return until(Journey.begin(staff), "decide")


def paid(journey: Journey, **answers: Any) -> CaseProcess:
    """An advance, of all that is disputed unless said otherwise, is with the customer."""
    process = opens(journey, AdvanceFlow)
    does(journey, process, "ask_advance", **answers)
    runs(journey, process, *PAY[1:])
    journey.bank_answers()
    assert matter_of(process).stage == Advance.Stage.PAID
    return process


def decided(journey: Journey, bank: str) -> Journey:
    """The bank bears this much, and it is told; nothing is paid yet."""
    until(journey, "decide")
    answers = journey.holder_bears_all()
    for row in journey.case.transactions.disputed():
        rest = str(row.amount - Decimal(bank))
        ground = {f"ground_{row.uuid.hex}": "L8" if bank == "0.00" else "L2"}
        answers |= {f"bank_{row.uuid.hex}": bank, f"holder_{row.uuid.hex}": rest, **ground}
    journey.does("decide", journey.staff.liability, **answers)
    over(journey, "tell")
    roads.does(journey, "tell")
    return journey


def over(journey: Journey, place: str) -> None:
    """Along the case's own flow until this step waits; what waits of the advance stays as it is."""
    main = CaseProcess.objects.main().get(case=journey.case)
    for _ in range(roads.FURTHEST):
        names = {task.flow_task.name for task in StepTask.objects.open().human().filter(process=main)}
        if place in names:
            journey.again()
            return
        if names:
            roads.does(journey, min(names - roads.CARD_END or names))
        else:
            journey.bank_answers(1)
    raise AssertionError(f"{place} is never reached")


def has(journey: Journey) -> Decimal:
    """What the customer has of this bank's money after all: booked to him, less what he gave back."""
    real = Booking.objects.filter(entry__case=journey.case, reversed_at=None).exclude(way=Booking.Way.OFFSET)
    away = {MoneyEntry.Kind.ADVANCE_BACK: -1, MoneyEntry.Kind.RECOVERY: 0}
    lines = [booking.entry for booking in real.select_related("entry")]
    return sum((line.amount * away.get(MoneyEntry.Kind(line.kind), 1) for line in lines), Decimal(0))


def days_pass(journey: Journey, process: CaseProcess, time: clock.Hand) -> None:
    """The days of the notice are over."""
    until_then = matter_of(process).back_from
    assert until_then is not None
    time.to(until_then)


def steps_of_an_advance(staff: Staff, time: clock.Hand) -> Iterator[tuple[Journey, StepTask]]:
    """Every human step of an advance as it opens: the core is silent, part comes back, the rest is written off."""
    journey = until(Journey.begin(staff), "decide")
    process = opens(journey, AdvanceFlow)
    late = {"result": "not_back", "note": "三次未接"}
    for step in (*PAY, "ask_core_advance", "pay_advance_by_hand", "check_advance_by_hand", "tell_excess"):
        if step == "ask_core_advance":
            limit_passes(journey, "order_advance", time)
        if step == "tell_excess":
            decided(journey, "0.00")
        yield journey, StepTask.objects.open().human().get(process=process)
        does(journey, process, step)
    for step in ("take_back", "check_back"):
        yield journey, StepTask.objects.open().human().get(process=process)
        does(journey, process, step, **({"returned": "1.00"} if step == "take_back" else {}))
    days_pass(journey, process, time)
    does(journey, process, "take_back", **late)
    for step in ("ask_write_off", "approve_write_off"):
        yield journey, StepTask.objects.open().human().get(process=process)
        does(journey, process, step)
