"""The card's transactions: listed by the card system or added by hand, and which of them the customer disputes."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from cases import free_text, kinds, sums
from cases.actions import handing_on, orders, preservation, states
from cases.actions.proposal import nothing_alive
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Case, DisputedTransaction
from knowledge.grounds import TransactionType
from knowledge.models import TaxonomyCode
from knowledge.taxonomy import facets_for
from record.journal import money, stamp
from record.models import Order

# How far back before the bank was told; older payments are asked for by hand.
LOOK_BACK: Final = timedelta(days=180)


def order_transactions(turn: Turn, *, task: UUID) -> Order:
    """Ask the card system for the card's transactions of the 180 days before receipt and since. CaseError: no card."""
    card = orders.card_of(turn)
    payload = {"token": card.token, "since": stamp(turn.case.received_at - LOOK_BACK)}
    return orders.place(turn, system=Order.System.CARD, operation="list_transactions", payload=payload, task=task)


def transactions_listed(turn: Turn, *, rows: Sequence[Mapping[str, Any]]) -> list[DisputedTransaction]:
    """Put on file what the card system listed; what is there already stays as it is. Returns the new ones.

    A row: id, booked_at (ISO 8601 or datetime), billed_amount and billed_currency (or amount and currency), channel,
    merchant, entry_mode, country, verification. Money that came back (not above zero) is left out and counted.
    CaseError: a row that cannot be read.
    """
    known = set(turn.case.transactions.values_list("bank_id", flat=True))
    read = [_read(turn, row) for row in rows]
    payments = [transaction for transaction in read if transaction.amount > 0]
    new = {one.bank_id: one for one in payments if one.bank_id not in known}
    for transaction in new.values():
        transaction.save(force_insert=True)
    data = {"count": len(rows), "new": len(new), "left_out": len(read) - len(payments)}
    turn.tell(kinds.TRANSACTIONS_LISTED, data=data, changed=list(new.values()))
    return list(new.values())


def add_transaction(
    turn: Turn,
    *,
    booked_at: datetime,
    amount: Decimal,
    channel: str,
    bank_id: str = "",
    merchant: str = "",
    entry_mode: str = "",
    country: str = "",
    verification: str = "",
    noted_by: User | None = None,
) -> DisputedTransaction:
    """Add one transaction by hand, in the case's currency; without the bank's number it gets one of ours (H-1, H-2 …).

    `noted_by`: who took it down as the customer said it, and named it for him with that.
    CaseError: told already, a number already on file, a time to come, or a bad amount or channel.
    """
    states.undecided(turn)
    known = set(turn.case.transactions.values_list("bank_id", flat=True))
    bank_id = free_text.code(bank_id, field="bank_id") if bank_id else _number(known)
    if bank_id in known:
        raise CaseError(_("This transaction is already on file."), field="bank_id")
    if channel not in DisputedTransaction.Channel:
        raise CaseError(_("Choose where the card was used."), field="channel")
    transaction = _new(
        turn,
        bank_id=bank_id,
        booked_at=states.happened(booked_at, turn, field="booked_at"),
        amount=sums.exact(amount, field="amount"),
        currency=turn.case.currency,
        channel=channel,
        merchant=free_text.written(merchant, field="merchant", longest=120),
        entry_mode=free_text.written(entry_mode, field="entry_mode", longest=16),
        country=free_text.written(country, field="country", longest=2),
        verification=free_text.written(verification, field="verification", longest=40),
        named_at=turn.now if noted_by else None,
        named_by=noted_by,
        noted_by=noted_by,
    )
    transaction.save(force_insert=True)
    data = {"transaction": bank_id, "amount": money(transaction.amount, transaction.currency)}
    turn.tell(kinds.TRANSACTION_ADDED, data=data, changed=[transaction])
    return transaction


def mark_disputed(turn: Turn, *, choices: Mapping[UUID, str]) -> list[DisputedTransaction]:
    """Say of each transaction named what the trace found: its type, or "" when it is not disputed. The rest stay.

    What changes loses its decision, and the case's disputed total follows; what proves a disputed one is asked for.
    Returns all disputed ones.
    CaseError: told already, a proposal waits or is approved, a foreign transaction or currency, or an unknown type.
    """
    states.undecided(turn)
    nothing_alive(turn)
    transactions = {one.uuid: one for one in turn.case.transactions.all()}
    if choices.keys() - transactions.keys():
        raise CaseError(_("A transaction named is not on this case."))
    changed = [transactions[uuid] for uuid, type_ in choices.items() if _mark(turn, transactions[uuid], type_)]
    disputed = [one for one in transactions.values() if one.is_disputed]
    total = sums.total(one.amount for one in disputed)
    data = {
        "count": len(disputed),
        "total": money(total, turn.case.currency),
        "transactions": [{"transaction": one.bank_id, "type": str(one.type)} for one in disputed],
    }
    if turn.case.disputed_total != total:
        turn.case.disputed_total = total
        _class_first_channel(turn.case, disputed)
        turn.case.save(update_fields=["disputed_total", "channel_first"])
        turn.tell(kinds.TRANSACTIONS_MARKED, data=data, changed=[*changed, turn.case])
    else:
        turn.tell(kinds.TRANSACTIONS_MARKED, data=data, changed=changed)
    preservation.ask_for_disputed(turn, transactions.values())
    return disputed


def _class_first_channel(case: Case, disputed: Sequence[DisputedTransaction]) -> None:
    """Where the business was done (JR/T 0169 facet A), known with the first disputed transaction; a typed one stays."""
    if case.channel_first_id is None and disputed:
        place, _business, _cause = facets_for(str(disputed[0].type), str(disputed[0].channel))
        case.channel_first = TaxonomyCode.objects.filter(local_code=place).first()


def _mark(turn: Turn, transaction: DisputedTransaction, type_: str) -> bool:
    """Write the choice on the transaction; whether that changed it."""
    if type_ and type_ not in TransactionType:
        raise CaseError(_("Choose what the transaction was."), field=str(transaction.uuid))
    if type_ and transaction.currency != turn.case.currency:
        raise CaseError(
            _("This transaction is in another currency: add it by hand with the sum in %(currency)s.")
            % {"currency": turn.case.currency},
            field=str(transaction.uuid),
        )
    if (transaction.is_disputed, transaction.type) == (bool(type_), type_):
        return False
    handing_on.take_back(turn, transaction)
    transaction.is_disputed, transaction.type = bool(type_), type_
    transaction.ground, transaction.ground_reason = "", None
    transaction.bank_share = transaction.holder_share = transaction.merchant_share = None
    transaction.save()
    return True


def _number(known: set[str]) -> str:
    return next(number for count in itertools.count(1) if (number := f"H-{count}") not in known)


def _read(turn: Turn, row: Mapping[str, Any]) -> DisputedTransaction:
    try:
        booked_at = row["booked_at"]
        return _new(
            turn,
            bank_id=free_text.code(row["id"], field="id", typed=False),
            booked_at=booked_at if isinstance(booked_at, datetime) else datetime.fromisoformat(booked_at),
            amount=sums.parsed(row.get("billed_amount", row["amount"])),
            currency=row.get("billed_currency", row["currency"]),
            channel=DisputedTransaction.Channel(row["channel"]),
            merchant=row.get("merchant", "")[:120],
            entry_mode=row.get("entry_mode", "")[:16],
            country=row.get("country", "")[:2],
            verification=row.get("verification", "")[:40],
        )
    except (KeyError, ValueError, TypeError):
        # Without its cause: the problem's text could quote what the bank sent.
        raise CaseError(_("The bank system's list of transactions cannot be read.")) from None


def _new(turn: Turn, **values: Any) -> DisputedTransaction:
    return DisputedTransaction(case=turn.case, person_key=turn.case.person_key, **values)
