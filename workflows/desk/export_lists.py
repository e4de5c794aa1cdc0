"""Lists an export may take its cases from: the complaint ledger with its filters, read anew when the export runs."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet

from accounts.models import User
from cases.exports import scope
from cases.models import Case

from .complaint_filter import ComplaintFilter
from .counting import joined
from .ledger_bar import COMPLAINTS, TITLES, in_one_line

LEDGER: Final = COMPLAINTS


def cases_of(user: User, filters: Mapping[str, str]) -> QuerySet[Case]:
    """Every complaint the ledger shows this person with these filters."""
    form = ComplaintFilter(filters, user=user)
    parts = [form.narrow(part) for part in Case.objects.visible_by_branch(user)]
    if len(parts) == 1:
        return parts[0]
    return Case.objects.filter(pk__in=joined([part.order_by().values("pk") for part in parts]))


def words_of(user: User, filters: Mapping[str, str]) -> str:
    """The filters in one line."""
    form = ComplaintFilter(filters, user=user)
    return in_one_line(form, form.asked())


def codes_of(user: User, sent: Any) -> dict[str, str]:
    """The filters as codes and days; nothing else that was sent gets into an export."""
    return ComplaintFilter(sent, user=user).asked()


def register() -> None:
    """The complaint ledger under its own name."""
    scope.LISTS[LEDGER] = cases_of
    scope.CODES[LEDGER] = codes_of
    scope.IN_WORDS[LEDGER] = words_of
    scope.TITLES[LEDGER] = TITLES[LEDGER]
