"""重复来电: the same matter is reported while a case on it is open. Found before a second case is opened."""

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from cases import free_text, kinds_door
from cases.actions import contacts, states
from cases.actions.parties import PHONE
from cases.actions.turn import Turn
from cases.models import Card, Case, Contact, Customer, RepeatCall
from record.sealed import blind_indexes

MOST = 5
OPEN = (Case.State.OPEN, Case.State.TOLD)


def open_cases(*, phone: str, token: str = "", within: QuerySet[Case] | None = None) -> list[Case]:
    """Card-fraud cases still open on this card, or of a customer with this phone, the newest first, at most five.

    `within`: cases of all kinds to look among instead, for a complaint that stops no card. Without it
    not scoped: whoever takes a call must learn that there is one. Show only reference, unit and handler of those he may
    not see. Three queries.
    """
    callers = list(Customer.objects.filter(phone_index__in=blind_indexes(phone, PHONE)).values_list("pk", flat=True))
    cards = list(Card.objects.filter(token=token).values_list("pk", flat=True)) if token else []
    among = Case.objects.filter(kind=Case.Kind.CARD_FRAUD) if within is None else within
    found = among.filter(state__in=OPEN, withdrawn_at=None).filter(Q(customer__in=callers) | Q(card__in=cards))
    return list(found.select_related("handling_unit", "card").order_by("-id")[:MOST])


def add_call(turn: Turn, *, by: User, channel: str, note: str, happened_at: datetime) -> RepeatCall:
    """The call becomes a contact on the open case: when, by which channel, who called and what he said (sealed).

    `by` took the call. CaseError: completed, no note, a time to come.
    """
    states.still_open(turn)
    contact = contacts.add_contact(
        turn, direction=Contact.Direction.IN, channel=channel, note=note, happened_at=happened_at
    )
    call = RepeatCall(
        case=turn.case,
        person_key=turn.case.person_key,
        contact=contact,
        happened_at=happened_at,
        by=by,
        recorded_at=turn.now,
    )
    call.save(force_insert=True)
    data = {"call": str(call.uuid), "by": by.display_name}
    turn.tell(kinds_door.CALL_REPEATED, data=data, changed=[call], happened_at=happened_at)
    return call


def tell_second(turn: Turn, *, first: Case, why: str) -> None:
    """The new case in hand says beside which open one it was opened on purpose, and why. CaseError: no reason."""
    why = free_text.written(why, field="why_second", required=True)
    turn.tell(kinds_door.CASE_IS_SECOND, data={"first": first.reference}, personal={"why": why})


def tell_first(turn: Turn, *, second: Case, by: User, why: str) -> RepeatCall:
    """The open case in hand says that a second one was opened on purpose, and why. CaseError: no reason."""
    why = free_text.written(why, field="why_second", required=True)
    call = RepeatCall(
        case=turn.case,
        person_key=turn.case.person_key,
        second=second,
        happened_at=second.received_at,
        by=by,
        recorded_at=turn.now,
    )
    call.seal(why=why)
    call.save(force_insert=True)
    data = {"call": str(call.uuid), "second": second.reference}
    turn.tell(kinds_door.CASE_REPEATED, data=data, personal={"why": why}, changed=[call], happened_at=call.happened_at)
    return call
