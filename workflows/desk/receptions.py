"""现场接待登记: the register of visits within one's reach, newest first by keyset; what is seen as a file."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from accounts.permissions import Verb, may_somewhere, refusal
from accounts.roles import Level
from cases.errors import NotAllowed
from cases.models import Case, Reception

from ..forms.reception import OPEN, RegisterForm
from ..forms.units import list_near
from . import export
from .counting import count_of
from .frame import page, told, who
from .ledger import Cell
from .ledger_bar import RECEPTIONS, address, bar, in_one_line
from .worklists import Place

PAGE = 25
HEADS = (
    *(gettext_lazy("Came at"), gettext_lazy("Branch"), gettext_lazy("Received by"), gettext_lazy("Visitor")),
    *(gettext_lazy("How many came"), gettext_lazy("Number of the audio and video recording")),
    *(gettext_lazy("Outcome"), gettext_lazy("Case"), gettext_lazy("Left at")),
)


@told
def register(request: HttpRequest) -> HttpResponseBase:
    """The visits of a period, a branch, a state; `as=csv` gives them as a file and records who took it."""
    user = who(request)
    if not may_somewhere(user, Verb.SEE_RECEPTIONS):
        raise NotAllowed(refusal(user, Verb.SEE_RECEPTIONS, None))
    form = RegisterForm(request.GET)
    list_near(form, user.standings_now()[0].post.branch)
    rows = _found(Reception.objects.visible_to(user), form.asked())
    kept = form.codes()
    if request.GET.get("as") == "csv":
        return export.taken(user, export.Sheet(RECEPTIONS, kept, HEADS, rows, _line, in_one_line(form, kept)))
    found = list(_after(rows, Place.read(request.GET.get("after", "")))[: PAGE + 1])
    return page(
        request,
        "receptions.html",
        _("Reception register"),
        form=form,
        rows=list(_rows(user, found[:PAGE])),
        may_receive=may_somewhere(user, Verb.RECEIVE),
        count=count_of(rows),
        older_url=_older(found, kept),
        newer_url=address(RECEPTIONS, kept) if request.GET.get("after") else "",
        **bar(user, RECEPTIONS, kept, form),
    )


def _found(rows: QuerySet[Reception], asked: dict[str, Any]) -> QuerySet[Reception]:
    if "since" in asked:
        rows = rows.filter(received_at__gte=asked["since"])
    if "until" in asked:
        rows = rows.filter(received_at__lt=asked["until"])
    if "state" in asked:
        rows = rows.filter(ended_at__isnull=asked["state"] == OPEN)
    unit = asked.get("unit")
    if unit is not None and unit.level != Level.HEAD_OFFICE:
        rows = rows.filter(**{unit.level: unit})
    return rows.select_related("unit", "by", "case").order_by("-received_at", "-pk")


def _after(rows: QuerySet[Reception], after: Place | None) -> QuerySet[Reception]:
    """The visits that follow a place; what is no place is the beginning."""
    if after is None:
        return rows
    last = Subquery(Reception.objects.filter(uuid=after.step).values("pk"))
    return rows.filter(Q(received_at__lt=after.due_at) | Q(received_at=after.due_at, pk__lt=last))


def _older(found: list[Reception], kept: dict[str, str]) -> str:
    if len(found) <= PAGE:
        return ""
    last = found[PAGE - 1]
    return address(RECEPTIONS, {**kept, "after": str(Place(last.received_at, last.uuid))})


def _rows(user: User, found: Iterable[Reception]) -> Iterator[dict[str, Any]]:
    """One query for which of their complaints lie within reach; the others are named, not linked."""
    found = list(found)
    cases = [row.case_id for row in found if row.case_id]
    within = set(Case.objects.visible_to(user).filter(pk__in=cases).values_list("pk", flat=True)) if cases else set()
    for row in found:
        yield {"visit": row, "within": row.case_id in within}


def _line(row: Reception) -> list[Cell]:
    return [
        *(row.received_at, row.unit.label, row.by.display_name, row.visitor_masked, str(row.visitors), row.av_number),
        *(row.get_outcome_display(), row.case.reference if row.case else "", row.ended_at),
    ]
