"""What is verified every night, and what an administrator is told of it.

Each night: every stream that grew since the night before, one twenty-eighth of all others in turn, the chain of all
seals with their signatures, the roots of the new ones and of a twenty-eighth of the old, and the copy outside. So what
was altered is found within 28 nights, and the next morning in what is worked on. The first night, and while anything is
broken, all is read.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from record import clock, seal_copies, seals
from record.flaws import Break
from record.models import Entry, Seal, Stream, Verification
from record.verification import Task, kept_copies
from record.verify import Reading, Scope

NIGHTS = 28
LEAST_SHARE = 1000  # streams
KEPT_BREAKS = 20
OVERDUE = timedelta(hours=36)
IN_FLIGHT = timedelta(hours=1)  # recorded before the last night began, committed after it had read


def verify() -> Verification:
    """The verification of one night, kept as a row. Reads only, beside daily work; killed, it leaves nothing."""
    began, before = clock.now(), newest()
    since = before.began_at - IN_FLIGHT if before and not before.breaks else None
    task = Task(Reading(history=True), kept_copies())
    share, until = _share(before.share_until if before else "")
    breaks = task.of_all() if since is None else task.of_a_night(since, share, _is_tonight)
    found = list(islice(breaks, KEPT_BREAKS))
    return Verification.objects.create(
        began_at=began,
        ended_at=clock.now(),
        since=since,
        share_until=until if since else "",
        breaks=len(found) + sum(1 for _more in breaks),
        streams=task.reading.streams,
        entries=task.reading.entries,
        seals=Seal.objects.count(),
        found=[list(one) for one in found],
    )


def newest() -> Verification | None:
    """The last one that came to its end."""
    return Verification.objects.order_by("-id").first()


class Alarm(TextChoices):
    """What an administrator has to see to."""

    BROKEN = "broken", _("The journal is broken: call the operator and the auditor now, and change nothing.")
    NOT_VERIFIED = "not_verified", _("The journal has not been verified for 36 hours.")
    NOT_SEALED = "not_sealed", _("Entries more than 36 hours old are under no seal.")
    NOT_COPIED = "not_copied", _("A seal has not been copied outside the database.")


@dataclass(frozen=True)
class State:
    """Last seal, last verification, what was broken in it, and what to see to."""

    seal: Seal | None
    verification: Verification | None
    breaks: list[Break]
    alarms: list[Alarm]


def state() -> State:
    """For the administrators' home page. At most six queries, however long the journal is."""
    seal, last, late = seals.last(), newest(), clock.now() - OVERDUE
    found: dict[Alarm, bool] = {
        Alarm.BROKEN: last is not None and last.breaks > 0,
        Alarm.NOT_VERIFIED: (last is None or last.ended_at < late) and _is_older(0, late),
        Alarm.NOT_SEALED: _is_older(seal.horizon if seal else 0, late),
        Alarm.NOT_COPIED: bool(seal_copies.missing()),
    }
    breaks = [Break(*one) for one in last.found] if last else []
    return State(seal, last, breaks, [alarm for alarm, is_on in found.items() if is_on])


def _is_older(horizon: int, moment: datetime) -> bool:
    """Whether the first entry above the horizon was recorded before."""
    first = Entry.objects.filter(id__gt=horizon).order_by("id").values_list("recorded_at", flat=True).first()
    return first is not None and first < moment


def _share(after: str) -> tuple[Scope, str]:
    """The next share of all streams, and its last one ("" when it came to the end)."""
    size = max(LEAST_SHARE, -(-Stream.objects.count() // NIGHTS))
    rest = Stream.objects.filter(key__gt=after).order_by("key").values_list("key", flat=True)
    until = next(iter(rest[size - 1 : size]), "")
    if until:
        return Scope("{name} > %s AND {name} <= %s", [after, until]), until
    return Scope("{name} > %s", [after]), ""


def _is_tonight(number: int) -> bool:
    return number % NIGHTS == clock.now().toordinal() % NIGHTS
