"""One export from the queue to its file. A worker may be killed anywhere: the next one begins anew and makes it whole.

    claim (SKIP LOCKED) → who may, which cases, on record → seal that names all their streams → one REPEATABLE READ
    snapshot from which everything is written → manifest, signed → file in its place → ready

Progress is written, and a cancelling seen, on a connection of its own: the snapshot sees neither.
"""

import contextlib
import logging
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone, translation

from accounts import scope as reach
from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases import access, kinds, kinds_export
from cases.actions import evidence, exports
from cases.actions.evidence import FileDamaged
from cases.models import Case, Evidence, Export, Reception
from record import clock, seals
from record.errors import NoSealKey, SealBusy
from record.journal import Actor, system
from record.models import Seal

from . import beside, files, writing
from .bundle import Bundle
from .formats import FORMATS
from .scope import AT_ONCE, Scope, found
from .sheets import SHEETS

log = logging.getLogger(__name__)

STALE: Final = timedelta(minutes=3)  # without a beat: its worker is gone
TRIES: Final = 3
BEAT_SECONDS: Final = 1.0
ACTOR: Final[Actor] = system("export")
State = Export.State
_BEAT = """
UPDATE cases_export SET done = %s, total = GREATEST(total, %s), beat_at = %s
WHERE id = %s AND run = %s AND state = 'running' RETURNING id
"""


class NotMade(Exception):
    """It cannot be made, and why."""

    def __init__(self, failure: str) -> None:
        self.failure = failure
        super().__init__(str(failure))


class Gone(Exception):
    """It was cancelled, or another worker has taken it over."""


def run_next() -> bool:
    """Make the next export that waits; False when none does. A failure is kept, and raised when nobody foresaw it."""
    export = claim()
    if export is None:
        return False
    run(export)
    return True


def claim(this: Export | None = None) -> Export | None:
    """Take the next one that waits, or whose worker is gone; or this one, if it does.

    One that killed its worker too often has failed.
    """
    now = clock.now()
    waiting = Q(state=State.QUEUED) | Q(state=State.RUNNING, beat_at__lt=now - STALE)
    if this is not None:
        waiting &= Q(pk=this.pk)
    with transaction.atomic():
        rows = Export.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        export = rows.filter(waiting).order_by("asked_at", "pk").first()
        if export is None:
            return None
        if export.tries >= TRIES:
            _fail(export, Export.Failure.ERROR)
            return None
        export.state, export.run, export.beat_at = State.RUNNING, uuid4(), now
        export.tries, export.done, export.total = export.tries + 1, 0, 0
        export.save(update_fields=["state", "run", "beat_at", "tries", "done", "total"])
    return export


def run(export: Export) -> None:
    """Make a claimed export. RuntimeError inside a transaction: its snapshot has to be its own."""
    if connection.in_atomic_block:
        raise RuntimeError("An export is made in a snapshot of its own.")
    with translation.override(export.language), timezone.override(settings.BANK_TIME_ZONE):
        part = _part(export)
        try:
            with Heart(export) as heart:
                _make(export, part, heart)
        except Gone:
            log.info("export %s was cancelled or taken over", export.uuid)
        except NotMade as why:
            _failed(export, why.failure)
        except Exception:
            _failed(export, Export.Failure.ERROR)
            raise
        finally:
            part.unlink(missing_ok=True)


class Heart:
    """Says every second that the worker lives and how far it is, on a connection of its own. Gone: it has to stop."""

    def __init__(self, export: Export) -> None:
        self.key, self.run, self.total = export.pk, export.run, 0
        self._last = 0.0

    def __enter__(self) -> "Heart":
        self._aside: Any = connection.copy()
        return self

    def __exit__(self, *_error: object) -> None:
        self._aside.close()

    def beat(self, done: int, *, at_once: bool = False) -> None:
        """How many cases are through; at most once a second, unless at once."""
        now = time.monotonic()
        if not at_once and now - self._last < BEAT_SECONDS:
            return
        self._last = now
        with self._aside.cursor() as cursor:
            cursor.execute(_BEAT, [done, self.total, clock.now(), self.key, self.run])
            if cursor.fetchone() is None:
                raise Gone


def _make(export: Export, part: Path, heart: Heart) -> None:
    scope = _begun(export, heart)
    with snapshot():
        counts = _written(export, scope, part)
    _ready(export, scope.seal, part, counts)


def _begun(export: Export, heart: Heart) -> Scope:
    """Whoever asked, with the rights of this moment; what leaves is on record, and sealed, before a row is read."""
    user = User.objects.get(pk=export.asked_by_id)
    if not may_somewhere(user, Verb.EXPORT):
        raise NotMade(Export.Failure.NO_RIGHT)
    if any(FORMATS[name].lacks() for name in export.formats):
        raise NotMade(Export.Failure.LACKING)  # a worker on another machine than the page that asked
    cases = found(user, export.scope)
    ids = list(cases.order_by("pk").values_list("pk", flat=True).distinct())
    if not ids:
        raise NotMade(Export.Failure.NOTHING)
    clear = _within(user, Verb.SHOW_IN_CLEAR, ids) if export.clear else frozenset()
    takes_files = files.NAME in export.formats
    held = _within(user, Verb.DOWNLOAD_EVIDENCE, ids) if takes_files else frozenset()
    heart.total = len(ids) * (1 + sum(FORMATS[name].passes or len(SHEETS) for name in export.formats))
    heart.beat(0, at_once=True)
    _on_record(export, user, ids, clear, held)
    _each_on_record(export, user, ids, heart)
    cases_and_visits = list(_streams(user, ids))
    beside_them = beside.of(user, ids, cases_and_visits)
    streams = sorted([export.stream, *cases_and_visits, *beside_them.streams])
    return Scope(
        *(user, export.language, ids, streams, _sealed(streams), clear, held),
        beside=beside_them,
        purpose=export.reveal("purpose", purpose="export"),
        beat=heart.beat,
    )


def _within(user: User, verb: Verb, ids: list[int]) -> frozenset[int]:
    """Those of the cases on which a post of the person includes the verb."""
    return frozenset(Case.objects.filter(reach.reach(user, verb), pk__in=ids).values_list("pk", flat=True))


def _streams(user: User, ids: list[int]) -> Iterator[str]:
    """The cases' own, and those of the visits that led to them where he may read the register."""
    for at in range(0, len(ids), AT_ONCE):
        some = ids[at : at + AT_ONCE]
        yield from (f"case:{uuid}" for uuid in Case.objects.filter(pk__in=some).values_list("uuid", flat=True))
        visits = Reception.objects.filter(reach.reach(user, Verb.SEE_RECEPTIONS), case__in=some)
        yield from (f"reception:{uuid}" for uuid in visits.values_list("uuid", flat=True))


def _on_record(export: Export, user: User, ids: list[int], clear: frozenset[int], held: frozenset[int]) -> None:
    with transaction.atomic():
        exports.tell(export, kinds_export.BEGUN, ACTOR, {"number": export.tries, "cases": len(ids)})
        told = {"export": str(export.uuid), "cases": len(ids), "clear": len(clear)}
        access.exported(user, kinds_export.CASES_EXPORTED, told)
    purpose = f"export {export.uuid}"
    for case in _each(Case.objects.select_related("person_key"), clear):
        access.looked(user, case, kinds.CASE_SHOWN, {"purpose": purpose})
    for item in Evidence.objects.filter(case__in=held).exclude(stored_at="").select_related("case__person_key"):
        evidence.looked_at(item, user=user, purpose=purpose)


def _each_on_record(export: Export, user: User, ids: list[int], heart: Heart) -> None:
    """Each case by its name, so that it is found among those who looked at it however many went along."""
    told = {"export": str(export.uuid)}
    for at in range(0, len(ids), AT_ONCE):
        some = Case.objects.filter(pk__in=ids[at : at + AT_ONCE]).order_by("pk").only("uuid", "reference")
        access.looked_at_all(user, some, kinds_export.CASE_EXPORTED, told)
        heart.beat(0)


def _each(cases: Any, ids: frozenset[int]) -> Iterator[Case]:
    yield from cases.filter(pk__in=ids).order_by("pk").iterator(chunk_size=AT_ONCE)


def _sealed(streams: list[str]) -> Seal:
    try:
        made = seals.seal(also=streams)
    except NoSealKey:
        raise NotMade(Export.Failure.NO_KEY) from None
    except SealBusy:
        raise NotMade(Export.Failure.BUSY) from None
    if made is None:
        raise NotMade(Export.Failure.NOTHING)
    return made


@contextlib.contextmanager
def snapshot() -> Iterator[None]:
    """One moment of the database for everything inside, which only reads."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _written(export: Export, scope: Scope, part: Path) -> dict[str, int]:
    bundle = Bundle(part, timezone.localtime(clock.now()))
    try:
        return writing.write(export, scope, bundle)
    except FileDamaged:
        raise NotMade(Export.Failure.DAMAGED) from None
    finally:
        bundle.close()


def _ready(export: Export, seal: Seal, part: Path, counts: dict[str, int]) -> None:
    """The file is whole and on disk before anybody hears of it."""
    digest = writing.settled(part)
    with transaction.atomic():
        mine = exports.locked(export)
        if mine.run != export.run or mine.state != State.RUNNING:
            raise Gone
        now = clock.now()
        mine.state, mine.ended_at, mine.expires_at = (
            State.READY,
            now,
            now + timedelta(days=settings.REDRESS["EXPORT_DAYS"]),
        )
        mine.cases, mine.entries, mine.seal_number = counts["cases"], counts["entries"], seal.pk
        mine.size, mine.digest, mine.done = part.stat().st_size, digest, mine.total
        mine.save()
        told = {"cases": mine.cases, "entries": mine.entries, "seal": seal.pk, "digest": digest, "size": str(mine.size)}
        exports.tell(mine, kinds_export.MADE, ACTOR, told)
        part.replace(exports.path_of(mine))


def _failed(export: Export, failure: str) -> None:
    with transaction.atomic():
        mine = exports.locked(export)
        if mine.run == export.run and mine.state == State.RUNNING:
            _fail(mine, failure)


def _fail(export: Export, failure: str) -> None:
    export.state, export.failure, export.ended_at, export.run = State.FAILED, failure, clock.now(), None
    export.save(update_fields=["state", "failure", "ended_at", "run"])
    exports.tell(export, kinds_export.FAILED, ACTOR, {"failure": str(failure)})


def _part(export: Export) -> Path:
    """Where this run writes; what an earlier run of it left, killed, is taken away."""
    root = exports.root()
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in root.glob(f"{export.uuid}.*.part"):
        left.unlink(missing_ok=True)
    path = root / f"{export.uuid}.{UUID(str(export.run)).hex[:8]}.part"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    return path
