"""What the owner of the database can do with the triggers off, and what the chain shows of it."""

import hashlib

import pytest
from django.core.management import CommandError, call_command

from record import keys
from record.journal import Fact, append, entries, verify, verify_streams
from record.verify import Break

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_journal")]

CLOSE_THE_GAP = """
DELETE FROM record_entry WHERE number = 3;
UPDATE record_entry SET number = number - 1 WHERE number > 3
"""
ALTERATIONS = [
    # (what is done, number of the entry named, flaw)
    ("UPDATE record_entry SET body = replace(body, '\"what\":2', '\"what\":9') WHERE number = 3", 3, "altered"),
    ("UPDATE record_entry SET body = body || ' ' WHERE number = 3", 3, "altered"),
    ("UPDATE record_entry SET body = 'no JSON' WHERE number = 3", 3, "altered"),
    ("UPDATE record_entry SET hash = previous WHERE number = 3", 3, "altered"),
    ("UPDATE record_entry SET previous = hash WHERE number = 3", 3, "unchained"),
    ("UPDATE record_entry SET algorithm = 'md5' WHERE number = 3", 3, "algorithm"),
    ("UPDATE record_entry SET actor_name = '李强' WHERE number = 3", 3, "columns"),
    ("UPDATE record_entry SET kind = 'lab.other' WHERE number = 3", 3, "columns"),
    ("UPDATE record_entry SET recorded_at = recorded_at - interval '1 microsecond' WHERE number = 3", 3, "columns"),
    ("DELETE FROM record_entry WHERE number = 1", 1, "missing"),
    ("DELETE FROM record_entry WHERE number = 3", 3, "missing"),
    ("DELETE FROM record_entry WHERE number >= 4", 4, "cut"),
    ("DELETE FROM record_entry", 1, "cut"),
    ("UPDATE record_entry SET number = 7 WHERE number = 5", 5, "missing"),
    ("UPDATE record_entry SET number = 0 WHERE number = 1", 1, "missing"),
    (CLOSE_THE_GAP, 3, "unchained"),
    ("UPDATE record_stream SET length = 4", 5, "head"),
    ("UPDATE record_stream SET head = repeat('x', 71)", 5, "head"),
    ("DELETE FROM record_stream", 1, "no_stream"),
]


@pytest.mark.parametrize(("done", "number", "flaw"), ALTERATIONS)
def test_every_alteration_is_named_with_its_first_entry(stream, tell, tampering, done, number, flaw):
    tell(stream, 5)
    assert verify(stream) is None

    with tampering() as cursor:
        cursor.execute(done)

    assert verify(stream) == Break(stream, number, flaw)
    assert verify(stream, history=True) == Break(stream, number, flaw)
    assert list(verify_streams("case:")) == [Break(stream, number, flaw)]


def test_two_entries_that_change_places_are_seen(stream, tell, tampering):
    tell(stream, 5)
    with tampering() as cursor:
        for old, new in ((2, 0), (4, 2), (0, 4)):
            cursor.execute("UPDATE record_entry SET number = %s WHERE number = %s", [new, old])

    assert verify(stream) == Break(stream, 2, "unchained")


def test_an_entry_with_a_hash_computed_anew_breaks_the_next_one(stream, tell, tampering):
    tell(stream, 5)
    third = entries(stream).get(number=3)
    body = third.body.replace('"what":2', '"what":9')
    forged = hashlib.sha256(bytes.fromhex(third.previous[7:]) + body.encode()).hexdigest()
    with tampering() as cursor:
        cursor.execute("UPDATE record_entry SET body = %s, hash = %s WHERE number = 3", [body, f"sha256:{forged}"])

    assert verify(stream) == Break(stream, 4, "unchained")


def test_a_last_entry_with_a_hash_computed_anew_is_not_the_head(stream, tell, tampering):
    tell(stream, 2)
    last = entries(stream).get(number=2)
    body = last.body.replace('"what":1', '"what":9')
    forged = hashlib.sha256(bytes.fromhex(last.previous[7:]) + body.encode()).hexdigest()
    with tampering() as cursor:
        cursor.execute("UPDATE record_entry SET body = %s, hash = %s WHERE number = 2", [body, f"sha256:{forged}"])

    assert verify(stream) == Break(stream, 2, "head")


def test_a_body_that_is_not_canonical_is_no_body(stream, tell, tampering):
    tell(stream, 1)
    entry = entries(stream).get()
    body = entry.body.replace(",", ", ")
    forged = hashlib.sha256(bytes(32) + body.encode()).hexdigest()
    with tampering() as cursor:
        cursor.execute("UPDATE record_entry SET body = %s, hash = %s", [body, f"sha256:{forged}"])
        cursor.execute("UPDATE record_stream SET head = %s", [f"sha256:{forged}"])

    assert verify(stream) == Break(stream, 1, "altered")


def test_what_stands_inside_a_body_is_read_with_the_history(stream, tell, tampering):
    tell(stream, 1)
    entry = entries(stream).get()
    body = entry.body.replace('"what":0', '"what":0,"what":1')
    forged = hashlib.sha256(bytes(32) + body.encode()).hexdigest()
    with tampering() as cursor:
        cursor.execute("UPDATE record_entry SET body = %s, hash = %s", [body, f"sha256:{forged}"])
        cursor.execute("UPDATE record_stream SET head = %s WHERE key = %s", [f"sha256:{forged}", stream])

    assert verify(stream) is None
    assert verify(stream, history=True) == Break(stream, 1, "altered")


def test_an_entry_of_another_stream_is_not_at_home(stream, tell, tampering):
    tell(stream, 2)
    tell(stream + "x", 2)
    with tampering() as cursor:
        cursor.execute("DELETE FROM record_entry WHERE stream = %s AND number = 1", [stream])
        cursor.execute("UPDATE record_entry SET stream = %s WHERE stream = %s AND number = 1", [stream, stream + "x"])

    assert list(verify_streams(stream)) == [Break(stream, 1, "columns"), Break(stream + "x", 1, "missing")]


def test_a_sealed_value_that_is_gone_is_seen(stream, noted, fang, tampering):
    append(stream, Fact(noted, personal={"name": "张三"}), actor=fang, key=keys.create_key())
    assert verify(stream) is None
    with tampering() as cursor:
        cursor.execute("DELETE FROM record_sealedvalue")

    assert verify(stream) == Break(stream, 1, "not_sealed")


def test_the_other_streams_stay_whole(stream, tell, tampering):
    for name in ("a", "b", "c"):
        tell(f"{stream}{name}", 3)
    with tampering() as cursor:
        cursor.execute("DELETE FROM record_entry WHERE stream = %s AND number = 2", [f"{stream}b"])

    assert list(verify_streams(stream)) == [Break(f"{stream}b", 2, "missing")]
    assert list(verify_streams(f"{stream}c")) == []


def test_a_stream_without_entries_is_whole(stream):
    assert verify(stream) is None


def test_the_command_tells_what_it_read(stream, tell, capsys):
    tell(stream, 3)

    call_command("verify_journal", "--stream", stream)
    call_command("verify_journal", "--stream", stream, "--json", "--history")

    text, as_json = capsys.readouterr().out.splitlines()
    assert "1" in text
    assert as_json == '{"streams": 1, "entries": 3, "seals": 0, "breaks": 0}'


def test_the_command_names_each_break_and_fails(stream, tell, tampering, capsys):
    tell(stream, 3)
    with tampering() as cursor:
        cursor.execute("DELETE FROM record_entry WHERE number = 2 AND stream = %s", [stream])

    with pytest.raises(CommandError):
        call_command("verify_journal", "--json", "--stream", stream)

    found, counts = capsys.readouterr().out.splitlines()
    assert found == f'{{"stream": "{stream}", "number": 2, "what": "missing"}}'
    assert counts == '{"streams": 1, "entries": 2, "seals": 0, "breaks": 1}'
