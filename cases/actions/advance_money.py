"""Paying an advance: prepared, checked, ordered from the core ledger, booked once; by hand when no order can be.

The same exactly-once rules as the compensation (`money`), with an order and a key of its own. Once the checker has
released it, it always ends with the customer: by the order, or by hand when the core says that it is not booked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases import free_text, kinds_advance as kinds, sums
from cases.actions import advance, advance_end, deadlines, evidence, money, orders, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Advance, Booking, Evidence, MoneyEntry
from knowledge.evidence import EvidenceKind
from record.history import Tracked
from record.journal import stamp
from record.models import Order

Stage, State = Advance.Stage, MoneyEntry.State


def prepare(turn: Turn, matter: Advance) -> Advance:
    """经办: it is put up for a second pair of eyes. CaseError: not approved, told meanwhile."""
    states.undecided(turn)
    advance.must_be(matter, Stage.APPROVED)
    return _moved(turn, matter, Stage.PREPARED, kinds.PREPARED)


def stop(turn: Turn, matter: Advance, *, reason: str) -> Advance:
    """The maker does not pay it: back to whoever asked, who asks anew or gives up. CaseError: no reason."""
    advance.must_be(matter, Stage.APPROVED)
    reason = free_text.written(reason, field="reason", required=True, longest=500)
    dropped = advance.drop_entry(matter)
    return _moved(turn, matter, Stage.ASKING, kinds.SENT_BACK, personal={"reason": reason}, also=dropped)


def release(turn: Turn, matter: Advance) -> Advance:
    """复核: a second person found it right; from here on it always ends with the customer.

    CaseError: not prepared, told meanwhile, or more than is disputed by now.
    """
    states.undecided(turn)
    advance.must_be(matter, Stage.PREPARED)
    advance.within(turn.case, matter.amount or sums.NOTHING, but=matter)
    return _moved(turn, matter, Stage.RELEASED, kinds.RELEASED)


def send_back(turn: Turn, matter: Advance, *, reason: str) -> Advance:
    """The checker found it wrong: back to the maker. CaseError: not prepared, no reason."""
    advance.must_be(matter, Stage.PREPARED)
    reason = free_text.written(reason, field="reason", required=True, longest=500)
    return _moved(turn, matter, Stage.APPROVED, kinds.SENT_BACK, personal={"reason": reason})


def order(turn: Turn, *, task: UUID) -> Order:
    """Order the released advance of the case. Payload as `money.order_credit`, with its one line.

    CaseError: no card, or nothing released.
    """
    matter = _released(turn)
    entry = _line(matter)
    card = orders.card_of(turn)
    amount = f"{entry.amount:.2f}"
    lines = [{"entry": str(entry.uuid), "kind": str(entry.kind), "amount": amount}]
    payload = {"token": card.token, "amount": amount, "currency": turn.case.currency, "lines": lines}
    placed = orders.place(turn, system=Order.System.CORE, operation=money.CREDIT, payload=payload, task=task)
    entry.state, matter.order_key = State.ORDERED, placed.key
    entry.save(update_fields=["state"])
    matter.save(update_fields=["order_key"])
    turn.tell(kinds.ORDERED, data={**advance.said(matter), "order": str(placed.key)}, changed=[matter, entry])
    return placed


def confirmed(turn: Turn, *, order: Order, data: Mapping[str, Any]) -> None:
    """The core ledger's own answer: booked. A sum that is not the ordered one is an alarm beside the booking."""
    money.tell_difference(turn, order=order, data=data)
    at = datetime.fromisoformat(data["effective_at"])
    kind = EvidenceKind.ADVANCE_VOUCHER
    matter = _of_order(turn, order)
    matter.voucher = evidence.add_reference(turn, kind=kind, reference=data["receipt"], happened_at=at)
    credited(turn, matter, order=order, receipt=data["receipt"], booked_at=at)


def credited(turn: Turn, matter: Advance, *, order: Order, receipt: str, booked_at: datetime) -> list[Booking]:
    """Booked by the order, by its answer or as a person read it at the core. Errors and alarms as `money.credited`."""
    bookings = money.credited(turn, order=order, receipt=receipt, booked_at=booked_at)
    if bookings:
        _paid(turn, matter, booked_at)
    return bookings


def not_booked(turn: Turn, matter: Advance, *, enquiry: str, seen_at: datetime | None = None) -> None:
    """A person asked the core ledger itself and it said: not booked. It may be paid by hand. As `money.not_booked`."""
    money.not_booked(turn, order=order_of(matter), enquiry=enquiry, seen_at=seen_at)


def order_of(matter: Advance) -> Order:
    """Its payment order. CaseError when there is none."""
    found = Order.objects.filter(key=matter.order_key).first() if matter.order_key else None
    if found is None:
        raise CaseError(_("No payment order has been given for this advance."))
    return found


def enter_voucher(turn: Turn, matter: Advance, *, receipt: str, booked_at: datetime) -> Evidence:
    """经办: paid on the core terminal, by this voucher; it counts when another checked it.

    CaseError: not released, a time to come, or before it was approved.
    """
    advance.must_be(matter, Stage.RELEASED)
    states.happened(booked_at, turn, field="booked_at", since=matter.answered_at)
    kind = EvidenceKind.ADVANCE_VOUCHER
    matter.voucher = evidence.add_reference(turn, kind=kind, reference=receipt, happened_at=booked_at)
    matter.save(update_fields=["voucher"])
    data = {**advance.said(matter), "receipt": matter.voucher.reference, "booked_at": stamp(booked_at)}
    turn.tell(kinds.TYPED, data=data, changed=[matter], happened_at=booked_at)
    return matter.voucher


def book_by_hand(turn: Turn, matter: Advance, *, receipt: str) -> list[Booking]:
    """复核: booked by the voucher the maker typed. Only when no order can book it any more.

    CaseError: another number than the maker's, nothing typed, or an order that may still be booked.
    """
    advance.must_be(matter, Stage.RELEASED)
    entry, voucher = _line(matter), matter.voucher
    if voucher is None:
        raise CaseError(_("No voucher is waiting to be checked."))
    if free_text.code(receipt, field="receipt") != voucher.reference:
        words = _("This is not the number the maker typed; check both against the voucher.")
        raise CaseError(words, field="receipt")
    money.close_orders(turn, [entry])
    bookings = money.book(turn, [entry], Booking.Way.RECEIPT, voucher.reference, voucher.happened_at)
    _paid(turn, matter, voucher.happened_at, [entry, *bookings])
    return bookings


def _paid(turn: Turn, matter: Advance, at: datetime, booked: Sequence[Tracked] = ()) -> None:
    """`booked`: line and bookings nobody has told of yet."""
    matter.stage, matter.paid_at = Stage.PAID, at
    matter.save(update_fields=["stage", "paid_at", "voucher"])
    data = {**advance.said(matter), "paid_at": stamp(at)}
    turn.tell(kinds.PAID, data=data, changed=[matter, *booked], happened_at=at)
    deadlines.stop_of(turn, matter.uuid)
    advance_end.settle(turn, matter)


def _moved(
    turn: Turn,
    matter: Advance,
    stage: Advance.Stage,
    kind: Any,
    personal: dict[str, str] | None = None,
    also: Sequence[Tracked] = (),
) -> Advance:
    matter.stage = stage
    matter.save(update_fields=["stage"])
    turn.tell(kind, data=advance.said(matter), personal=personal, changed=[matter, *also])
    return matter


def _released(turn: Turn) -> Advance:
    found = turn.case.advances.select_related("person_key", "entry").filter(stage=Stage.RELEASED).first()
    if found is None:
        raise CaseError(_("No advance is released for payment."))
    found.case = turn.case
    return found


def _of_order(turn: Turn, order: Order) -> Advance:
    found: Advance = turn.case.advances.select_related("person_key", "entry", "voucher").get(order_key=order.key)
    found.case = turn.case
    return found


def _line(matter: Advance) -> MoneyEntry:
    if matter.entry is None:
        raise CaseError(_("No advance is released for payment."))
    return matter.entry
