"""Drafts on home: what its reader began and did not send, on whichever page, with the ways to go on or throw it away.

It says what the offer on the page says (`drafts.Offer`), and the number of the complaint while that is within reach.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, Func, OuterRef, Subquery, UUIDField, Value
from django.db.models.functions import Cast, JSONObject
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import Draft, User
from cases.models import Case
from record.models import PersonKey

from ..models import StepTask
from . import drafts, files
from .timeline import step_words

COLUMN: Final = "begun"
NAMED: Final = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
TITLES: Final = {
    "new_case": gettext_lazy("New case"),
    "stop_loss": gettext_lazy("Stop the loss first"),
    "receive": gettext_lazy("Receive a visitor"),
    "naming": gettext_lazy("Which are not the customer's?"),
    "urge": gettext_lazy("The customer urges"),
    "add_evidence": gettext_lazy("Add evidence"),
    "audit_sheet": gettext_lazy("Audit sheet"),
    "draw_sample": gettext_lazy("Draw a sample"),
    "finding": gettext_lazy("Finding of an audit"),
    "first_hop": gettext_lazy("Where the money went first"),
    **{name: title for name, (_form, _verb, title, _act) in files.KEPT.items()},
}
SEALED: Final = {
    "answers": "answers",
    "key": "person_key__uuid",
    "wrapped": "person_key__wrapped",
    "master": "person_key__master_id",
}


def column(user: User) -> dict[str, Any]:
    """His drafts, the newest first, as a column of the statement that counts home's lists: they cost no query."""
    cases, steps = Case.objects.visible_to(user), StepTask.objects.visible_to(user)
    of_case = cases.filter(uuid=Cast(OuterRef("on_case"), UUIDField()))
    of_step = steps.filter(uuid=Cast(OuterRef("on_step"), UUIDField()))
    mine = Draft.objects.filter(owner=OuterRef("pk")).order_by("-kept_at", "-pk")
    named = mine.annotate(on_case=_named("case"), on_step=_named("(?:step|approval)")).annotate(
        of_case=Subquery(of_case.values("reference")[:1]),
        of_step=Subquery(of_step.values("case__reference")[:1]),
        node=Subquery(of_step.values("flow_task")[:1], output_field=CharField()),
    )
    shown = {name: name for name in ("uuid", "place", "kept_at", "of_case", "of_step", "node")}
    return {COLUMN: ArraySubquery(named.values(one=JSONObject(**shown, **SEALED)))}


def rows(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """As home shows them, from what the statement gave."""
    return [_row(one) for one in found[COLUMN]]


def _named(what: str) -> Func:
    """The uuid in the address of a case's or a step's page; null for other pages."""
    return Func(F("place"), Value(f"^/{what}/{NAMED}/"), function="substring", output_field=CharField())


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    offer = drafts.offer(_draft(one))
    path, _mark, opened_with = one["place"].partition("?")
    query = QueryDict(opened_with, mutable=True)
    query["draft"] = str(offer.uuid)
    return {
        "uuid": offer.uuid,
        "title": _title(path, one["node"]),
        "reference": one["of_case"] or one["of_step"] or "",
        "about": offer.about,
        "kept_at": offer.kept_at,
        "url": f"{path}?{query.urlencode()}",
    }


def _draft(one: Mapping[str, Any]) -> Draft:
    """The row with its key, to be opened and never saved; an erased person's key opens nothing."""
    key = PersonKey(uuid=UUID(one["key"]), wrapped=_bytes(one["wrapped"]), master_id=one["master"])
    kept_at = datetime.fromisoformat(one["kept_at"])
    return Draft(uuid=UUID(one["uuid"]), kept_at=kept_at, answers=_bytes(one["answers"]), person_key=key)


def _bytes(text: str | None) -> bytes | None:
    """What JSON says of a column of bytes: two signs before, two to a byte."""
    return None if text is None else bytes.fromhex(text[2:])


def _title(path: str, node: str | None) -> str:
    """The page by its name; a form of a complaint where it has none here."""
    if node:
        return step_words(node.rpartition(".")[2])
    try:
        name = resolve(path).url_name or ""
    except Resolver404:  # a page of an earlier release
        name = ""
    return str(TITLES.get(name) or _("A form"))
