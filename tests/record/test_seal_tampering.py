"""What the owner of the database does to a sealed journal, triggers off and chains computed anew; what shows it."""

import base64
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings as hypothesis, strategies as st

from record import algorithms, keyring, seal_copies, seals
from record.body import canonical, chain
from record.flaws import SEALS, Break, Flaw
from record.journal import Fact, append, entries
from record.models import Entry, Seal, SealedHead, Stream
from record.verification import Task, kept_copies
from record.verify import Reading, Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_journal")]


@pytest.fixture
def sealed(tell, stream, seal_file) -> list[str]:
    """Three streams under three seals, copied outside; one entry after the last seal."""
    names = [f"{stream}{name}" for name in "abc"]
    for name in names:
        tell(name, 3)
    seals.seal()
    for name in names[:2]:
        tell(name, 2)
    seals.seal()
    tell(names[0], 1)
    seals.seal()
    seal_copies.make()
    tell(names[0], 1)
    assert found() == []
    return names


def found(copies: bool = True) -> list[tuple[str, int, str]]:
    """Breaks of everything there is, without the streams' common beginning."""
    breaks = Task(copies=kept_copies() if copies else None).of_all()
    return [(one.stream[-1:] if one.stream != SEALS else SEALS, one.number, one.what) for one in breaks]


def forge(cursor, stream: str, number: int, until: int | None = None) -> None:
    """Alter one entry and compute the rest of its chain and the head anew, as the owner can; cut after `until`."""
    if until is not None:
        cursor.execute("DELETE FROM record_entry WHERE stream = %s AND number > %s", [stream, until])
    head = algorithms.nothing()
    for entry in entries(stream):
        body = entry.body.replace('"what":', '"what":9') if entry.number == number else entry.body
        digest = chain(head, body)
        cursor.execute(
            "UPDATE record_entry SET body = %s, previous = %s, hash = %s WHERE id = %s", [body, head, digest, entry.id]
        )
        head = digest
    length = entries(stream).count()
    cursor.execute("UPDATE record_stream SET length = %s, head = %s WHERE key = %s", [length, head, stream])


def forge_seal(cursor, number: int, *, private: bytes | None = None, **columns: object) -> None:
    """Change columns of a seal, its body and hash with them; signed with a key of one's own when `private` is given."""
    seal = Seal.objects.get(number=number)
    for name, value in columns.items():
        setattr(seal, name, value)
    seal.body = canonical(seals.told(seal)).decode()
    seal.hash = chain(seal.previous, seal.body, seal.algorithm)
    if private:
        seal.signature = base64.b64encode(
            algorithms.SIGNATURES["ed25519"].sign(private, seals.signed(seal.body))
        ).decode()
    names = [field.attname for field in Seal._meta.concrete_fields if not field.primary_key]
    cursor.execute(
        f"UPDATE record_seal SET {', '.join(f'{name} = %s' for name in names)} WHERE number = %s",
        [*(getattr(seal, name) for name in names), number],
    )


class TestTheJournalUnderASeal:
    def test_a_chain_computed_anew_is_another_than_was_sealed(self, sealed, tampering):
        with tampering() as cursor:
            forge(cursor, sealed[1], 2)

        assert found() == [("b", 3, "sealed_other")]

    def test_a_tail_cut_off_with_its_head_set_back(self, sealed, tampering):
        with tampering() as cursor:
            forge(cursor, sealed[1], 0, until=4)

        assert found() == [("b", 5, "sealed_cut")]

    def test_a_continuation_forged_over_a_cut_tail(self, sealed, tampering, tell):
        with tampering() as cursor:
            forge(cursor, sealed[1], 0, until=4)
        tell(sealed[1], 3)

        assert ("b", 5, "sealed_other") in found()

    def test_a_stream_that_vanished_with_all_its_entries(self, sealed, tampering):
        with tampering() as cursor:
            cursor.execute("DELETE FROM record_entry WHERE stream = %s", [sealed[2]])
            cursor.execute("DELETE FROM record_stream WHERE key = %s", [sealed[2]])

        assert found() == [("c", 3, "sealed_gone")]

    def test_an_entry_put_under_a_seal_that_does_not_know_it(self, sealed, tampering, tell):
        tell(sealed[2])
        with tampering() as cursor:
            cursor.execute("DELETE FROM record_sealedvalue")
            cursor.execute("UPDATE record_entry SET id = -1 WHERE stream = %s AND number = 4", [sealed[2]])

        assert found() == [("c", 4, "slipped_in")]

    def test_what_came_after_the_last_seal_is_the_chains_to_prove(self, sealed, tampering):
        with tampering() as cursor:
            forge(cursor, sealed[0], 7)

        assert found() == []  # the claim ends at the last seal

    def test_the_plain_breaks_are_named_as_before(self, sealed, tampering):
        with tampering() as cursor:
            cursor.execute("DELETE FROM record_entry WHERE stream = %s AND number = 2", [sealed[0]])
            cursor.execute("UPDATE record_entry SET for_whom = 'x' WHERE stream = %s AND number = 3", [sealed[1]])

        assert found() == [("a", 2, "missing"), ("b", 3, "columns")]


SECOND = "UPDATE record_seal SET {} WHERE number = 2"
GONE = "DELETE FROM record_sealcopy; DELETE FROM record_sealedhead {}; DELETE FROM record_seal {}"
SEAL_ALTERATIONS = [
    # (what is done, number of the seal named, flaw)
    (SECOND.format("root = 'sha256:' || repeat('0', 64)"), 2, "seal_columns"),
    (SECOND.format("body = replace(body, '\"number\":2', '\"number\":5')"), 2, "seal_altered"),
    (SECOND.format("sealed_at = sealed_at - interval '1 day'"), 2, "seal_columns"),
    (SECOND.format("horizon = horizon - 1"), 2, "seal_columns"),
    (SECOND.format("entries = 9223372036854775807"), 2, "seal_columns"),
    (SECOND.format("previous = hash"), 2, "seal_unchained"),
    (SECOND.format("algorithm = 'md5'"), 2, "seal_algorithm"),
    (SECOND.format("signed_by = 'rsa'"), 2, "seal_algorithm"),
    (SECOND.format("signature = 'no base64'"), 2, "seal_forged"),
    (SECOND.format("signature = (SELECT signature FROM record_seal WHERE number = 1)"), 2, "seal_forged"),
    ("UPDATE record_sealedhead SET length = length + 1 WHERE seal_id = 2 AND position = 0", 2, "seal_root"),
    ("UPDATE record_sealedhead SET stream = stream || 'x' WHERE seal_id = 1 AND position = 2", 1, "seal_root"),
    ("UPDATE record_sealedhead SET position = 9 WHERE seal_id = 2 AND position = 1", 2, "seal_root"),
    ("DELETE FROM record_sealedhead WHERE seal_id = 2 AND position = 1", 2, "seal_root"),
    ("DELETE FROM record_sealedhead WHERE seal_id = 2", 2, "seal_root"),
    ("DELETE FROM record_sealcopy; DELETE FROM record_seal WHERE number = 3", 3, "seal_missing"),
    (GONE.format("WHERE seal_id = 2", "WHERE number = 2"), 2, "seal_missing"),
    (GONE.format("WHERE seal_id = 3", "WHERE number = 3"), 3, "copy_newer"),
    (GONE.format("", ""), 1, "copy_newer"),
]


class TestTheSeals:
    @pytest.mark.parametrize(("done", "number", "flaw"), SEAL_ALTERATIONS)
    def test_every_alteration_is_named_with_its_seal(self, sealed, tampering, done, number, flaw):
        with tampering("record_seal", "record_sealedhead", "record_sealcopy") as cursor:
            cursor.execute("ALTER TABLE record_sealedhead DISABLE TRIGGER ALL")
            cursor.execute("ALTER TABLE record_seal DISABLE TRIGGER ALL")
            for statement in done.split(";"):
                cursor.execute(statement)

        assert (SEALS, number, flaw) in found()

    def test_two_heads_that_change_places(self, sealed, tampering):
        with tampering() as cursor:
            for old, new in ((0, 9), (1, 0), (9, 1)):
                cursor.execute(
                    "UPDATE record_sealedhead SET position = %s WHERE seal_id = 2 AND position = %s", [new, old]
                )

        assert (SEALS, 2, "seal_root") in found()

    def test_an_old_seal_played_again_as_the_newest(self, sealed, tampering):
        with tampering() as cursor:
            cursor.execute(
                "UPDATE record_seal n SET body = o.body, hash = o.hash, previous = o.previous, root = o.root,"
                " signature = o.signature, horizon = o.horizon, streams = o.streams, entries = o.entries,"
                " sealed_at = o.sealed_at FROM record_seal o WHERE n.number = 3 AND o.number = 2"
            )

        assert (SEALS, 3, "seal_unchained") in found()

    def test_a_state_of_yesterday_put_back_whole_is_seen_outside_alone(self, sealed, tampering):
        with tampering(
            "record_entry", "record_stream", "record_seal", "record_sealedhead", "record_sealcopy"
        ) as cursor:
            forge(cursor, sealed[0], 0, until=5)
            cursor.execute("DELETE FROM record_sealcopy WHERE seal_id = 3")
            cursor.execute("DELETE FROM record_sealedhead WHERE seal_id = 3")
            cursor.execute("DELETE FROM record_seal WHERE number = 3")

        assert found(copies=False) == []
        assert found() == [(SEALS, 3, "copy_newer")]

    def test_a_seal_computed_anew_over_a_forged_chain_lacks_the_signature(self, sealed, tampering):
        with tampering() as cursor:
            forge(cursor, sealed[2], 2)
            head = Stream.objects.get(key=sealed[2]).head
            cursor.execute(
                "UPDATE record_sealedhead SET head = %s WHERE seal_id = 1 AND stream = %s", [head, sealed[2]]
            )
            forge_seal(cursor, 1, root=seals._root(1, "sha256"))
            for number in (2, 3):
                forge_seal(cursor, number, previous=Seal.objects.get(number=number - 1).hash)

        assert found(copies=False) == [(SEALS, number, "seal_forged") for number in (1, 2, 3)]

    def test_a_seal_signed_with_a_key_of_ones_own(self, sealed, tampering):
        with tampering() as cursor:
            forge_seal(cursor, 3, private=b"m" * 32, key_id="mine")
        assert found() == [(SEALS, 3, "seal_key"), (SEALS, 3, "copy_other")]

        with tampering() as cursor:
            forge_seal(cursor, 3, private=b"m" * 32, key_id=keyring.signing()[0])
        assert found() == [(SEALS, 3, "seal_forged"), (SEALS, 3, "copy_other")]

    def test_whoever_has_the_key_too_is_seen_outside(self, sealed, tampering):
        with tampering() as cursor:
            forge_seal(cursor, 3, private=keyring.signing()[1], entries=7)

        assert found(copies=False) == []
        assert found() == [(SEALS, 3, "copy_other")]


class TestTheCopyOutside:
    def test_a_line_that_was_altered_or_taken_out(self, sealed, seal_file):
        one, two, three = seal_file.read_text().splitlines(keepends=True)
        seal_file.write_text(one + two.replace("signature", "signaturf") + three)
        assert found() == [(SEALS, 2, "copy_other")]
        seal_file.write_text(one + three)
        assert found() == [(SEALS, 2, "copy_lacks")]

    def test_an_older_copy_is_right_as_far_as_it_goes(self, sealed, seal_file):
        seal_file.write_text("".join(seal_file.read_text().splitlines(keepends=True)[:2]))

        assert found() == []

    def test_the_command_compares_the_file_somebody_kept(self, sealed, seal_file, tmp_path, tampering, capsys):
        mine = tmp_path / "mine"
        mine.write_bytes(seal_file.read_bytes())
        with tampering() as cursor:
            forge_seal(cursor, 3, private=keyring.signing()[1], entries=7)
            seal_file.unlink()
        call_command("verify_journal")

        with pytest.raises(CommandError):
            call_command("verify_journal", "--json", "--seals", str(mine))
        assert {"stream": "seals", "number": 3, "what": "copy_other"} in map(
            json.loads, capsys.readouterr().out.splitlines()[1:]
        )
        with pytest.raises(CommandError):
            call_command("verify_journal", "--seals", str(tmp_path / "nothing"))


def bits(text: str) -> st.SearchStrategy[str]:
    """The text with one bit of its UTF-8 another, where it stays text PostgreSQL takes."""
    raw = text.encode()

    def flipped(bit: int) -> str | None:
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            return bytes(changed).decode() if 0 not in changed else None
        except UnicodeDecodeError:
            return None

    return st.integers(0, len(raw) * 8 - 1).map(flipped).filter(lambda changed: changed is not None)


FLIPPED = {
    Entry: (
        "stream",
        "kind",
        "actor_number",
        "actor_name",
        "actor_role",
        "for_whom",
        "previous",
        "body",
        "hash",
        "algorithm",
    ),
    Stream: ("key", "head", "algorithm"),
    Seal: ("root", "previous", "body", "hash", "algorithm", "signed_by", "key_id", "signature"),
    SealedHead: ("stream", "head"),
}
NUMBERS = {
    Entry: ("number",),
    Stream: ("length",),
    Seal: ("horizon", "streams", "entries"),
    SealedHead: ("position", "length"),
}


@hypothesis(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flipped_bit_is_found(sealed, tampering, data):
    model = data.draw(st.sampled_from(list(FLIPPED)))
    rows = list(model.objects.order_by("pk"))
    row = data.draw(st.sampled_from(rows))
    name = data.draw(st.sampled_from([name for name in FLIPPED[model] if getattr(row, name)] + list(NUMBERS[model])))
    old = getattr(row, name)
    new = old ^ (1 << data.draw(st.integers(0, 40))) if isinstance(old, int) else data.draw(bits(old))
    with tampering() as cursor:
        before = transaction.savepoint()
        try:
            change = f"UPDATE {model._meta.db_table} SET {name} = %s WHERE {model._meta.pk.column} = %s"
            cursor.execute(change, [new, row.pk])
            for history in (False, True):
                assert list(Task(Reading(history=history)).of_all()) != [], (model, name, old, new)
        except IntegrityError:
            pass  # a place that is taken: PostgreSQL itself does not have it
        finally:
            transaction.savepoint_rollback(before)


class TestOfSome:
    def test_one_stream_is_read_with_the_seals_over_it(self, sealed, tampering):
        with tampering() as cursor:
            forge(cursor, sealed[1], 2)
            forge(cursor, sealed[2], 2)
        some = Task(copies=kept_copies()).of_some(Scope("{name} = ANY(%s)", [[sealed[1]]]))

        assert list(some) == [Break(sealed[1], 3, "sealed_other")]

    def test_by_date_only_what_grew_since(self, sealed, tampering, tell, capsys):
        with connection.cursor() as cursor:
            cursor.execute("SELECT now() + interval '3 days'")
            day = cursor.fetchone()[0].date().isoformat()
        with tampering() as cursor:
            cursor.execute("UPDATE record_entry SET for_whom = 'x' WHERE stream = %s AND number = 1", [sealed[2]])
        call_command("verify_journal", "--since", day, "--json")
        assert json.loads(capsys.readouterr().out)["streams"] == 0

        with pytest.raises(CommandError):
            call_command("verify_journal", "--since", "2026-01-01", "--json")
        assert json.loads(capsys.readouterr().out.splitlines()[0])["what"] == "columns"

    def test_a_number_no_case_has_is_said_so(self):
        with pytest.raises(CommandError):
            call_command("verify_journal", "--case", "26-9999999-0")


def test_every_kind_of_break_has_words_of_its_own():
    words = [str(flaw.label) for flaw in Flaw]

    assert len(set(words)) == len(words)


def test_many_pages_are_read_as_one(noted, fang, stream, tampering, monkeypatch):
    monkeypatch.setattr("record.verify.PAGE", 4)
    for name, count in (("a", 3), ("b", 9), ("c", 1), ("d", 4), ("e", 1)):
        append(f"{stream}{name}", *[Fact(noted, {"what": n}) for n in range(count)], actor=fang)
    assert found() == []
    with tampering() as cursor:
        cursor.execute("DELETE FROM record_entry WHERE stream = %s", [f"{stream}c"])
        cursor.execute("DELETE FROM record_entry WHERE stream = %s AND number = 6", [f"{stream}b"])
        cursor.execute("DELETE FROM record_stream WHERE key = %s", [f"{stream}e"])

    assert found() == [("b", 6, "missing"), ("c", 1, "cut"), ("e", 1, "no_stream")]
