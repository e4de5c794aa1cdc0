"""现场接待登记: a visit is taken down, ends, leads to a complaint, and is shown in clear to whoever has a reason."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.post import Standing
from accounts.permissions import Verb, allowed, may, may_somewhere, refusal, standing
from cases import access, kinds_reception
from cases.actions import reception as actions
from cases.actions.turn import turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, Reception
from knowledge import signs

from ..forms.reception import EndForm, ReceiveForm
from . import presence
from .files import ReasonForm
from .find import place
from .frame import done, page, posted, right_to, say, told, who


@told
def receive(request: HttpRequest) -> HttpResponse:
    """Somebody came: taken down at the branch of the person's own post."""
    user = who(request)
    right = next((held for held in user.standings_now() if allowed(held.post.role, Verb.RECEIVE)), None)
    if right is None:
        raise NotAllowed(refusal(user, Verb.RECEIVE, None))
    form = ReceiveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.receive(user=user, unit=right.post.branch, **_acting(right), **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("The visit is on record."), "admin:reception", row.uuid)
    return _asked(request, form, _("Receive a visitor"), _("Take the visit down"), reverse("admin:receptions"))


@told
def visit(request: HttpRequest, reception: UUID) -> HttpResponse:
    """One visit; by POST it ends."""
    row = _visit(request, reception)
    access.looked_at_reception(who(request), row, kinds_reception.RECEPTION_READ)
    right = standing(who(request), Verb.RECEIVE, row)
    form = EndForm(posted(request), visit=row)
    if request.method == "POST":
        if right is None:
            raise NotAllowed(refusal(who(request), Verb.RECEIVE, row))
        try:
            actions.still_open(row)
            if form.is_valid():
                _end(request, row, right, form)
                return done(request, _("The visit has ended."), "admin:reception", row.uuid)
        except CaseError as error:
            say(form, error)
    return _shown(request, row, form=form if right and row.is_open else None, status=422 if form.errors else 200)


@told
def show_in_clear(request: HttpRequest, reception: UUID) -> HttpResponse:
    """Name and matter in clear: by POST, with a reason, recorded in the reader's access stream."""
    row, user = _visit(request, reception), who(request)
    if not may(user, Verb.SHOW_IN_CLEAR, row):
        raise NotAllowed(refusal(user, Verb.SHOW_IN_CLEAR, row))
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        return _shown(request, row, clear=actions.show(row, user=user, reason=form.cleaned_data["reason"]))
    back = reverse("admin:reception", args=[row.uuid])
    return _asked(request, form, _("Show in clear"), _("Show, and record that I looked"), back)


# a complaint of it ----------------------------------------------------------------------------------------------------


def asked_for(request: HttpRequest) -> Reception | None:
    """The visit a new case is opened from, named in the address; 404 when it may not be led anywhere."""
    if not (named := request.GET.get("reception")):
        return None
    row = _visit(request, place(named))
    if row.case_id is not None or not row.is_open or not may(who(request), Verb.RECEIVE, row):
        raise Http404
    return row


def said(request: HttpRequest, row: Reception) -> dict[str, Any]:
    """What the intake begins with: how it came in, when, who, and what about; the reading is recorded."""
    begins: dict[str, Any] = {
        "channel": Case.Channel.OUTLET,
        "received_at": timezone.localtime(row.received_at).replace(second=0, microsecond=0),
        "kind": Case.Kind.GENERAL,
    }
    if request.method == "GET":
        clear = actions.show(row, user=who(request), reason=_("A complaint is opened from the visit"))
        begins |= {"name": clear["visitor"], "narrative": clear["matter"]}
        begins["kind"] = signs.propose(clear["matter"]).kind or Case.Kind.GENERAL
    return begins


def lead(row: Reception | None, case: Case, user: User, right: Standing) -> None:
    """The visit, if there is one, is about this case, which knows of the contact already."""
    if row is not None:
        with turn(case, user=user, **_acting(right)) as hand:
            actions.lead_to(hand, row, as_contact=False)


def brief(case: Case, user: User) -> list[dict[str, Any]]:
    """Facts of a case: the visits that led to it and that this person may see, each a link. None asks for nothing."""
    visits = presence.rows(case, "receptions", case.receptions.visible_to(user).order_by("received_at", "pk"))
    return [
        {
            "label": _("Visit"),
            "value": " · ".join(filter(None, (f"{timezone.localtime(row.received_at):%m-%d %H:%M}", row.av_number))),
            "url": reverse("admin:reception", args=[row.uuid]),
        }
        for row in visits
    ]


# ----------------------------------------------------------------------------------------------------------------------


def _end(request: HttpRequest, row: Reception, right: Standing, form: EndForm) -> None:
    """End it; with the number of a complaint it becomes a contact there, in the same transaction."""
    user, answers = who(request), dict(form.cleaned_data)
    reference = answers.pop("reference", "")
    ending = {"outcome": Reception.Outcome.CASE.value, **answers, **_acting(right)}
    if not reference:
        actions.end(row, user=user, **ending)
        return
    case = Case.objects.visible_to(user).filter(reference=reference).first()
    if case is None:
        raise CaseError(_("There is no such complaint within your reach."), field="reference")
    own = right_to(request, Verb.ADD_CONTACT, case)
    with turn(case, user=user, **_acting(own)) as hand:
        actions.lead_to(hand, row, as_contact=True)
        actions.end(row, user=user, **ending)


def _acting(right: Standing) -> dict[str, Any]:
    return {"role": right.post.role, "for_whom": right.for_whom}


def _visit(request: HttpRequest, uuid: Any) -> Reception:
    """A visit this person may see, else 404."""
    rows = Reception.objects.visible_to(who(request)).select_related("unit", "by", "case", "person_key")
    try:
        found: Reception = rows.get(uuid=uuid)
    except Reception.DoesNotExist:
        raise Http404 from None
    return found


def _shown(
    request: HttpRequest, row: Reception, *, form: Any = None, clear: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    user = who(request)
    return page(
        request,
        "reception.html",
        _("Visit"),
        status=status,
        row=row,
        form=form,
        clear=clear,
        may_clear=clear is None and may(user, Verb.SHOW_IN_CLEAR, row),
        may_open=form is not None and row.case_id is None and may_somewhere(user, Verb.REGISTER),
        within=row.case_id is not None and Case.objects.visible_to(user).filter(pk=row.case_id).exists(),
        new_case_url=f"{reverse('admin:new_case')}?reception={row.uuid}",
        primary=_("End the visit"),
    )


def _asked(request: HttpRequest, form: Any, title: str, act: str, back: str) -> HttpResponse:
    status = 422 if form.errors else 200
    return page(request, "reception_form.html", title, status=status, form=form, primary=act, back_url=back)
