"""Whose retention may have ended: found along indexes, the oldest file first, however large the tables are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases import retention
from cases.models import Case, ErasureItem, Reception
from cases.retention import Person
from knowledge import limits, policies
from knowledge.calendars import Unit
from record import clock

AT_ONCE: Final = 200
MOST: Final = 2_000  # persons in one batch; who is left is in the next
LOOKED_AT: Final = 10_000  # persons looked at for one batch: held ones are passed over, and must not take for ever
SHORTEST: Final = {Unit.YEARS: timedelta(days=365), Unit.NATURAL_DAYS: timedelta(days=1)}


@dataclass
class Found:
    """One look: who is due, who was looked at and has to be kept, and whether there may be more of either."""

    due: list[Person] = field(default_factory=list)
    kept: list[Person] = field(default_factory=list)
    is_whole: bool = True

    @property
    def counted(self) -> dict[str, int]:
        """How many are kept, by the code of each reason; who is kept for two counts in both."""
        counts: dict[str, int] = {}
        for person in self.kept:
            for code in {str(keep.code) for keep in person.keeps}:
                counts[code] = counts.get(code, 0) + 1
        return dict(sorted(counts.items()))


def find(most: int = MOST) -> Found:
    """Persons whose retention has ended, at most so many; nobody who waits in another batch."""
    found, looked, seen = Found(), 0, set[UUID]()
    for subjects in _candidates():
        fresh = [subject for subject in dict.fromkeys(subjects) if subject not in seen]
        seen.update(fresh)
        for person in retention.look(fresh).values():
            if person.is_due and len(found.due) == most:
                found.is_whole = False
                return found
            if person.keys:
                (found.due if person.is_due else found.kept).append(person)
        looked += len(fresh)
        if looked >= LOOKED_AT:
            found.is_whole = False
            break
    return found


def _candidates() -> Iterator[list[UUID]]:
    """Subjects with a living key and a file, or a visit without one, that ended long enough ago; some at a time."""
    files = Case.objects.filter(state=Case.State.ARCHIVED, done_at__lte=_before(limits.KEEP_FILE))
    yield from _along(files, "done_at")
    visits = Reception.objects.filter(case=None, ended_at__isnull=False)
    yield from _along(visits.filter(received_at__lte=_before(limits.KEEP_VISIT)), "received_at")


def _along(rows: QuerySet[Any], moment: str) -> Iterator[list[UUID]]:
    waiting = ErasureItem.objects.filter(subject=OuterRef("person_key__subject"), outcome="")
    living = rows.filter(~Exists(waiting), person_key__wrapped__isnull=False, person_key__subject__isnull=False)
    living = living.order_by(moment, "pk")
    after: tuple[datetime, int] | None = None
    while True:
        page = living
        if after is not None:
            at, last = after
            page = living.filter(**{f"{moment}__gte": at}).filter(Q(**{f"{moment}__gt": at}) | Q(pk__gt=last))
        found = list(page.values_list(moment, "pk", "person_key__subject")[:AT_ONCE])
        if not found:
            return
        yield [subject for _at, _pk, subject in found]
        after = (found[-1][0], found[-1][1])


def _before(key: str) -> datetime:
    """Nothing that ended later can be due: a sieve for the index, the rule itself is asked of each person."""
    rule = policies.rule(key)
    return clock.now() - rule.amount * SHORTEST.get(rule.unit, timedelta())
