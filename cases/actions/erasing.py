"""The worker's part of erasure: one person a transaction, so that a worker killed anywhere leaves nobody half erased.

    next who waits (SKIP LOCKED) → his complaints locked → his keys locked → measured again → erased or kept, on record

Killed before the commit nothing was done and he still waits; after it he waits no more. Several workers share a batch.
"""

import logging
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from django.db import OperationalError, transaction

from cases import kinds_erasure as kinds, retention
from cases.actions import erasure
from cases.actions.turn import Turn, turn
from cases.models import ErasureBatch, ErasureItem, Reception
from cases.retention import DUE, Measure, Person
from record import clock, keys
from record.errors import KeyKept
from record.history import acting
from record.journal import Actor, Fact, append, system
from record.models import PersonKey

log = logging.getLogger(__name__)

TRIES: Final = 3
State, Outcome = ErasureBatch.State, ErasureItem.Outcome


def run() -> int:
    """Carry out everything approved; the number of persons dealt with. Who is worked on is left for the next time."""
    done, passed = 0, set[int]()
    while (item := _next(passed)) is not None:
        passed.add(item.pk)
        done += _guarded(item)
    _finish()
    return done


def _next(passed: Collection[int]) -> ErasureItem | None:
    rows = ErasureItem.objects.filter(batch__state=State.APPROVED, outcome=Outcome.WAITING).exclude(pk__in=passed)
    return rows.order_by("batch", "number").first()


def _guarded(item: ErasureItem) -> bool:
    try:
        return one(item)
    except OperationalError as busy:
        if "lock" not in str(busy):
            raise
        log.info("person %s of erasure %s is worked on", item.number, item.batch_id)
        return False
    except Exception:
        _missed(item)
        raise


@transaction.atomic
def one(item: ErasureItem) -> bool:
    """Deal with one person; False when another worker has him, or has dealt with him."""
    rows = ErasureItem.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    mine = rows.select_related("batch__person_key").filter(pk=item.pk, outcome=Outcome.WAITING).first()
    if mine is None or mine.batch.state != State.APPROVED:
        return False
    batch = mine.batch
    _begun(batch)
    with _in_hand(mine) as turns:
        person = _locked(mine)
        mine.done_at, mine.cases = clock.now(), person.references
        if not person.keys:
            mine.outcome = Outcome.GONE
            erasure.tell(batch, kinds.GONE, actor_of(batch), {"number": mine.number})
        elif person.keeps or not _destroyed(mine, person):
            _kept(mine, person, turns)
        else:
            _erased(mine, person, turns)
        mine.save()
    return True


def actor_of(batch: ErasureBatch) -> Actor:
    """The system, by the batch two people agreed on."""
    return system(f"erasure {batch.number}")


@contextmanager
def _in_hand(item: ErasureItem) -> Iterator[list[Turn]]:
    """A turn on each of the person's complaints, the locks taken in the order of their ids."""
    with ExitStack() as stack:
        found = retention.look([item.subject])[item.subject]
        cases = sorted({case["pk"]: case["uuid"] for case in found.cases}.items())
        yield [stack.enter_context(turn(uuid, cause=f"erasure {item.batch.number}")) for _pk, uuid in cases]


def _locked(item: ErasureItem) -> Person:
    """As he stands once nobody can give him another complaint (a new one waits for his key, see 0038), or take one."""
    living = PersonKey.objects.select_for_update().filter(subject=item.subject).exclude(wrapped=None)
    list(living.order_by("pk"))
    return retention.look([item.subject], measure_of(item.batch))[item.subject]


def measure_of(batch: ErasureBatch) -> Measure:
    """By what its persons are measured."""
    if batch.kind == ErasureBatch.Kind.DUE:
        return DUE
    return Measure(by_law_alone=True, relation_ended_on=batch.relation_ended_on)


def _destroyed(item: ErasureItem, person: Person) -> bool:
    """Whether the keys are gone; a keeper that says no is heard like a reason found before."""
    actor = actor_of(item.batch)
    try:
        with acting(actor):
            item.keys = keys.destroy(item.subject, why=f"erasure {item.batch.number}", actor=actor)
    except KeyKept:
        person.keeps.append(retention.Keep(retention.Why.HOLD, tuple(person.references)))
        return False
    return True


def _erased(item: ErasureItem, person: Person, turns: list[Turn]) -> None:
    item.outcome = Outcome.ERASED
    told = {"number": item.number, "subject": str(item.subject), "keys": item.keys, "cases": item.cases}
    erasure.tell(item.batch, kinds.ERASED, actor_of(item.batch), told)
    about = {"number": item.batch.number, "batch": str(item.batch.uuid)}
    for hand in turns:
        hand.tell(kinds.DATA_ERASED, data=about)
    for stream in _visits(person):
        append(stream, Fact(kinds.DATA_ERASED, about), actor=actor_of(item.batch))


def _kept(item: ErasureItem, person: Person, turns: list[Turn]) -> None:
    item.outcome, item.why = Outcome.HELD, [keep.told() for keep in person.keeps]
    codes = sorted({str(keep.code) for keep in person.keeps})
    told = {"number": item.number, "subject": str(item.subject), "codes": codes, "why": item.why}
    erasure.tell(item.batch, kinds.HELD, actor_of(item.batch), told)
    about = {"number": item.batch.number, "batch": str(item.batch.uuid), "codes": codes}
    for hand in turns:
        hand.tell(kinds.DATA_KEPT, data=about)


def _visits(person: Person) -> list[str]:
    rows = Reception.objects.filter(pk__in=[visit["pk"] for visit in person.visits])
    return [visit.stream for visit in rows.order_by("pk")]


def _begun(batch: ErasureBatch) -> None:
    """Told once, by whoever is first; the batch is locked for this moment of the first person alone."""
    if batch.began_at is not None:
        return
    fresh = erasure.locked(batch)
    if fresh.began_at is None:
        fresh.began_at = clock.now()
        fresh.save(update_fields=["began_at"])
        erasure.tell(fresh, kinds.BEGUN, actor_of(batch), {"count": fresh.total})


@transaction.atomic
def _finish() -> None:
    """Batches of which nobody waits any more are done, and say what became of everybody."""
    waits = ErasureItem.objects.filter(outcome=Outcome.WAITING).values("batch")
    rows = ErasureBatch.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    for batch in rows.filter(state=State.APPROVED).exclude(pk__in=waits).select_related("person_key").order_by("pk"):
        batch.state, batch.ended_at = State.DONE, clock.now()
        batch.save(update_fields=["state", "ended_at"])
        counted = erasure.counts(batch)
        told = {name: counted.get(name, 0) for name in ("erased", "held", "gone", "failed")}
        erasure.tell(batch, kinds.DONE, actor_of(batch), told)


@transaction.atomic
def _missed(item: ErasureItem) -> None:
    """Nobody foresaw it: tried again, and after three times given up and said so."""
    rows = ErasureItem.objects.select_for_update(no_key=True, of=("self",)).select_related("batch__person_key")
    mine = rows.get(pk=item.pk)
    if mine.outcome != Outcome.WAITING:
        return
    mine.tries += 1
    if mine.tries >= TRIES:
        mine.outcome, mine.done_at = Outcome.FAILED, clock.now()
        erasure.tell(mine.batch, kinds.FAILED, actor_of(mine.batch), {"number": mine.number})
    mine.save()
