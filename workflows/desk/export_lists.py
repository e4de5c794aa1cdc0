"""Lists an export may take its cases from: the complaint ledger and the auditor's search, with their filters, read anew
when the export runs."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases.exports import scope
from cases.models import Case

from .audit import names
from .audit.search_filter import SearchFilter
from .complaint_filter import ComplaintFilter
from .counting import joined
from .ledger_bar import COMPLAINTS, RIGHTS, TITLES, in_one_line, onward

LEDGER: Final = COMPLAINTS
FILTERS: Final[Mapping[str, type[ComplaintFilter]]] = {LEDGER: ComplaintFilter, names.SEARCH: SearchFilter}


def cases_of(user: User, filters: Mapping[str, str], of: str = LEDGER) -> QuerySet[Case]:
    """Every complaint the list shows this person with these filters; none when the list is not open to him (now)."""
    if not may_somewhere(user, RIGHTS.get(of, Verb.SEE)):
        return Case.objects.none()
    form = FILTERS[of](filters, user=user)
    parts = [form.narrow(part) for part in Case.objects.visible_by_branch(user)]
    if len(parts) == 1:
        return parts[0]
    return Case.objects.filter(pk__in=joined([part.order_by().values("pk") for part in parts]))


def words_of(user: User, filters: Mapping[str, str], of: str = LEDGER) -> str:
    """The filters in one line."""
    form = FILTERS[of](filters, user=user)
    return in_one_line(form, form.asked())


def codes_of(user: User, sent: Any, of: str = LEDGER) -> dict[str, str]:
    """The filters as codes and days; nothing else that was sent gets into an export."""
    return FILTERS[of](sent, user=user).asked()


def export_url(user: User, of: str, asked: Mapping[str, str]) -> str:
    """Where what a list shows is exported with its filters; empty for whoever may not."""
    return f"{reverse('admin:ask_export')}{onward({'list': of, **asked})}" if may_somewhere(user, Verb.EXPORT) else ""


def register() -> None:
    """Each list under its own name."""
    for name in FILTERS:
        scope.LISTS[name] = _of(cases_of, name)
        scope.CODES[name] = _of(codes_of, name)
        scope.IN_WORDS[name] = _of(words_of, name)
        scope.TITLES[name] = TITLES[name]


def _of(asked: Callable[..., Any], name: str) -> Callable[[User, Any], Any]:
    return lambda user, filters: asked(user, filters, of=name)
