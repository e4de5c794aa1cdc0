"""What the database itself refuses, whoever asks."""

import hashlib
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from record import keys
from record.body import SYSTEM, write
from record.history import Tracked
from record.journal import Entry, Fact, append, entries, verify
from record.models import SealedValue, Stream
from record.triggers import append_only

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOTHING = "sha256:" + "0" * 64


@contextmanager
def refused(why: str):
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        yield


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["record_entry", "record_sealedvalue", "record_stream"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_nothing_written_is_changed(noted, fang, stream, table, verb):
    append(stream, Fact(noted, personal={"name": "张三"}), actor=fang, key=keys.create_key())
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with refused("append-only"):
        # The tests of this project switch this one trigger off; the product never does.
        run(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate")
        run(verb.format(table))


def test_the_orm_does_not_get_around_it(noted, fang, stream):
    (entry,) = append(stream, Fact(noted), actor=fang)
    with refused("append-only"):
        entry.save()
    with refused("append-only"):
        entry.delete()
    with refused("append-only"):
        Stream.objects.update(length=0)


def test_a_stream_begins_empty():
    with refused("append-only"):
        Stream.objects.create(key="case:x", length=3)
    with refused("append-only"):
        Stream.objects.create(key="case:x", head="sha256:" + "1" * 64)
    Stream.objects.create(key="case:x")


def forged(stream: str, number: int, previous: str = NOTHING, /, **columns: object) -> Entry:
    """An entry put together by hand, with a right hash unless `columns` says otherwise."""
    body = write(
        stream=stream,
        number=number,
        kind="lab.noted",
        happened_at=NOON,
        recorded_at=NOON,
        actor=SYSTEM,
        data={},
        personal={},
        changed=[],
    )
    digest = hashlib.sha256(bytes.fromhex(previous.partition(":")[2]) + body.encode()).hexdigest()
    usual = {"stream": stream, "number": number, "kind": "lab.noted", "happened_at": NOON, "recorded_at": NOON}
    usual |= {"actor_number": "system", "actor_name": "system", "previous": previous, "body": body}
    return Entry(**(usual | {"hash": f"sha256:{digest}"} | columns))


class TestInsertingByHand:
    @pytest.fixture
    def head(self, stream, tell) -> str:
        tell(stream, 2)
        return entries(stream).last().hash

    def test_the_right_next_entry_goes_in(self, stream, head):
        forged(stream, 3, head).save()

        assert verify(stream) is None
        assert Stream.objects.get(key=stream).length == 3

    def test_a_number_that_is_not_the_next(self, stream, head):
        for number in (0, 1, 2, 4):
            with refused("not the next|record_entry_place_in_stream"):
                forged(stream, number, head).save()

    def test_a_previous_that_is_not_the_head(self, stream, head):
        with refused("not the next"):
            forged(stream, 3, NOTHING).save()

    def test_a_stream_that_does_not_exist(self, stream):
        with refused("not the next"):
            forged(stream, 1).save()

    @pytest.mark.parametrize(
        "columns",
        [
            {"hash": "sha256:" + "1" * 64},
            {"hash": ""},
            {"algorithm": "md5"},
            {"algorithm": "sha512"},
            {"previous": "md5:" + "0" * 32},
            {"previous": "sha256:"},
            {"body": "{}"},
        ],
    )
    def test_a_hash_that_is_not_the_bodys(self, stream, head, columns):
        with refused("does not carry the hash"):
            forged(stream, 3, head, **columns).save()

    @pytest.mark.parametrize("columns", [{"stream": "case:other"}, {"number": 9}, {"kind": "lab.other"}])
    def test_a_body_that_speaks_of_another_entry(self, stream, head, columns):
        with refused("speaks of another entry"):
            forged(stream, 3, head, **columns).save()

    def test_a_row_that_is_skipped_does_not_move_the_head(self, stream, head):
        entry = forged(stream, 3, head)
        entry.pk = entries(stream).first().pk

        Entry.objects.bulk_create([entry], ignore_conflicts=True)

        assert Stream.objects.get(key=stream).length == 2
        assert verify(stream) is None

    def test_several_rows_go_in_only_in_their_order(self, stream, head):
        third = forged(stream, 3, head)
        fourth = forged(stream, 4, third.hash)
        with refused("not the next"):
            Entry.objects.bulk_create([fourth, third])
        Entry.objects.bulk_create([third, fourth])

        assert verify(stream) is None

    def test_a_table_put_in_front_does_not_lead_the_functions_astray(self, stream, head):
        run("CREATE TEMPORARY TABLE record_stream (key text, length bigint, head text, algorithm text)")
        run(f"INSERT INTO pg_temp.record_stream VALUES ('{stream}', 7, '{NOTHING}', 'sha256')")
        with refused("not the next"):
            forged(stream, 8, NOTHING).save()
        forged(stream, 3, head).save()


def test_a_sealed_value_is_given_once(noted, fang, stream):
    append(stream, Fact(noted, personal={"name": "张三"}), actor=fang, key=keys.create_key())
    value = SealedValue.objects.get(stream=stream)
    value.pk = None
    with refused("record_sealedvalue_once"):
        value.save(force_insert=True)


def test_history_is_append_only_too(client_model):
    client_model.objects.create(city="上海")
    for statement in ("UPDATE lab_historicalclient SET city = ''", "DELETE FROM lab_historicalclient"):
        with refused("append-only: .* on lab_historicalclient refused"):
            run(statement)


def test_every_history_table_of_the_product_is_append_only():
    tables = {
        model.history.model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, Tracked) and hasattr(model._meta, "simple_history_manager_attribute")
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_append\\_only'")
        guarded = {table for (table,) in cursor.fetchall()}

    assert tables <= guarded


def test_the_operations_are_reversible():
    (operation,) = append_only("record_order")
    run(operation.sql)
    with refused("append-only"):
        run("TRUNCATE record_order")
    run(operation.reverse_sql)
    run("TRUNCATE record_order")


def test_a_table_whose_triggers_postgresql_would_rename_is_refused():
    with pytest.raises(ValueError, match="63"):
        append_only("t" * 60)
