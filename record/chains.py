"""One entry as the database holds it: is it what was written, and in its place?

For a whole journal these few lines run a billion times, so they work on plain rows and parse a body once.
"""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring as _quoted
from typing import Any

from record import algorithms
from record.body import VERSION, canonical, stamp
from record.flaws import Flaw

_NAMES = ("actor", "changed", "data", "happened_at", "kind", "number", "personal", "recorded_at", "stream", "v")
_ACTOR = ("cause", "for_whom", "name", "number", "role")
_CAUSE = '{"actor":{"cause":"'
_EXACT_DIGITS = 15  # whole numbers of so many digits are exact everywhere


# stream, number, kind, happened_at, recorded_at, actor_number, actor_name, actor_role, for_whom, previous, body, hash,
# algorithm; both moments as PostgreSQL writes them
Row = tuple[str, int, str, str, str, str, str, str, str, str, str, str, str]


def flaw_of(row: Row, expected: int, previous: str, algorithm: str) -> tuple[Flaw | None, dict[str, Any]]:
    """What is wrong with the row as entry `expected` after `previous` in a stream of this algorithm; and its body."""
    stream, number, kind, happened_at, recorded_at, *actor, stated, text, told, by = row
    if number != expected:
        return Flaw.MISSING, {}
    if by != algorithm or algorithm not in algorithms.HASHES:
        return Flaw.ALGORITHM, {}
    if stated != previous:
        return Flaw.UNCHAINED, {}
    hashed = algorithms.HASHES[algorithm].of(bytes.fromhex(previous[len(algorithm) + 1 :]) + text.encode())
    if told != f"{algorithm}:{hashed.hex()}":
        return Flaw.ALTERED, {}
    moments = _stamp(happened_at), _stamp(recorded_at)
    if body := _read_quickly(text, (stream, number, kind, *moments, *actor)):
        return None, body
    if (body := read(text)) is None:
        return Flaw.ALTERED, {}
    return (None if (stream, number, kind, *moments, *actor) == _repeated(body) else Flaw.COLUMNS), body


def follow(rows: Sequence[Row], at: int, length: int, last: str, algorithm: str) -> int:
    """How many rows from `at` on plainly follow an entry `length` with the hash `last`: to be asked nothing more.

    Their hashes are computed and their columns compared with the text where it repeats them; what stands between,
    `changed` and `data`, is read as kept. Stops at whatever is wrong, has personal values, or is not so plain.
    """
    if algorithm not in algorithms.HASHES:
        return 0
    hashed, name, first = algorithms.HASHES[algorithm].of, f"{algorithm}:", at
    digest = bytes.fromhex(last[len(name) :])
    for row in rows if at == 0 else rows[at:]:
        text, length = row[10], length + 1
        digest = hashed(digest + text.encode())
        told = name + digest.hex()
        if row[1] != length or row[12] != algorithm or row[9] != last or row[11] != told or not _is_plain(row, text):
            break
        last, at = told, at + 1
    return at - first


def _is_plain(row: Row, text: str) -> bool:
    """Whether the text begins and ends as the columns say, nothing personal in it. Its first quote ends the cause."""
    stream, number, kind, happened_at, recorded_at, who, called, role, for_whom, *_rest = row
    told = _stamp(recorded_at)
    happened = told if happened_at == recorded_at else _stamp(happened_at)
    end = text.find('"', len(_CAUSE))
    return (
        text.endswith(
            f',"happened_at":"{happened}","kind":{_quoted(kind)},"number":{number},"personal":{{}},'
            f'"recorded_at":"{told}","stream":{_quoted(stream)},"v":{VERSION}}}'
        )
        and text.startswith(_CAUSE)
        and text.startswith(_actor(who, called, role, for_whom), end)
        and text[end - 1] != "\\"
    )


@lru_cache(maxsize=1024)
def _actor(who: str, called: str, role: str, for_whom: str) -> str:
    return (
        f'","for_whom":{_quoted(for_whom)},"name":{_quoted(called)},"number":{_quoted(who)},"role":{_quoted(role)}}},'
        '"changed":['
    )


def read(text: str) -> dict[str, Any] | None:
    """The body, when it is the canonical text of version 1 with exactly its names; else None."""
    try:
        body = json.loads(text)
        is_canonical = canonical(body).decode() == text
    except (ValueError, RecursionError):
        return None
    return body if is_canonical and _has_shape(body) else None


def _read_quickly(text: str, columns: tuple[Any, ...]) -> dict[str, Any] | None:
    """The body, when the text is just the one these columns belong into; None when only the slow way can tell.

    The text is put together again from the columns and from what no column repeats: one comparison for its form, its
    names, their order, and all columns.
    """
    stream, number, kind, happened_at, recorded_at, who, name, role, for_whom = columns
    try:
        body, _end = _decode(text)
        actor, personal, changed = body["actor"], body["personal"], body["changed"]
        inner = _encode({"changed": changed, "data": body["data"]})[1:-1]
        again = (
            f'{{"actor":{{"cause":{_quoted(actor["cause"])},"for_whom":{_quoted(for_whom)},"name":{_quoted(name)},'
            f'"number":{_quoted(who)},"role":{_quoted(role)}}},{inner},"happened_at":"{happened_at}",'
            f'"kind":{_quoted(kind)},"number":{number},"personal":{_encode(personal) if personal else "{}"},'
            f'"recorded_at":"{recorded_at}","stream":{_quoted(stream)},"v":{VERSION}}}'
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    is_it = again == text and type(changed) is list and type(personal) is dict and _has_plain_names(text)
    return body if is_it else None


def _has_shape(body: Any) -> bool:
    return (
        type(body) is dict
        and tuple(body) == _NAMES
        and type(body["v"]) is type(body["number"]) is int
        and body["v"] == VERSION
        and type(body["actor"]) is dict
        and tuple(body["actor"]) == _ACTOR
        and type(body["personal"]) is dict
        and type(body["changed"]) is list
    )


def _repeated(body: dict[str, Any]) -> tuple[Any, ...]:
    """What the columns repeat."""
    actor = body["actor"]
    who = actor["number"], actor["name"], actor["role"], actor["for_whom"]
    return body["stream"], body["number"], body["kind"], body["happened_at"], body["recorded_at"], *who


def _stamp(told: str) -> str:
    """`2026-11-22 01:02:03.5+00`, as PostgreSQL writes it under UTC, as a body does."""
    if told[-3:] == "+00" and len(told) > 21:
        second = told[11:-3]
        return f"{told[:10]}T{second:0<15}Z" if len(second) > 8 else f"{told[:10]}T{second}.000000Z"
    try:
        return stamp(datetime.fromisoformat(told))
    except ValueError:
        return told  # before Christ, or infinite: no body says so


def _whole(digits: str) -> int:
    if len(digits) > _EXACT_DIGITS:
        raise ValueError("Too long for the quick way.")
    return int(digits)


def _refused(text: str) -> Any:
    raise ValueError("No body holds one.")


_decode = json.JSONDecoder(parse_float=_refused, parse_int=_whole, parse_constant=_refused).raw_decode
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False).encode
# A sign from the surrogates up inside a name, whose order is the slow way's to tell: a string that a colon follows.
_ODD_NAME = re.compile(r'[\ud800-\U0010ffff](?:[^"\\]|\\.)*":')


def _has_plain_names(text: str) -> bool:
    """Whether both rules agree on the order of names, and no NUL is hidden."""
    return (text.isascii() or not _ODD_NAME.search(text)) and "\\u0000" not in text
