"""Is a request well formed? Answers a sentence for what is wrong; nothing malformed ever reaches the books."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from sandbox_bank.moments import moment
from sandbox_bank.operations import AMOUNT, CURRENCY, MEASURES, OPERATIONS, TOKEN
from sandbox_bank.store import TRANSACTION_FIELDS, Row

KEY = re.compile(r"[A-Za-z0-9_.:-]{8,64}", re.ASCII)
ON_A_CARD = (
    *("stop_card", "formal_loss", "stop_state", "release_card", "replace_card"),
    *("list_transactions", "hold_account"),
)
PHONE = re.compile(r"\+?[0-9][0-9 -]{4,23}", re.ASCII)
ENDINGS = ("lapsed", "lifted")
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
TOO_LONG = 200
MOST_WORDS = 500


def malformed_order(key: str, body: object) -> str | None:
    """What is wrong with an order, or None."""
    if not KEY.fullmatch(key):
        return _("The idempotency key is missing or malformed.")
    if not isinstance(body, dict) or str(body.get("operation")) not in OPERATIONS:
        return _("The operation is unknown.")
    if not _is_storable(body):
        return _("The order holds text that cannot be stored.")
    operation = body["operation"]
    if operation in ON_NO_ACCOUNT:
        is_right, sentence = ON_NO_ACCOUNT[operation]
        return None if is_right(body) else sentence
    if operation in ON_A_CARD or "token" in body:
        if not _is_token(body.get("token")):
            return _("The card's token is missing or malformed; a card number is never accepted.")
    elif not _is_token(body.get("account")):
        return _("The account is missing or malformed.")
    return _malformed_details(operation, body)


def _malformed_details(operation: str, body: Mapping[str, Any]) -> str | None:
    if operation == "list_transactions" and body.get("since") and not _is_moment(body["since"]):
        return _("The moment is not a date and time with a zone.")
    if operation == "hold_account" and not _is_measures(body.get("measures")):
        return _("A measure is not one of those the account knows.")
    if operation == "hold_account" and not _is_amount(body.get("amount", "0")):
        return _("The amount is not a decimal text such as 12.30.")
    if operation == "credit" and not _is_amount(body.get("amount")):
        return _("The amount is not a decimal text such as 12.30.")
    if operation in ("credit", "restore_account"):
        if not CURRENCY.fullmatch(str(body.get("currency", "CNY"))):
            return _("The currency is unknown.")
        lines = body.get("lines") or []
        if not isinstance(lines, list) or not all(isinstance(line, dict) and _is_line(line) for line in lines):
            return _("A line needs a kind and an amount.")
    return None


def _is_measures(wanted: object) -> bool:
    """At least the hold and the stop of interest; nothing said means all of them."""
    if wanted is None:
        return True
    if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
        return False
    return {"hold", "interest"} <= set(wanted) <= set(MEASURES)


def _is_message(body: Mapping[str, Any]) -> bool:
    words = all(isinstance(body.get(name), str) and 0 < len(body[name]) <= MOST_WORDS for name in ("template", "text"))
    return words and isinstance(body.get("phone"), str) and PHONE.fullmatch(body["phone"]) is not None


def _reverses(body: Mapping[str, Any]) -> bool:
    return KEY.fullmatch(str(body.get("order", ""))) is not None


ON_NO_ACCOUNT: dict[str, tuple[Callable[[Mapping[str, Any]], bool], str]] = {
    "reverse": (_reverses, _("The order to reverse is missing.")),
    "send_sms": (_is_message, _("The message needs a telephone number, a template and a text.")),
}


def is_search(body: object) -> bool:
    """Whether a search for a card says its digits, {first6, last4, phone?}; a practice bank asks for no phone."""
    if not isinstance(body, dict) or not _is_storable(body):
        return False
    return _is_digits(body.get("first6"), 6) and _is_digits(body.get("last4"), 4)


def seed(body: object) -> Row:
    """Read the seed of a card; else ValueError.

    {token, first6?, last4?, account?, hold?, as_of?, transactions?, stop?}; `stop`: "lapsed" or "lifted" ends its loss
    report as if nobody had asked the desk.
    """
    if not isinstance(body, dict) or not _is_token(body.get("token")) or not _is_storable(body):
        raise ValueError("token")
    for name, length in (("first6", 6), ("last4", 4)):
        if name in body and not _is_digits(str(body[name]), length):
            raise ValueError(name)
    _check_state(body)
    if "as_of" in body and not _is_moment(body["as_of"]):
        raise ValueError("as_of")
    rows = body.get("transactions")
    if rows is not None and not (isinstance(rows, list) and all(_is_transaction(row) for row in rows)):
        raise ValueError("transactions")
    return body


def _check_state(body: Mapping[str, Any]) -> None:
    if "account" in body and not _is_token(body["account"]):
        raise ValueError("account")
    if not isinstance(body.get("hold", True), bool):
        raise ValueError("hold")
    if body.get("stop", ENDINGS[0]) not in ENDINGS:
        raise ValueError("stop")


def _is_transaction(row: object) -> bool:
    if not isinstance(row, dict) or not set(row) <= set(TRANSACTION_FIELDS) or not _is_moment(row.get("booked_at")):
        return False
    words = [row.get(name, "") for name in TRANSACTION_FIELDS]
    if not all(isinstance(word, str) and len(word) <= TOO_LONG for word in words) or not row.get("id"):
        return False
    return _is_amount(row.get("amount")) and _is_amount(row.get("billed_amount", row["amount"]))


def _is_line(line: Mapping[str, Any]) -> bool:
    return isinstance(line.get("kind"), str) and _is_amount(line.get("amount"))


def _is_amount(value: object) -> bool:
    return isinstance(value, str) and AMOUNT.fullmatch(value) is not None


def _is_digits(value: object, length: int) -> bool:
    return isinstance(value, str) and re.fullmatch(rf"[0-9]{{{length}}}", value, re.ASCII) is not None


def _is_token(value: object) -> bool:
    return isinstance(value, str) and TOKEN.fullmatch(value) is not None


def _is_moment(value: object) -> bool:
    try:
        moment(value)
    except (ValueError, OverflowError):
        return False
    return True


def _is_storable(value: object) -> bool:
    if isinstance(value, str):
        return not UNSTORABLE.search(value)
    if isinstance(value, dict):
        return all(_is_storable(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return all(_is_storable(part) for part in value)
    return not isinstance(value, float) or abs(value) < float("inf")
