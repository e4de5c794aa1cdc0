"""客户指认: what the customer says was not his, as it stands. His statement, not a finding: that is the trace's."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from cases import sums
from cases.models import DisputedTransaction


class Named(NamedTuple):
    """How many he names, their sum in the case's currency, and how many of them are in another one and not in it."""

    many: int
    total: Decimal
    foreign: int


def of(transactions: Iterable[DisputedTransaction], currency: str) -> Named:
    """What he names among these. No query."""
    named = [one for one in transactions if one.is_named]
    ours = [one for one in named if one.currency == currency]
    return Named(len(named), sums.total(one.amount for one in ours), len(named) - len(ours))


def is_traced(transactions: Iterable[DisputedTransaction]) -> bool:
    """The trace is done: it never ends without a disputed one."""
    return any(one.is_disputed for one in transactions)
