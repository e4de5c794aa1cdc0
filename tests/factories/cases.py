"""Cases and what belongs to them, saved plainly; stories told through the actions are in tests/cases/stories.py."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.roles import Level
from cases.actions import references
from cases.models import (
    Booking,
    Card,
    CardControl,
    Case,
    Customer,
    DisputedTransaction,
    Duty,
    MoneyEntry,
    Proposal,
)
from record import clock
from record.keys import create_key
from tests.factories.accounts import BranchFactory, UserFactory


class CustomerFactory(DjangoModelFactory[Customer]):
    """A person with a key of his own. Give `name` and `phone` in clear."""

    class Meta:
        model = Customer

    name_masked = "王**"

    @classmethod
    def _create(cls, model_class: type[Customer], *args: Any, **kwargs: Any) -> Customer:
        clear = {name: kwargs.pop(name) for name in ("name", "phone", "identity_number") if name in kwargs}
        customer = model_class(**kwargs)
        customer.person_key = create_key(customer.uuid)
        customer.seal(**clear)
        customer.save(force_insert=True)
        return customer


class CardFactory(DjangoModelFactory[Card]):
    """A debit card nobody owns yet."""

    class Meta:
        model = Card

    token = factory.Sequence(lambda n: f"tok_test_{n}")
    first_six = "622126"
    last_four = factory.Sequence(lambda n: f"{n % 10_000:04}")
    kind = Card.Kind.DEBIT


class CaseFactory(DjangoModelFactory[Case]):
    """A card-fraud case received an hour ago, handled at an outlet; without customer, card, people and clocks."""

    class Meta:
        model = Case

    reference = factory.Sequence(lambda n: references.written(99, n))
    kind = Case.Kind.CARD_FRAUD
    channel = Case.Channel.PHONE
    received_at = factory.LazyFunction(lambda: clock.now() - timedelta(hours=1))
    handling_unit = factory.SubFactory(
        BranchFactory, level=Level.OUTLET, parent=factory.SubFactory(BranchFactory, level=Level.HEAD_OFFICE)
    )

    @classmethod
    def _create(cls, model_class: type[Case], *args: Any, **kwargs: Any) -> Case:
        case = model_class(**kwargs)
        case.place(case.handling_unit)
        case.person_key = case.person_key or create_key(case.uuid)
        case.save(force_insert=True)
        return case


class TransactionFactory(DjangoModelFactory[DisputedTransaction]):
    """A listed transaction over 100.00; give `is_disputed`, `type` and shares for more."""

    class Meta:
        model = DisputedTransaction

    case = factory.SubFactory(CaseFactory)
    person_key = factory.SelfAttribute("case.person_key")
    bank_id = factory.Sequence(lambda n: f"T{n:06}")
    booked_at = factory.LazyFunction(lambda: clock.now() - timedelta(hours=3))
    amount = Decimal("100.00")
    channel = DisputedTransaction.Channel.POS


class ProposalFactory(DjangoModelFactory[Proposal]):
    """The first proposal of a case, waiting, without lines."""

    class Meta:
        model = Proposal

    case = factory.SubFactory(CaseFactory)
    person_key = factory.SelfAttribute("case.person_key")
    number = 1
    total = Decimal("0.00")
    proposed_by = factory.SubFactory(UserFactory)


class MoneyEntryFactory(DjangoModelFactory[MoneyEntry]):
    """A goodwill line over 100.00 of no proposal."""

    class Meta:
        model = MoneyEntry

    case = factory.SubFactory(CaseFactory)
    kind = MoneyEntry.Kind.GOODWILL
    amount = Decimal("100.00")


class BookingFactory(DjangoModelFactory[Booking]):
    """A booking by a typed receipt."""

    class Meta:
        model = Booking

    entry = factory.SubFactory(MoneyEntryFactory)
    way = Booking.Way.RECEIPT
    receipt = factory.Sequence(lambda n: f"V{n:06}")
    booked_at = factory.LazyFunction(clock.now)


class ControlFactory(DjangoModelFactory[CardControl]):
    """A card stopped an hour ago."""

    class Meta:
        model = CardControl

    case = factory.SubFactory(CaseFactory)
    card = factory.SubFactory(CardFactory)
    kind = CardControl.Kind.ORAL_LOSS
    receipt = factory.Sequence(lambda n: f"K{n:06}")
    effective_at = factory.LazyFunction(lambda: clock.now() - timedelta(hours=1))
    lapses_at = factory.LazyAttribute(lambda made: made.effective_at + timedelta(days=3))


class DutyFactory(DjangoModelFactory[Duty]):
    """A duty in somebody's hand."""

    class Meta:
        model = Duty

    case = factory.SubFactory(CaseFactory)
    duty = "trace"
    task = factory.Faker("uuid4", cast_to=None)
    person = factory.SubFactory(UserFactory)
