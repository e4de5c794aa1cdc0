"""What one person approved in a post: how many sums, and how much all together."""

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, F, QuerySet, Sum, Value

from accounts.models import User
from cases import sums
from cases.models import Advance, Proposal, Review

# Not asked for, asked, or refused: no sum was said yes to.
NOT_APPROVED = (Advance.Stage.ASKING, Advance.Stage.WAITING, Advance.Stage.DROPPED)


class Approved(NamedTuple):
    """How many sums were approved, and their total."""

    number: int
    total: Decimal


def approved_by(person: User, *, role: str, since: datetime, currency: str = "CNY") -> Approved:
    """Proposals, advances and review decisions this person approved in this post since a moment. One query.

    A review counts with what the bank bears more, an advance with what no payment has taken up. Each table is read by
    its index of who answered.
    """
    of_post = {"approver_role": role}
    proposals = Proposal.objects.filter(
        answered_by=person, answered_at__gte=since, state=Proposal.State.APPROVED, currency=currency, **of_post
    )
    advances = Advance.objects.filter(
        answered_by=person, answered_at__gte=since, case__currency=currency, **of_post
    ).exclude(stage__in=NOT_APPROVED)
    reviews = Review.objects.filter(approved_by=person, approved_at__gte=since, case__currency=currency, **of_post)
    found = _summed(proposals, "total").union(
        _summed(advances, F("amount") - F("set_off")), _summed(reviews, "total"), all=True
    )
    rows = list(found)
    total = sums.total(total for _number, total in rows if total is not None)
    return Approved(sum(number for number, _total in rows), total)


def _summed(rows: QuerySet[Any], amount: Any) -> QuerySet[Any, Any]:
    """One row, (how many, their sum); the sum is none when there are none."""
    return rows.order_by().values(together=Value(1)).annotate(n=Count("pk"), s=Sum(amount)).values_list("n", "s")
