"""The verification of every night, and what an administrator is told of it."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from record import clock, nightly, seal_copies, seals
from record.models import Verification
from record.nightly import Alarm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_journal", "seal_file")]

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)


def alter(tampering, stream: str) -> None:
    with tampering() as cursor:
        cursor.execute("UPDATE record_entry SET for_whom = 'x' WHERE stream = %s AND number = 1", [stream])


def test_the_first_night_reads_all_and_keeps_what_it_read(tell, stream):
    for name in "ab":
        tell(stream + name, 3)
    seals.seal()

    night = nightly.verify()

    assert (night.since, night.streams, night.entries, night.seals, night.breaks) == (None, 2, 6, 1, 0)
    assert nightly.newest() == night


def test_later_nights_read_what_grew_and_a_share_of_the_rest_in_turn(tell, stream, monkeypatch):
    monkeypatch.setattr(nightly, "LEAST_SHARE", 2)
    with clock.at(MONDAY) as hand:
        for name in "abcde":
            tell(stream + name)
        seals.seal()
        hand.advance(hours=2)
        nightly.verify()
        read = []
        for _night in range(4):
            hand.advance(days=1)
            tell(stream + "e")
            seals.seal()
            hand.advance(hours=2)
            night = nightly.verify()
            read.append((night.share_until[-1:], night.streams, night.breaks))

    assert read == [("b", 3, 0), ("d", 3, 0), ("", 2, 0), ("b", 3, 0)]


def test_what_is_worked_on_is_found_the_next_night(tell, stream, tampering, monkeypatch):
    monkeypatch.setattr(nightly, "LEAST_SHARE", 1)
    with clock.at(MONDAY) as hand:
        for name in "abc":
            tell(stream + name)
        nightly.verify()
        hand.advance(days=1)
        tell(stream + "c")
        alter(tampering, stream + "c")

        assert nightly.verify().found == [[stream + "c", 1, "columns"]]


def test_what_is_broken_stays_an_alarm_until_it_is_whole_again(tell, stream, tampering, monkeypatch):
    monkeypatch.setattr(nightly, "LEAST_SHARE", 1)
    with clock.at(MONDAY) as hand:
        for name in "abc":
            tell(stream + name)
        hand.advance(hours=2)
        nightly.verify()
        alter(tampering, stream + "b")
        for _night, expected in enumerate((0, 1, 1)):  # b is the second of the share
            hand.advance(days=1)
            assert nightly.verify().breaks == expected
        assert Alarm.BROKEN in nightly.state().alarms
        with tampering() as cursor:
            cursor.execute("UPDATE record_entry SET for_whom = ''")
        hand.advance(days=1)
        assert nightly.verify().breaks == 0
        assert Alarm.BROKEN not in nightly.state().alarms


def test_what_is_cut_off_under_a_seal_is_found(tell, stream, tampering):
    with clock.at(MONDAY) as hand:
        tell(stream, 3)
        seals.seal()
        nightly.verify()
        hand.advance(days=1)
        with tampering() as cursor:
            cursor.execute("DELETE FROM record_entry")
            cursor.execute("DELETE FROM record_stream")

        assert nightly.verify().found == [[stream, 3, "sealed_gone"]]


def test_only_the_first_breaks_are_kept_and_all_are_counted(tell, stream, tampering, monkeypatch):
    monkeypatch.setattr(nightly, "KEPT_BREAKS", 2)
    for name in "abc":
        tell(stream + name)
        alter(tampering, stream + name)

    night = nightly.verify()

    assert (night.breaks, len(night.found)) == (3, 2)


def test_a_new_house_has_nothing_to_see_to():
    state = nightly.state()

    assert (state.seal, state.verification, state.alarms) == (None, None, [])


def test_what_is_overdue_after_36_hours_is_an_alarm(tell, stream):
    with clock.at(MONDAY) as hand:
        tell(stream)
        hand.advance(hours=36)
        assert nightly.state().alarms == []
        hand.advance(minutes=1)
        assert nightly.state().alarms == [Alarm.NOT_VERIFIED, Alarm.NOT_SEALED]
        seals.seal()
        nightly.verify()
        assert nightly.state().alarms == [Alarm.NOT_COPIED]
        seal_copies.make()
        assert nightly.state().alarms == []
        hand.advance(days=10)
        assert nightly.state().alarms == [Alarm.NOT_VERIFIED]  # nothing was written: nothing to seal


def test_the_alarms_have_words(tell, stream, tampering):
    tell(stream)
    alter(tampering, stream)
    nightly.verify()

    state = nightly.state()
    assert state.breaks[0].words().startswith(f"{stream} 1: ")
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert len({str(alarm.label) for alarm in Alarm}) == len(Alarm)


def test_what_is_asked_for_the_home_page_does_not_grow(tell, stream, django_assert_max_num_queries):
    for _turn in range(5):
        tell(stream)
        seals.seal()
        nightly.verify()

    with django_assert_max_num_queries(6):
        nightly.state()
    assert Verification.objects.count() == 5
