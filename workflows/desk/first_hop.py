"""The page on which the investigators say where the money went first, while the trace still runs."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may
from cases import rules
from cases.errors import CaseError
from cases.models import Case

from ..forms.first_hop import FirstHopForm
from ..models import StepTask
from ..verbs import casework
from .frame import case_for, done, page, posted, right_to, say, told, who


@told
def find(request: HttpRequest, case: UUID) -> HttpResponse:
    """Record where the money of some transactions went first; what was typed stays when it is refused."""
    found = case_for(request, case)
    right_to(request, Verb.FOLLOW_MONEY, found)
    form = FirstHopForm(posted(request), case=found)
    if request.method == "POST" and form.is_valid():
        try:
            casework.find_first_hop(found, user=who(request), **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            return _back(request, found)
    status = 422 if form.errors else 200
    primary = _("Record where it went")
    return page(
        request, "ask.html", _("Where the money went first"), status=status, case=found, form=form, primary=primary
    )


def _back(request: HttpRequest, case: Case) -> HttpResponse:
    """To the trace when this person has it in hand, else to the case."""
    mine = StepTask.objects.open().human().filter(case=case, owner=who(request))
    trace = next((task for task in mine if task.flow_task.name == "trace"), None)
    to = ("admin:step", trace.uuid) if trace else ("admin:case", case.uuid)
    return done(request, _("Recorded."), *to)


def acts(case: Case, user: User) -> Iterator[dict[str, Any]]:
    """The button on the case page, until the decision is told."""
    if rules.is_card_fraud(case) and not rules.is_over(case) and may(user, Verb.FOLLOW_MONEY, case):
        url = reverse("admin:first_hop", args=[case.uuid])
        yield {"url": url, "words": _("Where the money went first"), "primary": False, "post": False}
