"""All demo cases on one line of time: whatever comes next is done next, under a clock that only goes forward.

So reference numbers, receipts and journals are in the order in which they would have come about, alarms sound when
they are due, and what a person finds on a day is what was there on that day.
"""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from cases.models import Deadline
from record import clock

from ..verbs.sweeps import sweep_deadlines
from .story import Story


@dataclass(frozen=True)
class Event:
    """Something that happens once, on no case."""

    at: datetime
    do: Callable[[], None]


class Timeline:
    """From `since` (where an earlier load came to) to `until`, the day the demo is loaded."""

    def __init__(self, *, since: datetime, until: datetime) -> None:
        self._now, self._until = since, until
        self._alarms = _alarms()
        self._heap: list[tuple[datetime, int, Callable[[], None], Story | None]] = []
        self._count = 0

    def run(self, stories: Iterable[Story], events: Iterable[Event], tick: Callable[[Story], None]) -> None:
        """Do all of it; `tick` is told of every story at its end."""
        for event in events:
            self._put(event.at, event.do, None)
        for one in stories:
            self._go_on(one, tick)
        while self._heap:
            at, _count, do, story = heapq.heappop(self._heap)
            self._sound_alarms(max(at, self._now))
            self._to(at)
            do()
            if story is not None:
                self._go_on(story, tick)
        self._sound_alarms(self._until)

    def _go_on(self, story: Story, tick: Callable[[Story], None]) -> None:
        move = story.next()
        if move is None or move[0] > self._until:
            tick(story)
        else:
            self._put(*move, story)

    def _put(self, at: datetime, do: Callable[[], None], story: Story | None) -> None:
        # the count breaks ties, so that two loads of the same plan do the same in the same order
        self._count += 1
        heapq.heappush(self._heap, (at, self._count, do, story))

    def _sound_alarms(self, until: datetime) -> None:
        """Let the sweep find every alarm at its own moment."""
        while (due := self._next_alarm()) is not None and due <= until:
            self._to(due)
            if not sweep_deadlines():
                return  # what was due is in nobody's way any more

    def _next_alarm(self) -> datetime | None:
        with connection.cursor() as cursor:
            cursor.execute(*self._alarms)
            found = cursor.fetchone()
        return found[0] if found else None

    def _to(self, at: datetime) -> None:
        self._now = max(self._now, at)
        clock.set_to(self._now)


def _alarms() -> tuple[str, tuple[Any, ...]]:
    """The question for the next alarm, put into words once: it is asked before everything that happens."""
    running = Deadline.objects.filter(ended_at=None, next_alarm_at__isnull=False)
    sql, values = running.order_by("next_alarm_at").values_list("next_alarm_at")[:1].query.sql_with_params()
    return sql, values
