"""The quick way through a chain and the slow one, which parses every body, say the same."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from record.body import Actor, chain, commitment, write
from record.chains import flaw_of, follow
from record.flaws import Flaw

NOTHING = "sha256:" + "0" * 64
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
MOMENT = st.integers(0, 10**16).map(lambda count: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(microseconds=count))


def postgres(moment: datetime) -> str:
    """As PostgreSQL writes it under UTC: no zeros at the end of a second."""
    text = moment.strftime("%Y-%m-%d %H:%M:%S.%f")
    return text.rstrip("0").rstrip(".") + "+00"


def row_of(actor: Actor, at: datetime, *, data=None, personal=None, number: int = 1, previous: str = NOTHING):
    """A row as it is read for a body written as the journal writes it."""
    body = write(
        stream='case:"odd"',
        number=number,
        kind="lab.noted",
        happened_at=at,
        recorded_at=at + timedelta(seconds=1),
        actor=actor,
        data=data or {},
        personal=personal or {},
        changed=[],
    )
    moments = postgres(at), postgres(at + timedelta(seconds=1))
    who = actor.number, actor.name, actor.role, actor.for_whom
    return ('case:"odd"', number, "lab.noted", *moments, *who, previous, body, chain(previous, body), "sha256")


@given(TEXT, TEXT, TEXT, MOMENT, st.dictionaries(TEXT, TEXT, max_size=3))
def test_what_the_journal_writes_is_right_either_way(cause, name, role, at, data):
    row = row_of(Actor("A0101", name, role, cause=cause), at, data=data)

    assert flaw_of(row, 1, NOTHING, "sha256")[0] is None
    is_slow = '"' in cause or cause.endswith("\\")  # where the cause ends is not plain to see
    assert follow([row], 0, 0, NOTHING, "sha256") == (0 if is_slow else 1)


@given(st.integers(0, 8), TEXT)
def test_a_column_that_says_something_else_is_seen_either_way(column, other):
    row = list(row_of(Actor("A0101", "王芳", "agent"), datetime(2026, 3, 1, tzinfo=UTC)))
    was, row[column] = row[column], 7 if column == 1 else other
    expected = {1: Flaw.MISSING}.get(column, Flaw.COLUMNS)

    if row[column] != was:
        assert follow([tuple(row)], 0, 0, NOTHING, "sha256") == 0
        assert flaw_of(tuple(row), 1, NOTHING, "sha256")[0] == expected


def test_an_entry_with_personal_values_is_left_to_the_slow_way():
    at, who = datetime(2026, 3, 1, tzinfo=UTC), Actor("A0101", "王芳")
    first = row_of(who, at)
    second = row_of(who, at, personal={"name": commitment(b"salt", "张三")}, number=2, previous=first[11])

    assert follow([first, second], 0, 0, NOTHING, "sha256") == 1
    flaw, body = flaw_of(second, 2, first[11], "sha256")
    assert (flaw, list(body["personal"])) == (None, ["name"])


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        '"a"',
        "{}",
        "1e5",
        "[" * 5000,
        '{"v": 1}',
        '{"v":1}',
        "\ud800".encode("utf-8", "replace").decode(),
    ],
)
def test_what_is_no_body_is_altered_though_its_hash_is_right(body):
    row = [*row_of(Actor("A0101", "王芳"), datetime(2026, 3, 1, tzinfo=UTC))]
    row[10], row[11] = body, chain(NOTHING, body)

    assert follow([tuple(row)], 0, 0, NOTHING, "sha256") == 0
    assert flaw_of(tuple(row), 1, NOTHING, "sha256")[0] == Flaw.ALTERED
