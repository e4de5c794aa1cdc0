"""One turn on a case: the lock, who acts, one moment in time, and what will be written in the case's stream.

Every change of a case happens inside a turn. Page, API, command, sweep and flow open one; actions take it first and
tell it what happened; leaving it writes all facts in one go, in the same transaction. A turn that fails leaves nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from cases.models import Case
from record import clock, journal
from record.history import Tracked, acting


@dataclass
class Turn:
    """A locked case in somebody's hand. `user` is None when the system acts; `cause` then says why. `now` is UTC.

    `step` is the task the case was named by, as it was read with the lock.
    """

    case: Case
    user: User | None = None
    role: str = ""
    for_whom: User | None = None
    cause: str = ""
    now: datetime = field(default_factory=clock.now)
    facts: list[journal.Fact] = field(default_factory=list)
    step: Any = None

    @property
    def actor(self) -> journal.Actor:
        if self.user is None:
            return journal.system(self.cause)
        return self.user.actor(role=self.role, for_whom=self.for_whom)

    @property
    def persons(self) -> set[int]:
        """Ids of the person acting and of the one he stands in for: both count for four eyes."""
        return {person.pk for person in (self.user, self.for_whom) if person}

    def tell(
        self,
        kind: journal.Kind,
        *,
        data: Mapping[str, object] | None = None,
        personal: Mapping[str, str] | None = None,
        changed: Sequence[Tracked] = (),
        happened_at: datetime | None = None,
    ) -> None:
        """Remember a fact; it is written when the turn ends, in the order told."""
        self.facts.append(
            journal.Fact(
                kind=kind,
                data=data or {},
                personal=personal or {},
                changed=tuple(changed),
                happened_at=happened_at or self.now,
            )
        )

    def write(self) -> None:
        """Write what was told and forget it. Raises journal.JournalError when a value cannot be recorded."""
        if self.facts:
            journal.append(self.case.stream, *self.facts, actor=self.actor, key=self.case.person_key)
            self.facts = []


@contextmanager
def turn(
    case: UUID | Case | None = None,
    *,
    step: UUID | None = None,
    user: User | None = None,
    role: str = "",
    for_whom: User | None = None,
    cause: str = "",
) -> Iterator[Turn]:
    """Lock the case and hold it for one verb; name the case, or one of its steps by the task's uuid.

    Raises Case.DoesNotExist, and OperationalError when the lock is not had within `lock_timeout`.
    """
    with transaction.atomic():
        if step is None:
            locked, task = Case.objects.locked(uuid=case.uuid if isinstance(case, Case) else case), None
        else:
            locked, task = Case.objects.locked_with_step(step)
        hand = Turn(locked, user=user, role=role, for_whom=for_whom, cause=cause, step=task)
        with acting(hand.actor):
            yield hand
        hand.write()


@contextmanager
def first_turn(case: Case, *, user: User | None = None, role: str = "", cause: str = "") -> Iterator[Turn]:
    """The turn in which a case comes to be: saves the new case; nobody else can hold it yet."""
    with transaction.atomic():
        hand = Turn(case, user=user, role=role, cause=cause)
        with acting(hand.actor):
            case.save()
            yield hand
        hand.write()
