"""Reading a bank system's answer strictly: what is not exactly as agreed is "unknown", never a guess.

A wrong address answers 404 too, so "never heard of it" counts only when the bank system's own JSON says it about this
very key. Only agreed fields are kept.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from cases.gateways.protocol import KEY_TAKEN, TROUBLE, UNREADABLE, Answer, Finding

AMOUNT = re.compile(r"-?\d{1,14}\.\d{2}", re.ASCII)
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
MOST_TRANSACTIONS = 5000

Check = Callable[[Any], bool]
Fields = Mapping[str, Check]


class _Garbage(Exception):
    """Not as agreed."""


def _text(longest: int) -> Check:
    return lambda value: isinstance(value, str) and len(value) <= longest and not UNSTORABLE.search(value)


def _word(longest: int) -> Check:
    return lambda value: _text(longest)(value) and bool(value.strip())


def _like(pattern: str) -> Check:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII) is not None


def _moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _amount(value: Any) -> bool:
    return isinstance(value, str) and AMOUNT.fullmatch(value) is not None


TOKEN = _like(r"(?!\d{12,19}$)[A-Za-z0-9_-]{1,64}")
BOOKED: Fields = {"operation": _word(40), "receipt": _word(64), "effective_at": _moment}
REFUSED: Fields = {"operation": _word(40), "rejected_at": _moment}
MONEY: Fields = {"account": TOKEN, "amount": _amount, "currency": _like(r"[A-Z]{3}")}
CARD: Fields = {"token": TOKEN, "first6": _like(r"\d{6}"), "last4": _like(r"\d{4}")}
TRANSACTION: Fields = {
    "id": _word(64),
    "booked_at": _moment,
    "amount": _amount,
    "currency": _like(r"[A-Z]{3}"),
    "billed_amount": _amount,
    "billed_currency": _like(r"[A-Z]{3}"),
    "merchant": _text(120),
    "channel": _like("pos|atm|online|app"),
    "entry_mode": _like("chip|magstripe|contactless|online_3ds|online_no3ds"),
    "country": _like(r"[A-Z]{2}"),
    "verification": _text(40),
}
# What the card system says of a loss report: in force or not, since when, and how one that is not ended.
STOP: Fields = {
    "stop": _like("none|oral|formal"),
    "since": lambda value: value is None or _moment(value),
    "ended_at": lambda value: value is None or _moment(value),
    "why": _like("(lapsed|lifted)?"),
}
HOLDS = frozenset({"hold", "interest", "instalment", "auto_debit"})
RESULTS: Mapping[str, Fields] = {
    "stop_card": {},
    "formal_loss": {},
    "stop_state": STOP,
    "send_sms": {},
    "release_card": {},
    "replace_card": CARD,
    "list_transactions": {"transactions": lambda rows: _is_transactions(rows)},
    "credit": MONEY,
    "reverse": {**MONEY, "order": _word(64)},
    "hold_account": {"account": TOKEN, "hold": lambda value: value is True, "measures": lambda told: _is_hold(told)},
    "restore_account": {**MONEY, "hold": lambda value: value is False},
}


def read_order(status: int, kind: str, content: bytes, key: UUID, operation: str) -> Answer:
    """The answer to an order just sent (HTTP status, content type, body)."""
    if status == 409:
        return Answer("unknown", reason=KEY_TAKEN)
    return _read(
        {200: ("booked", "rejected"), 202: ("pending",), 400: ("rejected",)}, status, kind, content, key, operation
    )


def read_enquiry(status: int, kind: str, content: bytes, key: UUID) -> Answer:
    """The answer to an enquiry; which operation it was is told by the bank."""
    return _read({200: ("booked", "rejected"), 202: ("pending",), 404: ("never_heard",)}, status, kind, content, key)


def read_finding(status: int, kind: str, content: bytes, first_six: str, last_four: str) -> Finding:
    """The answer to a search for a card: found counts only with the digits that were asked for."""
    if status >= 500:
        return Finding("unknown", reason=TROUBLE)
    try:
        said = _json(kind, content)
        if status == 404 and said.get("state") == "not_found":
            return Finding("not_found")
        card = _keep(said, CARD)
        if (status, said.get("state"), card["first6"], card["last4"]) != (200, "found", first_six, last_four):
            raise _Garbage
        return Finding("found", card["token"])
    except _Garbage:
        return Finding("unknown", reason=UNREADABLE)


def _read(
    agreed: Mapping[int, tuple[str, ...]], status: int, kind: str, content: bytes, key: UUID, operation: str = ""
) -> Answer:
    if status >= 500:
        return Answer("unknown", reason=TROUBLE)
    try:
        said = _json(kind, content)
        if status not in agreed or said.get("state") not in agreed[status] or said.get("key") != str(key):
            raise _Garbage
        if operation and status != 400 and said.get("operation") != operation:
            raise _Garbage
        return _answer(said)
    except _Garbage:
        return Answer("unknown", reason=UNREADABLE)


def _answer(said: Mapping[str, Any]) -> Answer:
    match said["state"]:
        case "booked":
            common = _keep(said, BOOKED)
            if common["operation"] not in RESULTS:
                raise _Garbage
            return Answer("confirmed", {**common, **_keep(said, RESULTS[common["operation"]])})
        case "rejected":
            when = _keep(said, REFUSED) if "rejected_at" in said else {}
            return Answer("rejected", when, _keep(said, {"reason": _word(500)})["reason"])
        case "pending":
            return Answer("pending")
        case _:
            return Answer("never_heard")


def _keep(said: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    if not all(name in said and is_right(said[name]) for name, is_right in fields.items()):
        raise _Garbage
    return {name: _known(said[name]) for name in fields}


def _known(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return [{name: row[name] for name in TRANSACTION} for row in value]
    return value


def _is_hold(told: Any) -> bool:
    """What is held: at least the sum and its interest, nothing twice, nothing else than was agreed."""
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        return False
    return len(set(told)) == len(told) and {"hold", "interest"} <= set(told) <= HOLDS


def _is_transactions(rows: Any) -> bool:
    if not isinstance(rows, list) or len(rows) > MOST_TRANSACTIONS:
        return False
    checked = [isinstance(row, dict) and all(n in row and ok(row[n]) for n, ok in TRANSACTION.items()) for row in rows]
    return all(checked) and len({row["id"] for row in rows}) == len(rows)


def _json(kind: str, content: bytes) -> dict[str, Any]:
    if kind.partition(";")[0].strip().lower() != "application/json":
        raise _Garbage
    try:
        said = json.loads(content, parse_float=_refuse, parse_constant=_refuse, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError):
        raise _Garbage from None
    if not isinstance(said, dict):
        raise _Garbage
    return said


def _refuse(number: str) -> Any:
    raise _Garbage


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise _Garbage
    return dict(pairs)
