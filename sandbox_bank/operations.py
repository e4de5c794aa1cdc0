"""What each operation does to the books. A refusal is an answer, not an error: the key keeps it for ever."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop as _

from sandbox_bank import demo
from sandbox_bank.moments import moment, stamp
from sandbox_bank.store import TRANSACTION_FIELDS, Row, Store, text

AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
TOKEN = re.compile(r"(?!\d{12,19}$)[A-Za-z0-9_-]{1,64}", re.ASCII)


MEASURES = ("hold", "interest", "instalment", "auto_debit")

# A desk that could not ask for a card's token makes one up, and has to do by hand what it cannot order.
NOT_OURS = "manual-"


class Refused(Exception):
    """The bank says no, and why; the sentence is English and in the catalogue."""


@dataclass(frozen=True)
class Order:
    """One order as an operation sees it: key, body, when the bank books it, its running number."""

    key: str
    body: Mapping[str, Any]
    at: datetime
    number: int

    def receipt(self, prefix: str) -> str:
        """A receipt number as people read it out on the phone."""
        return f"{prefix}{self.at:%Y%m%d}{self.number:06d}"


def stop_card(store: Store, order: Order) -> Row:
    """Stop a card. Stopping twice is harmless: the second answer tells the first stop's time."""
    card = _card(store, order)
    if card["state"] == "replaced":
        raise Refused(_("This card has been replaced."))
    if card["state"] == "active":
        card["stopped_at"] = stamp(order.at)
        store.run("UPDATE cards SET state='stopped', stopped_at=? WHERE token=?", card["stopped_at"], card["token"])
        store.run("DELETE FROM ended_stops WHERE token=?", card["token"])
    return {"receipt": order.receipt("K"), "effective_at": card["stopped_at"]}


def formal_loss(store: Store, order: Order) -> Row:
    """Make the loss report of a stopped card formal: it does not lapse. Twice is once, the first time is told."""
    card = _card(store, order)
    if card["state"] != "stopped":
        raise Refused(_("This card is not stopped."))
    if store.row("SELECT 1 FROM formal_losses WHERE token=?", card["token"]) is None:
        store.insert("formal_losses", {"token": card["token"], "formal_at": stamp(order.at)})
    formal = store.row("SELECT formal_at FROM formal_losses WHERE token=?", card["token"]) or {}
    return {"receipt": order.receipt("K"), "effective_at": formal["formal_at"]}


def stop_state(store: Store, order: Order) -> Row:
    """Whether a card's loss report is in force, since when, and how one ended that is not. Changes nothing."""
    card = _card(store, order)
    formal = store.row("SELECT formal_at FROM formal_losses WHERE token=?", card["token"])
    ended = store.row("SELECT ended_at, why FROM ended_stops WHERE token=?", card["token"])
    told: Row = {"stop": "none", "since": None, "ended_at": None, "why": ""}
    if card["state"] == "stopped":
        told |= (
            {"stop": "formal", "since": formal["formal_at"]}
            if formal
            else {"stop": "oral", "since": card["stopped_at"]}
        )
    elif ended:
        told |= ended
    return {"receipt": order.receipt("C"), "effective_at": stamp(order.at), **told}


def end_stop(store: Store, token: str, why: str, at: datetime) -> None:
    """What happens without the desk: the report lapses, or the holder lifts it at a counter. No order: for practice."""
    store.run("UPDATE cards SET state='active', stopped_at=NULL WHERE token=? AND state='stopped'", token)
    store.run("DELETE FROM formal_losses WHERE token=?", token)
    store.run("DELETE FROM ended_stops WHERE token=?", token)
    store.insert("ended_stops", {"token": token, "ended_at": stamp(at), "why": why})


def send_sms(store: Store, order: Order) -> Row:
    """Send a text to a telephone; the practice bank keeps it to be looked at."""
    sent = {name: order.body[name] for name in ("phone", "template", "text")}
    store.insert("messages", {"key": order.key, **sent, "sent_at": stamp(order.at)})
    return {"receipt": order.receipt("M"), "effective_at": stamp(order.at)}


def release_card(store: Store, order: Order) -> Row:
    """Lift the stop of a card."""
    card = _card(store, order)
    if card["state"] == "replaced":
        raise Refused(_("This card has been replaced."))
    if card["state"] != "stopped":
        raise Refused(_("This card is not stopped."))
    store.run("UPDATE cards SET state='active', stopped_at=NULL WHERE token=?", card["token"])
    store.run("DELETE FROM formal_losses WHERE token=?", card["token"])
    return {"receipt": order.receipt("K"), "effective_at": stamp(order.at)}


def replace_card(store: Store, order: Order) -> Row:
    """Give a new card for the old one, on the same account; the old one ends."""
    card = _card(store, order)
    if card["state"] == "replaced":
        raise Refused(_("This card has been replaced."))
    new = {**demo.card("tok_" + hashlib.sha256(order.key.encode()).hexdigest()[:24])}
    new |= {"account": card["account"], "first6": card["first6"], "hold": card["hold"]}
    store.insert("cards", new)
    store.run("UPDATE cards SET state='replaced', replaced_by=? WHERE token=?", new["token"], card["token"])
    return {
        "receipt": order.receipt("K"),
        "effective_at": stamp(order.at),
        "token": new["token"],
        "first6": new["first6"],
        "last4": new["last4"],
    }


def list_transactions(store: Store, order: Order) -> Row:
    """The card's transactions booked at or after `since` (ISO 8601; all of them without it), oldest first."""
    card = _card(store, order)
    since = order.body.get("since")
    rows = store.rows(
        f"SELECT {', '.join(TRANSACTION_FIELDS)} FROM transactions "  # noqa: S608 (a constant of ours)
        "WHERE token=? AND booked_at>=? ORDER BY booked_at, id",
        card["token"],
        stamp(moment(since)) if since else "",
    )
    return {"receipt": order.receipt("K"), "effective_at": stamp(order.at), "transactions": rows}


def credit(store: Store, order: Order) -> Row:
    """Put money on the account. `lines` ({kind, amount}) explain the amount and add up to it."""
    amount = Decimal(order.body["amount"])
    lines = order.body.get("lines") or []
    if amount <= 0:
        raise Refused(_("The amount must be above zero."))
    if lines and sum(Decimal(line["amount"]) for line in lines) != amount:
        raise Refused(_("The lines do not add up to the amount."))
    return _entry(store, order, kind="credit", amount=amount, lines=lines)


def hold_account(store: Store, order: Order) -> Row:
    """Hold what is disputed on the account, with the measures asked for. Holding twice is harmless.

    While it is held, the second answer tells the first hold's time.
    """
    account = _card(store, order)["account"]
    if store.row("SELECT 1 FROM holds WHERE account=?", account) is None:
        store.insert("holds", {"account": account, "held_at": stamp(order.at)})
        store.run("UPDATE cards SET hold=1 WHERE account=?", account)
    held = store.row("SELECT held_at FROM holds WHERE account=?", account) or {}
    told = {"account": account, "hold": True, "measures": list(order.body.get("measures") or MEASURES)}
    return {"receipt": order.receipt("Z"), "effective_at": held["held_at"], **told}


def restore_account(store: Store, order: Order) -> Row:
    """Take the disputed hold off and give back interest and late fee; without `lines` only the hold goes."""
    lines = order.body.get("lines") or []
    amount = sum((Decimal(line["amount"]) for line in lines), Decimal("0.00"))
    answer = _entry(store, order, kind="restoration", amount=amount, lines=lines)
    store.run("UPDATE cards SET hold=0 WHERE account=?", answer["account"])
    store.run("DELETE FROM holds WHERE account=?", answer["account"])
    return {**answer, "hold": False}


def reverse(store: Store, order: Order) -> Row:
    """Undo the booking of an earlier order, named by its key; once only."""
    earlier = store.row("SELECT * FROM entries WHERE key=?", order.body["order"])
    if earlier is None:
        raise Refused(_("No booking stands under that order."))
    if earlier["kind"] == "reversal":
        raise Refused(_("A reversal cannot be reversed."))
    if store.row("SELECT 1 FROM entries WHERE reverses=?", earlier["key"]):
        raise Refused(_("That booking has already been reversed."))
    entry = {
        "key": order.key,
        "kind": "reversal",
        "account": earlier["account"],
        "token": earlier["token"],
        "amount": f"{-Decimal(earlier['amount']):.2f}",
        "currency": earlier["currency"],
        "lines": "[]",
        "reverses": earlier["key"],
    }
    return {**_book(store, order, entry), "order": earlier["key"]}


def _entry(store: Store, order: Order, *, kind: str, amount: Decimal, lines: list[Row]) -> Row:
    token = order.body.get("token")
    entry = {
        "key": order.key,
        "kind": kind,
        "account": _card(store, order)["account"] if token else order.body["account"],
        "token": token,
        "amount": f"{amount:.2f}",
        "currency": order.body.get("currency", "CNY"),
        "lines": text(lines),
    }
    return _book(store, order, entry)


def _book(store: Store, order: Order, entry: Row) -> Row:
    entry |= {"voucher": order.receipt("L"), "booked_at": stamp(order.at)}
    store.insert("entries", entry)
    return {
        "receipt": entry["voucher"],
        "effective_at": entry["booked_at"],
        "account": entry["account"],
        "amount": entry["amount"],
        "currency": entry["currency"],
    }


def _card(store: Store, order: Order) -> Row:
    if order.body["token"].startswith(NOT_OURS):
        raise Refused(_("The card system did not give this token."))
    return find_card(store, order.body["token"], order.at)


def find_card(store: Store, token: str, at: datetime) -> Row:
    """The card behind a token; one that was never seen gets its demo life, ending at `at`."""
    if known := store.row("SELECT * FROM cards WHERE token=?", token):
        return known
    store.insert("cards", demo.card(token))
    for row in demo.transactions(token, at):
        store.insert("transactions", {**row, "token": token})
    return store.row("SELECT * FROM cards WHERE token=?", token) or {}


def card_of_digits(store: Store, first6: str, last4: str, at: datetime) -> Row:
    """The newest card in use with these digits; digits nobody has seen get a card of their own, always the same one.

    Once it was replaced its digits are free again, so that a practice call never ends at a used-up card.
    """
    cards = store.rows("SELECT * FROM cards WHERE first6=? AND last4=? ORDER BY rowid DESC", first6, last4)
    if in_use := [card for card in cards if card["state"] != "replaced"]:
        return in_use[0]
    token = "tok_" + hashlib.sha256(f"{first6}|{last4}|{len(cards)}".encode()).hexdigest()[:24]
    find_card(store, token, at)
    store.run("UPDATE cards SET first6=?, last4=? WHERE token=?", first6, last4, token)
    return find_card(store, token, at)


OPERATIONS: dict[str, Callable[[Store, Order], Row]] = {
    "stop_card": stop_card,
    "formal_loss": formal_loss,
    "stop_state": stop_state,
    "send_sms": send_sms,
    "release_card": release_card,
    "replace_card": replace_card,
    "list_transactions": list_transactions,
    "credit": credit,
    "hold_account": hold_account,
    "reverse": reverse,
    "restore_account": restore_account,
}
