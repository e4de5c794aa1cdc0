"""The sum rules of advances in the database, each proved by going round the actions."""

from decimal import Decimal

import pytest

from cases.models import Advance, MoneyEntry
from record import clock
from tests.cases.around import approved, booked, change, decided, refused, stands
from tests.factories.cases import BookingFactory, MoneyEntryFactory

pytestmark = pytest.mark.django_db


def line(case, amount: str, kind: str = "advance", state: str = "booked") -> MoneyEntry:
    """A line that no proposal decides, booked unless said otherwise."""
    entry = MoneyEntryFactory(
        case=case, proposal=None, transaction=None, kind=kind, amount=Decimal(amount), state=state
    )
    if state == "booked":
        BookingFactory(entry=entry)
    return entry


def advanced(case, amount: str, **changes) -> Advance:
    """An advance that is with the customer."""
    values = {"stage": "paid", "paid_at": clock.now(), **changes}
    entry = line(case, amount)
    row = Advance(case=case, ground="promise", amount=Decimal(amount), entry=entry, opened_at=clock.now(), **values)
    row.save()
    return row


def test_no_more_is_advanced_than_is_disputed_when_it_is_asked_for() -> None:
    with stands():
        case = decided().case
    with refused("advances_within_loss"):
        line(case, "100.01", state="proposed")
    with stands():
        line(case, "60.00", state="proposed")
    with refused("advances_within_loss"):
        line(case, "40.01", state="proposed")


def test_an_advance_is_no_part_of_what_was_approved() -> None:
    with stands():
        entry = approved()
        advanced(entry.case, "60.00")
    with refused("advance_stands_alone"):
        change(entry.proposal, total=Decimal("61.00"))
        MoneyEntryFactory(case=entry.case, proposal=entry.proposal, kind="advance", amount=Decimal("1.00"))


def test_what_is_set_off_is_what_was_advanced() -> None:
    with stands():
        entry = approved()
        row = advanced(entry.case, "100.00")
    with refused("set_off_is_the_advance"):
        change(row, set_off=Decimal("60.00"))
    with refused("set_off_is_the_advance"):
        change(entry, state="booked")
        BookingFactory(entry=entry, way="offset")
    with stands():
        change(row, set_off=Decimal("60.00"))
        change(entry, state="booked")
        BookingFactory(entry=entry, way="offset")
    with refused("set_off_is_the_advance"):
        change(row.entry, state="dropped")
        change(row.entry.bookings.get(), reversed_at=clock.now())


def test_nothing_is_set_off_against_an_advance_without_its_money() -> None:
    with stands():
        entry = approved()
    with refused("set_off_is_the_advance"):
        Advance(case=entry.case, ground="promise", amount=Decimal("60.00"), set_off=Decimal("60.00")).save()
        change(entry, state="booked")
        BookingFactory(entry=entry, way="offset")


def test_what_was_given_back_is_booked() -> None:
    with stands():
        row = advanced(decided().case, "100.00")
    with refused("taken_back_is_booked"):
        change(row, taken_back=Decimal("40.00"))
    with stands():
        line(row.case, "40.00", "advance_back")
        change(row, taken_back=Decimal("40.00"))
    with refused("taken_back_is_booked"):
        line(row.case, "60.00", "advance_back")


def test_its_parts_are_never_more_than_the_advance() -> None:
    with stands():
        row = advanced(decided().case, "100.00")
    with refused("advance_parts_within_it"):
        change(row, written_off=Decimal("100.01"))
    with refused("advance_parts_not_negative"):
        change(row, written_off=Decimal("-0.01"))


@pytest.mark.parametrize("state", ["done", "archived"])
def test_a_completed_case_has_its_advances_settled(state: str) -> None:
    with stands():
        row = advanced(booked().case, "100.00")
    with refused("completed_and_settled"):
        change(row.case, state=state)
    with stands():
        change(row, written_off=Decimal("100.00"))
        change(row.case, state=state)


def test_one_advance_of_a_case_is_on_its_way() -> None:
    with stands():
        case = decided().case
        Advance(case=case, ground="promise", opened_at=clock.now()).save()
    with refused("advance_one_unpaid_a_case"):
        Advance(case=case, ground="hardship", opened_at=clock.now()).save()
