"""Put a piece of evidence on file: on a page of its own, or in place from the panel of a step or case."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from accounts.permissions import Verb
from cases.actions.turn import turn
from cases.errors import CaseError
from cases.models import Case

from ..forms.evidence import EvidenceForm
from .frame import case_for, done, page, posted, right_to, say, told, who


@told
def add(request: HttpRequest, case: UUID) -> HttpResponse:
    """Add one piece of evidence. Asked in JSON by the panel's script it answers so: 201, or 422 with `problems`."""
    found = case_for(request, case)
    in_place = request.method == "POST" and request.headers.get("Accept") == "application/json"
    form = EvidenceForm(posted(request), request.FILES or None)
    if _is_added(request, found, form):
        return JsonResponse({}, status=201) if in_place else done(request, _("Recorded."), "admin:case", case)
    if in_place:
        return JsonResponse({"problems": _problems(form)}, status=422)
    status = 422 if form.errors else 200
    title, primary = _("Add evidence"), _("Put it on file")
    return page(request, "ask.html", title, status=status, case=found, form=form, primary=primary)


def _is_added(request: HttpRequest, case: Case, form: EvidenceForm) -> bool:
    right = right_to(request, Verb.ADD_EVIDENCE, case)
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        form.prepare(case)
        with turn(case, user=who(request), role=right.post.role, for_whom=right.for_whom) as hand:
            form.save(hand)
    except CaseError as error:
        say(form, error)
        return False
    return True


def _problems(form: EvidenceForm) -> list[str]:
    """What to mend, as the summary above a form says it."""
    own = [str(text) for text in form.non_field_errors()]
    return own + [f"{bound.label}: {text}" for bound in form for text in bound.errors]
