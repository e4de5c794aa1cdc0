"""挂失/止付台账: every stop within one's reach with its lapse date, by keyset; what is seen as a file."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from accounts.permissions import Verb, may_somewhere
from cases.errors import NotAllowed
from cases.models import CardControl
from record import clock

from .find import place
from .frame import page, told, who
from .worklists import Place

PAGE, MOST = 25, 5000
RUNNING, ENDED = "running", "ended"


class LedgerForm(forms.Form):
    """What to see."""

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


@told
def ledger(request: HttpRequest) -> HttpResponse:
    """Newest first; what is about to lapse, most urgent first."""
    if not may_somewhere(who(request), Verb.SEE):
        raise NotAllowed
    form = LedgerForm(request.GET)
    asked = form.asked()
    rows = _found(CardControl.objects.visible_to(who(request)), asked)
    if request.GET.get("format") == "csv":
        return _file(rows[:MOST])
    by_lapse = asked.get("days") is not None
    shown = list(_after(rows, request, by_lapse=by_lapse)[: PAGE + 1])
    filters = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    return page(
        request,
        "stop_ledger.html",
        _("Stop ledger"),
        form=form,
        rows=shown[:PAGE],
        older_url=_older(shown, filters, by_lapse) if len(shown) > PAGE else "",
        newer_url=f"{reverse('admin:stop_ledger')}?{urlencode(filters)}" if _is_further(request) else "",
        csv_url=f"?{urlencode({**filters, 'format': 'csv'})}",
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
        return f"?{urlencode({**filters, 'after': str(Place(last.lapses_at, last.uuid))})}"
    return f"?{urlencode({**filters, 'before': last.uuid})}"


def _file(rows: QuerySet[CardControl]) -> HttpResponse:
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="stops.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    write = csv.writer(response)
    about = (_("Case"), _("Kind"), _("Ordered by"), _("Card or account"), _("Receipt number"))
    write.writerow([*about, _("Effective since"), _("Lapses at"), _("Ended at"), _("End")])
    write.writerows(list(_line(row)) for row in rows)
    return response


def _line(row: CardControl) -> Iterator[str]:
    words = [row.case.reference, row.get_kind_display(), row.get_ordered_by_display(), row.account or str(row.card)]
    words.append(row.receipt)
    times = [row.effective_at, row.lapses_at, row.ended_at]
    words += [timezone.localtime(time).strftime("%Y-%m-%d %H:%M:%S") if time else "" for time in times]
    words.append(row.get_end_display() if row.end else "")
    # a table program takes what begins with one of these for a formula
    return (f"'{word}" if str(word)[:1] in ("=", "+", "-", "@") else str(word) for word in words)
