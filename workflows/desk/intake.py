"""A call comes in: stop the loss first, or write a new case; the caller's earlier cases stand beside it."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.post import Standing
from accounts.permissions import Verb, allowed, refusal
from cases import gateways
from cases.actions import intake
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Card, Case
from knowledge.models import TaxonomyCode
from knowledge.taxonomy import facets_for
from record import clock

from .. import verbs
from ..flows import CardFraudFlow, GeneralFlow
from ..forms.intake import CallForm, NewCaseForm, StopLossCallForm
from .frame import done, page, posted, say, told, who

GROUPS = (
    ("kind", "channel", "received_at"),
    ("name", "phone", "customer_kind", "represented_by", "representative_name", "representative_phone"),
    ("stop", "first_six", "last_four", "card_kind", "caller_check", "warned", "decline"),
    ("demand", "complained_unit", "demand_text", "narrative"),
)


@told
def stop_loss(request: HttpRequest) -> HttpResponse:
    """先止付: caller check and card, nothing else; the order goes out with the case's first fact."""
    user = who(request)
    right = _right(user, Verb.STOP_LOSS)
    form = StopLossCallForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            case = _open(
                form, user, right, kind=Case.Kind.CARD_FRAUD, channel=Case.Channel.PHONE, received_at=clock.now()
            )
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
    )


@told
def new_case(request: HttpRequest) -> HttpResponse:
    """A new case, in the call; card fraud starts its flow, and its first step is done: stopped, or why not."""
    user = who(request)
    right = _right(user, Verb.REGISTER)
    now = timezone.localtime(clock.now()).replace(microsecond=0)
    form = NewCaseForm(posted(request), initial={"received_at": now, "channel": Case.Channel.PHONE})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        texts = {name: answers[name] for name in ("narrative", "demand", "demand_text", "complained_unit")}
        try:
            case = _open(
                form,
                user,
                right,
                kind=answers["kind"],
                channel=answers["channel"],
                received_at=answers["received_at"],
                **texts,
            )
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _opened(case), "admin:case", case.uuid)
    return page(
        request,
        "new_case.html",
        _("New case"),
        status=422 if form.errors else 200,
        form=form,
        groups=_groups(form),
        primary=_("Open the case"),
    )


def _opened(case: Case) -> str:
    if case.stop_declined_at is None:
        return _("Case %(reference)s is open; tell the customer this number.") % {"reference": case.reference}
    return _("Case %(reference)s is open, no card is stopped; tell the customer this number.") % {
        "reference": case.reference
    }


def _groups(form: NewCaseForm) -> list[dict[str, Any]]:
    titles = (_("The call"), _("The customer"), _("The card"), _("The complaint"))
    card = _("For card fraud. Never type the full number, the code on the back, the PIN or the expiry date.")
    hints = ("", "", card, "")
    return [
        {"title": title, "hint": hint, "fields": [form[name] for name in names]}
        for title, hint, names in zip(titles, hints, GROUPS, strict=True)
    ]


def _open(form: CallForm, user: User, right: Standing, *, kind: str, **what: Any) -> Case:
    """Open the case and, for card fraud, finish the first step of its flow in the same transaction."""
    fraud = kind == Case.Kind.CARD_FRAUD
    token = _token(form.cleaned_data) if fraud and form.names_card else ""
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
            then=_begin(form, kind),
            **what,
        )


def _begin(form: CallForm, kind: str) -> Any:
    def then(turn: Turn) -> None:
        if isinstance(form, NewCaseForm):
            form.spokesman(turn)
        if kind == Case.Kind.CARD_FRAUD:
            verbs.start_with(turn, CardFraudFlow, **form.first_step())
        else:
            verbs.start(turn, GeneralFlow)

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
    sent = gateways.is_on("card")
    return page(
        request,
        "stop_loss.html",
        _("Stop the loss first"),
        form=None,
        placed={
            "state": "sent" if sent else "rejected",
            "words": _("The order to stop the card is on its way; the case page shows when it is in force.")
            if sent
            else _("There is no interface to the card system: stop the card on its own terminal now."),
            "case": case,
            "next_url": reverse("admin:case", args=[case.uuid]),
            "next_words": _("Go to the case"),
        },
    )
