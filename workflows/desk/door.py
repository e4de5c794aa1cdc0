"""Who stands at the door of a case: who speaks for the customer and by what, calls that came again, what comes late."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may
from cases import rules
from cases.actions import mandate
from cases.actions.turn import turn
from cases.errors import CaseError
from cases.models import Case, Mandate, RepeatCall, Representative
from knowledge.evidence import EvidenceKind

from .. import verbs
from ..forms.door import UnhandledForm
from ..forms.intake import SpeakerForm
from ..models import StepTask
from ..verbs import late
from . import presence
from .frame import case_for, done, page, posted, right_to, say, told, who

TOLD_IN = frozenset({"first_contact", "obtain_mandate", "draft_letter", "seal_letter", "tell", "call_back"})


@told
def offer_stop(request: HttpRequest, case: UUID) -> HttpResponse:
    """The customer changes his mind about the stop, or finds his card: the step that takes it opens. By POST only."""
    found = case_for(request, case)
    right_to(request, Verb.STOP_LOSS, found)
    if request.method != "POST":
        return redirect("admin:case", case)
    task = late.offer_stop(found, user=who(request))
    if may(who(request), Verb.CLAIM, task, step_role=task.role):
        verbs.claim(task.uuid, user=who(request))
    return redirect("admin:step", task.uuid)


@told
def represent(request: HttpRequest, case: UUID) -> HttpResponse:
    """Somebody speaks for the customer from now on; his mandate is obtained beside everything else."""
    found = case_for(request, case)
    right = right_to(request, Verb.ADD_CONTACT, found)
    form = SpeakerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            with turn(found, user=who(request), role=right.post.role, for_whom=right.for_whom) as hand:
                late.represent(hand, **form.speaker())
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Recorded; the mandate is obtained next."), "admin:case", case)
    return _ask(request, found, form, _("Somebody speaks for the customer"), _("Record him"))


@told
def leave_unhandled(request: HttpRequest, case: UUID) -> HttpResponse:
    """No mandate came: the case ends without a decision (CBIRC 2020 No.3 art. 18 para 4)."""
    found = case_for(request, case)
    right_to(request, Verb.LEAVE_UNHANDLED, found)
    form = UnhandledForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            late.leave_unhandled(found, user=who(request), **form.cleaned_data)
        except CaseError as error:
            say(form, error)
        else:
            return done(request, _("Left unhandled; what protects the customer is undone next."), "admin:case", case)
    return _ask(request, found, form, _("Leave unhandled: no mandate"), _("Leave it unhandled"))


def acts(case: Case, user: User, speakers: list[dict[str, Any]], tasks: list[StepTask]) -> Iterator[dict[str, Any]]:
    """What may be done at the door of this case, as buttons of the case page.

    `speakers` as `of` gives them, `tasks` the open steps.
    """
    waits = any(speaker["waits"] for speaker in speakers)
    undecided = case.state == Case.State.OPEN and case.withdrawn_at is None
    for name, verb, words, is_open, about in (
        ("offer_stop", Verb.STOP_LOSS, _offer_words(case), None, ""),
        ("represent", Verb.ADD_CONTACT, _("Somebody speaks for the customer"), case.is_open, "customer"),
        ("leave_unhandled", Verb.LEAVE_UNHANDLED, _("Leave unhandled: no mandate"), waits and undecided, "end"),
    ):
        if is_open is False or not rules.is_card_fraud(case) or not may(user, verb, case):
            continue
        if is_open or late.may_offer_stop(case, {task.flow_task.name for task in tasks}):
            url = reverse(f"admin:{name}", args=[case.uuid])
            yield {"url": url, "words": words, "primary": False, "post": is_open is None, "about": about}


def _offer_words(case: Case) -> str:
    return _("The card is found now") if rules.lacks_card(case) else _("The customer now wants the card stopped")


def of(case: Case, user: User) -> dict[str, Any]:
    """Context of door.html: who speaks for the customer, and calls that came again. One query, none when none came."""
    found = RepeatCall.objects.filter(Q(case=case) | Q(second=case)).select_related("case", "second", "contact", "by")
    calls = [] if presence.lacks(case, "repeat_calls", "repeats") else list(found)
    return {
        "speakers": [_speaker(person) for person in case.representatives.all()],
        "repeat_calls": [_call(row, case) for row in calls],
    }


def _speaker(person: Representative) -> dict[str, Any]:
    settled: Mandate | None = getattr(person, "mandate", None)
    return {
        "kind": person.get_kind_display(),
        "name": person.name_masked,
        "waits": settled is None,
        "outcome": settled.get_outcome_display() if settled else "",
        "paper": settled.paper.reference if settled and settled.paper else "",
        "settled_at": settled.settled_at if settled else None,
        "wanted": EvidenceKind(mandate.PAPERS[person.kind]).label,
    }


def _call(row: RepeatCall, case: Case) -> dict[str, Any]:
    """This case's own side of it: the call that was added, the second case, or the case it is second to."""
    if row.second_id == case.pk:
        words, other = _("Opened on purpose beside"), row.case
    elif row.second is not None:
        words, other = _("A second case was opened on purpose"), row.second
    else:
        words, other = _("The call was added to this case"), None
    return {
        "words": words,
        "reference": other.reference if other else "",
        "at": row.happened_at,
        "by": row.by.display_name,
    }


def facts(task: StepTask) -> list[dict[str, Any]]:
    """Whom the step's answer goes to, and that somebody may not be told yet; one query or two, in steps that tell."""
    if task.flow_task.name not in TOLD_IN:
        return []
    case = task.case
    if (waiting := mandate.waiting(case)) is not None:
        wanted = EvidenceKind(mandate.PAPERS[waiting.kind]).label
        return [
            {"label": _("Whoever reported"), "value": f"{waiting.get_kind_display()} {waiting.name_masked}"},
            {"label": _("May be told"), "value": _("nothing yet: %(paper)s is missing") % {"paper": wanted}},
        ]
    if (speaker := mandate.speaker(case)) is not None:
        return [{"label": _("Goes to"), "value": f"{speaker.get_kind_display()} {speaker.name_masked}"}]
    return []


def _ask(request: HttpRequest, case: Case, form: Any, title: str, act: str) -> HttpResponse:
    return page(request, "ask.html", title, status=422 if form.errors else 200, case=case, form=form, primary=act)
