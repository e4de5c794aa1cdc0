"""投诉台账: every complaint within one's reach in the columns inspectors ask for, newest first."""

from django.db.models import Q, QuerySet, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases.errors import NotAllowed
from cases.models import Case

from . import counting, export
from .complaint_facts import HEADS, Row, line, with_facts
from .complaint_filter import ComplaintFilter
from .export_lists import export_url
from .frame import page, told, who
from .ledger_bar import COMPLAINTS, address, bar, in_one_line, onward, ticks
from .worklists import Place

PAGE = 25
NEWEST = ("-received_at", "-pk")


@told
def ledger(request: HttpRequest) -> HttpResponseBase:
    """A page by keyset, however long the ledger is; `as=csv` gives all rows of the filter as a file."""
    user = who(request)
    if not may_somewhere(user, Verb.SEE):
        raise NotAllowed
    form = ComplaintFilter(request.GET, user=user)
    asked = form.asked()
    if form.is_valid() and asked.get("unit", "") != request.GET.get("unit", "").strip():
        # a unit found by its name is asked for by its code: no other word stays in the address
        return redirect(address(COMPLAINTS, {**asked, **({"as": "csv"} if request.GET.get("as") == "csv" else {})}))
    parts = [form.narrow(part) for part in Case.objects.visible_by_branch(user)]
    if request.GET.get("as") == "csv" and form.is_valid():
        return export.taken(user, export.Sheet(COMPLAINTS, asked, HEADS, _all(parts), line, in_one_line(form, asked)))
    return _shown(request, user, form, parts)


def _shown(request: HttpRequest, user: User, form: ComplaintFilter, parts: list[QuerySet[Case]]) -> HttpResponseBase:
    asked, after = form.asked(), Place.read(request.GET.get("after", ""))
    found = list(page_of(parts, after)) if form.is_valid() else []
    shown = found[:PAGE]
    last = Place(shown[-1].received_at, shown[-1].uuid) if len(found) > PAGE else None
    return page(
        request,
        "complaints.html",
        _("Complaint ledger"),
        status=200 if form.is_valid() else 422,
        form=form,
        asked=asked,
        rows=[Row(case) for case in shown],
        count=_count(found, parts, is_first=after is None) if form.is_valid() else None,
        export_url=export_url(user, COMPLAINTS, asked),
        older_url=onward(asked, after=str(last)) if last else "",
        newer_url=address(COMPLAINTS, asked) if after else "",
        **ticks(request),
        **bar(user, COMPLAINTS, asked, form),
    )


def page_of(parts: list[QuerySet[Case]], after: Place | None) -> QuerySet[Case]:
    """The newest of these after a place, one more than a page when a further one follows. One query.

    Each part gives its first rows along its own index; only those are read whole. `counted` of each is how many rows
    the parts have.
    """
    firsts = [_beyond(part, after).order_by(*NEWEST).values("pk")[: PAGE + 1] for part in parts]
    rows = with_facts(Case.objects.filter(pk__in=counting.joined(firsts)))
    return rows.annotate(counted=counting.up_to(parts)).order_by(*NEWEST)[: PAGE + 1]


def _count(found: list[Case], parts: list[QuerySet[Case]], *, is_first: bool) -> counting.Count | None:
    """How many there are; not known where a page beyond the last was asked for."""
    if not found:
        return counting.Count(0) if is_first else None
    return counting.told(found[0].counted, parts)  # type: ignore[attr-defined]  # annotated by page_of


def _all(parts: list[QuerySet[Case]]) -> QuerySet[Case]:
    """All rows of the parts in their order."""
    if len(parts) == 1:
        return with_facts(parts[0]).order_by(*NEWEST)
    ids = [part.order_by().values("pk") for part in parts]
    return with_facts(Case.objects.filter(pk__in=counting.joined(ids))).order_by(*NEWEST)


def _beyond(cases: QuerySet[Case], after: Place | None) -> QuerySet[Case]:
    """What was received before a place, or at the same moment and registered before it."""
    if after is None:
        return cases
    at = Subquery(Case.objects.filter(uuid=after.step).values("pk"))
    older = Q(received_at__lt=after.due_at) | Q(pk__lt=at)
    return cases.filter(older, received_at__lte=after.due_at)
