"""A call comes in: stop the loss first, or write a new case; the caller's earlier cases stand beside it."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.post import Standing
from accounts.permissions import Verb, allowed, may, refusal
from cases import gateways
from cases.actions import intake, reception as visits, repeats as second_calls
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Card, Case, Reception
from knowledge.models import TaxonomyCode
from knowledge.taxonomy import facets_for
from record import clock

from .. import verbs
from ..flows import CardFraudFlow, GeneralFlow
from ..forms.intake import CallForm, NewCaseForm, StopLossCallForm
from ..forms.units import list_near
from ..verbs import late
from . import callers, drafts, intake_fields, known_cards, reception, repeats, stop_order, urgent
from .frame import done, page, posted, say, told, who


@told
def stop_loss(request: HttpRequest) -> HttpResponse:
    """先止付: caller check and card, nothing else; the order goes out with the case's first fact."""
    user = who(request)
    right = _right(user, Verb.STOP_LOSS)
    begun, sent = _begun(request), _sent(request)
    known = known_cards.of(user, sent, begun)
    form = StopLossCallForm(known.filled(sent), initial=begun)
    known.offer(form)
    if request.method == "POST" and form.is_valid():
        call: dict[str, Any] = {"kind": Case.Kind.CARD_FRAUD, "channel": Case.Channel.PHONE, "received_at": clock.now()}
        try:
            case = _take(request, form, user, right, **call)
        except CaseError as error:
            say(form, error)
        else:
            return _placed(request, case)
    return page(
        request,
        "stop_loss.html",
        _("Stop the loss first"),
        status=422 if form.errors else 200,
        form=form,
        primary=_("Stop the card"),
        **known.shown(),
        **_met(request, form, user),
    )


@told
def new_case(request: HttpRequest) -> HttpResponse:
    """A new case, in the call; card fraud starts its flow, and its first step is done: stopped, or why not."""
    user = who(request)
    right = _right(user, Verb.REGISTER)
    now = timezone.localtime(clock.now()).replace(second=0, microsecond=0)
    visit = reception.asked_for(request)
    begun, sent = _begun(request), _sent(request)
    known = known_cards.of(user, sent, begun)
    by_phone = {"received_at": now, "channel": Case.Channel.PHONE, **begun}
    form = NewCaseForm(known.filled(sent), initial=by_phone if visit is None else reception.said(request, visit))
    known.offer(form)
    list_near(form, right.post.branch)
    form.within = Case.objects.visible_to(user)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        texts = {name: answers[name] for name in ("narrative", "demand", "demand_text", "complained_unit")}
        try:
            call = {name: answers[name] for name in ("kind", "channel", "received_at")}
            case = _take(request, form, user, right, visit=visit, **call, **texts)
        except CaseError as error:
            say(form, error)
        else:
            return _told_number(request, case)
    return page(
        request,
        "new_case.html",
        _("New case"),
        status=422 if form.errors else 200,
        form=form,
        groups=intake_fields.groups(form),
        primary=_("Open the case"),
        visit=visit,
        **known.shown(),
        **_met(request, form, user),
    )


def _sent(request: HttpRequest) -> Any:
    """What the form is bound to; nothing when the page of a call only opens it, by POST for the number's sake."""
    return None if "begin" in request.POST else posted(request)


def _begun(request: HttpRequest) -> dict[str, Any]:
    """What the page of a call hands on: the caller's number, which belongs in no address, and what is known of him."""
    if "begin" not in request.POST:
        return {}
    number = callers.phone_of(request.POST.get("phone", ""))
    return {"phone": number, "care": callers.care_of(who(request), number)} if number else {}


def _take(
    request: HttpRequest, form: CallForm, user: User, right: Standing, *, visit: Reception | None = None, **what: Any
) -> Case:
    """Open a case, or add the call to the open one it belongs to. Raises OpenAlready to ask which.

    `visit`: the visit to a branch in which the complaint was made, if it was.
    """
    fraud = what["kind"] == Case.Kind.CARD_FRAUD
    token = _token(form.cleaned_data) if fraud and form.names_card else ""
    form.met = repeats.met(form, token, what["kind"])
    if (known := repeats.chosen(request, form.met)) is not None:
        with transaction.atomic():
            added = repeats.add(known, form, user, token, **what)
            reception.lead(visit, added, user, right)
        return added
    if not form.met:
        return _open(form, user, right, token, visit=visit, **what)
    if "second" not in request.POST:
        raise repeats.OpenAlready
    first, why = form.met[0], request.POST.get("why_second", "")
    with transaction.atomic():
        second = _open(form, user, right, token, beside=(first, why), visit=visit, **what)
        late.tell_first(first, user=user, second=second, why=why)
    return second


def _met(request: HttpRequest, form: CallForm, user: User) -> dict[str, Any]:
    """Context of met.html."""
    cases = repeats.shown(form.met, user) if form.met else []
    fraud = (
        form.is_bound and getattr(form, "cleaned_data", {}).get("kind", Case.Kind.CARD_FRAUD) == Case.Kind.CARD_FRAUD
    )
    return {"met": cases, "met_stops": fraud, "why_second": request.POST.get("why_second", "")}


def _told_number(request: HttpRequest, case: Case) -> HttpResponse:
    """To the case, or to the desk when the call was added to one out of reach; the number is said either way."""
    if Case.objects.visible_to(who(request)).filter(pk=case.pk).exists():
        urgent.say_whom(request, case)
        return done(request, _opened(case), "admin:case", case.uuid)
    return done(request, _opened(case), "admin:index")


def _opened(case: Case) -> str:
    if case.stop_declined_at is None:
        return _("Case %(reference)s is open; tell the customer this number.") % {"reference": case.reference}
    return _("Case %(reference)s is open, no card is stopped; tell the customer this number.") % {
        "reference": case.reference
    }


def _open(
    form: CallForm,
    user: User,
    right: Standing,
    token: str,
    *,
    kind: str,
    beside: Any = None,
    visit: Reception | None = None,
    **what: Any,
) -> Case:
    """Open the case and, for card fraud, finish the first step of its flow in the same transaction.

    `beside`: the open case it is opened beside on purpose, and why. `visit`: what it was opened from.
    """
    fraud = kind == Case.Kind.CARD_FRAUD
    with transaction.atomic():
        customer = form.customer()
        card = form.card(customer, token) if token else None
        return intake.open_case(
            user=user,
            role=right.post.role,
            kind=kind,
            handling_unit=right.post.branch,
            customer=customer,
            card=card,
            facets=_facets(form.cleaned_data["card_kind"]) if fraud else {},
            then=_begin(form, kind, beside, visit),
            no_texts=form.cleaned_data["no_texts"],
            **what,
        )


def _begin(form: CallForm, kind: str, beside: Any, visit: Reception | None) -> Any:
    def then(turn: Turn) -> None:
        if beside is not None:
            first, why = beside
            second_calls.tell_second(turn, first=first, why=why)
        form.spokesman(turn)
        if isinstance(form, NewCaseForm):
            form.confirm(turn)
        if kind == Case.Kind.CARD_FRAUD:
            verbs.start_with(turn, CardFraudFlow, **form.first_step())
        else:
            verbs.start(turn, GeneralFlow)
        if visit is not None:
            visits.lead_to(turn, visit, as_contact=False)

    return then


def _facets(card_kind: str) -> dict[str, TaxonomyCode]:
    """The first classes a card fraud has before anything is traced: kind of business and cause (JR/T 0169)."""
    _place, business, cause = facets_for("", "", credit=card_kind == Card.Kind.CREDIT)
    codes = {code.local_code: code for code in TaxonomyCode.objects.filter(local_code__in=[business, cause])}
    return {"business": codes[business], "cause": codes[cause]}


def _token(answers: dict[str, Any]) -> str:
    """The card system's token for these digits; asked before anything is locked or written."""
    token = gateways.find_card(first_six=answers["first_six"], last_four=answers["last_four"], phone=answers["phone"])
    if token is None:
        raise CaseError(_("The card system knows no such card; check the digits."), field="last_four")
    return token


def _right(user: User, verb: Verb) -> Standing:
    """The post by which the person takes the call; the case is handled at its branch. Raises NotAllowed."""
    for held in user.standings_now():
        if allowed(held.post.role, verb):
            return held
    raise NotAllowed(refusal(user, verb, None))


def _placed(request: HttpRequest, case: Case) -> HttpResponse:
    drafts.forget(request)
    sent = gateways.is_on("card")
    within = Case.objects.visible_to(who(request)).filter(pk=case.pk).exists()
    return page(
        request,
        "stop_loss.html",
        _("Stop the loss first"),
        form=None,
        awaited_stop=stop_order.awaited(case) if within and sent else {},
        placed={
            "state": "sent" if sent else "rejected",
            "words": _("The order to stop the card is on its way; the case page shows when it is in force.")
            if sent
            else _("There is no interface to the card system: stop the card on its own terminal now."),
            "case": case,
            "acts": list(_next(case, who(request), within)),
        },
    )


def _next(case: Case, user: User, within: bool) -> Iterator[dict[str, str]]:
    """What comes after the stop: what happened is written down, on the case or wherever the call was added."""
    if within and case.narrative is None and may(user, Verb.REGISTER, case):
        yield {"url": reverse("admin:describe", args=[case.uuid]), "words": _("Complete the registration")}
    if within and case.card_id is not None and may(user, Verb.REGISTER, case):
        yield {"url": reverse("admin:naming", args=[case.uuid]), "words": _("Which are not the customer's?")}
    if within:
        yield {"url": reverse("admin:case", args=[case.uuid]), "words": _("Go to the case")}
    else:
        yield {"url": reverse("admin:index"), "words": _("To the desk")}
