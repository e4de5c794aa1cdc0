"""The body of an entry, byte for byte: the format of docs/decisions/0004 cannot change any more."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import rfc8785
from hypothesis import given, strategies as st

from record import algorithms
from record.body import SYSTEM, Actor, JournalError, canonical, chain, checked, commitment, money, stamp, system, write

STREAM = "case:0b9f7a52-0000-4000-8000-000000000001"
FIRST = (
    '{"actor":{"cause":"","for_whom":"","name":"王芳","number":"A0101","role":"agent"},"changed":[],'
    '"data":{"amount":{"amount":"12.30","currency":"CNY"},"channel":"phone"},'
    '"happened_at":"2026-11-22T01:02:03.000000Z","kind":"lab.noted","number":1,"personal":{},'
    '"recorded_at":"2026-11-22T01:05:00.000000Z","stream":"case:0b9f7a52-0000-4000-8000-000000000001","v":1}'
)
# (head -c 32 /dev/zero; printf '%s' "$FIRST") | sha256sum
FIRST_HASH = "sha256:bfcf1d9beb705c0c60de61d8aa917fc118d59e7a8822909c3403b6b9b75fcefe"
SECOND = (
    '{"actor":{"cause":"sweep","for_whom":"","name":"system","number":"system","role":""},"changed":[],"data":{},'
    '"happened_at":"2026-11-22T01:06:00.250000Z","kind":"lab.noted","number":2,"personal":{},'
    '"recorded_at":"2026-11-22T01:06:00.250000Z","stream":"case:0b9f7a52-0000-4000-8000-000000000001","v":1}'
)
# (printf '%s' "${FIRST_HASH#sha256:}" | xxd -r -p; printf '%s' "$SECOND") | sha256sum
SECOND_HASH = "sha256:443d252d6b28de76bf1bbab247940479ecd8aabbf5631ab496f6a206bc8140b9"


def body(**fields):
    moment = datetime(2026, 11, 22, 1, 6, 0, 250000, tzinfo=UTC)
    usual = {"happened_at": moment, "recorded_at": moment, "actor": SYSTEM, "data": {}, "personal": {}, "changed": []}
    return write(**({"stream": STREAM, "number": 1, "kind": "lab.noted"} | usual | fields))


def test_the_first_body_is_this_text():
    text = body(
        happened_at=datetime(2026, 11, 22, 9, 2, 3, tzinfo=timezone(timedelta(hours=8))),
        recorded_at=datetime(2026, 11, 22, 1, 5, tzinfo=UTC),
        actor=Actor("A0101", "王芳", "agent"),
        data={"channel": "phone", "amount": money(Decimal("12.3"))},
    )

    assert text == FIRST


def test_the_second_body_is_this_text():
    assert body(number=2, actor=system("sweep")) == SECOND


def test_the_hashes_of_the_chain_are_those_sha256sum_gives():
    assert chain(algorithms.nothing(), FIRST) == FIRST_HASH
    assert chain(FIRST_HASH, SECOND) == SECOND_HASH


def test_a_commitment_is_the_hash_of_salt_and_value():
    expected = "sha256:f3a462ba039c3eca5cdc39e3f3dfa7c72877f5bb12161dd8b16346de0f9105e2"

    assert commitment(bytes(range(32)), "13800138000") == expected


def test_an_unknown_hash_is_refused():
    with pytest.raises(ValueError, match="md5"):
        chain("md5:" + "0" * 32, FIRST)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": None, "é": True}, '{"a":null,"b":1,"é":true}'),
        # RFC 8785 3.2.3: names sort by UTF-16, so the emoji (D83D…) comes before U+FB33
        ({"\ufb33": 1, "😀": 2, "€": 3, "\r": 4}, '{"\\r":4,"€":3,"😀":2,"\ufb33":1}'),
        (['\u0001\b\t\n\f\r"\\/\u007f'], '["\\u0001\\b\\t\\n\\f\\r\\"\\\\/\u007f"]'),
        ([2**53 - 1, -(2**53) + 1, 0], "[9007199254740991,-9007199254740991,0]"),
    ],
)
def test_values_are_written_as_rfc_8785_says(value, text):
    assert canonical(value).decode() == text


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1.5, "float does not go"),
        (float("nan"), "float does not go"),
        ({"rate": [0.1]}, r"data\.rate\[0\]: float"),
        (Decimal("1.50"), "Decimal does not go"),
        (datetime(2026, 1, 1, tzinfo=UTC), "datetime does not go"),
        (b"x", "bytes does not go"),
        ({1, 2}, "set does not go"),
        (2**53, "goes in as text"),
        ("a\0b", "NUL"),
        ({"a\0b": 1}, "NUL"),
        ("\ud800", "surrogate"),
        ({"\udfff": 1}, "surrogate"),
        ({1: "x"}, "names are text"),
    ],
)
def test_what_the_format_does_not_hold_is_refused(value, reason):
    with pytest.raises(JournalError, match=reason):
        checked(value)


@pytest.mark.parametrize("place", ["number", "name", "role", "for_whom", "cause"])
def test_an_actor_is_checked_as_well(place):
    values = {"number": "A0101", "name": "王芳", place: "a\0b"}

    with pytest.raises(JournalError, match="NUL"):
        body(actor=Actor(**values))


def test_a_refusal_does_not_repeat_the_value():
    with pytest.raises(JournalError) as refused:
        checked({"phone": "13800138000\0"})

    assert "13800138000" not in str(refused.value)
    assert "phone" in str(refused.value)


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "0.00"), ("12.3", "12.30"), ("-1", "-1.00"), ("1E+3", "1000.00"), ("0.125", "0.125"), ("12.30", "12.30")],
)
def test_money_keeps_every_decimal_and_at_least_two(amount, text):
    assert money(Decimal(amount), "USD") == {"amount": text, "currency": "USD"}


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), 1.5, 3])
def test_money_is_a_finite_decimal(amount):
    with pytest.raises(JournalError):
        money(amount)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(JournalError, match="time zone"):
        stamp(datetime(2026, 1, 1))  # noqa: DTZ001


def new_year(year: int) -> datetime:
    return datetime(year, 1, 1)  # noqa: DTZ001  Hypothesis adds the zone


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
bodies = st.dictionaries(
    texts, st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=8)
)


@given(bodies)
def test_every_body_reads_back_as_it_was_told(data):
    text = body(data=data)

    assert json.loads(text)["data"] == data
    assert canonical(json.loads(text)).decode() == text


@given(st.datetimes(timezones=st.timezones(), min_value=new_year(1900), max_value=new_year(9000)))
def test_every_moment_reads_back_as_it_was_told(moment):
    assert datetime.fromisoformat(stamp(moment)) == moment.astimezone(UTC)
    assert len(stamp(moment)) == 27


SIGNS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
WHOLE = st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | WHOLE | SIGNS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SIGNS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_the_short_way_writes_what_the_standard_says(value):
    """The standard library is used where it agrees with RFC 8785; here both write, whatever the value."""
    assert canonical(value) == rfc8785.dumps(value)
