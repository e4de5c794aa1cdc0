"""What people put into a case and read in it: contacts, promises, interests, withdrawal, files, clear text."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy

from accounts.permissions import Verb, may
from cases import rules
from cases.actions import clear, contacts, evidence
from cases.actions.turn import Turn, turn
from cases.errors import CaseError
from cases.models import Case, Contact, Evidence, Promise
from record import clock

from .. import verbs
from ..forms.base import line, moment, paragraph, within_a_year
from ..forms.intake import DescribeForm
from ..forms.units import list_near
from ..verbs import casework, late
from . import timeline, urgent
from .frame import case_for, done, page, posted, right_to, say, told, who


class ContactForm(forms.Form):
    """One contact with the customer, and what was promised in it."""

    sometimes = ("note",)
    PROMISE = ("what", "due_at")

    direction = forms.ChoiceField(label=gettext_lazy("Who called"), choices=Contact.Direction.choices)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Case.Channel.choices)
    happened_at = moment(gettext_lazy("When"), minutes=True)
    reached = forms.BooleanField(label=gettext_lazy("The customer was reached"), required=False, initial=True)
    note = paragraph(
        gettext_lazy("What was said"),
        required=False,
        help_text=gettext_lazy("May stay empty when the customer was not reached"),
    )
    what = paragraph(gettext_lazy("What was promised"), rows=2, required=False)
    due_at = moment(gettext_lazy("By when"), check=within_a_year, minutes=True, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened_at"].initial = clock.now  # nearly always just now

    def promises_nothing(self) -> None:
        """Whoever may promise nothing on this case is not asked for it."""
        for name in self.PROMISE:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for name, other in (self.PROMISE, self.PROMISE[::-1]):
            if answers.get(name) and not answers.get(other) and other not in self.errors:
                self.add_error(other, gettext_lazy("A promise needs both: what, and by when."))
        return answers

    def save(self, hand: Turn) -> None:
        said = dict(self.cleaned_data)
        promised = {name: said.pop(name) for name in self.PROMISE if name in said}
        contacts.add_contact(hand, **said)
        if promised.get("what"):
            contacts.promise(hand, **promised)


class PromiseForm(forms.Form):
    """What was promised, and by when."""

    what = paragraph(gettext_lazy("What was promised"), rows=2)
    due_at = moment(gettext_lazy("By when"), check=within_a_year, minutes=True)

    def save(self, hand: Turn) -> None:
        contacts.promise(hand, **self.cleaned_data)


class ReasonForm(forms.Form):
    """Why."""

    reason = paragraph(gettext_lazy("Reason"), rows=2, max_length=500)


class WithdrawForm(ReasonForm):
    """Why, and how the customer said so."""

    means = line(
        gettext_lazy("How the customer said so"),
        help_text=gettext_lazy("Recording number or letter"),
        machine=True,
    )


KEPT: dict[str, tuple[Any, Verb, Any, Any]] = {
    "add_contact": (
        ContactForm,
        Verb.ADD_CONTACT,
        gettext_lazy("Record a contact"),
        gettext_lazy("Record the contact"),
    ),
    "describe": (
        DescribeForm,
        Verb.REGISTER,
        gettext_lazy("Complete the registration"),
        gettext_lazy("Register it"),
    ),
    "add_promise": (
        PromiseForm,
        Verb.ADD_PROMISE,
        gettext_lazy("Promise a call-back"),
        gettext_lazy("Record the promise"),
    ),
}


def keep(name: str) -> Any:
    """The view of one kind of record kept in a case."""
    form_class, verb, title, act = KEPT[name]

    @told
    def view(request: HttpRequest, case: UUID) -> HttpResponse:
        found = case_for(request, case)
        right = right_to(request, verb, found)
        form = form_class(posted(request))
        list_near(form, found)
        if isinstance(form, DescribeForm):
            form.about(found)
        if isinstance(form, ContactForm) and not (found.is_open and may(who(request), Verb.ADD_PROMISE, found)):
            form.promises_nothing()
        if request.method == "POST" and form.is_valid():
            try:
                with turn(found, user=who(request), role=right.post.role, for_whom=right.for_whom) as hand:
                    _kept(request, form, hand)
            except CaseError as error:
                say(form, error)
            else:
                return done(request, _("Recorded."), "admin:case", case)
        return _ask(request, found, form, str(title), str(act))

    return view


def _kept(request: HttpRequest, form: Any, hand: Turn) -> None:
    """Keep it; what is registered may need a mandate, and may be urgent."""
    form.save(hand)
    if isinstance(form, DescribeForm):
        late.open_mandate(hand)
        urgent.say_whom(request, hand.case)


@told
def download(request: HttpRequest, evidence_uuid: UUID) -> HttpResponse:
    """Hand out a file to somebody who may see the case; the reading is recorded with person and time."""
    item = Evidence.objects.select_related("case", "person_key").filter(uuid=evidence_uuid).first()
    if item is None or not item.digest_clear:
        raise Http404
    case = case_for(request, item.case.uuid)
    right_to(request, Verb.DOWNLOAD_EVIDENCE, case)
    content = evidence.read_file(item, user=who(request), purpose="download")
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{item.uuid}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@told
def show_in_clear(request: HttpRequest, case: UUID) -> HttpResponse:
    """The customer's words and numbers, and what people wrote in the time line, in clear: by POST, with a reason.

    Recorded in the reader's access stream.
    """
    found = case_for(request, case)
    right_to(request, Verb.SHOW_IN_CLEAR, found)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        shown = clear.show(found, user=who(request), reason=form.cleaned_data["reason"])
        return page(
            request,
            "clear.html",
            _("In clear"),
            case=found,
            shown=shown,
            entries=timeline.in_clear(found),
            awaits_mandate=rules.awaits_mandate(found),
        )
    return _ask(request, found, form, _("Show in clear"), _("Show, and record that I looked"))


@told
def declare_interest(request: HttpRequest, case: UUID) -> HttpResponse:
    """I have an interest in the matter: steps in my hands go back and I decide nothing on it."""
    found = case_for(request, case)
    right_to(request, Verb.DECLARE_INTEREST, found)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            casework.declare_interest(found, user=who(request), why=form.cleaned_data["reason"])
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Recorded; somebody else will decide this case."), "admin:case", case)
    return _ask(request, found, form, _("Declare an interest"), _("Declare it"))


@told
def withdraw(request: HttpRequest, case: UUID) -> HttpResponse:
    """The customer takes the complaint back."""
    found = case_for(request, case)
    right_to(request, Verb.WITHDRAW, found)
    form = WithdrawForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            verbs.withdraw(found, user=who(request), **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            said = _("The complaint is withdrawn; what protects the customer is undone next.")
            return done(request, said, "admin:case", case)
    return _ask(request, found, form, _("Customer withdraws"), _("Withdraw the complaint"))


@told
def keep_promise(request: HttpRequest, promise: UUID) -> HttpResponse:
    """A promise was kept, said by a POST; anybody who may promise something on the case may say so."""
    row = Promise.objects.select_related("case").filter(uuid=promise).first()
    if row is None:
        raise Http404
    found = case_for(request, row.case.uuid)
    if request.method != "POST":
        return redirect("admin:case", found.uuid)
    right = right_to(request, Verb.ADD_PROMISE, found)
    with turn(found, user=who(request), role=right.post.role, for_whom=right.for_whom) as hand:
        contacts.keep_promise(hand, promise=row)
    return redirect("admin:case", found.uuid)


def _ask(request: HttpRequest, case: Case, form: forms.Form, title: str, act: str) -> HttpResponse:
    template = "describe.html" if isinstance(form, DescribeForm) else "ask.html"
    return page(request, template, title, status=422 if form.errors else 200, case=case, form=form, primary=act)
