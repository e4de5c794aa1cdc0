"""Going round the actions: rows changed by hand, and which rule of the database refuses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from cases.models import DisputedTransaction, MoneyEntry
from tests.factories.cases import BookingFactory, CaseFactory, MoneyEntryFactory, ProposalFactory, TransactionFactory


def settle() -> None:
    """Check now what else is checked at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def stands() -> Iterator[None]:
    """What happens inside breaks no rule."""
    with transaction.atomic():
        yield
        settle()


@contextmanager
def refused(rule: str) -> Iterator[None]:
    """What happens inside is refused by the rule of this name, at the latest when it would be committed."""
    with pytest.raises(IntegrityError) as error, stands():
        yield
    assert error.value.__cause__.diag.constraint_name == rule


BORNE = {"bank_share": Decimal("60.00"), "holder_share": Decimal("40.00"), "merchant_share": Decimal("0.00")}


def change(row: models.Model, **values: Any) -> None:
    """Write the columns of the row as it stands, as somebody with a console would."""
    fresh = type(row).objects.get(pk=row.pk)
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.save()


def decided(**changes: Any) -> DisputedTransaction:
    """A case that disputes one transaction over 100.00, of which the bank bears 60.00."""
    case = changes.pop("case", None) or CaseFactory(disputed_total=Decimal("100.00"))
    values = {"is_disputed": True, "type": "counterfeit", "ground": "L2", **BORNE, **changes}
    return TransactionFactory(case=case, **values)


def proposed(total: str = "60.00", state: str = "waiting", line: str = "proposed") -> MoneyEntry:
    """A proposal of one principal line on such a transaction."""
    transaction = decided()
    proposal = ProposalFactory(case=transaction.case, total=Decimal(total), state=state)
    return MoneyEntryFactory(
        case=transaction.case,
        proposal=proposal,
        transaction=transaction,
        kind="principal",
        amount=Decimal("60.00"),
        state=line,
    )


def approved() -> MoneyEntry:
    return proposed(state="approved", line="approved")


def booked() -> MoneyEntry:
    entry = proposed(state="approved", line="booked")
    BookingFactory(entry=entry)
    return entry
