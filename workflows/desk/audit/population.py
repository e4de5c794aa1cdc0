"""What a sample is drawn from: the filter of the search, its period as fixed days so that it means the same later."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone

from accounts.models import User
from cases import access, kinds, strata
from cases.models import Case, Sample
from record import clock

from ..complaint_filter import days_of
from ..ledger_bar import in_one_line
from . import names
from .search_filter import SearchFilter

# Filters that mean something else with every hour: what they left can be drawn again only as long as it is so.
MOVING: Final = frozenset({"overdue", "step"})
MOVING_STATES: Final = frozenset({"late", "today", "soon"})


def asked_of(form: SearchFilter) -> dict[str, str]:
    """The filters as a sample keeps them: codes, and of a period its first and last day. Nothing when not readable."""
    asked = form.asked()
    if period := asked.pop("period", ""):
        first, last = days_of(period, timezone.localtime(clock.now()).date())
        asked["since"] = max(asked.get("since", ""), _written(first))
        asked["until"] = min(asked.get("until", _written(last)), _written(last))
    return asked


def cases_of(user: User, filters: Mapping[str, str]) -> QuerySet[Case]:
    """All complaints of the bank these filters leave. Two queries for the form."""
    form = SearchFilter(filters, user=user)
    return form.narrow(Case.objects.visible_to(user))


def in_words(user: User, filters: Mapping[str, str]) -> str:
    """The filters in one line; empty, and without a query, when there is none. Else two queries."""
    if not filters:
        return ""
    form = SearchFilter(filters, user=user)
    return in_one_line(form, form.asked())


def moves(filters: Mapping[str, str]) -> bool:
    """Whether these filters leave other cases as time goes by."""
    return bool(MOVING & filters.keys()) or filters.get("state", "") in {*MOVING_STATES, "open"}


def as_file(sample: Sample, user: User) -> StreamingHttpResponse:
    """The population as it is now, one line a case: what the digest was taken of. Told before the first row leaves."""
    told = {"ledger": names.POPULATION, "count": sample.population or 0, "filters": sample.filters}
    access.exported(user, kinds.LEDGER_EXPORTED, told)
    rows = strata.lines(cases_of(user, sample.filters), sample.dimensions)
    response = StreamingHttpResponse(_encoded(rows), content_type="text/tab-separated-values; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="population-{sample.uuid}.tsv"'
    response["Cache-Control"] = "no-store"
    return response


def _encoded(rows: Iterator[str]) -> Iterator[bytes]:
    yield from (row.encode() for row in rows)


def _written(day: date) -> str:
    return day.isoformat()
