"""What a bank system's confirmation changes on the case: each reads the agreed fields and calls the action of its noun.

`data` is the answer as cases.gateways.answers let it through; `order` is the order it answers.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from cases.actions import control, evidence, money, protection, transactions
from cases.actions.turn import Turn
from knowledge.evidence import EvidenceKind
from record.models import Order

Data = Mapping[str, Any]


def loss_reported(turn: Turn, *, order: Order, data: Data) -> None:
    """The card is stopped since the card system's own time."""
    _file(turn, EvidenceKind.STOP_RECEIPT, data)
    control.loss_reported(turn, receipt=data["receipt"], effective_at=_at(data))


def account_held(turn: Turn, *, order: Order, data: Data) -> None:
    """The disputed account is held since the core ledger's own time."""
    _file(turn, EvidenceKind.HOLD_RECEIPT, data)
    amount = Decimal(order.payload["amount"]) if "amount" in order.payload else None
    protection.account_held(turn, receipt=data["receipt"], began_at=_at(data), measures=data["measures"], amount=amount)


def transactions_listed(turn: Turn, *, order: Order, data: Data) -> None:
    """The card's transactions, as the card system lists them."""
    _file(turn, EvidenceKind.TRANSACTION_LIST, data)
    transactions.transactions_listed(turn, rows=data["transactions"])


def credited(turn: Turn, *, order: Order, data: Data) -> None:
    """The core ledger booked the payment. A sum that is not the ordered one is an alarm beside the booking."""
    money.tell_difference(turn, order=order, data=data)
    _file(turn, EvidenceKind.CORE_VOUCHER, data)
    money.credited(turn, order=order, receipt=data["receipt"], booked_at=_at(data))


def credit_rejected(turn: Turn, *, order: Order, reason: str) -> None:
    """The core ledger refused the payment; it may be done by hand now."""
    money.credit_rejected(turn, order=order, reason=reason)


def restored(turn: Turn, *, order: Order, data: Data) -> None:
    """Hold, interest and late fees are off the account."""
    _file(turn, EvidenceKind.RESTORE_RECEIPT, data)
    money.restored(turn, receipt=data["receipt"], at=_at(data))


def card_ended(turn: Turn, *, order: Order, data: Data) -> None:
    """The card was replaced or the loss report lifted."""
    _file(turn, EvidenceKind.CARD_END_RECEIPT, data)
    new_card = (
        {"token": data["token"], "first_six": data["first6"], "last_four": data["last4"]} if "token" in data else None
    )
    control.card_ended(turn, receipt=data["receipt"], ended_at=_at(data), new_card=new_card)


def _file(turn: Turn, kind: EvidenceKind, data: Data) -> None:
    evidence.add_reference(turn, kind=kind, reference=data["receipt"], happened_at=_at(data))


def _at(data: Data) -> datetime:
    return datetime.fromisoformat(data["effective_at"])
