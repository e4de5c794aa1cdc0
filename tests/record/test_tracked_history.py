"""What a tracked record knows of its changes, and how the journal proves its history."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Thread
from uuid import uuid4

import pytest
from django.db import models, transaction

from record import clock, keys
from record.algorithms import digest
from record.checks import tracked_models
from record.history import acting, changes, digest_of_history, digest_of_row, who_acts
from record.journal import SYSTEM, Actor, Fact, JournalError, append, entries, system, verify
from record.verify import Break

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def client(client_model):
    """A stored client, as somebody else reads him."""
    made = client_model.objects.create(city="上海", limit=Decimal("100"), tags=["old"], met_at=NOON)
    return client_model.objects.get(pk=made.pk)


class TestChanges:
    def test_a_new_record_tells_all_that_is_not_empty(self, client_model):
        client = client_model(city="上海", limit=Decimal("5"), born=date(1980, 1, 2))

        told = changes(client)

        assert told["city"] == (None, "上海")
        assert told["limit"] == (None, "5.00")
        assert told["born"] == (None, "1980-01-02")
        assert told["uuid"] == (None, str(client.uuid))
        assert not {"name", "tags", "boss", "met_at", "phone_index"} & told.keys()

    def test_a_record_just_read_tells_nothing(self, client):
        assert changes(client) == {}

    def test_before_and_after_are_told_also_after_saving(self, client):
        client.city, client.limit, client.met_at = "北京", Decimal("250.5"), NOON + timedelta(microseconds=1)
        expected = {
            "city": ("上海", "北京"),
            "limit": ("100.00", "250.50"),
            "met_at": ("2026-03-01T12:00:00.000000Z", "2026-03-01T12:00:00.000001Z"),
        }
        assert changes(client) == expected
        client.save()
        assert changes(client) == expected

    def test_the_same_value_in_other_clothes_is_no_change(self, client):
        client.limit, client.city = Decimal("100.0"), "上海"
        client.met_at = datetime.fromisoformat("2026-03-01T20:00:00+08:00")

        assert changes(client) == {}

    def test_a_change_inside_a_structure_is_seen(self, client):
        client.tags.append("new")

        assert changes(client) == {"tags": (["old"], ["old", "new"])}

    def test_a_reference_is_told_by_its_key(self, client, client_model):
        client.boss = client_model.objects.create()

        assert changes(client) == {"boss": (None, client.boss.pk)}

    def test_a_sealed_value_is_told_by_digest(self, client):
        client.person_key = keys.create_key()
        client.seal(name="张三")

        assert changes(client)["name"] == (None, digest(client.name))

    def test_two_saves_are_told_as_one_change(self, client):
        for city in ("北京", "天津"):
            client.city = city
            client.save()

        assert changes(client) == {"city": ("上海", "天津")}

    def test_a_change_taken_back_is_none(self, client):
        for city in ("北京", "上海"):
            client.city = city
            client.save()

        assert changes(client) == {}

    def test_reading_again_forgets_what_was_not_saved(self, client):
        client.city = "北京"
        client.refresh_from_db()
        assert changes(client) == {}

        client.city, client.limit = "北京", Decimal(1)
        client.refresh_from_db(fields=["city"])
        assert changes(client) == {"limit": ("100.00", "1.00")}

    def test_a_deferred_field_read_later_is_known(self, client, client_model):
        partly = client_model.objects.only("limit").get(pk=client.pk)
        assert partly.city == "上海"
        partly.city = "北京"

        assert changes(partly) == {"city": ("上海", "北京")}

    def test_a_deferred_field_set_unread_is_refused(self, client, client_model):
        partly = client_model.objects.defer("city").get(pk=client.pk)
        partly.city = "北京"

        with pytest.raises(JournalError, match="deferred"):
            changes(partly)

    def test_knowing_costs_no_query(self, client, client_model, django_assert_num_queries):
        with django_assert_num_queries(1):
            read = client_model.objects.get(pk=client.pk)
            changes(read)
        read.city = "北京"
        with django_assert_num_queries(2):  # the record and its history row
            read.save()
            changes(read)
            digest_of_history(read)


class TestSaving:
    def test_a_history_row_names_who_acts_and_when(self, client_model):
        with clock.at(NOON), acting(Actor("A0101", "王芳")):
            client = client_model.objects.create()

        row = client.history.get()
        assert (row.history_user_id, row.history_user, row.history_date) == ("A0101", "A0101", NOON)

    def test_without_anyone_it_names_the_system(self, client_model):
        assert client_model.objects.create().history.get().history_user_id == "system"

    def test_acting_ends_with_its_block_and_stays_in_its_thread(self):
        seen = []
        with acting(Actor("A0101", "王芳")):
            with acting(system("sweep")):
                assert who_acts().cause == "sweep"
            assert who_acts().number == "A0101"
            thread = Thread(target=lambda: seen.append(who_acts()))
            thread.start()
            thread.join()

        assert seen == [SYSTEM] == [who_acts()]

    def test_naming_fields_that_are_not_all_that_changed_is_refused(self, client):
        client.city, client.limit = "北京", Decimal(1)

        with pytest.raises(ValueError, match=r"not in update_fields: limit"):
            client.save(update_fields=["city"])

    def test_derived_columns_leave_no_history(self, client, client_model, django_assert_num_queries):
        client.phone_index = "k1:00"
        with django_assert_num_queries(1):
            client.save(update_fields=["phone_index"])

        assert client.history.count() == 1
        assert client_model.objects.get(pk=client.pk).phone_index == "k1:00"

    def test_what_would_leave_no_history_is_refused(self, client, client_model):
        everyone = client_model.objects.all()
        for refused in (
            lambda: everyone.update(city=""),
            lambda: everyone.delete(),
            lambda: everyone.bulk_create([client_model()]),
            lambda: everyone.bulk_update([client], ["city"]),
            lambda: client.delete(),
        ):
            with pytest.raises(TypeError, match="tracked"):
                refused()


class TestTelling:
    def test_a_change_goes_into_the_entry_with_its_history_row(self, client, noted, fang, stream):
        client.city = "北京"
        client.save()
        row = client.history.latest()
        expected = digest_of_history(client)

        (entry,) = append(stream, Fact(noted, changed=[client]), actor=fang)

        assert entry.changed == [
            {
                "model": "lab.client",
                "uuid": str(client.uuid),
                "fields": {"city": {"before": "上海", "after": "北京"}},
                "history": expected,
                "history_id": row.pk,
            }
        ]
        assert verify(stream, history=True) is None

    def test_every_save_since_the_last_telling_is_told(self, client, noted, fang, stream):
        for city in ("北京", "天津"):
            client.city = city
            client.save()

        (entry,) = append(stream, Fact(noted, changed=[client]), actor=fang)

        assert [item["fields"]["city"]["after"] for item in entry.changed] == ["北京", "天津"]

    def test_what_was_told_is_not_told_again(self, client, noted, fang, stream):
        client.save()
        append(stream, Fact(noted, changed=[client]), actor=fang)

        assert changes(client) == {}
        with pytest.raises(JournalError, match="not saved since"):
            append(stream, Fact(noted, changed=[client]), actor=fang)
        with pytest.raises(JournalError, match="nothing was saved"):
            digest_of_history(client)

    def test_telling_costs_no_query_more(self, client, noted, fang, stream, django_assert_num_queries):
        client.city = "北京"
        client.save()

        with django_assert_num_queries(2):
            append(stream, Fact(noted, changed=[client]), actor=fang)

    def test_the_digest_in_memory_is_that_of_the_row_read_back(self, client_model, noted, fang, stream):
        client = client_model(
            city="上海",
            limit=Decimal("12.3"),
            born="1980-01-02",
            tags={"b": 1, "a": [None, True, "é"]},
            met_at=datetime.fromisoformat("2026-03-01T20:00:00.000001+08:00"),
            person_key=keys.create_key(uuid4()),
        )
        client.seal(name="张三", phone="13800138000")
        client.save()
        append(stream, Fact(noted, changed=[client]), actor=fang)

        assert verify(stream, history=True) is None

    def test_a_float_in_a_structure_is_refused(self, client, noted, fang, stream):
        client.tags = {"rate": 0.5}
        with pytest.raises(JournalError, match="float"), transaction.atomic():
            client.save()


class TestProof:
    @pytest.fixture
    def told(self, client, noted, fang, stream):
        client.city = "北京"
        client.save()
        append(stream, Fact(noted), Fact(noted, changed=[client]), actor=fang)
        return client

    @pytest.mark.parametrize(
        ("done", "flaw"),
        [
            ("UPDATE lab_historicalclient SET city = '上海'", "history"),
            ("UPDATE lab_historicalclient SET history_user_id = 'A0102'", "history"),
            ("UPDATE lab_historicalclient SET history_date = history_date - interval '1 day'", "history"),
            ("UPDATE lab_historicalclient SET born = '1990-01-01'", "history"),
            ("UPDATE lab_historicalclient SET tags = '0.5'", "history"),
            ("DELETE FROM lab_historicalclient", "no_history"),
        ],
    )
    def test_an_altered_history_is_seen(self, told, stream, tampering, done, flaw):
        with tampering("lab_historicalclient") as cursor:
            cursor.execute(done)

        assert verify(stream, history=True) == Break(stream, 2, flaw)
        assert verify(stream) is None

    @pytest.fixture
    def before_it_was_added(self, told, monkeypatch):
        """The digest of a history row as it was taken while its table lacked this column."""

        def digest_without(column: str) -> str:
            row = told.history.latest()
            fields = [field for field in row._meta.concrete_fields if field.name != column]
            with monkeypatch.context() as then:
                then.setattr(type(row)._meta, "concrete_fields", fields)
                return digest_of_row(row)

        return digest_without

    def test_a_nullable_column_added_later_changes_no_digest(self, told, before_it_was_added):
        assert digest_of_row(told.history.latest()) == before_it_was_added("born")

    def test_a_column_added_later_with_a_default_is_named_with_its_day(
        self, told, client_model, before_it_was_added, monkeypatch
    ):
        row = told.history.latest()
        assert digest_of_row(row) != before_it_was_added("limit")

        monkeypatch.setattr(client_model, "fields_since", {"limit": row.history_date + timedelta(seconds=1)})
        assert digest_of_row(row) == before_it_was_added("limit")

        monkeypatch.setattr(client_model, "fields_since", {"limit": row.history_date})
        assert digest_of_row(row) != before_it_was_added("limit")


def test_the_journal_tells_the_entry_of_a_new_record(client_model, noted, fang, stream):
    client = client_model.objects.create(city="上海")
    append(stream, Fact(noted, changed=[client]), actor=fang)

    fields = entries(stream).get().changed[0]["fields"]
    assert fields["city"] == {"before": None, "after": "上海"}


class TestChecks:
    def test_a_tracked_model_as_it_should_be_passes(self, client_model):
        assert [
            message for message in tracked_models(None) if message.obj in (client_model, client_model.objects)
        ] == []

    def test_a_manager_that_lets_changes_pass_is_told(self, client_model, monkeypatch):
        loose = models.Manager()
        loose.model = client_model
        monkeypatch.setitem(client_model._meta.__dict__, "managers", [loose])

        assert "record.E002" in {message.id for message in tracked_models(None) if message.obj is loose}

    def test_a_tracked_model_without_history_is_told(self, client_model, monkeypatch):
        monkeypatch.delattr(client_model._meta, "simple_history_manager_attribute")

        assert "record.E001" in {message.id for message in tracked_models(None) if message.obj is client_model}
