"""Complaints without a flow of their own: begun by hand, and what was handed on from one case to another."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may
from cases.models import Case, DisputedTransaction

from .. import verbs
from .frame import case_for, done, right_to, told, who


@told
def start_handling(request: HttpRequest, case: UUID) -> HttpResponse:
    """Begin the handling of a complaint that has none, by a POST; twice is harmless."""
    found = case_for(request, case)
    right_to(request, Verb.REGISTER, found)
    if request.method != "POST":
        return redirect("admin:case", case)
    verbs.start_handling(found, user=who(request))
    return done(request, _("The handling has begun."), "admin:case", case)


def acts(case: Case, user: User) -> Iterator[dict[str, Any]]:
    """The button that begins it, on an open complaint nobody has begun."""
    if case.kind != Case.Kind.GENERAL or not case.is_open or not may(user, Verb.REGISTER, case):
        return
    if not any(process.subject is None for process in case.processes.all()):
        url = reverse("admin:start_handling", args=[case.uuid])
        yield {"url": url, "words": _("Start handling"), "primary": True, "post": True}


def links(case: Case, user: User, transactions: list[DisputedTransaction]) -> dict[str, Any]:
    """Context of handed_on.html: what came from which case, and where the transactions of this one went.

    One query for a complaint, and one for whether its origin may be seen; one on a fraud case that handed on.
    """
    gone = {row.handed_on_to_id for row in transactions if row.handed_on_to_id}
    if not gone and case.kind != Case.Kind.GENERAL:
        return {}
    came = list(case.taken_over.select_related("case"))
    wanted = gone | {row.case_id for row in came}
    seen = set(Case.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    return {
        "came_from": [_row(row, row.case, seen) for row in came],
        "went_to": [_row(row, row.handed_on_to, seen) for row in transactions if row.handed_on_to is not None],
    }


def facts(case: Case, user: User) -> list[dict[str, Any]]:
    """What was handed on to a complaint, beside its steps: the payments, and where history and evidence are read.

    One query for a complaint, one more when something came from another case.
    """
    if case.kind != Case.Kind.GENERAL:
        return []
    came = list(case.taken_over.select_related("case"))
    if not came:
        return []
    told = [
        {
            "label": row.get_type_display(),
            "value": f"{row.merchant or row.bank_id} · {row.amount:,.2f} · {timezone.localtime(row.booked_at):%m-%d}",
        }
        for row in came
    ]
    origin = came[0].case
    seen = Case.objects.visible_to(user).filter(pk=origin.pk).exists()
    url = reverse("admin:case", args=[origin.uuid]) if seen else ""
    return [*told, {"label": _("Handed on from"), "value": origin.reference, "url": url}]


def _row(transaction: DisputedTransaction, case: Case, seen: set[int]) -> dict[str, Any]:
    """The other case by its number; a link only for whoever may see it."""
    url = reverse("admin:case", args=[case.uuid]) if case.pk in seen else ""
    return {"transaction": transaction, "reference": case.reference, "url": url, "withdrawn": case.withdrawn_at}
