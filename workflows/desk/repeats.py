"""A call about a matter that has a case already: found before a second case is opened, added to it with one click."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _, override

from accounts.models import User
from accounts.permissions import Verb, may
from cases.actions import repeats
from cases.errors import CaseError
from cases.models import Case, CasePerson
from record import clock

from ..forms.intake import CallForm, NewCaseForm, Stopping
from ..forms.late import Found
from ..verbs import late


class OpenAlready(CaseError):
    """An open case on this matter was found. Add the call to it, or say why a second one is needed."""

    sentence = _("An open case on this matter was found. Add the call to it, or say why a second one is needed.")


def met(form: CallForm, token: str, kind: str) -> list[Case]:
    """Open cases of this caller or card that the call may belong to: not those about another card of his.

    A complaint that stops no card may belong to any case within reach; of a stolen card the open one is told wherever
    it lies, because a stop must not be ordered twice.
    """
    answers = form.cleaned_data
    within = form.within if isinstance(form, NewCaseForm) and kind != Case.Kind.CARD_FRAUD else None
    digits = (answers["first_six"], answers["last_four"])
    return [
        case
        for case in repeats.open_cases(phone=answers["phone"], token=token, within=within)
        if not token
        or case.card is None
        or case.card.token == token
        or (case.card.first_six, case.card.last_four) == digits
    ]


def shown(cases: Sequence[Case], user: User) -> list[dict[str, Any]]:
    """What whoever takes the call reads of them: reference, unit, handler; nothing personal. Two queries."""
    leads = CasePerson.objects.filter(case__in=cases, part=CasePerson.Part.LEAD, until=None).select_related("user")
    handlers = {row.case_id: row.user.display_name for row in leads}
    within = set(Case.objects.visible_to(user).filter(pk__in=[case.pk for case in cases]).values_list("pk", flat=True))
    return [
        {
            "uuid": case.uuid,
            "reference": case.reference,
            "unit": case.handling_unit.label,
            "handler": handlers.get(case.pk, ""),
            "is_within": case.pk in within,
            "can_urge": case.pk in within and may(user, Verb.ADD_CONTACT, case),
        }
        for case in cases
    ]


def chosen(request: HttpRequest, cases: list[Case]) -> Case | None:
    """The case the call is to be added to: one of those found, whatever was sent."""
    return next((case for case in cases if str(case.uuid) == request.POST.get("add_to")), None)


def add(case: Case, form: CallForm, user: User, token: str, **what: Any) -> Case:
    """The call becomes a contact on the open case; the card is stopped now when no stop stands."""
    said: dict[str, Any] = {}
    if (speaker := form.speaker()) and not case.representatives.filter(kind=speaker["kind"]).exists():
        said["represented"] = speaker
    if token and form.cleaned_data.get("stop", Stopping.NOW) == Stopping.NOW:
        said["stop"] = _stop(form, token)
    if isinstance(form, NewCaseForm):
        said["confirm"] = partial(form.confirm, call_again=True)
    received_at = what.get("received_at") or clock.now()
    late.add_call(case, user=user, channel=what["channel"], note=_note(form), happened_at=received_at, said=said)
    return case


def _stop(form: CallForm, token: str) -> Any:
    """Answers of the step that takes the late card or stop, as the call gives them."""
    asked = {name: form.cleaned_data[name] for name in ("first_six", "last_four", "card_kind")}

    def answers(case: Case) -> dict[str, Any]:
        card = {**asked, "token": token} if case.card_id is None else {}
        return {"result": Found.STOP.value, **card}

    return answers


def _note(form: CallForm) -> str:
    """Who called and what he said, sealed, in the bank's own language."""
    answers = form.cleaned_data
    with override(settings.LANGUAGE_CODE):
        caller = dict(form.fields["represented_by"].choices)[answers["represented_by"]]  # type: ignore[attr-defined]
        parts = [
            f"{caller} {answers['representative_name'] or answers['name']}",
            answers["representative_phone"] or answers["phone"],
            _("Caller check: %(number)s") % {"number": answers["caller_check"]} if answers["caller_check"] else "",
        ]
        if isinstance(form, NewCaseForm):
            parts += [answers["demand_text"], answers["narrative"], answers["decline"]]
        return "\n".join(filter(None, parts))
