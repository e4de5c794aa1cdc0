"""The list of complaints within one's reach, and the search: reference, phone, last four digits of a card."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Verb, may_somewhere
from cases.actions import references
from cases.actions.parties import telephone
from cases.errors import CaseError, NotAllowed
from cases.models import Case

from ..models import StepTask
from . import callers
from .frame import page, told, who
from .ledger_bar import ticks
from .wording import summary_of, tags_of

PAGE, LONGEST = 25, 80


@told
def cases(request: HttpRequest) -> HttpResponse:
    """Newest first, by keyset: page ten thousand costs what page one does."""
    user = who(request)
    if not may_somewhere(user, Verb.SEE):
        raise NotAllowed
    before = place(request.GET.get("before", ""))
    visible = Case.objects.visible_to(user)
    found = visible.filter(pk__lt=Subquery(visible.filter(uuid=before).values("pk"))) if before else visible
    rows = list(found.select_related("customer").order_by("-pk")[: PAGE + 1])
    more = len(rows) > PAGE
    return page(
        request,
        "cases.html",
        _("Complaints"),
        rows=_rows(rows[:PAGE]),
        query="",
        older_url=f"?before={rows[PAGE - 1].uuid}" if more else "",
        newer_url=reverse("admin:cases") if before else "",
        **ticks(request),
    )


@told
def find(request: HttpRequest) -> HttpResponse:
    """A reference opens its case, also when its check digit was left out; anything else gives a short list.

    A POST: a phone number belongs in no URL.

    That a phone or the end of a card was looked up is recorded, as on the page of a call.
    """
    user = who(request)
    if not may_somewhere(user, Verb.SEE):
        raise NotAllowed
    text = request.POST.get("q", "").strip()[:LONGEST]
    visible = Case.objects.visible_to(user)
    if (reference := references.read(text) or references.without_check_digit(text)) is not None:
        hit = visible.filter(reference=reference).first()
        if hit is not None:
            return redirect("admin:case", hit.uuid)
    rows = list(visible.filter(_meant(text)).select_related("customer").order_by("-pk")[:PAGE]) if text else []
    if how := _how(text):
        callers.record(user, how, rows)
    misread = references.is_misread(text)
    return page(request, "cases.html", _("Search result"), rows=_rows(rows), query=text, misread=misread)


def is_reference(text: str) -> bool:
    """Whether somebody typed a reference rather than anything else."""
    return references.read(text) is not None


def place(text: str) -> UUID | None:
    """The case a page begins after; what is no uuid is the beginning."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _meant(text: str) -> Q:
    """A phone by its blind index, written as it may be; four digits are the end of a card. Nothing else finds."""
    if number := callers.phone_of(text):
        return Q(customer__phone_index__in=callers.indexes(number))
    ending = _ending(text)
    return Q(card__last_four=ending) if ending else Q(pk__in=())


def _how(text: str) -> str:
    """By what somebody is looked up, as it is recorded; "" by nothing that finds anybody."""
    if callers.phone_of(text):
        return "search"
    return "card" if _ending(text) else ""


def _ending(text: str) -> str:
    """The last four digits of a card a text is; "" when it is anything else."""
    try:
        ending = telephone(text)
    except CaseError:
        return ""
    return ending if len(ending) == callers.CARD_ENDING else ""


def _rows(found: Iterable[Case]) -> list[dict[str, Any]]:
    found = list(found)
    steps: dict[int, StepTask] = {}
    tasks = StepTask.objects.open().human().filter(case__in=found).order_by("-due_at", "-pk")
    for task in tasks:
        steps[task.case_id] = task
    return [_row(case, steps.get(case.pk)) for case in found]


def _row(case: Case, task: StepTask | None) -> dict[str, Any]:
    return {
        "case": case,
        "step": task.flow_task.task_title if task else "",
        "due_at": task.due_at if task else None,
        "kind": task.limit_kind if task else "house",
        "summary": summary_of(case),
        "tags": tags_of(case),
    }
