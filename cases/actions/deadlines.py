"""Time limits of a case: begun, ended, and the alarms between.

A limit sounds four levels, each once: reminder at 80 % of its time, overdue when it passes, then reported to the
supervisor and to the branch head after what the house policy says. The sweep that calls `alarm` is in workflows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from cases import kinds, kinds_terms
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Case, Deadline, Notice
from knowledge import calendars, limits, policies
from record.journal import Kind, stamp

PROMISE: Final = "promise"
AGREED: Final = "agreed"
REMIND_AT: Final = 0.8
UNTIL_TOLD: Final = (Deadline.Kind.LAW, Deadline.Kind.AGREED)
FROM_RECEIPT: Final = frozenset({"notice", "receipt"})


@dataclass(frozen=True)
class Level:
    """One alarm of a limit: when it is due, what is told, what kind of notice people get."""

    number: int
    due: Callable[[Deadline], datetime]
    fact: Kind
    notice: Notice.Kind


def start(
    turn: Turn,
    key: str,
    *,
    subject: UUID | None = None,
    at: datetime | None = None,
    kind: str | None = None,
    no_later: datetime | None = None,
    role: str = "",
) -> Deadline:
    """Begin a limit of the policy the case pinned, from `at` (UTC) or from the event its rule names. One query.

    `subject` is the uuid of the step task it is for, none for the case itself. `kind` is the rule's own (law or house)
    unless said. `role`: the post its alarms go to when it is no step's. `no_later`: it ends then even if the rule gave
    more time, and at once when that is past. PolicyMissing for an unknown key; UnverifiedLaw for a law nobody compared
    with its original.
    """
    rule = policies.rule(key, turn.case.policy_version or None)
    begun = at or _begins(turn, rule)
    due_at = rule.due(begun, turn.case.zone)
    if rule.counts_from == "receipt" and key in limits.OF_THE_DECISION:
        due_at += timedelta(days=turn.case.later_by or 0)
    if no_later is not None:
        due_at = max(begun, min(due_at, no_later))
    return _begin(turn, key=key, kind=kind or rule.kind, subject=subject, begun=begun, due_at=due_at, role=role)


def _begins(turn: Turn, rule: policies.Rule) -> datetime:
    """A limit from notice or receipt does not begin anew with its step, but with new facts (art. 18.3).

    An imported case had no clock before.
    """
    if rule.counts_from in FROM_RECEIPT and not turn.case.imported_from:
        return turn.case.restarted_at or turn.case.received_at
    return turn.now


def take_over(turn: Turn, origin: Case) -> None:
    """The law's clock of the case this one was handed on from goes on here: same beginning, end and spans."""
    for limit in Deadline.objects.filter(case=origin, kind=Deadline.Kind.LAW, subject=None, ended_at=None):
        mine = _begin(turn, key=limit.key, kind=limit.kind, subject=None, begun=limit.started_at, due_at=limit.due_at)
        mine.spans.all().delete()
        for span in limit.spans.all():
            mine.spans.create(counts=span.counts, began_at=span.began_at, ended_at=span.ended_at, why=span.why)


def promise_deadline(turn: Turn, *, subject: UUID, due_at: datetime) -> Deadline:
    """Begin the limit of a promise: it ends when the customer was told it would. CaseError when that is past."""
    if due_at <= turn.now:
        raise CaseError(_("This moment is already past."), field="due_at")
    return _begin(turn, key=PROMISE, kind=Deadline.Kind.PROMISE, subject=subject, begun=turn.now, due_at=due_at)


def window(turn: Turn, key: str, *, subject: UUID, due_at: datetime, warnings: Iterable[timedelta], role: str) -> None:
    """Begin a limit whose end was typed or computed elsewhere, and its warnings: so long before it ends, each once.

    The last warning is the limit's own reminder; each earlier one is a forewarning, a row of its own that reminds and
    is never overdue itself. What would have been warned of before now is left out. Nobody's step holds it: alarms go
    to the post `role`.
    """
    made: Any = {"kind": Deadline.Kind.HOUSE, "subject": subject, "begun": turn.now, "due_at": due_at}
    moments = sorted(due_at - before for before in warnings)
    for moment in [moment for moment in moments[:-1] if moment > turn.now]:
        _begin(turn, key=key, role=role, reminder_at=moment, forewarns=True, **made)
    last = max(moments[-1], turn.now)
    _begin(turn, key=key, role=role, reminder_at=last, **made)


def stop_of(turn: Turn, subject: UUID, *, outcome: str | None = None) -> None:
    """End every running limit of a matter: its window and the warnings of it."""
    while stop(turn, subject=subject, outcome=outcome):
        pass


def agreed(turn: Turn, *, due_at: datetime) -> Deadline:
    """Begin the limit that was agreed with the customer for the decision. CaseError when it is past."""
    if due_at <= turn.now:
        raise CaseError(_("This day is already past."), field="answer_by")
    return _begin(turn, key=AGREED, kind=Deadline.Kind.AGREED, subject=None, begun=turn.now, due_at=due_at)


def until(turn: Turn, key: str, *, subject: UUID, begun: datetime, due_at: datetime) -> Deadline:
    """Begin a limit that ends at a known moment, when a bank system lets a stop lapse; it may be past. One query."""
    rule = policies.rule(key, turn.case.policy_version or None)
    return _begin(turn, key=key, kind=rule.kind, subject=subject, begun=begun, due_at=due_at)


def running(turn: Turn, *, subject: UUID | None = None, key: str | None = None) -> Deadline | None:
    """The running limit of a step or promise; the case's own without `subject`, by `key` when there are several."""
    return _running(turn, subject, key).order_by("due_at", "id").first()


def _running(turn: Turn, subject: UUID | None, key: str | None) -> QuerySet[Deadline]:
    found = Deadline.objects.filter(case=turn.case, subject=subject, ended_at=None)
    return found.filter(key=key) if key else found


def stop(
    turn: Turn,
    *,
    subject: UUID | None = None,
    deadline: Deadline | None = None,
    key: str | None = None,
    outcome: str | None = None,
    at: datetime | None = None,
) -> Deadline | None:
    """End a running limit (see `running`) with its span; None when none runs.

    `at` is when it was satisfied (now when not said): before `due_at` is met, `due_at` itself is missed, unless
    `outcome` says otherwise. One query.
    """
    named = {"pk": deadline.pk} if deadline else {"subject": subject, "key": key or ""}
    ended = Deadline.objects.end(turn.case, at=at or turn.now, outcome=outcome or "", **named)
    if ended is None or ended.ended_at is None:
        return None
    data = said(ended) | {"level": ended.level}
    turn.tell(_ENDINGS[Deadline.Outcome(ended.outcome)], data=data, happened_at=ended.ended_at)
    return ended


def stop_statutory(turn: Turn, *, at: datetime) -> None:
    """End every clock of the law on the case, its own and those of referrals, and the date agreed: told at `at`."""
    ended = Deadline.objects.filter(case=turn.case, kind__in=UNTIL_TOLD, ended_at=None)
    for deadline in ended.order_by("id"):
        given_up = deadline.overridden_at is not None and deadline.due_at <= at
        stop(turn, deadline=deadline, at=at, outcome=Deadline.Outcome.OVERRIDDEN if given_up else None)


def stop_all(turn: Turn) -> list[Deadline]:
    """End every running limit of the case as no longer needed: the complaint was withdrawn or closed otherwise.

    Not those of stops: a card stays stopped, and its loss report lapses, whatever becomes of the complaint.
    """
    stops = turn.case.controls.running().values("uuid")
    left = Deadline.objects.filter(case=turn.case, ended_at=None).exclude(subject__in=stops).order_by("id")
    ended = [stop(turn, deadline=deadline, outcome=Deadline.Outcome.CANCELLED) for deadline in left]
    return [deadline for deadline in ended if deadline]


def next_alarm(deadline: Deadline) -> datetime | None:
    """When the next level sounds (UTC); none when the limit has ended or all have sounded."""
    if deadline.ended_at is not None:
        return None
    # A short limit may put a later level before an earlier one: levels never overtake each other.
    left = [level.due(deadline) for level in _levels(deadline) if level.number > deadline.level]
    return left[0] if left else None


def alarm(
    turn: Turn, deadline: Deadline, *, holder: Iterable[User], supervisors: Iterable[User], heads: Iterable[User]
) -> list[Notice]:
    """Sound every level that is due, in order, each once; returns the notices made.

    Reminder and overdue go to the holder (those the step waits for, when nobody took it), overdue to supervisors too,
    then supervisors, then heads. After a long silence all levels that came due are told, and each person gets one
    notice, the gravest; a reminder of what has passed is told, and sent to nobody. Two statements and the notices.
    """
    deadline.case = turn.case
    sounded = _due_levels(deadline, turn.now)
    if not sounded or not _claimed(deadline, sounded[-1].number):
        return []
    people = {1: [*holder], 2: [*holder, *supervisors], 3: [*supervisors], 4: [*heads]}
    gravest: dict[int, tuple[Level, User]] = {}
    for level in sounded:
        passed_over = level.number == 1 and len(sounded) > 1
        for person in () if passed_over else people[level.number]:
            gravest[person.pk] = (level, person)
    notices = Notice.objects.bulk_create(
        Notice(case=turn.case, deadline=deadline, level=level.number, kind=level.notice, to=person, made_at=turn.now)
        for level, person in gravest.values()
    )
    for level in sounded:
        told_to = sorted({person.staff_number for at, person in gravest.values() if at is level})
        turn.tell(level.fact, data=said(deadline) | {"level": level.number, "to": told_to})
    return notices


def _begin(
    turn: Turn, *, key: str, kind: str, subject: UUID | None, begun: datetime, due_at: datetime, **more: Any
) -> Deadline:
    reminder_at = more.pop("reminder_at", None) or calendars.reminder_at(begun, due_at, REMIND_AT)
    deadline = Deadline.objects.begin(
        Deadline(
            case=turn.case,
            kind=kind,
            key=key,
            policy_version=turn.case.policy_version,
            subject=subject,
            started_at=begun,
            due_at=due_at,
            reminder_at=reminder_at,
            next_alarm_at=reminder_at,
            **more,
        )
    )
    turn.tell(kinds.DEADLINE_STARTED, data=said(deadline))
    return deadline


def _due_levels(deadline: Deadline, now: datetime) -> list["Level"]:
    if deadline.ended_at is not None:
        return []
    due: list[Level] = []
    for level in _levels(deadline):
        if level.number > deadline.level:
            if level.due(deadline) > now:
                break
            due.append(level)
    return due


def _levels(deadline: Deadline) -> Sequence["Level"]:
    """A forewarning knows the reminder only."""
    return LEVELS[:1] if deadline.forewarns else LEVELS


def _claimed(deadline: Deadline, level: int) -> bool:
    """Raise the level in one statement that fails when somebody raised or ended it since it was read."""
    before, deadline.level = deadline.level, level
    deadline.next_alarm_at = next_alarm(deadline)
    mine = Deadline.objects.filter(pk=deadline.pk, level=before, ended_at=None)
    return mine.update(level=level, next_alarm_at=deadline.next_alarm_at) == 1


def _after(key: str) -> Callable[[Deadline], datetime]:
    def due(deadline: Deadline) -> datetime:
        rule = policies.rule(key, deadline.policy_version or None)
        return rule.due(deadline.due_at, deadline.case.zone)

    return due


def said(deadline: Deadline) -> dict[str, object]:
    """What a fact about a limit says of it."""
    return {
        "deadline": str(deadline.uuid),
        "key": deadline.key,
        "subject": str(deadline.subject) if deadline.subject else None,
        "due_at": stamp(deadline.due_at),
    }


LEVELS: Final = (
    Level(1, lambda deadline: deadline.reminder_at or deadline.due_at, kinds.DEADLINE_REMINDED, Notice.Kind.REMINDER),
    Level(2, lambda deadline: deadline.due_at, kinds.DEADLINE_OVERDUE, Notice.Kind.OVERDUE),
    Level(3, _after(limits.ESCALATE_SUPERVISOR), kinds.DEADLINE_ESCALATED, Notice.Kind.ESCALATION),
    Level(4, _after(limits.ESCALATE_BRANCH_HEAD), kinds.DEADLINE_ESCALATED, Notice.Kind.ESCALATION),
)
_ENDINGS: Final = {
    Deadline.Outcome.MET: kinds.DEADLINE_MET,
    Deadline.Outcome.MISSED: kinds.DEADLINE_MISSED,
    Deadline.Outcome.CANCELLED: kinds.DEADLINE_CANCELLED,
    Deadline.Outcome.EXTENDED: kinds_terms.DEADLINE_EXTENDED,
    Deadline.Outcome.OVERRIDDEN: kinds_terms.DEADLINE_OVERRIDDEN,
}
