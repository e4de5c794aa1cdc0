"""挂失/止付台账: every stop within one's reach with its lapse date, by keyset; what is seen as a file."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import Branch
from accounts.permissions import Verb, may_somewhere
from cases.errors import NotAllowed
from cases.models import CardControl
from record import clock

from . import export
from .counting import count_of
from .find import place
from .frame import page, told, who
from .ledger import Cell
from .ledger_bar import STOPS, address, bar, in_one_line, onward, ticks
from .ledger_filter import Placed
from .worklists import FAR, Place

PAGE = 25
BY_LAPSE = (F("lapses_at").asc(nulls_last=True), "id")
RUNNING, ENDED, EVERY = "running", "ended", "all"
HEADS = (
    *(gettext_lazy("Case"), gettext_lazy("Kind"), gettext_lazy("Ordered by"), gettext_lazy("Card or account")),
    *(gettext_lazy("Receipt number"), gettext_lazy("Effective since"), gettext_lazy("Lapses at")),
    *(gettext_lazy("Ended at"), gettext_lazy("End")),
)


class LedgerForm(Placed):
    """What to see; stops in force unless asked otherwise. A period is that of the moment they took effect."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[("", gettext_lazy("All")), *CardControl.Kind.choices], required=False
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[(RUNNING, gettext_lazy("In force")), (ENDED, gettext_lazy("Ended")), (EVERY, gettext_lazy("All"))],
        required=False,
    )
    days = forms.IntegerField(label=gettext_lazy("Lapses within days"), min_value=0, max_value=366, required=False)

    field_order = ("state", "kind", "days", "unit", "period")

    def __init__(self, sent: Any, *, near: Branch | None = None) -> None:
        read = {name: sent.get(name, "") for name in self.base_fields}
        if read["state"] not in (ENDED, EVERY):
            read["state"] = RUNNING
        super().__init__(read, near=near)


@told
def ledger(request: HttpRequest) -> HttpResponseBase:
    """What is in force, about to lapse first; what has ended or all, newest first."""
    user = who(request)
    if not may_somewhere(user, Verb.SEE):
        raise NotAllowed
    form = LedgerForm(request.GET, near=user.standings_now()[0].post.branch)
    asked, filters = form.asked(), form.codes()
    rows = _found(CardControl.objects.visible_to(user), asked)
    rows = form.narrow_place(rows, case="case__", when="effective_at")
    if request.GET.get("as") == "csv":
        return export.taken(user, export.Sheet(STOPS, filters, HEADS, rows, _line, in_one_line(form, filters)))
    by_lapse = asked.get("state") == RUNNING
    shown = list(_after(rows, request, by_lapse=by_lapse)[: PAGE + 1])
    return page(
        request,
        "stop_ledger.html",
        _("Stop ledger"),
        form=form,
        count=count_of(rows),
        rows=shown[:PAGE],
        older_url=_older(shown, filters, by_lapse) if len(shown) > PAGE else "",
        newer_url=address(STOPS, filters) if _is_further(request) else "",
        **ticks(request),
        **bar(user, STOPS, filters, form),
    )


def _is_further(request: HttpRequest) -> bool:
    return bool(request.GET.get("before") or request.GET.get("after"))


def _found(rows: QuerySet[CardControl], asked: dict[str, Any]) -> QuerySet[CardControl]:
    rows = rows.select_related("case", "card")
    if "kind" in asked:
        rows = rows.filter(kind=asked["kind"])
    if asked.get("state") != EVERY:
        rows = rows.filter(ended_at__isnull=asked.get("state") == RUNNING)
    if "days" in asked:
        rows = rows.filter(ended_at=None, lapses_at__lte=clock.now() + timedelta(days=asked["days"]))
    return rows.order_by(*(BY_LAPSE if asked.get("state") == RUNNING else ("-id",)))


def _after(rows: QuerySet[CardControl], request: HttpRequest, *, by_lapse: bool) -> QuerySet[CardControl]:
    """The page that begins after the row the address names; what is no place is the beginning."""
    if by_lapse:
        return _after_lapse(rows, Place.read(request.GET.get("after", "")))
    before = place(request.GET.get("before", ""))
    return rows.filter(pk__lt=Subquery(CardControl.objects.filter(uuid=before).values("pk"))) if before else rows


def _after_lapse(rows: QuerySet[CardControl], after: Place | None) -> QuerySet[CardControl]:
    """What lapses later, and last of all what does not lapse."""
    if after is None:
        return rows
    last = Subquery(CardControl.objects.filter(uuid=after.step).values("pk"))
    if after.due_at >= FAR:
        return rows.filter(lapses_at=None, pk__gt=last)
    later = Q(lapses_at__gt=after.due_at) | Q(lapses_at=after.due_at, pk__gt=last)
    return rows.filter(later | Q(lapses_at=None))


def _older(shown: list[CardControl], filters: dict[str, str], by_lapse: bool) -> str:
    last = shown[PAGE - 1]
    if by_lapse:
        return onward(filters, after=str(Place(last.lapses_at or FAR, last.uuid)))
    return onward(filters, before=str(last.uuid))


def _line(row: CardControl) -> list[Cell]:
    about = (row.case.reference, row.get_kind_display(), row.get_ordered_by_display(), row.account or str(row.card))
    times = (row.effective_at, row.lapses_at, row.ended_at)
    return [*about, row.receipt, *times, row.get_end_display() if row.end else ""]
