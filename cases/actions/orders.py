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


def card_of(turn: Turn) -> Card:
    """The case's card. CaseError while it is not known."""
    card_id_of(turn)
    return cast(Card, turn.case.card)


def card_id_of(turn: Turn) -> int:
    """The id of the case's card, without reading the card. CaseError while it is not known."""
    if turn.case.card_id is None:
        raise CaseError(_("No card is entered on this case yet."), field="card")
    return turn.case.card_id
