"""The ledgers of one shape: filters of a few codes, rows by keyset, a file of them. And the way to all ledgers."""

from collections.abc import Iterator
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
from .beside import window_of
from .counting import count_of
from .frame import page, told, who
from .ledger import RUNNING, Cell, Ledger
from .ledger_bar import LEDGERS, address, bar, onward, open_to

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
    if not may_somewhere(user, Verb.SEE):
        raise NotAllowed
    chosen = LEDGERS[which]
    asked = dict(asked_of(chosen, request.GET))
    rows = chosen.narrowed(chosen.rows(user), asked).order_by(F(chosen.order).asc(nulls_last=True), "pk")
    if request.GET.get("as") == "csv":
        return export.taken(user, export.Sheet(which, asked, [_("Case"), *chosen.heads], rows, _line_of(chosen)))
    found = list(_after(rows, chosen, Place.read(request.GET.get("after", "")))[: PAGE + 1])
    shown = found[:PAGE]
    return page(
        request,
        "ledger.html",
        str(chosen.title),
        filters=[
            {"name": name, "label": label, "choices": choices, "value": asked.get(name, "")}
            for name, label, choices in chosen.filters()
        ],
        heads=chosen.heads,
        count=count_of(rows),
        rows=[_row(chosen, row) for row in shown],
        older_url=onward(asked, after=str(shown[-1].uuid)) if len(found) > PAGE else "",
        newer_url=address(which, asked) if "after" in request.GET else "",
        **bar(user, which, asked),
    )


def asked_of(chosen: Ledger, sent: Any) -> Iterator[tuple[str, str]]:
    """The filters that can be asked, by their codes; what cannot is left out."""
    for name, _label, choices in chosen.filters():
        value = sent.get(name, "") or (RUNNING if name == "state" else "")
        if value and value in dict(choices):
            yield name, value


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
    cells = [
        {"head": head, "value": value, "is_moment": isinstance(value, datetime), "runs": False}
        for head, value in zip(chosen.heads, chosen.cells(row), strict=True)
    ]
    if (ends := window_of(row)) is not None:
        cells[0] |= {"value": ends, "runs": True}
    return {"case": chosen.case_of(row), "cells": cells}


def _line_of(chosen: Ledger) -> Any:
    def line(row: Any) -> list[Cell]:
        return [chosen.case_of(row).reference, *chosen.cells(row)]

    return line
