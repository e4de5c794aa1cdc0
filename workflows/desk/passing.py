"""Passing work on: 转派 by the holder, 改派 by a supervisor, a step begun anew, and who joins a case."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _, gettext_lazy

from accounts import people as office
from accounts.models import User
from accounts.permissions import Verb, refusal
from cases.errors import CaseError, NotAllowed
from cases.models import Case, CasePerson
from record import clock

from .. import verbs
from ..forms.base import paragraph
from ..models import StepTask
from ..verbs import casework
from ..verbs.hand import barred_from, check_holder
from .frame import case_for, done, page, posted, right_to, say, step_for, told, who

MOST = 60


class PassForm(forms.Form):
    """To whom, and why."""

    to = forms.ChoiceField(label=gettext_lazy("To whom"))
    why = paragraph(gettext_lazy("Why, and what is still to do"), rows=2, max_length=500)

    def __init__(self, *args: Any, colleagues: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {str(user.uuid): user for user in colleagues}
        choices = [(uuid, str(user)) for uuid, user in self.colleagues.items()]
        nobody = "" if choices else _("Nobody else may take it at present.")
        self.fields["to"] = forms.ChoiceField(label=self.fields["to"].label, choices=choices, help_text=nobody)

    def chosen(self) -> User:
        return self.colleagues[self.cleaned_data["to"]]


class WhyForm(forms.Form):
    """Why."""

    why = paragraph(gettext_lazy("Reason"), rows=2, max_length=500)


class JoinForm(forms.Form):
    """Who joins, in which part."""

    part = forms.ChoiceField(
        label=gettext_lazy("Part"),
        choices=[part for part in CasePerson.Part.choices if part[0] != CasePerson.Part.FIRST],
    )
    staff_number = forms.CharField(label=gettext_lazy("Staff number"), max_length=32)

    def clean_staff_number(self) -> User:
        found: User | None = User.objects.filter(staff_number=self.cleaned_data["staff_number"], is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("Nobody at work has this staff number."))
        return found


@told
def hand_over(request: HttpRequest, step: UUID) -> HttpResponse:
    """The holder gives the step to a colleague who may do it."""
    task = step_for(request, step)
    check_holder(task, who(request))
    return _pass(request, task, verbs.hand_over, "note", _("Hand the step over"))


@told
def reassign(request: HttpRequest, step: UUID) -> HttpResponse:
    """A supervisor gives the step to somebody else."""
    task = step_for(request, step)
    if (sentence := refusal(who(request), Verb.REASSIGN, task)) is not None:
        raise NotAllowed(sentence)
    return _pass(request, task, verbs.reassign, "why", _("Reassign the step"))


def _pass(request: HttpRequest, task: StepTask, verb: Any, reason: str, title: str) -> HttpResponse:
    form = PassForm(posted(request), colleagues=takers(task, besides=task.owner_id))
    if request.method == "POST" and form.is_valid():
        to = form.chosen()
        try:
            verb(task.uuid, user=who(request), to=to, **{reason: form.cleaned_data["why"]})
        except CaseError as error:
            say(form, error)
        else:
            said = _("The step is with %(who)s now.") % {"who": to.display_name}
            return done(request, said, "admin:case", task.case.uuid)
    return _ask(request, task.case, form, title, title)


def takers(task: StepTask, *, besides: int | None) -> list[User]:
    """Colleagues in office who may take the step, without those barred by four eyes or interest."""
    barred = barred_from(task)
    return [
        held.person
        for held in office.in_office(task.role, task.case, clock.now())
        if held.person.pk != besides and not barred & {one.pk for one in (held.person, held.for_whom) if one}
    ][:MOST]


@told
def cancel(request: HttpRequest, step: UUID) -> HttpResponse:
    """A supervisor throws away what was begun at a step; it opens anew."""
    task = step_for(request, step)
    if (sentence := refusal(who(request), Verb.CANCEL_STEP, task)) is not None:
        raise NotAllowed(sentence)
    form = WhyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            verbs.cancel(step, user=who(request), why=form.cleaned_data["why"])
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("The step was opened anew."), "admin:case", task.case.uuid)
    return _ask(request, task.case, form, _("Open the step anew"), _("Open it anew"))


@told
def join(request: HttpRequest, case: UUID) -> HttpResponse:
    """A supervisor puts a handler, helper or overseer on the case."""
    found = case_for(request, case)
    right_to(request, Verb.REASSIGN, found)
    form = JoinForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            part, joining = form.cleaned_data["part"], form.cleaned_data["staff_number"]
            casework.join(found, user=who(request), joining=joining, part=part)
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Recorded."), "admin:case", case)
    return _ask(request, found, form, _("People on the case"), _("Put on the case"))


def _ask(request: HttpRequest, case: Case, form: forms.Form, title: str, act: str) -> HttpResponse:
    return page(request, "ask.html", title, status=422 if form.errors else 200, case=case, form=form, primary=act)
