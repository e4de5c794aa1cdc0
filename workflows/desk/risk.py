"""The risk judgement of a case, on a page of its own that exists for compliance and audit only."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may
from cases.actions import risk
from cases.models import Case

from ..forms.risk import QUESTIONS
from .frame import case_for, page, told, who


@told
def judgement(request: HttpRequest, case: UUID) -> HttpResponse:
    """What was judged, with its reasons; opening it is recorded. For everybody else there is no such page."""
    found, user = case_for(request, case), who(request)
    if not may(user, Verb.SEE_RISK, found):
        raise Http404
    verdicts = risk.read(found, user=user) or {}
    made = found.risk_judgement if verdicts else None
    return page(
        request,
        "risk.html",
        _("Risk judgement"),
        case=found,
        verdicts=[{"words": QUESTIONS[name], "verdict": verdict} for name, verdict in verdicts.items()],
        by=made.by.display_name if made else "",
        at=made.recorded_at if made else None,
    )


def link(case: Case, user: User) -> dict[str, Any]:
    """Where the case page leads those who may read it; empty for everybody else, judged or not."""
    return {"risk_url": reverse("admin:risk", args=[case.uuid]) if may(user, Verb.SEE_RISK, case) else ""}
