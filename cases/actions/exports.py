"""Exports: asked for with a purpose, approved by a second person where values leave in clear, taken, expired."""

import contextlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Reach, Verb, may, may_somewhere, reach_of
from cases import access, free_text, kinds_export as kinds
from cases.errors import CaseError, NotAllowed, SomeoneWasFirst
from cases.exports import scope as scopes
from cases.exports.formats import FORMATS
from cases.models import Case, Export
from record import clock, keys
from record.journal import SYSTEM, Actor, Fact, Kind, append

LONGEST: Final = 500
MOST_NAMED: Final = 1000  # cases named one by one; more are asked for by a filter
EXPIRED_AT_ONCE: Final = 50
LEFT_SECONDS: Final = 86_400.0  # a day without a byte more: its worker is gone
State = Export.State


def ask(
    *, user: User, scope: Mapping[str, Any], purpose: str, language: str, formats: Sequence[str], clear: bool = False
) -> Export:
    """Ask for an export of cases within one's reach. NotAllowed; CaseError at `purpose`, `formats`, `clear`, or none.

    With personal values in clear it waits for a second person, else for the worker.
    """
    _may_ask(user, formats, clear)
    purpose = free_text.written(purpose, field="purpose", required=True, longest=LONGEST)
    if not any(sign.isalpha() for sign in purpose):
        raise CaseError(_("Say it in words."), field="purpose")
    _within_reach(user, scope)
    waits = clear or any(FORMATS[name].sealed for name in formats)
    with transaction.atomic():
        made = Export(asked_by=user, scope=dict(scope), language=language, formats=list(formats), clear=clear)
        made.asked_at, made.state = clock.now(), State.WAITING if waits else State.QUEUED
        _place(made, user)
        made.person_key = keys.create_key(made.uuid)
        made.seal(purpose=purpose)
        made.save(force_insert=True)
        told = {"scope": made.scope, "formats": made.formats, "language": language, "clear": clear}
        tell(made, kinds.ASKED, user.actor(), told, {"purpose": purpose})
    return made


def may_answer(export: Export, user: User) -> bool:
    """Whether this person may approve or refuse it: somebody else, whose post reaches where it was asked."""
    return export.asked_by_id != user.pk and may(user, Verb.APPROVE_EXPORT, export)


def approve(*, export: Export, user: User) -> Export:
    """A second person agrees that personal values leave the house. NotAllowed; SomeoneWasFirst when it was answered."""
    return _answered(export, user, State.QUEUED, kinds.APPROVED, {})


def refuse(*, export: Export, user: User, reason: str) -> Export:
    """A second person does not agree. NotAllowed, SomeoneWasFirst; CaseError at `reason`."""
    reason = free_text.written(reason, field="reason", required=True, longest=LONGEST)
    return _answered(export, user, State.REFUSED, kinds.REFUSED, {"reason": reason})


def cancel(*, export: Export, user: User) -> Export:
    """Whoever asked for it does not want it any more; once more, or when it has ended, does nothing. NotAllowed."""
    with transaction.atomic():
        mine = locked(export)
        if mine.asked_by_id != user.pk:
            raise NotAllowed
        if mine.is_open:
            mine.state, mine.ended_at, mine.run = State.CANCELLED, clock.now(), None
            mine.save(update_fields=["state", "ended_at", "run"])
            tell(mine, kinds.CANCELLED, user.actor(), {})
    return mine


def take_file(*, export: Export, user: User) -> Path:
    """Where the file lies, for the person who asked for it; that he took it is on record first. NotAllowed, CaseError.

    His right to export is asked again: a post may have ended since.
    """
    if export.asked_by_id != user.pk or not may_somewhere(user, Verb.EXPORT):
        raise NotAllowed
    with transaction.atomic():
        mine = locked(export)
        if mine.state != State.READY or not path_of(mine).is_file():
            raise CaseError(_("The file is not there any more. Ask for it again."))
        mine.downloaded_at = clock.now()
        mine.save(update_fields=["downloaded_at"])
        tell(mine, kinds.DOWNLOADED, user.actor(), {"digest": mine.digest})
        access.exported(user, kinds.CASES_EXPORTED, _taken(mine))
    return path_of(mine)


def _taken(export: Export) -> dict[str, object]:
    """What was taken along; of a single complaint by its name, so that it is found among those who looked at it."""
    told = {"export": str(export.uuid), "cases": export.cases, "taken": True}
    named = export.scope.get("cases") or []
    case = Case.objects.filter(uuid=named[0]).only("uuid", "reference").first() if len(named) == 1 else None
    return told | ({"case": str(case.uuid), "reference": case.reference} if case else {})


def expire() -> int:
    """Delete files whose time is over, and what killed workers left; the number of exports that ended so."""
    _sweep()
    old = Export.objects.filter(state=State.READY, expires_at__lte=clock.now()).order_by("pk")
    with transaction.atomic():
        found = list(old.select_for_update(no_key=True, skip_locked=True, of=("self",))[:EXPIRED_AT_ONCE])
        for one in found:
            path_of(one).unlink(missing_ok=True)
            one.state = State.EXPIRED
            one.save(update_fields=["state"])
            tell(one, kinds.EXPIRED, SYSTEM, {})
    return len(found)


def _sweep() -> None:
    """Take away what no worker writes any more; how old a file is is a fact of the machine."""
    for left in root().glob("*.part"):
        with contextlib.suppress(FileNotFoundError):  # another worker sweeps too
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                left.unlink()


def path_of(export: Export) -> Path:
    """The file of an export."""
    return root() / export.file


def root() -> Path:
    """The folder of all files of exports."""
    return Path(settings.REDRESS["EXPORT_ROOT"])


def locked(export: Export) -> Export:
    """A fresh copy, locked until the transaction ends."""
    return Export.objects.select_for_update(no_key=True, of=("self",)).select_related("asked_by").get(pk=export.pk)


def to_answer(user: User) -> QuerySet[Export]:
    """What waits for this person's yes or no, the longest waiting first."""
    rows = Export.objects.filter(state=State.WAITING).exclude(asked_by=user)
    found: QuerySet[Export] = rows.filter(rows.in_reach_of(user, Verb.APPROVE_EXPORT)).order_by("asked_at", "pk")
    return found


def alive(user: User) -> QuerySet[Export]:
    """What this person asked for and is under way, or ready and not expired."""
    states = [State.WAITING, State.QUEUED, State.RUNNING, State.READY]
    found: QuerySet[Export] = Export.objects.of(user).filter(state__in=states)
    return found


def _place(export: Export, user: User) -> None:
    """Where the right of who asks comes from: his branch; head office for the whole bank or several branches."""
    branches = set()
    for held in user.standings_now():
        how_far = reach_of(held.post.role, Verb.EXPORT)
        if how_far is Reach.BANK:
            return
        if how_far is Reach.OWN:
            branches.add(held.post.branch)
    if len(branches) == 1:
        export.place(branches.pop())


def _answered(export: Export, user: User, state: str, kind: Kind, personal: Mapping[str, str]) -> Export:
    if not may_answer(export, user):
        raise NotAllowed
    with transaction.atomic():
        mine = locked(export)
        if mine.state != State.WAITING:
            raise SomeoneWasFirst(when=mine.answered_at)
        mine.state, mine.answered_by, mine.answered_at = state, user, clock.now()
        if state == State.REFUSED:
            mine.ended_at = mine.answered_at
        mine.save(update_fields=["state", "answered_by", "answered_at", "ended_at"])
        tell(mine, kind, user.actor(), {}, personal)
    return mine


def _may_ask(user: User, formats: Sequence[str], clear: bool) -> None:
    if not may_somewhere(user, Verb.EXPORT):
        raise NotAllowed
    if not formats or set(formats) - FORMATS.keys():
        raise CaseError(_("Choose one of the list."), field="formats")
    for made in map(FORMATS.__getitem__, formats):
        if lacks := made.lacks():
            raise CaseError(f"{made.title}: {lacks}", field="formats")
    if clear and not may_somewhere(user, Verb.SHOW_IN_CLEAR):
        raise CaseError(_("Your post does not include this."), field="clear")
    if any(FORMATS[name].sealed for name in formats) and not may_somewhere(user, Verb.DOWNLOAD_EVIDENCE):
        raise CaseError(_("Your post does not include this."), field="formats")


def _within_reach(user: User, scope: Mapping[str, Any]) -> None:
    named = scope.get("cases", ())
    if len(named) > MOST_NAMED:
        raise CaseError(_("Choose by a filter of the ledger: so many are not named one by one."))
    cases = scopes.found(user, scope)
    if not cases.exists() or (named and cases.count() != len(set(named))):
        raise CaseError(_("No complaint within your reach is in it."))


def tell(
    export: Export, kind: Kind, actor: Actor, data: Mapping[str, Any], personal: Mapping[str, str] | None = None
) -> None:
    """A fact in the export's own stream."""
    append(export.stream, Fact(kind, data, personal or {}), actor=actor, key=export.person_key)
