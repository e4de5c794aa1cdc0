"""What one journal entry says, byte for byte (docs/decisions/0004-journal-format.md). It cannot change later."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import rfc8785

from record import algorithms

VERSION = 1
_FROM_SURROGATES_UP = re.compile("[\ud800-\U0010ffff]")


class JournalError(ValueError):
    """The journal refuses this fact. The message names the place, never the value: values may be personal."""


@dataclass(frozen=True)
class Actor:
    """Who did it, as text that outlives the account: staff number, name, post, whose substitute, and what made him."""

    number: str
    name: str
    role: str = ""
    for_whom: str = ""
    cause: str = ""


SYSTEM = Actor("system", "system")


def system(cause: str) -> Actor:
    """The system itself, and what made it act (`sweep`, `order 7f…`, `command import_complaints`)."""
    return Actor(SYSTEM.number, SYSTEM.name, cause=cause)


def stamp(moment: datetime) -> str:
    """`2026-11-22T01:02:03.000004Z`: UTC, always six digits of a second. JournalError for a naive moment."""
    if moment.utcoffset() is None:
        raise JournalError("A moment in the journal needs a time zone.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def money(amount: Decimal, currency: str = "CNY") -> dict[str, str]:
    """`{"amount": "12.30", "currency": "CNY"}`: at least two decimals, none of them rounded away."""
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise JournalError("An amount in the journal is a finite Decimal.")
    places = max(2, -int(amount.as_tuple().exponent))
    return {"amount": f"{amount:.{places}f}", "currency": currency}


def checked(value: Any, place: str = "data") -> Any:
    """The value as plain str, int, bool, None, dict, list. JournalError for anything else, NUL or a lone surrogate."""
    if isinstance(value, str):
        return _text(str.__str__(value), place)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) >= 2**53:
            raise JournalError(f"{place}: a whole number beyond 2^53 goes in as text.")
        return int(value)
    if isinstance(value, Mapping):
        return {_text(key, place): checked(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [checked(item, f"{place}[{index}]") for index, item in enumerate(value)]
    raise JournalError(f"{place}: {type(value).__name__} does not go into the journal (money, stamp or text).")


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise JournalError(f"{place}: names are text.")
    if "\0" in value:
        raise JournalError(f"{place}: NUL is refused.")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise JournalError(f"{place}: a lone surrogate is refused.") from None
    return str.__str__(value)


def canonical(value: Any, place: str = "data") -> bytes:
    """RFC 8785 bytes of a value. JournalError as in `checked`."""
    return _dumps(checked(value, place))


def _dumps(value: Any) -> bytes:
    """RFC 8785 of a checked value, by the standard library where both agree: it is several times as fast.

    Checked values hold no floats and no whole numbers beyond 2^53, and both escape the same signs the same way. They
    differ only in the order of names (code points here, UTF-16 units there), and that only with signs from the
    surrogates up: where the text holds none, no name does. A property test holds them together.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if _FROM_SURROGATES_UP.search(text) and not _has_plain_names(value):
        return rfc8785.dumps(value)
    return text.encode()


def _has_plain_names(value: Any) -> bool:
    if isinstance(value, dict):
        return all(name.isascii() and _has_plain_names(item) for name, item in value.items())
    return not isinstance(value, list) or all(map(_has_plain_names, value))


def write(
    *,
    stream: str,
    number: int,
    kind: str,
    happened_at: datetime,
    recorded_at: datetime,
    actor: Actor,
    data: Mapping[str, Any],
    personal: Mapping[str, str],
    changed: Sequence[Mapping[str, Any]],
) -> str:
    """The text of an entry: version 1, exactly these ten names. `personal` holds commitments, never values."""
    whole = {
        "v": VERSION,
        "stream": stream,
        "number": number,
        "kind": kind,
        "happened_at": stamp(happened_at),
        "recorded_at": stamp(recorded_at),
        "actor": vars(actor),
        "data": data,
        "personal": personal,
        "changed": changed,
    }
    return _dumps({name: checked(value, name) for name, value in whole.items()}).decode()


def chain(previous: str, body: str, algorithm: str = algorithms.HASH) -> str:
    """The hash of an entry: the raw bytes of the previous hash, then the body in UTF-8."""
    return algorithms.digest(algorithms.raw(previous) + body.encode(), algorithm)


def commitment(salt: bytes, value: str, algorithm: str = "") -> str:
    """What a body says of a personal value: the hash (of today or the one named) of 32 secret bytes, then the value."""
    return algorithms.digest(salt + value.encode(), algorithm)
