"""The bank itself: usable in memory (`Bank(":memory:")`), or on a file behind the HTTP server."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Self

from sandbox_bank import demo, wellformed
from sandbox_bank.moments import Clock, machine_clock, moment, stamp
from sandbox_bank.operations import OPERATIONS, Order, Refused, card_of_digits, end_stop, find_card
from sandbox_bank.store import TRANSACTION_FIELDS, Row, Store, text
from sandbox_bank.switches import AFTER, BEFORE, ENQUIRY, Late, Switches, Trouble

NEVER_HEARD = "never_heard"
FIND = "find_card"
PENDING, BOOKED, REJECTED = "pending", "booked", "rejected"


class Reply(NamedTuple):
    """An answer: HTTP status and JSON body. 200 booked or rejected, 202 pending, 400 malformed, 409 key taken, 500."""

    status: int
    body: dict[str, Any]


class Silence(ConnectionError):
    """The bank took the call and never answers it; the HTTP server drops the connection."""


class Bank:
    """Card system, core ledger and SMS gateway. Every order is booked at most once per key, whatever the switches say.

    `clock` answers bank-system time, `sleep` takes seconds (a test passes its own), `push(url, answer)` delivers
    answers of the `double` switch. Safe for threads, and for several processes on one file.
    """

    def __init__(
        self,
        path: str | Path = ":memory:",
        *,
        clock: Clock = machine_clock,
        sleep: Callable[[float], None] = time.sleep,
        push: Callable[[str, dict[str, Any]], None] | None = None,
    ) -> None:
        self.switches = Switches()
        self._store = Store(path)
        self._sleep, self._push = sleep, push
        self._machine_clock = clock
        self._set_to: datetime | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def set_clock(self, moment: datetime | None) -> None:
        """Stand at a moment (a demonstration's past is built that way); None lets bank-system time run again."""
        self._set_to = moment

    def _clock(self) -> datetime:
        return self._set_to or self._machine_clock()

    def close(self) -> None:
        """Close the books."""
        self._store.close()

    def order(self, key: str, body: Mapping[str, Any]) -> Reply:
        """Take one order: {"operation", …}. Same key and body, same answer; same key, other body, 409."""
        if problem := wellformed.malformed_order(key, body):
            return Reply(400, {"key": key, "state": REJECTED, "reason": problem})
        trouble = self.switches.trouble(key, body["operation"])
        if spoiled := self._suffer(trouble, BEFORE):
            return spoiled
        reply = self._take(key, dict(body), trouble)
        if trouble.double and self._push:
            for _ in range(2):
                self._push(trouble.callback_url, reply.body)
        return self._suffer(trouble, AFTER) or reply

    def enquire(self, key: str) -> Reply:
        """What became of an order: 404 "never_heard", or its state and answer."""
        known = self._store.row("SELECT operation FROM orders WHERE key=?", key)
        trouble = self.switches.trouble(key, known["operation"] if known else None, enquiry=True)
        if spoiled := self._suffer(trouble, ENQUIRY):
            return spoiled
        with self._store.transaction():
            self._store.run("UPDATE orders SET enquiries_left=enquiries_left-1 WHERE key=? AND state='pending'", key)
            self._book_due()
            found = self._store.row("SELECT * FROM orders WHERE key=?", key)
        return _told(found) if found else Reply(404, {"key": key, "state": NEVER_HEARD})

    def find(self, body: Mapping[str, Any]) -> Reply:
        """Which card has these digits, {"first6", "last4", "phone"}: its token. Any digits have a card in practice.

        Switches of the operation "find_card" spoil it; its `reject` makes the card unknown (404 "not_found").
        """
        if not wellformed.is_search(body):
            return Reply(400, {"state": REJECTED, "reason": "first6 and last4 are digits"})
        trouble = self.switches.trouble("", FIND)
        if spoiled := self._suffer(trouble, BEFORE):
            return spoiled
        if trouble.reject:
            return Reply(404, {"state": "not_found"})
        with self._store.transaction():
            card = card_of_digits(self._store, body["first6"], body["last4"], self._clock())
        told = {name: card[name] for name in ("token", "first6", "last4")}
        return self._suffer(trouble, AFTER) or Reply(200, {"state": "found", **told})

    def ledger(self, token: str | None = None) -> list[Row]:
        """Booked entries, oldest first; with a token, those of the card's account. Amounts are signed texts."""
        self.settle()
        entries = self._store.rows("SELECT * FROM entries ORDER BY number")
        if token is not None:
            card = self._store.row("SELECT account FROM cards WHERE token=?", token)
            account = card["account"] if card else demo.account(token)
            entries = [entry for entry in entries if entry["account"] == account]
        return [{**entry, "lines": json.loads(entry["lines"])} for entry in entries]

    def orders(self) -> list[Row]:
        """Every order ever taken, oldest first."""
        self.settle()
        return self._store.rows(
            "SELECT number, key, operation, state, received_at, body, answer FROM orders ORDER BY number"
        )

    def messages(self) -> list[Row]:
        """Every text sent, oldest first."""
        self.settle()
        return self._store.rows("SELECT number, key, phone, template, text, sent_at FROM messages ORDER BY number")

    def cards(self) -> list[Row]:
        """Every card the bank has seen."""
        self.settle()
        cards = self._store.rows("SELECT * FROM cards ORDER BY rowid")
        return [{**card, "hold": bool(card["hold"])} for card in cards]

    def seed(self, body: Mapping[str, Any]) -> Row:
        """Put a card on the books, as `wellformed.seed` reads it; a known card keeps its state and gets transactions.

        Without `transactions` a new card gets its demo life, ending at `as_of` (ISO 8601) or now.
        """
        wish = wellformed.seed(body)
        token = wish["token"]
        with self._store.transaction():
            if "transactions" not in wish:
                find_card(self._store, token, moment(wish["as_of"]) if "as_of" in wish else self._clock())
            elif not self._store.row("SELECT 1 FROM cards WHERE token=?", token):
                self._store.insert("cards", demo.card(token))
            for row in wish.get("transactions") or []:
                self._put_transaction(token, row)
            if "stop" in wish:
                end_stop(self._store, token, wish["stop"], self._clock())
            for name in {"first6", "last4", "account", "hold"} & set(wish):
                self._store.run(f"UPDATE cards SET {name}=? WHERE token=?", wish[name], token)  # noqa: S608
        return next(card for card in self.cards() if card["token"] == token)

    def settle(self) -> None:
        """Book what is late and due by now."""
        if self._store.row("SELECT 1 FROM orders WHERE state='pending'"):
            with self._store.transaction():
                self._book_due()

    def _put_transaction(self, token: str, row: Mapping[str, Any]) -> None:
        defaults = {"currency": "CNY", "merchant": "", "channel": "pos", "entry_mode": "chip", "country": "CN"}
        full = {**defaults, "verification": "", "billed_amount": row["amount"], "billed_currency": "CNY", **row}
        if self._store.row("SELECT 1 FROM transactions WHERE id=? AND token<>?", row["id"], token):
            raise ValueError("a transaction of that id is on another card")
        self._store.run("DELETE FROM transactions WHERE id=?", row["id"])
        booked_at = stamp(moment(row["booked_at"]))
        kept = {name: full[name] for name in TRANSACTION_FIELDS}
        self._store.insert("transactions", {**kept, "booked_at": booked_at, "token": token})

    def _take(self, key: str, body: dict[str, Any], trouble: Trouble) -> Reply:
        written = text(body)
        with self._store.transaction():
            self._book_due()
            known = self._store.row("SELECT * FROM orders WHERE key=?", key)
            if known is None:
                self._write(key, body["operation"], written, trouble)
                known = self._store.row("SELECT * FROM orders WHERE key=?", key) or {}
        if known["body"] != written:
            return Reply(409, {"key": key, "state": "conflict", "reason": "The key belongs to another order."})
        return _told(known)

    def _write(self, key: str, operation: str, written: str, trouble: Trouble) -> None:
        now = self._clock()
        row = {"key": key, "operation": operation, "body": written, "state": PENDING, "received_at": stamp(now)}
        self._store.insert("orders", {**row, "answer": "{}", **_wait(trouble.late, now)})
        if trouble.reject:
            self._close(key, REJECTED, {"reason": trouble.reject, "rejected_at": stamp(now)})
        elif trouble.late is None:
            self._book(self._store.row("SELECT * FROM orders WHERE key=?", key) or {})

    def _book_due(self) -> None:
        now = stamp(self._clock())
        for row in self._store.rows(
            "SELECT * FROM orders WHERE state='pending' AND (book_at<=? OR enquiries_left<=0) ORDER BY number", now
        ):
            self._book(row)

    def _book(self, row: Row) -> None:
        now = self._clock()
        order = Order(row["key"], json.loads(row["body"]), now, row["number"])
        try:
            answer = OPERATIONS[row["operation"]](self._store, order)
        except Refused as refusal:
            self._close(row["key"], REJECTED, {"reason": str(refusal), "rejected_at": stamp(now)})
        else:
            self._close(row["key"], BOOKED, answer)

    def _close(self, key: str, state: str, answer: Row) -> None:
        self._store.run("UPDATE orders SET state=?, answer=? WHERE key=?", state, text(answer), key)

    def _suffer(self, trouble: Trouble, when: str) -> Reply | None:
        if when in trouble.slow:
            self._sleep(trouble.slow[when] / 1000)
        if when in trouble.silent:
            raise Silence
        if when in trouble.fail:
            return Reply(500, {"error": "The bank has trouble."})
        return None


def _wait(late: Late | None, now: datetime) -> Row:
    if late is None:
        return {"book_at": None, "enquiries_left": None}
    due = stamp(now + timedelta(seconds=late.seconds)) if late.seconds is not None else None
    return {"book_at": due, "enquiries_left": late.enquiries}


def _told(row: Row) -> Reply:
    body = {"key": row["key"], "state": row["state"], "operation": row["operation"], **json.loads(row["answer"])}
    return Reply(202 if row["state"] == PENDING else 200, body)
