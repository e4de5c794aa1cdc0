"""Master keys change and persons are erased; history and journal stay as they were."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction

from record import clock, journal, keys
from record.journal import Fact, append, entries, verify
from record.models import PersonKey
from record.sealed import KeyDestroyed, SealBroken, open_bytes, seal_bytes

OLD = "k1:" + base64.b64encode(b"1" * 32).decode()
NEW = "k2:" + base64.b64encode(b"2" * 32).decode()


@pytest.fixture
def ring(settings):
    """Puts master keys into this process, the current one first."""

    def ring(*parts: str) -> None:
        settings.REDRESS = {**settings.REDRESS, "MASTER_KEYS": ",".join(parts)}

    ring(OLD)
    return ring


def sealed_values(count: int) -> list[tuple[PersonKey, bytes]]:
    made = [keys.create_key(uuid4()) for _ in range(count)]
    return [(key, seal_bytes(key, str(key.uuid).encode(), label="a")) for key in made]


def all_open(values: list[tuple[PersonKey, bytes]]) -> bool:
    read = PersonKey.objects.in_bulk([key.pk for key, _ in values])
    return all(open_bytes(read[key.pk], data, label="a") == str(key.uuid).encode() for key, data in values)


@pytest.mark.django_db
class TestRotating:
    def test_afterwards_the_old_master_key_may_go(self, ring):
        values = sealed_values(7)
        ring(NEW, OLD)
        assert keys.under_older_masters() == 7

        assert keys.rotate(batch=3) == 7

        ring(NEW)
        assert keys.under_older_masters() == 0
        assert all_open(values)
        assert set(PersonKey.objects.values_list("master_id", flat=True)) == {"k2"}

    def test_a_second_time_there_is_nothing_to_do(self, ring):
        sealed_values(2)
        ring(NEW, OLD)
        keys.rotate()

        assert keys.rotate() == 0
        assert [entry.data for entry in entries("keys:master")] == [{"count": 2, "master": "k2"}]
        assert verify("keys:master") is None

    def test_what_was_sealed_is_not_touched(self, ring, noted, fang, stream):
        key = keys.create_key()
        (entry,) = append(stream, Fact(noted, personal={"name": "张三"}), actor=fang, key=key)
        ring(NEW, OLD)
        keys.rotate()
        ring(NEW)

        assert journal.reveal(entry, "name", purpose="call back") == "张三"
        assert verify(stream) is None

    def test_destroyed_keys_stay_destroyed(self, ring, fang):
        key = keys.create_key()
        keys.destroy(key, why="asked for it", actor=fang)
        ring(NEW, OLD)

        assert keys.rotate() == 0
        assert PersonKey.objects.get().master_id == "k1"

    def test_an_old_master_key_taken_out_too_early_is_told_and_nothing_is_lost(self, ring):
        values = sealed_values(2)
        ring(NEW)
        with pytest.raises(SealBroken, match="k1"):
            keys.rotate()

        ring(NEW, OLD)
        keys.rotate()
        assert all_open(values)

    def test_the_command_tells_what_it_did(self, ring, capsys):
        sealed_values(3)
        ring(NEW, OLD)

        call_command("rotate_keys", "--batch", "2")

        assert capsys.readouterr().out.splitlines()[0].startswith(("3 ", "已"))


@pytest.mark.django_db(transaction=True)
class TestRotatingBesideDailyWork:
    def test_values_open_and_new_persons_come_all_the_while(self, ring):
        values = sealed_values(40)
        ring(NEW, OLD)
        done = Event()

        def daily_work(_: int) -> int:
            rounds = 0
            try:
                while not done.is_set() or not rounds:
                    assert all_open(values)
                    assert all_open(sealed_values(2))
                    rounds += 1
            finally:
                connection.close()
            return rounds

        with ThreadPoolExecutor(3) as pool:
            workers = [pool.submit(daily_work, number) for number in range(3)]
            try:
                while keys.under_older_masters():
                    keys.rotate(batch=3)
            finally:
                done.set()
            assert all(worker.result() for worker in workers)

        ring(NEW)
        assert keys.under_older_masters() == 0
        assert all_open(values)

    def test_two_runs_share_the_work(self, ring):
        values = sealed_values(60)
        ring(NEW, OLD)

        def run(_: int) -> int:
            try:
                return keys.rotate(batch=5)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            counts = list(pool.map(run, range(2)))
        # A run passes over rows the other holds and may end before it.
        counts.append(keys.rotate())

        assert sum(counts) == 60
        ring(NEW)
        assert all_open(values)

    def test_a_key_that_is_held_is_passed_over_and_told(self, ring):
        sealed_values(1)
        ring(NEW, OLD)
        with holding_all_keys():
            assert keys.rotate() == 0
            with pytest.raises(CommandError):
                call_command("rotate_keys")
        assert keys.rotate() == 1

    def test_a_run_killed_half_way_goes_on_where_it_stopped(self, ring, monkeypatch):
        values = sealed_values(10)
        ring(NEW, OLD)
        with monkeypatch.context() as first_run:
            first_run.setattr(PersonKey, "wrap", killed_at_the(6, PersonKey.wrap))
            with pytest.raises(OperationalError):
                keys.rotate(batch=4)
        connection.close()

        assert keys.under_older_masters() == 6  # the batch of four that was done stays done
        assert [entry.data["count"] for entry in entries("keys:master")] == [4], (
            "and is told, though nobody ended the run"
        )
        assert all_open(values)
        assert keys.rotate(batch=4) == 6
        ring(NEW)
        assert all_open(values)


@contextmanager
def holding_all_keys() -> Iterator[None]:
    """Another connection holds the rows of all keys."""
    held, release = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                list(PersonKey.objects.select_for_update())
                held.set()
                release.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        try:
            assert held.wait(30)
            yield
        finally:
            release.set()
            holder.result()


def killed_at_the(which: int, wrap):
    """PersonKey.wrap whose process loses its database session at the n-th key."""
    seen = 0

    def wrapping(key: PersonKey, secret: bytes) -> None:
        nonlocal seen
        seen += 1
        if seen == which:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        wrap(key, secret)

    return wrapping


@pytest.mark.django_db
class TestErasing:
    @pytest.fixture
    def two(self, client_model):
        """Two persons with sealed columns and what is derived from them."""
        made = []
        for name in ("张三", "李四"):
            client = client_model(person_key=keys.create_key(uuid4()), phone_index=f"k1:{name}", city="上海")
            client.seal(name=name)
            client.save()
            made.append(client)
        return made

    @pytest.fixture(autouse=True)
    def managed(self, client_model, monkeypatch):
        monkeypatch.setattr(client_model._meta, "managed", True)

    def test_his_values_do_not_open_and_the_others_do(self, two, client_model, fang):
        gone, other = two
        assert keys.destroy(gone.person_key.subject, why="asked for it", actor=fang) == 1

        gone, other = (client_model.objects.get(pk=client.pk) for client in two)
        with pytest.raises(KeyDestroyed):
            gone.reveal("name", purpose="call back")
        assert other.reveal("name", purpose="call back") == "李四"

    def test_his_key_is_gone_from_the_row(self, two, fang):
        gone, _other = two
        keys.destroy(gone.person_key, why="asked for it", actor=fang)

        key = PersonKey.objects.get(pk=gone.person_key_id)
        assert (key.wrapped, key.destroyed, key.destroyed_why) == (None, True, "asked for it")
        assert key.destroyed_at is not None

    def test_what_was_derived_from_his_values_is_blanked(self, two, client_model, fang):
        gone, other = two
        keys.destroy(gone.person_key.subject, why="asked for it", actor=fang)

        assert client_model.objects.get(pk=gone.pk).phone_index == ""
        assert client_model.objects.get(pk=other.pk).phone_index == "k1:李四"
        assert client_model.objects.get(pk=gone.pk).city == "上海"
        assert gone.history.count() == 1

    def test_history_and_journal_stay_and_verify(self, two, noted, fang, stream):
        gone, _other = two
        fact = Fact(noted, personal={"name": "张三"}, changed=[gone])
        append(stream, fact, actor=fang, key=gone.person_key)
        keys.destroy(gone.person_key.subject, why="asked for it", actor=fang)

        assert verify(stream, history=True) is None
        with pytest.raises(KeyDestroyed):
            journal.reveal(entries(stream).get(), "name", purpose="call back")

    def test_it_is_told_who_did_it_and_why(self, two, fang):
        subject = two[0].person_key.subject
        with clock.at(clock.now()):
            keys.destroy(subject, why="asked for it", actor=fang)

        entry = entries(f"keys:{subject}").get()
        assert (entry.actor_number, entry.data["why"]) == ("A0101", "asked for it")
        assert entry.data["key"] == str(two[0].person_key.uuid)

    def test_all_keys_of_one_person_go_at_once(self, fang):
        subject = uuid4()
        for _ in range(3):
            keys.create_key(subject)

        assert keys.destroy(subject, why="asked for it", actor=fang) == 3
        assert keys.destroy(subject, why="asked for it", actor=fang) == 0

    def test_it_needs_a_reason(self, fang):
        with pytest.raises(ValueError, match="reason"):
            keys.destroy(uuid4(), why=" ", actor=fang)
