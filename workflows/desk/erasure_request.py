"""A person who asks to be erased, from the page of his complaint; and what that page says once he is."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from cases.actions import erasure
from cases.errors import CaseError, NotAllowed
from cases.models import Case
from cases.retention import Keep

from . import erasure_words
from .erasure import ReasonForm
from .frame import case_for, done, page, posted, say, told, who


class RequestForm(ReasonForm):
    """What the person asked for, how it is known that it was he, and when the business with him ended."""

    relation_ended_on = forms.DateField(
        label=gettext_lazy("Business relation ended on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("As the core system says; empty while it goes on or nobody knows"),
    )


@told
def ask(request: HttpRequest, case: UUID) -> HttpResponse:
    """The person of a complaint asks to be erased; what the bank has to keep is said, with its article."""
    found, user = case_for(request, case), who(request)
    if not erasure.may_propose(user):
        raise NotAllowed
    form = RequestForm(posted(request))
    keeps: list[Keep] = []
    if request.method == "POST" and form.is_valid():
        try:
            made, keeps = erasure.propose_request(user=user, case=found, **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            if made is not None:
                return done(request, _("Proposed. A second person has to agree."), "admin:erasure", made.uuid)
            form.add_error(None, _("The bank has to keep these data; nothing was proposed."))
    return page(
        request,
        "ask_erasure.html",
        _("The person asks to be erased"),
        status=422 if form.errors else 200,
        case=found,
        form=form,
        primary=_("Propose it"),
        why=erasure_words.why(keeps),
    )


def link(user: User, case: Case) -> list[dict[str, Any]]:
    """The act on the page of a complaint in the archive, for whoever may propose."""
    if case.state != Case.State.ARCHIVED or not erasure.may_propose(user):
        return []
    url = reverse("admin:ask_erasure", args=[case.uuid])
    return [{"url": url, "words": _("The person asks to be erased"), "primary": False, "post": False, "about": "file"}]


def erased(case: Case) -> dict[str, Any]:
    """For the page of a complaint: since when its personal data are erased, and by which batch when by one."""
    key = case.person_key
    if key is None or not key.destroyed:
        return {"erased": None}
    item = erasure.of_person(key.subject) if key.subject else None
    return {"erased": {"at": key.destroyed_at, "number": item.batch.number if item else ""}}
