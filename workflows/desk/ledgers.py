"""调单拒付台账, 协查台账, 追偿台账, 垫付台账: each desk its own list, and the same rows as CSV."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from viewflow.workflow.fields import get_flow_ref

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases import access, kinds, sums
from cases.errors import NotAllowed
from cases.models import Case, Chargeback, Inquiry, MoneyEntry
from cases.models.money import NOT_DECIDED

from ..flows import BESIDE
from ..models import CaseProcess
from .advance_ledger import Advances
from .beside import about, addressee_of, last_day, window_of
from .frame import page, told, who
from .ledger import RUNNING, Cell, Ledger, OfMatters, spoken

PAGE = 25
MOST = 5000  # rows of one CSV
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Chargebacks(OfMatters):
    """The window that dies first on top."""

    title = gettext_lazy("Slips and chargebacks")
    heads = (
        gettext_lazy("Window ends"),
        gettext_lazy("Transaction"),
        gettext_lazy("Stage"),
        gettext_lazy("Number at the scheme"),
        gettext_lazy("Settled on"),
        gettext_lazy("Charged back"),
        gettext_lazy("Recovered"),
    )
    order = "window_ends_at"
    model = Chargeback
    choice = ("stage", gettext_lazy("Stage"), Chargeback.Stage.choices)

    def cells(self, row: Any) -> list[Cell]:
        return [
            last_day(row),
            about(row),
            str(row),
            row.scheme_number,
            row.settled_on.isoformat() if row.settled_on else "",
            spoken(row.amount),
            spoken(row.recovery.amount if row.is_recovered else None),
        ]


class Inquiries(OfMatters):
    """The oldest on top."""

    title = gettext_lazy("Inquiry letters")
    heads = (
        gettext_lazy("Sent at"),
        gettext_lazy("Addressee"),
        gettext_lazy("Chases"),
        gettext_lazy("Answered at"),
        gettext_lazy("Their share"),
        gettext_lazy("Cooperation"),
    )
    model = Inquiry
    choice = ("addressee_kind", gettext_lazy("Kind of addressee"), Inquiry.Addressee.choices)

    def rows(self, user: User) -> QuerySet[Any]:
        return super().rows(user).prefetch_related("chases")

    def cells(self, row: Any) -> list[Cell]:
        chases = list(row.chases.all())
        return [
            row.sent_at,
            addressee_of(row),
            str(len(chases)),
            row.answered_at,
            spoken(row.share),
            row.get_cooperation_display() or row.get_ending_display(),
        ]


class Recoveries(Ledger):
    """Completed complaints for which something still runs with partners, the oldest on top."""

    title = gettext_lazy("Recoveries after completion")
    heads = (
        gettext_lazy("Completed at"),
        gettext_lazy("Still running"),
        gettext_lazy("In dispute"),
        gettext_lazy("Paid to the customer"),
        gettext_lazy("Recovered"),
    )

    def rows(self, user: User) -> QuerySet[Any]:
        running = CaseProcess.objects.beside().filter(finished=None, flow_class__in=map(get_flow_ref, BESIDE))
        cases = Case.objects.visible_to(user).filter(state=Case.State.DONE)
        still = Prefetch("processes", running.order_by("id"), to_attr="running_beside")
        booked = Prefetch("money", MoneyEntry.objects.filter(state=MoneyEntry.State.BOOKED), to_attr="booked")
        return cases.filter(Exists(running.filter(case=OuterRef("pk")))).prefetch_related(still, booked)

    def case_of(self, row: Any) -> Case:
        case: Case = row
        return case

    def cells(self, row: Any) -> list[Cell]:
        back = [line.amount for line in row.booked if line.kind == MoneyEntry.Kind.RECOVERY]
        paid = [line.amount for line in row.booked if line.kind not in NOT_DECIDED]
        names = [str(process.flow_class.process_title) for process in row.running_beside]
        return [
            row.done_at,
            " · ".join(names),
            spoken(row.disputed_total),
            spoken(sums.total(paid)),
            spoken(sums.total(back)),
        ]


LEDGERS: dict[str, Ledger] = {
    "chargebacks": Chargebacks(),
    "inquiries": Inquiries(),
    "recoveries": Recoveries(),
    "advances": Advances(),
}


@dataclass(frozen=True)
class Place:
    """Where a page begins: after the row of this uuid."""

    row: UUID

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """From an address; what is no place is the beginning."""
        try:
            return cls(UUID(text))
        except ValueError:
            return None


@told
def ledger(request: HttpRequest, which: str) -> HttpResponse:
    """One of the ledgers, by keyset; `as=csv` gives the rows of the filter as a file and records who took it."""
    user = who(request)
    if which not in LEDGERS:
        raise Http404
    if not may_somewhere(user, Verb.SEE):
        raise NotAllowed
    chosen = LEDGERS[which]
    asked = {name: request.GET.get(name, "") or default for name, default in (("state", RUNNING), *_others(chosen))}
    rows = chosen.narrowed(chosen.rows(user), asked).order_by(F(chosen.order).asc(nulls_last=True), "pk")
    if request.GET.get("as") == "csv":
        return _file(user, which, chosen, list(rows[:MOST]))
    found = list(_after(rows, chosen, Place.read(request.GET.get("after", "")))[: PAGE + 1])
    return _shown(request, which, chosen, asked, found)


def _others(chosen: Ledger) -> Iterator[tuple[str, str]]:
    yield from ((name, "") for name, _label, _choices in chosen.filters() if name != "state")


def _after(rows: QuerySet[Any], chosen: Ledger, place: Place | None) -> QuerySet[Any]:
    """The rows that follow a place; one that names no row of the list is the beginning."""
    row = rows.filter(uuid=place.row).first() if place else None
    if row is None:
        return rows
    value, column = getattr(row, chosen.order), chosen.order
    if value is None:
        return rows.filter(**{column: None}, pk__gt=row.pk)
    later = Q(**{f"{column}__gt": value}) | Q(**{column: value}, pk__gt=row.pk)
    return rows.filter(later if column == "id" else later | Q(**{column: None}))


def _shown(request: HttpRequest, which: str, chosen: Ledger, asked: dict[str, str], found: list[Any]) -> HttpResponse:
    kept = "&".join(f"{name}={value}" for name, value in asked.items() if value)
    shown = found[:PAGE]
    return page(
        request,
        "ledger.html",
        str(chosen.title),
        tabs=[
            {"url": reverse("admin:ledger", args=[name]), "words": one.title, "here": name == which}
            for name, one in LEDGERS.items()
        ],
        filters=[
            {"name": name, "label": label, "choices": choices, "value": asked[name]}
            for name, label, choices in chosen.filters()
        ],
        heads=chosen.heads,
        rows=[_row(chosen, row) for row in shown],
        csv_url=f"?{kept}&as=csv",
        older_url=f"?{kept}&after={shown[-1].uuid}" if len(found) > PAGE else "",
        newer_url=f"?{kept}" if "after" in request.GET else "",
    )


def _row(chosen: Ledger, row: Any) -> dict[str, Any]:
    cells = [
        {"head": head, "value": value, "is_moment": isinstance(value, datetime), "runs": False}
        for head, value in zip(chosen.heads, chosen.cells(row), strict=True)
    ]
    if (ends := window_of(row)) is not None:
        cells[0] |= {"value": ends, "runs": True}
    return {"case": chosen.case_of(row), "cells": cells}


def _file(user: User, which: str, chosen: Ledger, rows: list[Any]) -> HttpResponse:
    """The rows in the reader's language; a cell that a spreadsheet would run is only told."""
    access.exported(user, kinds.LEDGER_EXPORTED, {"ledger": which, "count": len(rows)})
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{which}.csv"'
    response["Cache-Control"] = "no-store"
    response.write("\ufeff")  # a spreadsheet reads it as Unicode only with this
    sheet = csv.writer(response)
    sheet.writerow([_("Case"), *map(str, chosen.heads)])
    sheet.writerows([chosen.case_of(row).reference, *_plain(chosen.cells(row))] for row in rows)
    return response


def _plain(cells: Iterable[Cell]) -> Iterator[str]:
    for cell in cells:
        text = f"{timezone.localtime(cell):%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else str(cell or "")
        yield f"'{text}" if text.startswith(FORMULA) else text
