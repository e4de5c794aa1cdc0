"""Texts to the customer: each moment once, by the SMS gateway; told by phone when no message went.

With the gateway off nothing is written at the moment itself: `moments` knows from the case what the customer should
have heard, so that nobody has to tell it later from memory. No step waits for a message.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from cases import gateways
from cases.actions import orders, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.kinds_systems import (
    TEXT_BY_PHONE,
    TEXT_ORDERED,
    TEXT_REJECTED,
    TEXT_SENT,
    TEXTS_DECLINED,
    TEXTS_WANTED,
)
from cases.models import Case, TextMessage
from knowledge.messages import Template
from record.journal import stamp
from record.models import Order

State = TextMessage.State
OPERATION: Final = "send_sms"
SILENT_AFTER: Final = timedelta(hours=1)  # then people are asked to call; the gateway goes on being asked


def write(turn: Turn, template: Template) -> TextMessage | None:
    """Order the text of this moment; once a case. None when the gateway is off, he wants none or has no number."""
    case = turn.case
    if not gateways.is_on("sms") or case.no_texts_since is not None or not _has_number(case):
        return None
    if case.texts.filter(template=template).exists():
        return None
    message = TextMessage(case=case, template=template, state=State.ORDERED, ordered_at=turn.now, recorded_at=turn.now)
    message.save()
    last_four = case.card.last_four if case.card is not None else ""
    payload = {"case": str(case.uuid), "template": str(template.value), "reference": case.reference}
    orders.place_aside(
        turn,
        system=Order.System.SMS,
        operation=OPERATION,
        payload={**payload, "last_four": last_four},
        about=message.uuid,
    )
    turn.tell(TEXT_ORDERED, data=_about(message), changed=[message])
    return message


def is_wanted(turn: Turn, order: Order) -> bool:
    """Whether a message the gateway never heard of should still go."""
    message = _of(turn, order)
    return message is not None and message.state == State.ORDERED and turn.case.no_texts_since is None


def sent(turn: Turn, *, order: Order, data: dict[str, Any]) -> None:
    """The gateway took it for the network. Told by phone meanwhile it stays told by phone, and heard twice."""
    message = _of(turn, order)
    if message is None or message.state == State.BY_PHONE:
        return
    message.state, message.receipt = State.SENT, data["receipt"]
    message.sent_at = datetime.fromisoformat(data["effective_at"])
    message.save(update_fields=["state", "receipt", "sent_at"])
    told = {**_about(message), "receipt": message.receipt, "sent_at": stamp(message.sent_at)}
    turn.tell(TEXT_SENT, data=told, changed=[message], happened_at=message.sent_at)


def rejected(turn: Turn, *, order: Order, reason: str) -> None:
    """The gateway does not send it: people call."""
    message = _of(turn, order)
    if message is None or message.state != State.ORDERED:
        return
    message.state = State.REJECTED
    message.save(update_fields=["state"])
    turn.tell(TEXT_REJECTED, data=_about(message), changed=[message])


def tell_by_phone(turn: Turn, *, template: str, told_at: datetime) -> TextMessage:
    """The manual twin: somebody told the customer himself, at `told_at`. A message not sent yet is not sent any more.

    CaseError: no such moment, its message went, or it was told before.
    """
    states.not_archived(turn)
    if turn.user is None or template not in Template.values:
        raise CaseError(_("Choose one of the list."), field="template")
    states.happened(told_at, turn, field="told_at", since=turn.case.received_at)
    message = turn.case.texts.filter(template=template).first() or TextMessage(
        case=turn.case, template=Template(template), recorded_at=turn.now
    )
    if message.state == State.SENT:
        raise CaseError(_("The text message went out; nothing is left to tell."), field="template")
    if message.state == State.BY_PHONE:
        raise CaseError(_("The customer was told this by phone before."), field="template")
    message.state, message.told_at, message.told_by = State.BY_PHONE, told_at, turn.user
    message.save()
    orders.void_aside(turn, about=message.uuid, operation=OPERATION, why="told by phone")
    turn.tell(TEXT_BY_PHONE, data=_about(message), changed=[message], happened_at=told_at)
    return message


def wants_texts(turn: Turn, *, wanted: bool) -> Case:
    """The customer wants no text messages any more, or wants them again. What is on its way is not called back."""
    states.not_archived(turn)
    case = turn.case
    if (case.no_texts_since is None) == wanted:
        return case
    case.no_texts_since = None if wanted else turn.now
    case.save(update_fields=["no_texts_since"])
    turn.tell(TEXTS_WANTED if wanted else TEXTS_DECLINED, changed=[case])
    return case


def moments(case: Case, *, stopped: bool, paid: bool) -> Iterator[Template]:
    """What the customer should have heard by now, from the case as it is in hand; asks the database nothing.

    What papers are needed he hears in the talk itself; a text only reminds him.
    """
    if case.customer_id is None or case.imported_from:
        return
    yield Template.REGISTERED
    if stopped:
        yield Template.CARD_STOPPED
    letter = getattr(case, "letter", None)
    if letter is not None and letter.sealed_at is not None:
        yield Template.DECISION_COMING
    if paid:
        yield Template.PAID
    if case.done_at is not None:
        yield Template.COMPLETED


def _has_number(case: Case) -> bool:
    return case.customer is not None and case.customer.phone is not None


def _of(turn: Turn, order: Order) -> TextMessage | None:
    template = order.payload["template"]
    found: TextMessage | None = turn.case.texts.filter(template=template).first()
    return found


def _about(message: TextMessage) -> dict[str, object]:
    return {"text": str(message.uuid), "template": str(message.template)}
