"""Pages of the verbs on stops: one small form each, on the case they belong to."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy

from accounts.permissions import Verb
from cases.actions import loss_reports, official
from cases.errors import CaseError
from cases.models import CardControl, Case

from ..forms.base import line, moment
from ..forms.companions import within_two_years
from ..verbs import asides, stops
from .frame import case_for, done, page, posted, right_to, say, told, who

Kind, OrderedBy = CardControl.Kind, CardControl.OrderedBy
BANK_TIME = gettext_lazy("The bank system's own time")


class OfficialForm(forms.Form):
    """What the bank, police or a court ordered."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(one.value, one.label) for one in official.KINDS])
    ordered_by = forms.ChoiceField(
        label=gettext_lazy("Ordered by"),
        choices=[one for one in OrderedBy.choices if one[0] != OrderedBy.CUSTOMER],
    )
    document = line(gettext_lazy("Number of the paper"), help_text=gettext_lazy("Kept sealed"))
    account = line(
        gettext_lazy("Account"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("Masked or by token; empty means the customer's own card"),
    )
    receipt = line(gettext_lazy("Receipt number"), max_length=64, machine=True)
    effective_at = moment(gettext_lazy("Effective since"), help_text=BANK_TIME)
    lapses_at = moment(
        gettext_lazy("Lapses at"),
        required=False,
        check=within_two_years,
        help_text=gettext_lazy("As the paper says; an emergency stop lasts 48 hours"),
    )


class TakeOverForm(forms.Form):
    """A loss report older than the complaint."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[(one.value, one.label) for one in (Kind.ORAL_LOSS, Kind.FORMAL_LOSS)]
    )
    source = forms.ChoiceField(label=gettext_lazy("Made by"), choices=CardControl.Source.choices)
    receipt = line(gettext_lazy("Receipt number of the loss report"), max_length=64, machine=True)
    effective_at = moment(gettext_lazy("Effective since"), help_text=BANK_TIME)
    lapses_at = moment(
        gettext_lazy("Lapses at"),
        required=False,
        check=within_two_years,
        help_text=gettext_lazy("As the card system says; empty means the house's days"),
    )


class ConvertForm(forms.Form):
    """Formal, or a new card."""

    to = forms.ChoiceField(
        label=gettext_lazy("What was done"),
        choices=[
            (loss_reports.FORMAL, gettext_lazy("Made formal")),
            (loss_reports.REPLACED, gettext_lazy("Card replaced")),
        ],
        widget=forms.RadioSelect,
    )
    receipt = line(gettext_lazy("Receipt number"), max_length=64, machine=True)
    happened_at = moment(gettext_lazy("Done at"), help_text=BANK_TIME)


class AgreedForm(forms.Form):
    """The customer agreed to a formal loss report: when, and what proves it."""

    agreed_at = moment(gettext_lazy("The customer agreed at"))
    proof = line(
        gettext_lazy("Proof"),
        max_length=64,
        machine=True,
        help_text=gettext_lazy("Number of the recording or of the signed form"),
    )


class LiftedForm(forms.Form):
    """By which paper, and when."""

    document = line(gettext_lazy("Number of the paper that lifts it"), help_text=gettext_lazy("Kept sealed"))
    ended_at = moment(gettext_lazy("Ended at"), help_text=BANK_TIME)


class LapsedForm(forms.Form):
    """Since when it is not in force any more, and how one knows."""

    ended_at = moment(gettext_lazy("Lapsed at"), help_text=BANK_TIME)
    proof = line(gettext_lazy("Number of the enquiry"), machine=True)


ON_CASE: dict[str, tuple[Any, Verb, Any, Any, Any]] = {
    "add_control": (
        OfficialForm,
        Verb.CONTROL,
        stops.add_control,
        gettext_lazy("Record another stop"),
        gettext_lazy("Record the stop"),
    ),
    "take_over_control": (
        TakeOverForm,
        Verb.STOP_LOSS,
        stops.take_over_control,
        gettext_lazy("Take over an older loss report"),
        gettext_lazy("Take it over"),
    ),
    "agree_formal_loss": (
        AgreedForm,
        Verb.STOP_LOSS,
        asides.agree_formal_loss,
        gettext_lazy("The customer agrees to a formal loss report"),
        gettext_lazy("Record the consent"),
    ),
    "convert_control": (
        ConvertForm,
        Verb.CONTROL,
        stops.convert_control,
        gettext_lazy("Make it formal or replace the card"),
        gettext_lazy("Record what was done"),
    ),
}
ON_STOP: dict[str, tuple[Any, Any, Any, Any]] = {
    "end_control": (LiftedForm, stops.end_control, gettext_lazy("The stop was lifted"), gettext_lazy("Record the end")),
    "control_lapsed": (
        LapsedForm,
        stops.control_lapsed,
        gettext_lazy("The stop lapsed"),
        gettext_lazy("Record the lapse"),
    ),
}


def on_case(name: str) -> Any:
    """The view of a verb on the case."""
    form_class, verb, act, title, button = ON_CASE[name]

    @told
    def view(request: HttpRequest, case: UUID) -> HttpResponse:
        found = case_for(request, case)
        right_to(request, verb, found)
        return _ask(request, found, form_class(posted(request)), found, act, (str(title), str(button)))

    return view


def on_stop(name: str) -> Any:
    """The view of a verb on one stop."""
    form_class, act, title, button = ON_STOP[name]

    @told
    def view(request: HttpRequest, control: UUID) -> HttpResponse:
        found, case = _stop(request, control)
        right_to(request, Verb.CONTROL, case)
        return _ask(request, case, form_class(posted(request)), found, act, (str(title), str(button)))

    return view


@told
def order_formal(request: HttpRequest, case: UUID) -> HttpResponse:
    """Tell the card system to make the loss report formal, by a POST."""
    found = case_for(request, case)
    right_to(request, Verb.CONTROL, found)
    if request.method != "POST":
        return redirect("admin:case", found.uuid)
    asides.order_formal_loss(found, user=who(request))
    return done(request, _("The order is on its way."), "admin:case", found.uuid)


@told
def see(request: HttpRequest, control: UUID) -> HttpResponse:
    """A second person compared it with its paper, said by a POST."""
    found, case = _stop(request, control)
    right_to(request, Verb.CONTROL, case)
    if request.method != "POST":
        return redirect("admin:case", case.uuid)
    stops.see_control(found, user=who(request))
    return done(request, _("Recorded."), "admin:case", case.uuid)


def _stop(request: HttpRequest, uuid: UUID) -> tuple[CardControl, Case]:
    found = CardControl.objects.select_related("case").filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found, case_for(request, found.case.uuid)


def _ask(
    request: HttpRequest, case: Case, form: forms.Form, target: Any, act: Any, words: tuple[str, str]
) -> HttpResponse:
    title, button = words
    if request.method == "POST" and form.is_valid():
        try:
            act(target, user=who(request), **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Recorded."), "admin:case", case.uuid)
    status = 422 if form.errors else 200
    return page(request, "ask.html", title, status=status, case=case, form=form, primary=button)
