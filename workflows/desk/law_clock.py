"""Pages by which the statutory clock stands, runs again or begins anew, and by which an authority's letter joins."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from accounts.permissions import Verb, may
from cases.errors import CaseError
from cases.models import Case, Referral

from ..forms.law_clock import NewFactsForm, ReferralForm, ReportBackForm, RunAgainForm, StandStillForm
from ..verbs import law_clock
from . import presence
from .frame import case_for, done, page, posted, right_to, say, told, who

# name of the page → form, right, verb, title, words of the button
PAGES: dict[str, tuple[Any, Verb, Callable[..., Any], Any, Any]] = {
    "stand_still": (
        StandStillForm,
        Verb.MOVE_CLOCK,
        law_clock.stand_still,
        gettext_lazy("Let the clock stand"),
        gettext_lazy("Record that it stands"),
    ),
    "run_again": (
        RunAgainForm,
        Verb.MOVE_CLOCK,
        law_clock.run_again,
        gettext_lazy("Let the clock run again"),
        gettext_lazy("Record that it runs"),
    ),
    "new_facts": (
        NewFactsForm,
        Verb.ACCEPT_NEW_FACTS,
        law_clock.take_new_facts,
        gettext_lazy("Accept new facts"),
        gettext_lazy("Accept, and begin the clock anew"),
    ),
    "join_referral": (
        ReferralForm,
        Verb.JOIN_REFERRAL,
        law_clock.join_referral,
        gettext_lazy("An authority passed it on"),
        gettext_lazy("Join it to the case"),
    ),
}


def of_case(name: str) -> Any:
    """The view of one of these pages."""
    form_class, verb, act, title, button = PAGES[name]

    @told
    def view(request: HttpRequest, case: UUID) -> HttpResponse:
        found = case_for(request, case)
        right_to(request, verb, found)
        form = form_class(posted(request))
        if request.method == "POST" and form.is_valid():
            try:
                act(found, user=who(request), **form.cleaned_data)
            except CaseError as error:
                say(form, error)
            else:
                return done(request, _("Recorded."), "admin:case", case)
        return _ask(request, found, form, str(title), str(button))

    return view


@told
def report_back(request: HttpRequest, referral: UUID) -> HttpResponse:
    """The authority is told how its complaint ended."""
    row = Referral.objects.select_related("case").filter(uuid=referral).first()
    if row is None:
        raise Http404
    found = case_for(request, row.case.uuid)
    right_to(request, Verb.JOIN_REFERRAL, found)
    form = ReportBackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            law_clock.report_back(row, user=who(request), **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Recorded."), "admin:case", found.uuid)
    return _ask(request, found, form, _("Report back to the authority"), _("Record the report"))


def acts(case: Case, user: User) -> Iterator[dict[str, Any]]:
    """What may happen to the clock of this case now, as buttons of the case page."""
    if case.state != Case.State.OPEN or case.withdrawn_at is not None:
        return
    stands = bool(presence.rows(case, "standstills", case.standstills.filter(ended_at=None)))
    for name in ("run_again",) if stands else ("stand_still", "new_facts", "join_referral"):
        _form, verb, _act, title, _button = PAGES[name]
        if may(user, verb, case):
            yield {"url": reverse(f"admin:{name}", args=[case.uuid]), "words": title, "primary": False, "post": False}


def panel_of(case: Case, user: User) -> dict[str, Any]:
    """What happened to the clock: referrals, standstills, new facts; one query each of those there are."""
    referrals = [
        {
            "row": row,
            "report_url": reverse("admin:report_back", args=[row.uuid])
            if row.reported_at is None and may(user, Verb.JOIN_REFERRAL, case)
            else "",
        }
        for row in case.referrals.all()
    ]
    facts = presence.rows(case, "new_facts", case.new_facts.select_related("accepted_by", "material"))
    standstills = presence.rows(case, "standstills", case.standstills.all())
    return {"referrals": referrals, "standstills": standstills, "new_facts": facts}


def _ask(request: HttpRequest, case: Case, form: Any, title: str, act: str) -> HttpResponse:
    return page(request, "ask.html", title, status=422 if form.errors else 200, case=case, form=form, primary=act)
