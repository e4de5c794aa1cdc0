"""How many rows a list has: counted up to 10,000, above that as the planner of the database reckons, and said so."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext as _, ngettext

from .tiles import CountUpTo

COUNTED: Final = 10_000


@dataclass(frozen=True)
class Count:
    """So many rows; `is_exact` when they were counted."""

    number: int
    is_exact: bool = True

    def __str__(self) -> str:
        """``3 entries``, ``about 1,200,000 entries``; 约 120 万件."""
        if self.is_exact:
            return ngettext("%(n)s entry", "%(n)s entries", self.number) % {"n": f"{self.number:,}"}
        return _("about %(n)s entries") % {"n": _rough(self.number)}


@dataclass(frozen=True)
class UpTo:
    """So many rows, counted up to `most`; what is more is said to be more: ``100+``."""

    number: int
    most: int

    def __str__(self) -> str:
        return f"{self.number:,}" if self.number <= self.most else f"{self.most:,}+"


def up_to(parts: Sequence[QuerySet[Any]], most: int | None = None) -> CountUpTo:
    """The rows of these querysets, those in several of them once, as a column: counted once for a whole statement.

    Each part is read no further than what is counted (`most`, else COUNTED), so that a count costs the same in a small
    and in a large bank.
    """
    end = (COUNTED if most is None else most) + 1
    cut = [part.order_by().values("pk")[:end] for part in parts]
    return CountUpTo(joined(cut)[:end] if len(cut) > 1 else joined(cut))


def with_count(rows: QuerySet[Any], part: QuerySet[Any]) -> QuerySet[Any]:
    """A part of these rows, each with `counted`, how many all are: a page and its count in one statement."""
    return part.annotate(counted=up_to([rows]))


def count_with(found: Sequence[Any], rows: QuerySet[Any], *, is_first: bool) -> Count | None:
    """What `with_count` gave; none on a page beyond the last. One query above what is counted."""
    if not found:
        return Count(0) if is_first else None
    return told(found[0].counted, [rows])


def count_of(rows: QuerySet[Any]) -> Count:
    """How many rows a list has. One query, and a second above what is counted."""
    return told(rows.order_by()[: COUNTED + 1].count(), [rows])


def told(number: int, parts: Sequence[QuerySet[Any]]) -> Count:
    """What `up_to` gave, with the planner's word where it stopped counting; one query then."""
    if number <= COUNTED:
        return Count(number)
    plan = json.loads(joined([part.order_by().values("pk") for part in parts]).explain(format="json"))
    return Count(max(int(plan[0]["Plan"]["Plan Rows"]), COUNTED + 1), is_exact=False)


def joined(parts: Sequence[QuerySet[Any]]) -> QuerySet[Any]:
    """The rows of all parts, each once."""
    return parts[0] if len(parts) == 1 else parts[0].union(*parts[1:])


def _rough(number: int) -> str:
    """Two figures of it, as an estimate is told: 1,200,000; in Chinese 120 万."""
    unit = 10 ** max(len(str(number)) - 2, 0)
    rounded = round(number / unit) * unit
    if (get_language() or "").startswith("zh"):
        return f"{rounded / 10_000:,.10g} 万"
    return f"{rounded:,}"
