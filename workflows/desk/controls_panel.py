"""Stops of a case as a panel: what kind, since when by the bank system, until when, how it ended, what may be done."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may
from cases.actions import formal_loss
from cases.gateways import is_on
from cases.models import CardControl, Case

Act = dict[str, Any]


def of(case: Case, *, user: User) -> dict[str, Any]:
    """Context of controls.html. Three queries; the brief beside it reads the same rows."""
    rows = CardControl.objects.select_related("card", "typed_by").order_by("id")
    prefetch_related_objects([case], Prefetch("controls", rows), "companions", "preauthorisations")
    may_record = may(user, Verb.CONTROL, case)
    return {
        "controls": [_row(row, case, user, may_record) for row in reversed(case.controls.all())],
        "companions": list(case.companions.all()),
        "holds": list(case.preauthorisations.all()),
        "control_acts": list(_acts(case, user, may_record)),
        "formal": _formal(case),
    }


def since(case: Case) -> tuple[str, Any] | None:
    """Since when the card is stopped, a report made formal counting from the temporary one; or when the stop lapsed."""
    losses = {row.pk: row for row in case.controls.all() if row.is_loss}
    if not losses:
        return None
    last = first = losses[max(losses)]
    if last.end == CardControl.End.LAPSED:
        return _("The stop lapsed at"), last.ended_at
    if last.end == CardControl.End.RELEASED and not last.end_receipt:
        return _("The stop was lifted elsewhere at"), last.ended_at
    while first.follows_id in losses:
        first = losses[first.follows_id]
    return _("In force since"), first.effective_at


def _row(row: CardControl, case: Case, user: User, may_record: bool) -> dict[str, Any]:
    return {
        "row": row,
        "about": row.account or row.card,
        "running": row.ended_at is None,
        "round": _("stop %(round)d of 2") % {"round": row.round} if row.round else "",
        "eyes": row.typed_by.display_name if row.waits_for_eyes and row.typed_by else "",
        "acts": list(_acts_on(row, case, user)) if may_record else [],
    }


def _temporary(case: Case) -> CardControl | None:
    """The temporary loss report that runs."""
    running = (row for row in case.controls.all() if row.kind == CardControl.Kind.ORAL_LOSS and row.ended_at is None)
    return next(running, None)


def _formal(case: Case) -> dict[str, Any]:
    """What the customer agreed to and how the order stands. One query, once he agreed and while the report runs."""
    found = _temporary(case)
    if found is None or case.formal_loss_agreed_at is None:
        return {}
    order = formal_loss.order_of(found)
    return {"agreed_at": case.formal_loss_agreed_at, "state": order.get_state_display() if order else ""}


def _acts(case: Case, user: User, may_record: bool) -> Iterator[Act]:
    temporary = _temporary(case)
    if temporary is not None and case.is_open and case.formal_loss_agreed_at is None:
        if may(user, Verb.STOP_LOSS, case):
            yield _act("agree_formal_loss", case.uuid, _("Customer agrees to a formal loss report"))
    elif may_record and temporary is not None and case.is_open and is_on("card"):
        # the card system takes one order a report; the twin beside it is always there
        yield _act("order_formal_loss", case.uuid, _("Order the formal loss report"), post=True)
    if may_record and case.is_open and temporary is not None:
        yield _act("convert_control", case.uuid, _("Make it formal or replace the card"), primary=True)
    if case.is_open and case.card_id and may(user, Verb.STOP_LOSS, case):
        yield _act("take_over_control", case.uuid, _("Take over an older loss report"))
    if may_record and case.state != Case.State.ARCHIVED:
        yield _act("add_control", case.uuid, _("Record another stop"))


def _acts_on(row: CardControl, case: Case, user: User) -> Iterator[Act]:
    if row.waits_for_eyes and user.pk not in (row.typed_by_id, row.typed_for_id):
        yield _act("see_control", row.uuid, _("Compared with the paper"), post=True)
    if row.ended_at is not None:
        return
    if not row.is_loss:
        yield _act("end_control", row.uuid, _("Lifted"))
    if row.can_lapse:
        yield _act("control_lapsed", row.uuid, _("It lapsed"))


def _act(name: str, uuid: Any, words: str, *, primary: bool = False, post: bool = False) -> Act:
    return {"url": reverse(f"admin:{name}", args=[uuid]), "words": words, "primary": primary, "post": post}
