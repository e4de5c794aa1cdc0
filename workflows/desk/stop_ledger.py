"""挂失/止付台账: every stop within one's reach with its lapse date, by keyset; what is seen as a file."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _, gettext_lazy

from accounts.permissions import Verb, may_somewhere
from cases.errors import NotAllowed
from cases.models import CardControl
from record import clock

from . import export
from .counting import count_of
from .find import place
from .frame import page, told, who
from .ledger import Cell
from .ledger_bar import STOPS, address, bar, onward
from .worklists import Place

PAGE = 25
RUNNING, ENDED = "running", "ended"
HEADS = (
    *(gettext_lazy("Case"), gettext_lazy("Kind"), gettext_lazy("Ordered by"), gettext_lazy("Card or account")),
    *(gettext_lazy("Receipt number"), gettext_lazy("Effective since"), gettext_lazy("Lapses at")),
    *(gettext_lazy("Ended at"), gettext_lazy("End")),
)


class LedgerForm(forms.Form):
    """What to see."""

    sometimes = ("kind", "state", "days")  # all may be left empty, which need not be said of each

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[("", gettext_lazy("All")), *CardControl.Kind.choices], required=False
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("All")), (RUNNING, gettext_lazy("In force")), (ENDED, gettext_lazy("Ended"))],
        required=False,
    )
    days = forms.IntegerField(label=gettext_lazy("Lapses within days"), min_value=0, max_value=366, required=False)

    def asked(self) -> dict[str, Any]:
        """What was chosen; nothing of what cannot be."""
        return self.cleaned_data if self.is_valid() else {}

    def codes(self) -> dict[str, str]:
        """The same as its address holds it."""
        return {name: str(value) for name, value in self.asked().items() if value not in ("", None)}


@told
def ledger(request: HttpRequest) -> HttpResponseBase:
    """Newest first; what is about to lapse, most urgent first."""
    if not may_somewhere(who(request), Verb.SEE):
        raise NotAllowed
    form = LedgerForm(request.GET)
    asked, filters = form.asked(), form.codes()
    rows = _found(CardControl.objects.visible_to(who(request)), asked)
    if request.GET.get("as") == "csv":
        return export.taken(who(request), export.Sheet(STOPS, filters, HEADS, rows, _line))
    by_lapse = asked.get("days") is not None
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
        **bar(who(request), STOPS, filters),
    )


def _is_further(request: HttpRequest) -> bool:
    return bool(request.GET.get("before") or request.GET.get("after"))


def _found(rows: QuerySet[CardControl], asked: dict[str, Any]) -> QuerySet[CardControl]:
    rows = rows.select_related("case", "card")
    if asked.get("kind"):
        rows = rows.filter(kind=asked["kind"])
    if asked.get("state"):
        rows = rows.filter(ended_at__isnull=asked["state"] == RUNNING)
    if asked.get("days") is None:
        return rows.order_by("-id")
    until = clock.now() + timedelta(days=asked["days"])
    return rows.filter(ended_at=None, lapses_at__lte=until).order_by("lapses_at", "id")


def _after(rows: QuerySet[CardControl], request: HttpRequest, *, by_lapse: bool) -> QuerySet[CardControl]:
    """The page that begins after the row the address names; what is no place is the beginning."""
    if by_lapse:
        if (after := Place.read(request.GET.get("after", ""))) is None:
            return rows
        last = Subquery(CardControl.objects.filter(uuid=after.step).values("pk"))
        return rows.filter(Q(lapses_at__gt=after.due_at) | Q(lapses_at=after.due_at, pk__gt=last))
    before = place(request.GET.get("before", ""))
    return rows.filter(pk__lt=Subquery(CardControl.objects.filter(uuid=before).values("pk"))) if before else rows


def _older(shown: list[CardControl], filters: dict[str, str], by_lapse: bool) -> str:
    last = shown[PAGE - 1]
    if by_lapse and last.lapses_at is not None:
        return onward(filters, after=str(Place(last.lapses_at, last.uuid)))
    return onward(filters, before=str(last.uuid))


def _line(row: CardControl) -> list[Cell]:
    about = (row.case.reference, row.get_kind_display(), row.get_ordered_by_display(), row.account or str(row.card))
    times = (row.effective_at, row.lapses_at, row.ended_at)
    return [*about, row.receipt, *times, row.get_end_display() if row.end else ""]
