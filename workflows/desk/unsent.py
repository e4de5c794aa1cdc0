"""Drafts on home: what its reader began and did not send, on whichever page, with the ways to go on or throw it away.

It says what the offer on the page says (`drafts.Offer`), and the number of the complaint while that is within reach.
"""

from typing import Any, Final

from django.db.models import CharField, F, Func, OuterRef, QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import Draft, User
from cases.models import Case

from ..models import StepTask
from . import drafts, files
from .timeline import step_words

UUID: Final = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
TITLES: Final = {
    "new_case": gettext_lazy("New case"),
    "stop_loss": gettext_lazy("Stop the loss first"),
    "receive": gettext_lazy("Receive a visitor"),
    "naming": gettext_lazy("Which are not the customer's?"),
    "urge": gettext_lazy("The customer urges"),
    "add_evidence": gettext_lazy("Add evidence"),
    "first_hop": gettext_lazy("Where the money went first"),
    **{name: title for name, (_form, _verb, title, _act) in files.KEPT.items()},
}


def of(user: User) -> list[dict[str, Any]]:
    """His drafts, the newest first, as home shows them. One query."""
    return [_row(draft) for draft in _found(user)]


def _found(user: User) -> QuerySet[Draft]:
    """With the complaint each is about, if it lies within reach, and the step."""
    cases, steps = Case.objects.visible_to(user), StepTask.objects.visible_to(user)
    of_case = cases.filter(uuid=Cast(OuterRef("on_case"), UUIDField()))
    of_step = steps.filter(uuid=Cast(OuterRef("on_step"), UUIDField()))
    mine = Draft.objects.filter(owner=user).select_related("person_key").order_by("-kept_at", "-pk")
    return mine.annotate(on_case=_named("case"), on_step=_named("(?:step|approval)")).annotate(
        case_reference=Subquery(of_case.values("reference")[:1]),
        step_reference=Subquery(of_step.values("case__reference")[:1]),
        node=Subquery(of_step.values("flow_task")[:1], output_field=CharField()),
    )


def _named(what: str) -> Func:
    """The uuid in the address of a case's or a step's page; null for other pages."""
    return Func(F("place"), Value(f"^/{what}/{UUID}/"), function="substring", output_field=CharField())


def _row(draft: Any) -> dict[str, Any]:
    offer = drafts.offer(draft)
    query = QueryDict(draft.place.partition("?")[2], mutable=True)
    query["draft"] = str(offer.uuid)
    return {
        "uuid": offer.uuid,
        "title": _title(draft),
        "reference": draft.case_reference or draft.step_reference or "",
        "about": offer.about,
        "kept_at": offer.kept_at,
        "url": f"{draft.place.partition('?')[0]}?{query.urlencode()}",
    }


def _title(draft: Any) -> str:
    """The page by its name; a form of a complaint where it has none here."""
    if draft.node:
        return step_words(draft.node.rpartition(".")[2])
    try:
        name = resolve(draft.place.partition("?")[0]).url_name or ""
    except Resolver404:  # a page of an earlier release
        name = ""
    return str(TITLES.get(name) or _("A form"))
