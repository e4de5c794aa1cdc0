"""Telling facts, and reading them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from record import clock, journal, keys, sealed
from record.journal import Actor, Entry, Fact, JournalError, Kind, append, entries, kind, kinds, register, verify
from record.models import SealedValue, Stream
from record.sealed import KeyDestroyed, SealBroken

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
class TestTelling:
    def test_a_stream_begins_with_its_first_fact(self, noted, fang, stream):
        with clock.at(NOON):
            (entry,) = append(stream, Fact(noted, {"what": "a call"}), actor=fang)

        assert (entry.number, entry.previous) == (1, "sha256:" + "0" * 64)
        assert entry.recorded_at == entry.happened_at == NOON
        assert entries(stream).get() == entry
        assert Stream.objects.values_list("length", "head").get(key=stream) == (1, entry.hash)

    def test_facts_told_together_stand_in_their_order(self, noted, fang, stream):
        append(stream, Fact(noted, {"what": 1}), actor=fang)
        append(stream, Fact(noted, {"what": 2}), Fact(noted, {"what": 3}), actor=fang)

        assert [(entry.number, entry.data["what"]) for entry in entries(stream)] == [(1, 1), (2, 2), (3, 3)]
        assert verify(stream) is None

    def test_the_columns_repeat_who_and_when(self, noted, stream):
        deputy = Actor("A0102", "李强", "supervisor", for_whom="A0101 王芳", cause="import")
        yesterday = clock.now() - timedelta(days=1)
        append(stream, Fact(noted, happened_at=yesterday), actor=deputy)

        entry = entries(stream).get()
        assert (entry.actor_number, entry.actor_name, entry.actor_role) == ("A0102", "李强", "supervisor")
        assert (entry.for_whom, entry.told["actor"]["cause"]) == ("A0101 王芳", "import")
        assert entry.happened_at == yesterday < entry.recorded_at

    def test_nothing_told_leaves_no_stream(self, fang, stream):
        assert append(stream, actor=fang) == []
        assert not Stream.objects.filter(key=stream).exists()

    def test_it_costs_two_queries(self, noted, fang, stream, django_assert_num_queries):
        for _ in range(2):
            with django_assert_num_queries(2):
                append(stream, *[Fact(noted, {"what": number}) for number in range(5)], actor=fang)

    def test_personal_values_cost_a_third(self, noted, fang, stream, django_assert_num_queries):
        key = keys.create_key()
        facts = [Fact(noted, personal={"phone": "13800138000", "name": "张三"}) for _ in range(3)]
        with django_assert_num_queries(3):
            append(stream, *facts, actor=fang, key=key)


@pytest.mark.django_db
class TestRefusing:
    @pytest.mark.parametrize("data", [{"rate": 0.5}, {"what": "\0"}, {"what": "\ud800"}, {"at": NOON}])
    def test_what_the_format_does_not_hold(self, noted, fang, stream, data):
        with pytest.raises(JournalError), transaction.atomic():
            append(stream, Fact(noted), Fact(noted, data), actor=fang)

        assert not entries(stream).exists()
        assert not Stream.objects.filter(key=stream).exists()

    @pytest.mark.parametrize("name", ["", "case:\0", "case:\ud800"])
    def test_a_stream_without_a_proper_name(self, noted, fang, name):
        with pytest.raises(JournalError):
            append(name, Fact(noted), actor=fang)

    def test_a_kind_nobody_registered(self, fang, stream):
        with pytest.raises(JournalError, match="not registered"):
            append(stream, Fact(Kind("lab.forgotten", "…")), actor=fang)

    def test_a_moment_without_a_zone(self, noted, fang, stream):
        with pytest.raises(JournalError, match="time zone"):
            append(stream, Fact(noted, happened_at=datetime(2026, 1, 1)), actor=fang)  # noqa: DTZ001

    def test_a_personal_value_among_the_data(self, noted, fang, stream):
        with pytest.raises(JournalError, match="phone is personal"):
            append(stream, Fact(noted, {"phone": "13800138000"}), actor=fang)

    def test_a_personal_value_the_kind_does_not_name(self, noted, fang, stream):
        with pytest.raises(JournalError, match="no personal value street"):
            append(stream, Fact(noted, personal={"street": "x"}), actor=fang, key=keys.create_key())

    def test_a_personal_value_without_a_key(self, noted, fang, stream):
        with pytest.raises(JournalError, match="person's key"):
            append(stream, Fact(noted, personal={"phone": "1"}), actor=fang)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_told(noted, fang, stream):
    with pytest.raises(RuntimeError, match="transaction"):
        append(stream, Fact(noted), actor=fang)


@pytest.mark.django_db
class TestPersonalValues:
    def test_the_body_holds_only_a_commitment(self, noted, fang, stream):
        (entry,) = append(stream, Fact(noted, personal={"phone": "13800138000"}), actor=fang, key=keys.create_key())

        assert "13800138000" not in entry.body
        assert entry.told["personal"]["phone"].startswith("sha256:")
        assert b"13800138000" not in bytes(SealedValue.objects.get(stream=stream).ciphertext)

    def test_equal_values_are_not_told_apart_by_their_commitments(self, noted, fang, stream):
        key = keys.create_key()
        same = Fact(noted, personal={"phone": "13800138000"})
        first, second = append(stream, same, same, actor=fang, key=key)

        assert first.told["personal"] != second.told["personal"]

    def test_it_opens_for_a_purpose(self, noted, fang, stream):
        (entry,) = append(stream, Fact(noted, personal={"name": "张三"}), actor=fang, key=keys.create_key())

        assert journal.reveal(entry, "name", purpose="call back") == "张三"
        with pytest.raises(ValueError, match="purpose"):
            journal.reveal(entry, "name", purpose=" ")

    def test_a_value_moved_from_another_entry_does_not_open(self, noted, fang, stream, tampering):
        key = keys.create_key()
        facts = [Fact(noted, personal={"name": name}) for name in ("张三", "李四")]
        first, _second = append(stream, *facts, actor=fang, key=key)
        with tampering() as cursor:
            other = "SELECT ciphertext FROM record_sealedvalue WHERE number = 2"
            cursor.execute(f"UPDATE record_sealedvalue SET ciphertext = ({other})")

        with pytest.raises(SealBroken):
            journal.reveal(first, "name", purpose="call back")

    def test_a_value_sealed_anew_is_not_what_was_committed_to(self, noted, fang, stream, tampering):
        key = keys.create_key()
        (entry,) = append(stream, Fact(noted, personal={"name": "张三"}), actor=fang, key=key)
        label = f"record.sealedvalue|name|{stream}#1"
        forged = sealed.seal_bytes(key, bytes(32) + "李四".encode(), label=label)
        with tampering() as cursor:
            cursor.execute("UPDATE record_sealedvalue SET ciphertext = %s", [forged])

        with pytest.raises(SealBroken, match="committed"):
            journal.reveal(entry, "name", purpose="call back")

    def test_after_erasure_nothing_is_sealed_or_opened(self, noted, fang, stream):
        subject = uuid4()
        key = keys.create_key(subject)
        fact = Fact(noted, personal={"name": "张三"})
        (entry,) = append(stream, fact, actor=fang, key=key)
        keys.destroy(subject, why="asked for it", actor=fang)
        key.refresh_from_db()

        with pytest.raises(KeyDestroyed):
            journal.reveal(entry, "name", purpose="call back")
        with pytest.raises(KeyDestroyed):
            append(stream, fact, actor=fang, key=key)
        assert verify(stream) is None


class TestKinds:
    def test_a_name_is_taken_once(self, noted):
        with pytest.raises(JournalError, match="twice"):
            register(Kind("lab.noted", "something else"))
        assert kind("lab.noted") is noted
        assert noted in kinds()

    @pytest.mark.parametrize("name", ["", "noted", "Lab.noted", "lab.", "lab noted", "lab..noted"])
    def test_a_name_is_dotted_lower_case(self, name):
        with pytest.raises(JournalError, match="no name"):
            register(Kind(name, "…"))

    @pytest.mark.parametrize(
        ("value", "word"),
        [
            ("phone", "phone"),
            (3, "3"),
            (True, "yes"),
            (False, "no"),
            (None, "—"),
            ("", "—"),
            ([], "—"),
            (["a", 1, None], "a, 1, —"),
            ({"amount": "12345.30", "currency": "CNY"}, "CNY 12,345.30"),
            ({"amount": "12.30", "currency": "USD"}, "12.30 USD"),
            ({"from": "a", "to": "b"}, "from: a, to: b"),
            ("2026-03-01T18:30:00.000000Z", "2026-03-02 02:30"),
        ],
    )
    def test_values_read_as_words(self, value, word):
        with translation.override("en"), timezone.override("Asia/Shanghai"):
            assert Kind("lab.word", "%(value)s").say({"value": value}) == word

    def test_what_is_missing_reads_as_a_dash(self):
        assert Kind("lab.word", "%(who)s did %(what)s").say({"who": "王芳"}) == "王芳 did —"

    @pytest.mark.parametrize("sentence", ["%(who)d", "100%", "%(who", "%(who)q"])
    def test_a_broken_sentence_is_shown_as_it_stands(self, sentence):
        assert Kind("lab.word", sentence).say({"who": "x"}) == sentence

    def test_the_reader_chooses_the_language_when_he_reads(self):
        lazy = Kind("lab.word", gettext_lazy("Yes"))
        with translation.override("zh-hans"):
            assert lazy.say({}) == "是"
        with translation.override("en"):
            assert lazy.say({}) == "Yes"

    @pytest.mark.parametrize(
        ("kind", "body"), [("lab.gone", "{}"), ("lab.noted", "not JSON"), ("lab.noted", "{}"), ("lab.noted", "[]")]
    )
    def test_an_entry_that_cannot_be_read_reads_as_its_kind(self, kind, body):
        assert Entry(kind=kind, body=body).say() == kind

    @pytest.mark.django_db
    def test_an_entry_reads_as_the_sentence_of_its_kind(self, noted, fang, stream):
        (entry,) = append(stream, Fact(noted, {"who": "王芳", "what": "a call"}), actor=fang)

        assert entry.say() == "王芳 noted a call"
