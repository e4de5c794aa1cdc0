"""Many writers at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from record.journal import Fact, append, entries, verify, verify_streams
from record.models import Stream

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 10
EACH = 10


def write_at_once(streams, noted, fang):
    """Ten threads, each with its own connection, begin together; each appends in transactions of its own."""
    start = Barrier(WRITERS)

    def writer(which: int) -> None:
        try:
            start.wait(timeout=30)
            for turn in range(EACH):
                with transaction.atomic():
                    facts = [Fact(noted, {"who": which, "what": turn})] * (1 + turn % 3)
                    append(streams[(which + turn * WRITERS) % len(streams)], *facts, actor=fang)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(writer, range(WRITERS)))


@pytest.mark.parametrize("count", [1, 4, 100])
def test_ten_writers_keep_every_chain(noted, fang, stream, count):
    streams = [f"{stream}:{number}" for number in range(count)]

    write_at_once(streams, noted, fang)

    assert [verify(name) for name in streams] == [None] * count
    told = sum(entries(name).count() for name in streams)
    assert told == WRITERS * sum(1 + turn % 3 for turn in range(EACH))
    assert sum(Stream.objects.filter(key__in=streams).values_list("length", flat=True)) == told


def test_what_is_written_while_it_is_read_is_no_break(noted, fang, stream, monkeypatch):
    monkeypatch.setattr("record.verify.PAGE", 7)
    streams, found, rounds = [f"{stream}:{number}" for number in range(6)], [], 0
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write_at_once, streams, noted, fang)
        while not writing.done():
            found += verify_streams(stream)
            rounds += 1
        writing.result()

    assert found == []
    assert rounds > 1
    assert list(verify_streams(stream)) == []


def test_a_writer_that_gives_up_leaves_no_gap(noted, fang, stream, tell):
    tell(stream, 2)
    with transaction.atomic():
        append(stream, Fact(noted), actor=fang)
        transaction.set_rollback(True)
    tell(stream, 1)

    assert [entry.number for entry in entries(stream)] == [1, 2, 3]
    assert verify(stream) is None
