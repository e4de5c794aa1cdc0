"""Paying what was decided: prepared, checked, ordered from the core ledger, booked once; by hand when no order can be.

Money entries go approved → ordered → booked. An order that was rejected, or that the core itself says is not booked,
puts them back to approved; only then, or when nothing was ever sent, may a typed receipt book them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases import free_text, kinds, sums
from cases.actions import evidence, instalments, orders, points, protection, states, texts
from cases.actions.proposal import approved
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Booking, Case, MoneyEntry
from knowledge.evidence import EvidenceKind
from knowledge.messages import Template
from record import outbox
from record.journal import Kind, money, stamp
from record.models import Order

State = MoneyEntry.State
CREDIT = "credit"


def to_pay(case: Case) -> Decimal:
    """What was approved and is not with the customer yet, ordered or not; in the case's currency."""
    return sums.total(case.money.owed().values_list("amount", flat=True))


def is_paid(case: Case) -> bool:
    """Nothing that was approved is still owed to the customer."""
    return not case.money.owed().exists()


def order_of(case: Case) -> Order:
    """The last payment order of the case. CaseError when there is none."""
    order = Order.objects.filter(subject=case.uuid, system=Order.System.CORE, operation=CREDIT).order_by("-id").first()
    if order is None:
        raise CaseError(_("No payment order has been given on this case."))
    return order


def prepare_payment(turn: Turn) -> Decimal:
    """经办: the sum to be paid is put up for a second pair of eyes. CaseError: not told yet, or nothing to pay."""
    return _look_at(turn, kinds.MONEY_PREPARED)


def check_payment(turn: Turn) -> Decimal:
    """复核: a second person found the payment right. CaseError: not told yet, or nothing to pay."""
    return _look_at(turn, kinds.MONEY_CHECKED)


def order_credit(turn: Turn, *, task: UUID) -> Order:
    """One order for all approved lines. Payload: token, amount (their sum), currency, lines.

    A line: entry, kind, amount, transaction (the bank's own number; missing where it is of the case as a whole).

    CaseError: not told yet, no card, or nothing approved that has no order yet.
    """
    states.told(turn)
    card = orders.card_of(turn)
    entries = _approved(turn)
    payload = {
        "token": card.token,
        "amount": f"{_sum(entries):.2f}",
        "currency": turn.case.currency,
        "lines": [_line(entry) for entry in entries],
    }
    order = orders.place(turn, system=Order.System.CORE, operation=CREDIT, payload=payload, task=task)
    turn.tell(kinds.MONEY_ORDERED, data=_said(turn, entries), changed=_moved(entries, State.ORDERED))
    return order


def credited(turn: Turn, *, order: Order, receipt: str, booked_at: datetime) -> list[Booking]:
    """The core ledger booked the order, by its own answer or as a person read it there. Returns the bookings made.

    A second answer is told and books nothing. A confirmation of an order that is void or was rejected is an alarm and
    books nothing here: the money went out twice and must be reversed. CaseError: an order of another case, or a
    receipt or time that cannot be.
    """
    entries = _of_order(turn, order)
    receipt = free_text.code(receipt, field="receipt", typed=turn.user is not None)
    states.happened(booked_at, turn, field="booked_at", since=order.placed_at if turn.user else None)
    data: dict[str, object] = {"order": str(order.key), "receipt": receipt, "booked_at": stamp(booked_at)}
    if order.state in (Order.State.VOID, Order.State.REJECTED):
        turn.tell(kinds.ORDER_LATE_CONFIRMATION, data=data, happened_at=booked_at)
        return []
    ordered = [entry for entry in entries if entry.state == State.ORDERED]
    if not ordered:
        turn.tell(kinds.ORDER_REPEATED, data=data, happened_at=booked_at)
        return []
    if order.state in outbox.OPEN:
        # Read at the core by a person: the order is answered and no worker asks about it again.
        outbox.answered(order, state=Order.State.CONFIRMED, answer=data)
    bookings = book(turn, ordered, Booking.Way.ORDER, receipt, booked_at, order_key=order.key)
    data |= _said(turn, ordered)
    turn.tell(kinds.MONEY_CREDITED, data=data, changed=[*ordered, *bookings], happened_at=booked_at)
    texts.write(turn, Template.PAID)
    return bookings


def tell_difference(turn: Turn, *, order: Order, data: Mapping[str, Any]) -> None:
    """A sum the core ledger booked that is not the ordered one is an alarm."""
    ordered = order.payload
    if (data["amount"], data["currency"]) == (ordered["amount"], ordered["currency"]):
        return
    about = {
        "order": str(order.key),
        "receipt": data["receipt"],
        "booked": money(Decimal(data["amount"]), data["currency"]),
        "ordered": money(Decimal(ordered["amount"]), ordered["currency"]),
    }
    turn.tell(kinds.ORDER_AMOUNT_DIFFERS, data=about)


def credit_rejected(turn: Turn, *, order: Order, reason: str) -> list[MoneyEntry]:
    """The core ledger refused the order: its lines are to be paid again, by another order or by hand."""
    entries = _given_back(_of_order(turn, order))
    data = {"order": str(order.key), **_said(turn, entries)}
    turn.tell(kinds.MONEY_REJECTED, data=data, personal={"reason": reason} if reason else {}, changed=entries)
    return entries


def not_booked(turn: Turn, *, order: Order, enquiry: str, seen_at: datetime | None = None) -> list[MoneyEntry]:
    """A person asked the core ledger itself and it said: not booked. The order is void, its lines may be paid by hand.

    `enquiry` is the core's own number of the enquiry, `seen_at` when he saw it (None: now). CaseError: a time to come,
    an order of another case, one that was answered, or one that is on its way at this moment.
    """
    enquiry = free_text.code(enquiry, field="enquiry")
    seen_at = states.happened(seen_at or turn.now, turn, field="seen_at")
    entries = _of_order(turn, order)
    if order.state not in outbox.OPEN:
        raise CaseError(_("The core ledger has answered this order already."))
    _void(turn, order, f"not booked, enquiry {enquiry}")
    entries = _given_back(entries)
    data = {"order": str(order.key), "enquiry": enquiry, **_said(turn, entries)}
    turn.tell(kinds.MONEY_NOT_BOOKED, data=data, changed=entries, happened_at=seen_at)
    return entries


def book_by_hand(turn: Turn, *, receipt: str, booked_at: datetime) -> list[Booking]:
    """Book what is approved by a typed receipt of the core ledger.

    Only when no order was ever sent, it was rejected, or the core said "not booked" (`not_booked`): the order is void
    from here on. CaseError: not told yet, nothing to pay, an order that may still be booked, or a time to come or
    before the approval.
    """
    states.told(turn)
    receipt = free_text.code(receipt, field="receipt")
    proposal = approved(turn.case)
    since = proposal.answered_at if proposal else None
    states.happened(booked_at, turn, field="booked_at", since=since)
    entries = _some(list(turn.case.money.owed()))
    close_orders(turn, entries)
    bookings = book(turn, entries, Booking.Way.RECEIPT, receipt, booked_at)
    data = {"receipt": receipt, "booked_at": stamp(booked_at), **_said(turn, entries)}
    turn.tell(kinds.MONEY_TYPED, data=data, changed=[*entries, *bookings], happened_at=booked_at)
    texts.write(turn, Template.PAID)
    return bookings


def order_restore(turn: Turn, *, task: UUID) -> Order:
    """Order the core ledger to take the dispute off the account; sums go by `order_credit`. CaseError: no card.

    It names the instalments to undo ({transaction, count}) and the points to give back ({transaction, points}): the
    core confirms all of it, or refuses.
    """
    states.over(turn)
    payload = {
        "token": orders.card_of(turn).token,
        "currency": turn.case.currency,
        "lines": [],
        "instalments": [
            {"transaction": one.bank_id, "count": one.instalments} for one in instalments.to_undo(turn.case)
        ],
        "points": [{"transaction": one.transaction.bank_id, "points": one.points} for one in points.owed(turn.case)],
    }
    return orders.place(turn, system=Order.System.CORE, operation="restore_account", payload=payload, task=task)


def restored(turn: Turn, *, receipt: str, at: datetime) -> None:
    """The account is as it was before and no longer held, disputed instalments undone, points given back.

    The receipt goes on file unless it is.

    CaseError: no receipt, or a time that cannot be.
    """
    receipt = free_text.code(receipt, field="receipt", typed=turn.user is not None)
    if turn.user is not None:
        states.happened(at, turn, field="at", since=turn.case.told_at or turn.case.withdrawn_at)
    kind = EvidenceKind.RESTORE_RECEIPT
    if not turn.case.evidence.filter(kind=kind, reference=receipt).exists():
        evidence.add_reference(turn, kind=kind, reference=receipt, happened_at=at)
    turn.tell(kinds.ACCOUNT_RESTORED, data={"receipt": receipt, "at": stamp(at)}, happened_at=at)
    protection.account_restored(turn, receipt=receipt, at=at)
    instalments.undone(turn, receipt=receipt, at=at)
    points.restored(turn, receipt=receipt, at=at)


def _look_at(turn: Turn, kind: Kind) -> Decimal:
    states.told(turn)
    entries = _approved(turn)
    turn.tell(kind, data=_said(turn, entries))
    return _sum(entries)


def _approved(turn: Turn) -> list[MoneyEntry]:
    return _some(list(turn.case.money.approved().select_related("transaction")))


def _line(entry: MoneyEntry) -> dict[str, str]:
    line = {"entry": str(entry.uuid), "kind": str(entry.kind), "amount": f"{entry.amount:.2f}"}
    return {**line, "transaction": entry.transaction.bank_id} if entry.transaction else line


def _some(entries: list[MoneyEntry]) -> list[MoneyEntry]:
    if not entries:
        raise CaseError(_("Nothing approved is waiting to be paid."))
    return entries


def _of_order(turn: Turn, order: Order) -> list[MoneyEntry]:
    """The lines an order was given for; reads the order again, locked. CaseError: no payment of this case."""
    order.refresh_from_db(from_queryset=Order.objects.select_for_update())
    if (order.subject, order.operation) != (turn.case.uuid, CREDIT):
        raise CaseError(_("This order does not pay for this case."))
    return list(turn.case.money.filter(uuid__in=[line["entry"] for line in order.payload["lines"]]))


def close_orders(turn: Turn, entries: Sequence[MoneyEntry]) -> None:
    """Make sure that no order can book these lines any more. CaseError: one did, or still may."""
    owed = {str(entry.uuid) for entry in entries}
    mine = Order.objects.filter(subject=turn.case.uuid, system=Order.System.CORE, operation=CREDIT)
    for order in mine.exclude(state=Order.State.VOID).order_by("id").select_for_update():
        if owed.isdisjoint(line["entry"] for line in order.payload["lines"]):
            continue
        if order.state == Order.State.CONFIRMED:
            raise CaseError(_("The core ledger has booked this order."))
        if order.state != Order.State.REJECTED and order.attempts:
            raise CaseError(_("The order may still be booked: ask the core ledger and enter its answer first."))
        _void(turn, order, "booked by hand")


def _void(turn: Turn, order: Order, why: str) -> None:
    if not outbox.void(order, why):
        raise CaseError(_("The order is on its way to the core ledger at this moment. Please try again shortly."))
    turn.tell(kinds.ORDER_VOID, data={"order": str(order.key), "why": why})


def _given_back(entries: Sequence[MoneyEntry]) -> list[MoneyEntry]:
    return _moved([entry for entry in entries if entry.state == State.ORDERED], State.APPROVED)


def _moved(entries: Sequence[MoneyEntry], state: MoneyEntry.State) -> list[MoneyEntry]:
    for entry in entries:
        entry.state = state
        entry.save(update_fields=["state"])
    return list(entries)


def book(
    turn: Turn,
    entries: Sequence[MoneyEntry],
    way: Booking.Way,
    receipt: str,
    booked_at: datetime,
    *,
    order_key: UUID | None = None,
) -> list[Booking]:
    """These lines are with the customer, in this way. Returns the bookings made."""
    bookings = []
    for entry in _moved(entries, State.BOOKED):
        booking = Booking(
            entry=entry, way=way, order_key=order_key, receipt=receipt, booked_at=booked_at, recorded_at=turn.now
        )
        booking.save(force_insert=True)
        bookings.append(booking)
    return bookings


def _sum(entries: Sequence[MoneyEntry]) -> Decimal:
    return sums.total(entry.amount for entry in entries)


def _said(turn: Turn, entries: Sequence[MoneyEntry]) -> dict[str, object]:
    lines = [
        {"entry": str(one.uuid), "kind": str(one.kind), "amount": money(one.amount, one.currency)} for one in entries
    ]
    return {"total": money(_sum(entries), turn.case.currency), "lines": lines}
