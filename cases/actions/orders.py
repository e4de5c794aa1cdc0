"""Giving an order to a bank system: one outbox row in the case's own transaction, sent later by a worker."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from cases import kinds
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Card
from record import outbox
from record.models import Order


def place(turn: Turn, *, system: Order.System, operation: str, payload: Mapping[str, Any], task: UUID) -> Order:
    """Write the order and tell of it. IntegrityError when this task has given the same order before."""
    # The key follows from the task: however often a task is activated, the bank gets one order.
    key = uuid5(task, operation)
    order = outbox.place(
        key=key, system=system, operation=operation, payload=payload, subject=turn.case.uuid, task=task
    )
    turn.tell(kinds.ORDER_PLACED, data={"order": str(key), "system": str(system.value), "operation": operation})
    return order


def place_aside(
    turn: Turn, *, system: Order.System, operation: str, payload: Mapping[str, Any], about: UUID, quiet: bool = False
) -> Order:
    """Write an order no step waits for, on what `about` names; its answer goes to `cases.actions.asides`.

    One order a thing and operation, whoever asks: IntegrityError when it was given before. `quiet` for what only asks.
    """
    key = key_aside(about, operation)
    order = outbox.place(key=key, system=system, operation=operation, payload=payload, subject=turn.case.uuid)
    if not quiet:
        turn.tell(kinds.ORDER_PLACED, data={"order": str(key), "system": str(system.value), "operation": operation})
    return order


def key_aside(about: UUID, operation: str) -> UUID:
    """The key of the order of this operation on that thing."""
    return uuid5(about, operation)


def void_aside(turn: Turn, *, about: UUID, operation: str, why: str) -> None:
    """A person does it instead: the order is not sent any more. One on its way just now still arrives, harmlessly."""
    order = Order.objects.filter(key=key_aside(about, operation), state__in=outbox.OPEN).first()
    if order is not None and outbox.void(order, why):
        turn.tell(kinds.ORDER_VOID, data={"order": str(order.key), "why": why})


def card_of(turn: Turn) -> Card:
    """The case's card. CaseError while it is not known."""
    card_id_of(turn)
    return cast(Card, turn.case.card)


def card_id_of(turn: Turn) -> int:
    """The id of the case's card, without reading the card. CaseError while it is not known."""
    if turn.case.card_id is None:
        raise CaseError(_("No card is entered on this case yet."), field="card")
    return turn.case.card_id
