"""What the customer gets, transaction by transaction: sums by kind and the points beside them. No query of its own."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from cases.models import DisputedTransaction, MoneyEntry, PointsEntry


def per_transaction(
    transactions: Iterable[DisputedTransaction], lines: Iterable[MoneyEntry], points: Iterable[PointsEntry]
) -> list[dict[str, Any]]:
    """{transaction, lines [{words, amount}], points, total} of each, then what is of the case as a whole (None)."""
    kept, given = list(lines), {entry.transaction_id: entry.points for entry in points}
    rows = [_row(one, kept, given.get(one.pk, 0)) for one in transactions]
    whole = _row(None, kept, 0)
    return [*rows, whole] if whole["lines"] else rows


def _row(transaction: DisputedTransaction | None, lines: list[MoneyEntry], points: int) -> dict[str, Any]:
    mine = [line for line in lines if line.transaction_id == (transaction.pk if transaction else None)]
    return {
        "transaction": transaction,
        "lines": [{"words": line.get_kind_display(), "amount": line.amount} for line in mine],
        "points": points,
        "total": sum((line.amount for line in mine), Decimal(0)),
    }
