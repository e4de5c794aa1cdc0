"""What the customer hears by text message, as a panel: what went, and what is told by phone because it did not."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from accounts.permissions import Verb, may
from cases.actions import texts
from cases.errors import CaseError
from cases.models import Case, TextMessage
from knowledge.messages import Template
from record import clock

from ..forms.base import moment
from ..verbs import asides
from .frame import case_for, done, page, posted, right_to, say, told, who

State = TextMessage.State


class ToldForm(forms.Form):
    """When somebody spoke to the customer."""

    told_at = moment(gettext_lazy("The customer was told at"))


def of(case: Case, *, user: User, paid: bool) -> dict[str, Any]:
    """Context of texts.html. One query; which moments have come is read from the case as it is in hand."""
    sent = {row.template: row for row in case.texts.all()}
    stopped = any(control.is_loss for control in case.controls.all())
    due = [*texts.moments(case, stopped=stopped, paid=paid), *sent]
    may_tell = case.state != Case.State.ARCHIVED and may(user, Verb.ADD_CONTACT, case)
    return {
        "texts": [_line(case, template, sent.get(template), may_tell) for template in Template if template in due],
        "text_acts": list(_acts(case)) if may_tell else [],
    }


def _line(case: Case, template: Template, row: TextMessage | None, may_tell: bool) -> dict[str, Any]:
    words, at, by, to_tell = _stands(row)
    tell = reverse("admin:tell_by_phone", args=[case.uuid, template.value])
    return {
        "title": template.label,
        "words": words,
        "at": at,
        "by": by,
        "to_tell": to_tell,
        "tell_url": tell if to_tell and may_tell else "",
    }


def _stands(row: TextMessage | None) -> tuple[str, Any, str, bool]:
    """How it stands in words, since when, by whom, and whether somebody has to call."""
    if row is None:
        return _("SMS not sent: tell the customer by phone"), None, "", True
    if row.state == State.BY_PHONE:
        return str(row.get_state_display()), row.told_at, row.told_by.display_name if row.told_by else "", False
    if row.state == State.SENT:
        return str(row.get_state_display()), row.sent_at, "", False
    if row.state == State.REJECTED:
        return _("SMS not sent: tell the customer by phone"), row.ordered_at, "", True
    if row.ordered_at is not None and clock.now() - row.ordered_at > texts.SILENT_AFTER:
        return _("The SMS gateway does not answer: tell the customer by phone"), row.ordered_at, "", True
    return str(row.get_state_display()), row.ordered_at, "", False


def _acts(case: Case) -> Iterator[dict[str, Any]]:
    wanted = case.no_texts_since is None
    words = _("The customer wants no text messages") if wanted else _("The customer wants text messages again")
    yield {"url": reverse("admin:wants_texts", args=[case.uuid, "no" if wanted else "yes"]), "words": words}


@told
def tell_by_phone(request: HttpRequest, case: UUID, template: str) -> HttpResponse:
    """Record that the customer was told by phone what no text message told him."""
    found = case_for(request, case)
    right_to(request, Verb.ADD_CONTACT, found)
    form = ToldForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            asides.tell_by_phone(found, user=who(request), template=template, **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Recorded."), "admin:case", found.uuid, part="texts")
    about = _("Told by phone: %(what)s") % {"what": dict(Template.choices).get(template, template)}
    status = 422 if form.errors else 200
    return page(request, "ask.html", about, status=status, case=found, form=form, primary=_("Record the call"))


@told
def wants_texts(request: HttpRequest, case: UUID, wanted: str) -> HttpResponse:
    """Whether the customer wants text messages, said by a POST."""
    found = case_for(request, case)
    right_to(request, Verb.ADD_CONTACT, found)
    if request.method != "POST" or wanted not in ("yes", "no"):
        return redirect("admin:case", found.uuid)
    asides.wants_texts(found, user=who(request), wanted=wanted == "yes")
    return done(request, _("Recorded."), "admin:case", found.uuid, part="texts")
