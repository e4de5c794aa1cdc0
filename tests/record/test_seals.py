"""Sealing: exact beside writers, one chain, whole or not at all, and copied outside."""

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from record import clock, seal_copies, seals
from record.algorithms import HASHES
from record.errors import SealBusy
from record.journal import Fact, append, entries
from record.merkle import root_of, root_of_proof
from record.models import Entry, Seal, SealCopy, SealedHead
from record.verification import Task, kept_copies
from record.verify_seals import verify_seals

pytestmark = pytest.mark.usefixtures("empty_journal")

SHA256 = HASHES["sha256"].of


def whole() -> list[object]:
    """Breaks of everything there is."""
    return list(Task(copies=kept_copies()).of_all())


@pytest.mark.django_db
class TestASeal:
    def test_it_covers_each_stream_that_grew_with_its_length_and_head(self, tell, stream):
        for name, count in (("b", 2), ("a", 3)):
            tell(f"{stream}{name}", count)

        seal = seals.seal()

        ends = [
            (f"{stream}{name}", count, entries(f"{stream}{name}").last().hash) for name, count in (("a", 3), ("b", 2))
        ]
        assert list(seals.heads(1)) == ends
        assert (seal.number, seal.streams, seal.entries) == (1, 2, 5)
        assert seal.root == "sha256:" + root_of([seals.leaf(*end) for end in ends], SHA256).hex()
        assert json.loads(seal.body)["horizon"] == Entry.objects.latest("id").id
        assert whole() == []

    def test_the_next_one_names_only_what_grew_since_and_follows(self, tell, stream):
        tell(stream + "a")
        tell(stream + "b")
        first = seals.seal()
        tell(stream + "b")
        second = seals.seal()

        assert [head[:2] for head in seals.heads(2)] == [(stream + "b", 2)]
        assert (second.previous, second.entries) == (first.hash, 1)
        assert whole() == []

    def test_where_nothing_grew_there_is_no_seal(self, tell, stream):
        assert seals.seal() is None
        tell(stream)
        assert seals.seal() is not None
        assert seals.seal() is None
        assert Seal.objects.count() == 1

    def test_one_stream_is_proved_by_its_leaf_and_a_few_hashes(self, tell, stream):
        for number in range(11):
            tell(f"{stream}:{number:02}")
        seal = seals.seal()

        head, proof = seals.proof(1, f"{stream}:07")
        leaf = seals.leaf(head.stream, head.length, head.head)
        assert f"sha256:{root_of_proof(leaf, head.position, seal.streams, proof, SHA256).hex()}" == seal.root
        with pytest.raises(SealedHead.DoesNotExist):
            seals.proof(1, "case:other")

    def test_streams_stand_in_the_order_of_their_code_points(self, tell, stream):
        for name in ("é", "z", "A", "a", "_", "中"):
            tell(f"x:{name}")
        seals.seal()

        assert [stream for stream, _, _ in seals.heads(1)] == sorted(
            f"x:{name}" for name in ("é", "z", "A", "a", "_", "中")
        )

    def test_by_other_algorithms_it_follows_the_one_before(self, tell, stream, settings):
        tell(stream)
        seals.seal()
        settings.REDRESS = {**settings.REDRESS, "HASH": "sm3"}
        tell(stream)
        second = seals.seal()

        assert (second.algorithm, second.hash[:4], second.root[:4]) == ("sm3", "sm3:", "sm3:")
        settings.REDRESS = {**settings.REDRESS, "HASH": "sha256"}
        tell(stream)
        seals.seal()
        assert list(verify_seals()) == []

    def test_after_a_change_of_key_the_old_one_is_checked_with_its_public_key(self, tell, stream, settings, capsys):
        tell(stream)
        seals.seal()
        call_command("seal_key")
        public = capsys.readouterr().out.strip()
        settings.REDRESS = {**settings.REDRESS, "SEAL_KEY": "s2:" + "c" * 43 + "="}
        tell(stream)
        seals.seal()

        assert [found.what for found in verify_seals()] == ["seal_key"]
        settings.REDRESS = {**settings.REDRESS, "SEAL_PUBLIC_KEYS": public}
        assert list(verify_seals()) == []

    def test_the_database_takes_only_the_next_one_and_changes_none(self, tell, stream):
        tell(stream)
        seals.seal()
        tell(stream)
        seal = seals.seal()
        for change in (
            {"number": 2},
            {"number": 4},
            {"number": 3, "previous": seal.previous},
            {"number": 3, "horizon": 0},
        ):
            for name, value in ({"number": 3, "previous": seal.hash, "horizon": seal.horizon} | change).items():
                setattr(seal, name, value)
            with pytest.raises(IntegrityError, match=r"not the next one|duplicate key"), transaction.atomic():
                seal.save(force_insert=True)
        for statement in (
            "UPDATE record_seal SET root = ''",
            "DELETE FROM record_sealedhead",
            "DELETE FROM record_sealcopy",
        ):
            SealCopy.objects.get_or_create(seal_id=1, place="file")
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                    cursor.execute(statement)

    def test_the_role_of_the_web_seals_and_cannot_hold_the_writers_up(self, tell, stream):
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE sealer")
            call_command("harden_database", app="sealer", verbosity=0)
            tell(stream)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute("SET LOCAL ROLE sealer")
            assert seals.seal().number == 1
            assert whole() == []
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute("UPDATE record_seal SET root = ''")
            cursor.execute("RESET ROLE")
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7301926 AND objid = 37"
                " AND mode = 'ExclusiveLock'"
            )
            assert cursor.fetchone() == (0,)


@pytest.mark.django_db
class TestCopies:
    def test_each_seal_is_a_line_once(self, tell, stream, seal_file):
        for _turn in range(2):
            tell(stream)
            seals.seal()
            assert seal_copies.make() == {}
        assert seal_copies.make() == {}

        lines = [json.loads(line) for line in seal_file.read_text().splitlines()]
        assert [line["number"] for line in lines] == [1, 2]
        assert [line["hash"] for line in lines] == list(Seal.objects.order_by("number").values_list("hash", flat=True))
        assert seal_copies.missing() == []
        assert whole() == []

    def test_what_could_not_be_copied_is_copied_next_time_in_order(self, tell, stream, settings, tmp_path):
        (tmp_path / "no folder").write_text("")
        settings.REDRESS = {**settings.REDRESS, "SEAL_FILE": str(tmp_path / "no folder" / "seals")}
        for _turn in range(2):
            tell(stream)
            seals.seal()
        assert seal_copies.make().keys() == {"file"}
        assert seal_copies.missing() == ["file"]

        settings.REDRESS = {**settings.REDRESS, "SEAL_FILE": str(tmp_path / "seals")}
        assert seal_copies.make() == {}
        assert [line["number"] for line in seal_copies.read(tmp_path / "seals")] == [1, 2]

    def test_a_line_torn_by_a_crash_hides_nothing(self, tell, stream, seal_file):
        seal_file.parent.mkdir()
        seal_file.write_bytes(b'{"body": "torn')
        tell(stream)
        seals.seal()
        seal_copies.make()

        assert [line["number"] for line in seal_copies.read(seal_file)] == [1]
        assert whole() == []

    def test_an_address_gets_each_seal_until_it_says_yes(self, tell, stream, settings, monkeypatch):
        settings.REDRESS = {**settings.REDRESS, "SEAL_FILE": "", "SEAL_URL": "https://outside.example/seals"}
        arrived, answers = [], iter((503, 200, 200))

        def post(url, *, content, **options):
            arrived.append(json.loads(content)["number"])
            return httpx.Response(next(answers), request=httpx.Request("POST", url))

        monkeypatch.setattr(httpx, "post", post)
        for _turn in range(2):
            tell(stream)
            seals.seal()

        assert seal_copies.make() == {"address": "HTTPStatusError"}
        assert seal_copies.make() == {}
        assert arrived == [1, 1, 2]

    def test_the_command_seals_copies_and_fails_when_a_copy_fails(self, tell, stream, settings, seal_file, capsys):
        tell(stream)
        call_command("seal_journal")
        call_command("seal_journal")
        told, nothing = capsys.readouterr().out.splitlines()
        assert Seal.objects.get().hash in told
        assert Seal.objects.get().hash not in nothing

        seal_file.unlink()
        seal_file.mkdir()
        tell(stream)
        with pytest.raises(CommandError, match="file"):
            call_command("seal_journal")
        assert Seal.objects.count() == 2

    def test_without_a_key_the_command_says_so(self, tell, stream, settings):
        settings.REDRESS = {**settings.REDRESS, "SEAL_KEY": ""}
        tell(stream)
        with pytest.raises(CommandError, match="SEAL_KEY"):
            call_command("seal_journal")


@pytest.mark.django_db(transaction=True)
class TestBesideWriters:
    def test_an_entry_that_commits_late_is_in_exactly_one_seal(self, noted, fang, tell, stream, monkeypatch):
        monkeypatch.setattr(seals, "PAUSE_SECONDS", 0.05)
        written, may_commit = threading.Event(), threading.Event()

        def late() -> None:
            try:
                with transaction.atomic():
                    append(stream + "late", Fact(noted), actor=fang)
                    written.set()
                    may_commit.wait(timeout=30)
            finally:
                connection.close()

        writer = threading.Thread(target=late)
        writer.start()
        assert written.wait(timeout=30)
        tell(stream + "quick")  # a higher id, committed before the lower one
        threading.Timer(0.5, may_commit.set).start()
        seal = seals.seal()
        writer.join()

        assert [name for name, _, _ in seals.heads(seal.number)] == [stream + "late", stream + "quick"]
        assert seals.seal() is None
        assert whole() == []

    def test_while_a_writer_does_not_end_no_seal_is_made_and_others_go_on(self, noted, fang, tell, stream, monkeypatch):
        monkeypatch.setattr(seals, "PAUSE_SECONDS", 0.01)
        monkeypatch.setattr(seals, "TRIES", 2)
        outcome: list[type] = []

        def sealing() -> None:
            try:
                seals.seal()
            except SealBusy as busy:
                outcome.append(type(busy))
            finally:
                connection.close()

        with transaction.atomic():
            append(stream, Fact(noted), actor=fang)
            sealer = threading.Thread(target=sealing)
            sealer.start()
            append(stream + "other", Fact(noted), actor=fang)  # at most a short wait
            sealer.join(timeout=30)
        assert outcome == [SealBusy]
        assert seals.seal().streams == 2

    def test_ten_writers_and_two_sealers_leave_one_chain_that_names_every_entry(self, noted, fang, stream, monkeypatch):
        monkeypatch.setattr(seals, "PAUSE_SECONDS", 0.02)
        start, writing = Barrier(12), threading.Event()

        def writer(which: int) -> None:
            try:
                start.wait(timeout=30)
                for turn in range(12):
                    with transaction.atomic():
                        append(f"{stream}:{(which + turn) % 5}", *[Fact(noted)] * (1 + turn % 3), actor=fang)
            finally:
                connection.close()

        def sealer(which: int) -> int:
            made = 0
            try:
                start.wait(timeout=30)
                while not writing.is_set():
                    made += seals.seal() is not None
            finally:
                connection.close()
            return made

        with ThreadPoolExecutor(12) as pool:
            sealing = [pool.submit(sealer, which) for which in range(2)]
            try:
                list(pool.map(writer, range(10)))
            finally:
                writing.set()  # also when a writer fails: else the sealers seal for ever
            made = sum(one.result() for one in sealing)
        made += seals.seal() is not None

        assert Seal.objects.count() == made > 1
        assert sum(Seal.objects.values_list("entries", flat=True)) == Entry.objects.count() == 240
        newest = {head.stream: head.length for head in SealedHead.objects.order_by("seal_id")}
        assert newest == {name: entries(name).count() for name in newest}
        assert len(newest) == 5
        assert whole() == []

    def test_a_sealer_killed_anywhere_leaves_a_whole_seal_or_none(self, tell, stream, tmp_path):
        tell(stream, 3)
        for place in ("_root", "signed", "told"):
            killed = subprocess.run(
                [sys.executable, "-c", KILLED, place, connection.settings_dict["NAME"]], capture_output=True
            )
            assert killed.returncode == -9, killed.stderr
            assert (Seal.objects.count(), SealedHead.objects.count()) == (0, 0)
        assert seals.seal().entries == 3
        assert whole() == []

    def test_a_seal_is_made_where_its_reader_sees_what_has_ended(self, tell, stream):
        tell(stream)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            with pytest.raises(InternalError, match="READ COMMITTED"), transaction.atomic():
                cursor.execute("SELECT record_seal_horizon()")


KILLED = """
import os, signal, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[2]
import django
django.setup()
from record import seals
setattr(seals, sys.argv[1], lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
seals.seal()
"""


def test_the_clock_of_the_house_says_when(db, tell, stream):
    with clock.at(datetime(2026, 3, 1, 12, tzinfo=UTC)) as hand:
        tell(stream)
        hand.advance(hours=2)
        assert seals.seal().sealed_at - timedelta(hours=2) == entries(stream).last().recorded_at
