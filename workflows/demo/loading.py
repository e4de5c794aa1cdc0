"""Loading the demo: a bank is founded, its cases live through two years, real complaints are taken over beside them.

A stream of the journal says what was begun and that it ended, so a load that was killed goes on where it was, and one
that is done is never done again, whatever has become of its cases meanwhile.
"""

import gc
import logging
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone, translation
from tqdm import tqdm

from cases.kinds import IMPORT_BEGUN, IMPORT_ENDED
from cases.models import Case, Deadline, Evidence, Notice
from knowledge.evidence import EvidenceKind
from record import clock, journal
from record.models import Entry

from ..verbs.sweeps import sweep_deadlines
from . import founding, people
from .after import after
from .beside import beside
from .orders import Courier
from .plans import Plan, plans
from .practice_bank import PracticeBank, practice_bank
from .sides import Side, sides
from .staff import Staff
from .story import Story
from .timeline import Event, Timeline
from .visits import visit_outlets

CASES: Final = 300
COMPLAINTS: Final = 60
EXCERPT: Final = Path(__file__).with_name("cfpb_excerpt.csv")
STREAM: Final = f"import:{UUID('0d5c1f2e-7a5e-4f0c-9a5b-3f1f0a6d2b10')}"
LOCK: Final = 4_207_849_484_318  # "demo" to PostgreSQL


class LoadedElsewhere(Exception):
    """Another process is loading the demo at this moment."""


@dataclass(frozen=True)
class Begun:
    """What an earlier call began: so many cases, as of a day; and whether it came to its end."""

    cases: int
    anchor: datetime
    is_done: bool


def load(*, cases: int = CASES, complaints: int = COMPLAINTS, quiet: bool = False) -> bool:
    """Load the demo or go on loading it; False when it is there already.

    `cases` and the day count only for the first call. NotTheDemo, NoPracticeBank, LoadedElsewhere; nothing is loaded
    then.
    """
    founding.refuse_another_bank()
    with _alone():
        begun = begun_before()
        if begun is not None and begun.is_done:
            return False
        with practice_bank() as bank, _as_the_bank():
            begun = begun or _begin(cases)
            with clock.at(begun.anchor):
                _live(begun, bank, quiet)
                visit_outlets(Staff(), begun.anchor)
            _take_over(complaints)
            _look_after_alarms()
            _tell(journal.Fact(IMPORT_ENDED, {"imported": begun.cases, "skipped": 0, "bad": 0}))
    return True


def begun_before() -> Begun | None:
    """What an earlier call began, or None."""
    told = {entry.kind: entry for entry in journal.entries(STREAM)}
    first = told.get(IMPORT_BEGUN.name)
    if first is None:
        return None
    anchor = datetime.fromisoformat(str(first.data["as_of"]))
    return Begun(int(first.data["cases"]), anchor, IMPORT_ENDED.name in told)


def _begin(cases: int) -> Begun:
    anchor = clock.now().replace(microsecond=0)
    data = {"source": "load_demo", "unit": people.HEAD_OFFICE, "cases": cases, "as_of": journal.stamp(anchor)}
    _tell(journal.Fact(IMPORT_BEGUN, data))
    return Begun(cases, anchor, is_done=False)


def _tell(fact: journal.Fact) -> None:
    with transaction.atomic():
        journal.append(STREAM, fact, actor=founding.FOUNDER)


# two years ------------------------------------------------------------------------------------------------------------


def _live(begun: Begun, bank: PracticeBank, quiet: bool) -> None:
    founded = founding.founded_at(begun.anchor)
    founding.found(founded)
    staff, courier, there = Staff(), Courier(bank), _there()
    since = max([founded, *filter(None, [_last_moment()])])
    stories = [
        Story(
            plan=plan,
            staff=staff,
            courier=courier,
            case=there.get(plan.recording),
            sides=[side for side in _sides(plan, begun.anchor) if plan.recording not in there or side.at > since],
        )
        for plan in plans(begun.cases, begun.anchor)
    ]
    with tqdm(total=len(stories), desc="Demo cases", unit="case", disable=quiet or None) as bar:
        Timeline(since=since, until=begun.anchor).run(
            stories, _events(begun, staff), tick=lambda story: bar.update() and None
        )


def _sides(plan: Plan, anchor: datetime) -> list[Side]:
    """All that happens beside the steps of the main flow until the demo is loaded, in order."""
    found = [*sides(plan, anchor), *(side for side in (*beside(plan), *after(plan)) if side.at < anchor)]
    return sorted(found, key=lambda side: side.at)


def _there() -> Mapping[str, Case]:
    """Cases that an earlier call opened, by the number of the call's recording."""
    checks = Evidence.objects.filter(kind=EvidenceKind.CALLER_CHECK, reference__startswith="LY")
    return {check.reference: check.case for check in checks.select_related("case__person_key")}


def _last_moment() -> datetime | None:
    """When the last thing on a case happened, by the demo's clock: nothing goes on before it."""
    last: datetime | None = Entry.objects.filter(stream__startswith="case:").aggregate(at=Max("recorded_at"))["at"]
    return last


def _events(begun: Begun, staff: Staff) -> Iterator[Event]:
    by = staff.numbered(people.ADMINISTRATOR)
    yield Event(begun.anchor - timedelta(days=people.RAISED_DAYS_AGO), partial(founding.raise_limits, by))
    for away in people.ABSENCES:
        until = begun.anchor + timedelta(days=away.until)

        def leave(away: people.Away = away, until: datetime = until) -> None:
            founding.record_absence(away, by, until)
            staff.forget()

        yield Event(begun.anchor + timedelta(days=away.since), leave)


# today ----------------------------------------------------------------------------------------------------------------


def _take_over(complaints: int) -> None:
    """Real complaints of another country's customers, as a bank would take over its old system's."""
    if not complaints:
        return
    with tempfile.TemporaryDirectory() as folder, open(Path(folder) / "said", "w", encoding="utf-8") as said:
        options: dict[str, Any] = {"staff": people.SERVICE_MANAGER, "limit": complaints, "stdout": said}
        call_command("import_complaints", str(EXCERPT), errors=Path(folder) / "errors.csv", **options)


def _look_after_alarms() -> None:
    """Sound what became due while loading; what is over is no news any more."""
    while sweep_deadlines():
        continue
    over = Notice.objects.filter(seen_at=None, deadline__ended_at__isnull=False)
    ended = Deadline.objects.filter(pk=OuterRef("deadline")).values("ended_at")
    over.update(seen_at=Subquery(ended))


@contextmanager
def _alone() -> Iterator[None]:
    """One load at a time, in whatever process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise LoadedElsewhere
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _as_the_bank() -> Iterator[None]:
    """In the bank's zone and language, at a pace fit for a load; all as before afterwards, whatever happened."""
    zone, pace = ZoneInfo(settings.BANK_TIME_ZONE), gc.get_threshold()
    # A load makes millions of short-lived objects; looking for circles among them at the usual pace costs a tenth.
    gc.set_threshold(50_000, 20, 20)
    # Bank systems that are silent on purpose are nothing to warn of.
    quieted = logging.getLogger("cases.gateways.http")
    level = quieted.level
    quieted.setLevel(logging.ERROR)
    try:
        with timezone.override(zone), translation.override(settings.LANGUAGE_CODE), _without_waiting_for_disks():
            yield
    finally:
        quieted.setLevel(level)
        gc.set_threshold(*pace)


@contextmanager
def _without_waiting_for_disks() -> Iterator[None]:
    """Commits of this connection return before they are on disk: a crash of the server may cost the last second's.

    They are lost whole and in order, and the next call goes on from there.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
        try:
            yield
        finally:
            cursor.execute("RESET synchronous_commit")
