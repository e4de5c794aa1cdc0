"""The ledgers of one shape: filters of a few codes, rows by keyset, a file of them. And the way to all ledgers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.permissions import Verb, may_somewhere
from cases.errors import NotAllowed

from . import export
from .counting import count_with, with_count
from .frame import page, told, who
from .ledger import Cell, Ledger
from .ledger_bar import LEDGERS, RIGHTS, address, bar, in_one_line, onward, open_to, ticks
from .ledger_filter import LedgerFilter

PAGE = 25


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
def first(request: HttpRequest) -> HttpResponseBase:
    """The first ledger this person may open; the others are its tabs."""
    name = next(open_to(who(request)), None)
    if name is None:
        raise NotAllowed
    return redirect(address(name))


@told
def ledger(request: HttpRequest, which: str) -> HttpResponseBase:
    """One of the ledgers, by keyset; `as=csv` gives the rows of the filter as a file and records who took it."""
    user = who(request)
    if which not in LEDGERS:
        raise Http404
    if not may_somewhere(user, RIGHTS.get(which, Verb.SEE)):
        raise NotAllowed
    chosen = LEDGERS[which]
    form = LedgerFilter(request.GET, chosen=chosen, near=user.standings_now()[0].post.branch)
    rows = form.narrow(chosen.rows(user)).order_by(F(chosen.order).asc(nulls_last=True), "pk")
    if request.GET.get("as") == "csv":
        asked = form.codes()
        sheet = export.Sheet(which, asked, [_("Case"), *chosen.heads], rows, _line_of(chosen), in_one_line(form, asked))
        return export.taken(user, sheet)
    return _shown(request, which, form, rows)


def _shown(request: HttpRequest, which: str, form: LedgerFilter, rows: QuerySet[Any]) -> HttpResponseBase:
    chosen, asked = LEDGERS[which], form.codes()
    found = list(with_count(rows, _after(rows, chosen, Place.read(request.GET.get("after", ""))))[: PAGE + 1])
    shown = found[:PAGE]
    return page(
        request,
        "ledger.html",
        str(chosen.title),
        form=form,
        first=chosen.heads[0],
        heads=[{"title": head, "is_money": at in chosen.money} for at, head in enumerate(chosen.heads)][1:],
        count=count_with(found, rows, is_first="after" not in request.GET),
        rows=[_row(chosen, row) for row in shown],
        older_url=onward(asked, after=str(shown[-1].uuid)) if len(found) > PAGE else "",
        newer_url=address(which, asked) if "after" in request.GET else "",
        chosen=chosen,
        **(ticks(request) if chosen.is_ticked else {}),
        **bar(who(request), which, asked, form),
    )


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


def _row(chosen: Ledger, row: Any) -> dict[str, Any]:
    first, *others = chosen.cells(row)
    cells = [
        {"head": head, "value": value, "is_moment": isinstance(value, datetime), "is_money": at in chosen.money}
        for at, (head, value) in enumerate(zip(chosen.heads[1:], others, strict=True), start=1)
    ]
    return {"case": chosen.case_of(row), "url": chosen.url_of(row), "left": first, "cells": cells}


def _line_of(chosen: Ledger) -> Any:
    def line(row: Any) -> list[Cell]:
        return [chosen.case_of(row).reference, *chosen.cells(row)]

    return line
