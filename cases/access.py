"""Who looked at what: one stream a person and day, apart from the case's own, so that reading never grows a case."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from accounts.models import User
from cases.models import Case, Reception
from record import clock, journal
from record.models import PersonKey

QUARTER: Final = 15


def looked(
    user: User,
    case: Case,
    kind: journal.Kind,
    data: Mapping[str, object],
    personal: Mapping[str, str] | None = None,
) -> None:
    """Record that this person looked at something of the case; the same again within a quarter of an hour is silent.

    A look with a reason of its own (`personal`) is told each time.
    """
    told = {"case": str(case.uuid), "reference": case.reference, **data}
    _looked(user, kind, told, personal, case.person_key)


def looked_at_all(user: User, cases: Iterable[Case], kind: journal.Kind, data: Mapping[str, object]) -> None:
    """Record that this person looked at something of each of these cases; every time anew, in one go."""
    told = [{"case": str(case.uuid), "reference": case.reference, **data} for case in cases]
    with transaction.atomic():
        facts = (journal.Fact(kind, one) for one in told)
        journal.append(f"access:{user.uuid}:{_day(clock.now())}", *facts, actor=user.actor())


def looked_at_reception(
    user: User, reception: Reception, kind: journal.Kind, personal: Mapping[str, str] | None = None
) -> None:
    """Record that this person looked at something of a visit, as `looked` does of a case."""
    _looked(user, kind, {"reception": str(reception.uuid)}, personal, reception.person_key)


def _looked(
    user: User,
    kind: journal.Kind,
    told: Mapping[str, object],
    personal: Mapping[str, str] | None,
    key: PersonKey | None,
) -> None:
    now = clock.now()
    stream = f"access:{user.uuid}:{_day(now)}"
    with transaction.atomic():
        fact = journal.Fact(kind, told, personal or {})
        if personal:
            journal.append(stream, fact, actor=user.actor(), key=key)
        else:
            journal.append_once(stream, fact, since=_quarter(now), actor=user.actor(), key=key)


def opened_by_system(case: Case, kind: journal.Kind, data: Mapping[str, object]) -> None:
    """Record that a program opened something of the case, and for what; every time anew, in the day's own stream."""
    now = clock.now()
    told = {"case": str(case.uuid), "reference": case.reference, **data}
    with transaction.atomic():
        fact = journal.Fact(kind, told)
        journal.append(f"access:system:{_day(now)}", fact, actor=journal.system("text messages"))


def exported(user: User, kind: journal.Kind, data: Mapping[str, object]) -> None:
    """Record that this person took a list out of the house; every time anew, in his stream of the day."""
    _anew(user, kind, data)


def searched(user: User, kind: journal.Kind, data: Mapping[str, object]) -> None:
    """Record that this person looked somebody up, found or not; every time anew, in his stream of the day."""
    _anew(user, kind, data)


def _anew(user: User, kind: journal.Kind, data: Mapping[str, object]) -> None:
    now = clock.now()
    with transaction.atomic():
        journal.append(f"access:{user.uuid}:{_day(now)}", journal.Fact(kind, data), actor=user.actor())


def _day(now: datetime) -> str:
    return now.astimezone(ZoneInfo(settings.BANK_TIME_ZONE)).date().isoformat()


def _quarter(now: datetime) -> datetime:
    return now.replace(minute=now.minute - now.minute % QUARTER, second=0, microsecond=0)
