"""Exact amounts of money: Decimal, two decimals, never negative. No database."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext as _

from cases.errors import CaseError

CENT: Final = Decimal("0.01")
NOTHING: Final = Decimal("0.00")
# What the columns hold: 14 digits before the point.
LARGEST: Final = Decimal("99999999999999.99")


def exact(amount: Decimal, *, field: str | None = None, zero: bool = False) -> Decimal:
    """The amount with two decimals; zero only when allowed. CaseError (at `field`) when it is not such an amount."""
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise CaseError(_("Please enter an amount of money."), field=field)
    if amount < 0 or (amount == 0 and not zero):
        raise CaseError(_("The amount must be above zero.") if not zero else _("The amount is negative."), field=field)
    if amount > LARGEST:
        raise CaseError(_("The amount is too large."), field=field)
    if amount != amount.quantize(CENT):
        raise CaseError(_("An amount has at most two decimals."), field=field)
    return amount.quantize(CENT)


def parsed(text: object) -> Decimal:
    """The amount a bank system wrote as text, sign included. CaseError when it is none."""
    try:
        amount = Decimal(str(text))
        if not amount.is_finite() or abs(amount) > LARGEST:
            raise InvalidOperation
        return amount.quantize(CENT)
    except InvalidOperation:
        raise CaseError(_("The bank system's answer holds an amount that cannot be read.")) from None


def spoken(amount: Decimal) -> str:
    """``40,293.38``: the amount as a sentence tells it."""
    return f"{amount:,.2f}"


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, 0.00 for none."""
    return sum(amounts, NOTHING)
