"""What holds at the end of any way: one bit of its stream changed is found, and the person erased breaks nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from django.db import connection, transaction

from cases.models import Case
from record import journal, keys
from record.errors import KeyKept
from record.models import Entry
from tests.journey import Journey

COLUMNS = ("body", "hash", "previous", "kind", "actor_name", "actor_role", "for_whom", "algorithm")


@contextmanager
def unguarded() -> Iterator[None]:
    """The owner of the database at work with every trigger off; afterwards nothing of it happened."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        transaction.set_rollback(True)


def flipped(text: str, luck: Random) -> str:
    """The text with one bit of its UTF-8 another, where it stays a text PostgreSQL takes."""
    while True:
        changed, bit = bytearray(text.encode()), luck.randrange(len(text.encode()) * 8)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            if "\0" not in (other := changed.decode()):
                return other
        except UnicodeDecodeError:
            continue


def one_bit_is_found(journey: Journey, luck: Random) -> None:
    """Any bit of any column of any entry."""
    stream = journey.case.stream
    one = luck.choice(list(journal.entries(stream)))
    column = luck.choice([name for name in COLUMNS if getattr(one, name)])
    with unguarded():
        Entry.objects.filter(pk=one.pk).update(**{column: flipped(getattr(one, column), luck)})
        found = journal.verify(stream)
        assert found is not None, f"{column} of {one.number} was changed unseen"
        # a hash is what the next entry stands on: either of the two may be named
        assert found.number in (one.number, one.number + 1)
    assert journal.verify(stream) is None


def erased_it_verifies(journey: Journey) -> None:
    """The person's keys are destroyed: nothing opens any more, and chain and history are as whole as before."""
    case = Case.objects.select_related("person_key", "customer__person_key").get(pk=journey.case.pk)
    for key in {case.person_key, case.customer.person_key if case.customer else case.person_key}:
        try:
            keys.destroy(key, why="retention ended", actor=journal.system("test"))
        except KeyKept:
            assert case.held_since is not None, "only a legal hold keeps a key"
            return
    assert journal.verify(case.stream, history=True) is None
    assert list(journal.verify_streams(case.stream)) == []
