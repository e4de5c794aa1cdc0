"""催办登记: the customer only asks how far it is. One key, no new case; a form only when there is more to say."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from accounts.permissions import Verb, may
from cases.errors import CaseError, NotAllowed
from cases.models import Case, Contact, Urge
from record import clock

from ..forms.base import moment, paragraph
from ..verbs import urging
from .frame import case_for, done, page, posted, right_to, say, told, who
from .wording import urged_words


class UrgeForm(forms.Form):
    """Who urged, how and when, for what the key does not say: it is the holder, on the phone, now."""

    caller = forms.ChoiceField(label=gettext_lazy("Who calls"), choices=Urge.CALLERS)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Case.Channel.choices)
    happened_at = moment(gettext_lazy("When"), minutes=True)
    note = paragraph(gettext_lazy("What was said"), rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened_at"].initial = clock.now


@told
def urge(request: HttpRequest, case: UUID) -> HttpResponse:
    """By another channel, for somebody else, or at another moment than now."""
    found = case_for(request, case)
    right_to(request, Verb.ADD_CONTACT, found)
    form = UrgeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = urging.urge(found, user=who(request), **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            return _done(request, found, made)
    title, act = _("The customer urges"), _("Record that he urged")
    return page(request, "ask.html", title, status=422 if form.errors else 200, case=found, form=form, primary=act)


@told
def urge_now(request: HttpRequest, case: UUID) -> HttpResponse:
    """The one key: the holder on the phone, now. By POST only; what cannot be is said on the case page."""
    found = case_for(request, case)
    right_to(request, Verb.ADD_CONTACT, found)
    if request.method != "POST":
        return redirect("admin:case", case)
    try:
        made = urging.urge(found, user=who(request), channel=Case.Channel.PHONE)
    except NotAllowed:
        raise
    except CaseError as error:
        messages.warning(request, str(error.sentence))
        return redirect("admin:case", case)
    return _done(request, found, made)


def acts(case: Case, user: User) -> Iterator[dict[str, Any]]:
    """The key as a button for those who take calls, the form in the menu for whoever speaks with the customer."""
    if not case.is_open or not may(user, Verb.ADD_CONTACT, case):
        return
    if may(user, Verb.REGISTER, case):
        now = reverse("admin:urge_now", args=[case.uuid])
        yield {"url": now, "words": _("Customer urges"), "primary": False, "post": True, "key": "U"}
    url, words = reverse("admin:urge", args=[case.uuid]), _("The customer urges: more…")
    yield {"url": url, "words": words, "primary": False, "post": False, "about": "customer"}


def contacts(urges: list[Urge]) -> list[dict[str, Any]]:
    """Urges among the contacts of contacts.html: they were no talk about the matter, and say so."""
    return [
        {
            "direction": Contact.Direction.IN.label,
            "channel": Case.Channel(row.channel).label,
            "words": "" if row.caller == Urge.HOLDER else row.get_caller_display(),
            "happened_at": row.happened_at,
            "by": row.by.display_name,
            "reached": True,
            "urged": True,
        }
        for row in urges
    ]


def _done(request: HttpRequest, case: Case, made: urging.Urged) -> HttpResponse:
    times = urged_words(made.number)
    if not made.told:
        return done(request, _("%(times)s. There was nobody to tell.") % {"times": times}, "admin:case", case.uuid)
    names = _(", ").join(person.display_name for person in made.told)
    return done(request, _("%(times)s. Told: %(names)s.") % {"times": times, "names": names}, "admin:case", case.uuid)
