"""The sum rules in the database, each proved by going round the actions; they hold when a transaction commits."""

from decimal import Decimal
from typing import Any

import pytest

from cases.models import Booking, Case, MoneyEntry, Proposal
from record import clock
from tests.cases.around import approved, booked, change, decided, proposed, refused, stands
from tests.factories.cases import (
    BookingFactory,
    CaseFactory,
    ControlFactory,
    MoneyEntryFactory,
    ProposalFactory,
    TransactionFactory,
)

pytestmark = pytest.mark.django_db

# what is disputed and who bears it ------------------------------------------------------------------------------------


def test_the_disputed_total_is_the_sum_of_what_is_disputed() -> None:
    with stands():
        one = decided()
    with refused("disputed_total_is_the_sum"):
        change(one.case, disputed_total=Decimal("99.99"))
    with refused("disputed_total_is_the_sum"):
        TransactionFactory(case=one.case, is_disputed=True, amount=Decimal("1.00"))
    with refused("disputed_total_is_the_sum"):
        CaseFactory(disputed_total=Decimal("5.00"), handling_unit=one.case.handling_unit)
    with stands():
        TransactionFactory(case=one.case)


@pytest.mark.parametrize(
    "shares",
    [("60.00", "40.01", "0.00"), ("100.01", "-0.01", "0.00"), ("0.00", "0.00", "0.00"), ("100.00", None, "0.00")],
)
def test_shares_add_up_and_none_is_negative(shares: tuple[str | None, ...]) -> None:
    names = ("bank_share", "holder_share", "merchant_share")
    with refused("transaction_shares_add_up"):
        decided(**{name: Decimal(share) if share else None for name, share in zip(names, shares, strict=True)})


@pytest.mark.parametrize("changes", [{"ground": ""}, {"type": ""}, {"is_disputed": False}])
def test_a_share_stands_on_a_ground_a_type_and_a_dispute(changes: dict[str, Any]) -> None:
    with refused("transaction_decided_with_ground"):
        decided(**changes)


def test_a_transaction_has_an_amount() -> None:
    with refused("transaction_amount_positive"):
        TransactionFactory(amount=Decimal("0.00"))


# a proposal and its lines ---------------------------------------------------------------------------------------------


def test_a_proposal_is_the_sum_of_its_lines() -> None:
    with stands():
        entry = proposed()
    with refused("proposal_is_its_lines"):
        change(entry.proposal, total=Decimal("59.99"))
    with refused("proposal_is_its_lines"):
        change(entry, amount=Decimal("50.00"))
    with refused("proposal_is_its_lines"):
        change(entry, state="dropped")
    with refused("proposal_is_its_lines"):
        change(entry.proposal, state="returned")
    with stands():
        change(MoneyEntry.objects.get(), state="dropped")
        change(Proposal.objects.get(), state="returned")


def test_a_proposal_stands_on_decided_transactions_only() -> None:
    with stands():
        entry = proposed()
    with refused("proposal_after_decision"):
        TransactionFactory(case=entry.case, is_disputed=True, amount=Decimal("10.00"))
        change(entry.case, disputed_total=Decimal("110.00"))


@pytest.mark.parametrize("state", ["waiting", "approved"])
def test_one_proposal_is_alive(state: str) -> None:
    with stands():
        entry = proposed()
    with refused("proposal_one_alive"):
        ProposalFactory(case=entry.case, number=2, state=state)


def test_principal_stays_within_the_banks_share() -> None:
    with stands():
        entry = proposed()
    with refused("principal_within_share"):
        change(entry, amount=Decimal("60.01"))
        change(entry.proposal, total=Decimal("60.01"))
    with refused("principal_within_share"):
        change(entry.transaction, bank_share=Decimal("50.00"), holder_share=Decimal("50.00"))
    with refused("principal_within_share"):
        MoneyEntryFactory(
            case=entry.case, proposal=entry.proposal, transaction=entry.transaction, kind="principal", amount="0.01"
        )
        change(Proposal.objects.get(), total=Decimal("60.01"))


def test_goodwill_may_go_beyond_the_share_and_not_beyond_the_loss() -> None:
    with stands():
        entry = proposed()
        goodwill = MoneyEntryFactory(
            case=entry.case, proposal=entry.proposal, transaction=entry.transaction, amount=Decimal("40.00")
        )
        change(entry.proposal, total=Decimal("100.00"))
    with refused("customer_within_loss"):
        change(goodwill, amount=Decimal("40.01"))
        change(Proposal.objects.get(), total=Decimal("100.01"))


def test_money_is_positive_and_in_the_cases_currency() -> None:
    with refused("money_positive"):
        MoneyEntryFactory(amount=Decimal("0.00"), state="dropped")
    with stands():
        entry = proposed()
    for row in (entry, entry.proposal, entry.transaction):
        with refused("money_in_one_currency"):
            change(row, currency="USD")
    with refused("money_in_one_currency"):
        change(Case.objects.get(), currency="USD")


def test_a_line_belongs_to_its_own_case() -> None:
    with stands():
        entry = proposed()
        other = CaseFactory(handling_unit=entry.case.handling_unit, disputed_total=Decimal("100.00"))
        foreign = decided(case=other)
        listed = TransactionFactory(case=entry.case)
    for wrong in ({"case": other}, {"transaction": foreign}, {"transaction": listed}):
        with refused("money_on_one_case"):
            change(MoneyEntry.objects.get(), **wrong)


# money that moves -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["approved", "ordered"])
def test_nothing_moves_that_was_not_approved(state: str) -> None:
    with stands():
        entry = proposed()
    with refused("payouts_within_approval"):
        change(entry, state=state)
    with refused("payouts_within_approval"):
        MoneyEntryFactory(case=entry.case, state=state, amount=Decimal("0.01"))


def test_no_more_is_paid_than_was_approved() -> None:
    with stands():
        entry = approved()
    with refused("payouts_within_approval"):
        MoneyEntryFactory(case=entry.case, state="approved", amount=Decimal("0.01"))
    with refused("payouts_within_approval"):
        BookingFactory(entry=MoneyEntryFactory(case=entry.case, state="booked", amount=Decimal("0.01")))


def test_a_booked_line_has_exactly_one_standing_booking() -> None:
    with stands():
        entry = booked()
    with refused("booking_one_standing"):
        BookingFactory(entry=entry)
    with refused("booked_exactly_once"):
        change(Booking.objects.get(), reversed_at=clock.now())
    with refused("booked_exactly_once"):
        change(entry, state="ordered")
    with stands():
        change(Booking.objects.get(), reversed_at=clock.now())
        BookingFactory(entry=entry)


def test_a_line_that_is_not_booked_has_none() -> None:
    with stands():
        entry = approved()
    with refused("booked_exactly_once"):
        BookingFactory(entry=entry)
    with refused("booked_exactly_once"):
        change(entry, state="booked")


@pytest.mark.parametrize("on_transaction", [True, False])
def test_no_more_is_recovered_than_was_lost(on_transaction: bool) -> None:
    with stands():
        one = decided()
        which = {"transaction": one} if on_transaction else {}
        MoneyEntryFactory(case=one.case, kind="recovery", amount=Decimal("60.00"), state="approved", **which)
    with refused("recoveries_within_loss"):
        MoneyEntryFactory(case=one.case, kind="recovery", amount=Decimal("40.01"), **which)
    with stands():
        MoneyEntryFactory(case=one.case, kind="recovery", amount=Decimal("40.00"), **which)


@pytest.mark.parametrize("state", ["done", "archived"])
@pytest.mark.parametrize("line", ["approved", "ordered"])
def test_a_case_is_not_completed_while_money_is_owed(state: str, line: str) -> None:
    with stands():
        entry = proposed(state="approved", line=line)
    with refused("completed_and_paid"):
        change(entry.case, state=state)
    with stands():
        change(entry, state="booked")
        BookingFactory(entry=entry)
        change(Case.objects.get(), state=state)


def test_a_completed_case_takes_no_new_debt() -> None:
    with stands():
        entry = booked()
        change(entry.case, state="done")
    with refused("completed_and_paid"):
        change(entry, state="approved")
        change(Booking.objects.get(), reversed_at=clock.now())


def test_one_stop_a_card_is_open_and_an_end_is_said() -> None:
    with stands():
        control = ControlFactory()
    with refused("control_one_loss_open"):
        ControlFactory(case=control.case, card=control.card)
    with refused("control_end_said"):
        change(control, ended_at=clock.now())
    with refused("control_end_said"):
        change(control, end="replaced")
