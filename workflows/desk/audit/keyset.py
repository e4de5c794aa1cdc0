"""Pages that begin after a row, in an order of several columns, whichever way each goes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet


def beyond(rows: QuerySet[Any], order: Sequence[str], last: Mapping[str, Any]) -> QuerySet[Any]:
    """The rows that come after one with these values; `order` ends with what no two rows share, none of it is null.

    The first column is bounded by itself as well, so that the page is read along its index from there on.
    """
    names = [column.removeprefix("-") for column in order]
    later, same = Q(), Q()
    for column, name in zip(order, names, strict=True):
        later |= same & Q(**{f"{name}__{_way(column)}": last[name]})
        same &= Q(**{name: last[name]})
    return rows.filter(later, **{f"{names[0]}__{_way(order[0])}e": last[names[0]]})


def _way(column: str) -> str:
    return "lt" if column.startswith("-") else "gt"
