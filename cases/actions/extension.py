"""延长处理时限: 15 → 30 → 60 natural days from the same receipt, each step asked for, answered and, where the law says
so, told to the customer before it takes effect (CBIRC 2020 No.3 art. 18.1).

Which limit follows, who must approve and whether the customer is told is data of the policy pack. Nothing is extended
by itself, and nothing that has passed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from cases import free_text, kinds_terms
from cases.actions import deadline_moves, deadlines, evidence, states
from cases.actions.deadline_moves import stands_since
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Deadline, DeadlineSpan, Duty, Extension
from knowledge import limits, policies
from knowledge.evidence import EvidenceKind
from record.history import Tracked
from record.journal import Kind, stamp

State = Extension.State
ALIVE = (State.WAITING, State.GRANTED)
ASK, ANSWER = "ask_extension", "answer_extension"  # duties kept apart on a case


def ask(turn: Turn, *, reason: str, clock: UUID | None = None) -> Extension:
    """Ask for the next longer limit of the case's own clock, or of the letter whose uuid is `clock`.

    CaseError names the field: told already, no clock, passed, asked already, no further time by law, no reason.
    """
    states.undecided(turn)
    if turn.user is None:
        raise NotAllowed
    deadline = _running(turn, clock)
    longer = policies.extension_of(deadline.key, deadline.policy_version or None)
    if longer is None:
        raise CaseError(_("The law gives no more time."), field="clock")
    in_time(turn, deadline, field="clock")
    if Extension.objects.filter(deadline=deadline, state__in=ALIVE).exists():
        raise CaseError(_("More time was asked for already."), field="clock")
    reason = free_text.written(reason, field="reason", required=True, longest=2000)
    asked = Extension(
        case=turn.case,
        person_key=turn.case.person_key,
        deadline=deadline,
        key=longer.key,
        must_tell=bool(longer.extension["tell_complainant"]),
        asked_by=turn.user,
        asked_at=turn.now,
    )
    asked.seal(reason=reason)
    asked.save(force_insert=True)
    _tell(turn, asked, kinds_terms.EXTENSION_ASKED, personal={"reason": reason})
    _duty(turn, asked, ASK)
    return asked


def grant(turn: Turn, *, extension: Extension, reason: str = "") -> Extension:
    """Yes: in force at once, or when the customer was told. CaseError: passed; NotAllowed: by or for the asker."""
    asked = _independent(turn, extension)
    in_time(turn, asked.deadline, field="reason")
    reason = _answered(turn, asked, reason)
    personal = {"reason": reason} if reason else {}
    if asked.must_tell:
        asked.state = State.GRANTED
        asked.save()
        _tell(turn, asked, kinds_terms.EXTENSION_GRANTED, personal=personal)
        return asked
    return _take_effect(turn, asked, personal)


def refuse(turn: Turn, *, extension: Extension, reason: str) -> Extension:
    """No, with the reason. Errors as `grant`; also what has passed is refused."""
    asked = _independent(turn, extension)
    reason = _answered(turn, asked, reason, required=True)
    asked.state = State.REFUSED
    asked.save()
    _tell(turn, asked, kinds_terms.EXTENSION_REFUSED, personal={"reason": reason})
    return asked


def tell(turn: Turn, *, extension: Extension, notice: str, told_at: datetime) -> Extension:
    """The customer was told of it at `told_at`, `notice` proves it: from here the longer limit runs.

    It is told after the approval and before the limit passes; sent in time and typed later is in time (art. 21).
    CaseError names the field.
    """
    states.undecided(turn)
    asked = _alive(turn, extension, State.GRANTED)
    states.happened(told_at, turn, field="told_at", since=asked.answered_at)
    if told_at >= asked.deadline.due_at and not stands_since(asked.deadline):
        raise CaseError(_("The time limit had passed then."), field="told_at")
    if asked.deadline.overridden_at is not None:
        raise CaseError(_("Another date was agreed with the customer; that one leads."), field="told_at")
    try:
        proof = evidence.add_reference(turn, kind=EvidenceKind.EXTENSION_NOTICE, reference=notice, happened_at=told_at)
    except CaseError as error:
        raise CaseError(error.sentence, field="notice") from error
    asked.notice, asked.told_at = proof, told_at
    _take_effect(turn, asked, {})
    _tell(turn, asked, kinds_terms.EXTENSION_TOLD, at=told_at, notice=proof.reference)
    return asked


def fall(turn: Turn, *, in_force: bool = False) -> None:
    """What was asked or granted is needed no more; with `in_force` what was in force, too: new facts came in."""
    states_ = (*ALIVE, State.IN_FORCE) if in_force else ALIVE
    for asked in turn.case.extensions.select_related("person_key", "deadline", "extended").filter(state__in=states_):
        asked.state = State.DROPPED
        asked.save(update_fields=["state"])
        _tell(turn, asked, kinds_terms.EXTENSION_DROPPED)


def in_time(turn: Turn, deadline: Deadline, *, field: str) -> None:
    """The limit runs, leads and has not passed. CaseError at `field`."""
    if deadline.ended_at is not None:
        raise CaseError(_("This time limit has ended."), field=field)
    if deadline.overridden_at is not None:
        raise CaseError(_("Another date was agreed with the customer; that one leads."), field=field)
    since = stands_since(deadline)
    if deadline.due_at <= (since or turn.now):
        raise CaseError(_("The time limit has passed; it cannot be extended any more."), field=field)


def _running(turn: Turn, clock: UUID | None) -> Deadline:
    found = Deadline.objects.filter(case=turn.case, kind=Deadline.Kind.LAW, subject=clock, ended_at=None).first()
    if found is None:
        raise CaseError(_("No statutory clock of this kind runs."), field="clock")
    return found


def _alive(turn: Turn, extension: Extension, state: str) -> Extension:
    """The request as it stands under the lock. CaseError: of another case, or answered already."""
    found = turn.case.extensions.select_related("person_key", "deadline", "asked_by").filter(pk=extension.pk).first()
    if found is None or found.state != state:
        raise CaseError(_("This request for more time does not wait for that."), field="reason")
    return found


def _independent(turn: Turn, extension: Extension) -> Extension:
    states.undecided(turn)
    asked = _alive(turn, extension, State.WAITING)
    if turn.user is None or asked.asked_by_id in turn.persons:
        raise NotAllowed(_("Whoever asks for more time does not grant it, nor does his substitute for him."))
    return asked


def _answered(turn: Turn, asked: Extension, reason: str, *, required: bool = False) -> str:
    reason = free_text.written(reason, field="reason", required=required, longest=2000)
    asked.answered_by, asked.answered_as, asked.answered_at = turn.user, turn.role, turn.now
    asked.seal(answer_reason=reason)
    _duty(turn, asked, ANSWER)
    return reason


def _take_effect(turn: Turn, asked: Extension, personal: dict[str, str]) -> Extension:
    """The longer limit in place of the running one: from the same event, with the time that was left out before."""
    before, spans = asked.deadline, list(asked.deadline.spans.all())
    earlier, later = (policies.rule(key, before.policy_version or None) for key in (before.key, asked.key))
    left_out = before.due_at - earlier.due(before.started_at, turn.case.zone)
    deadlines.stop(turn, deadline=before, outcome=Deadline.Outcome.EXTENDED)
    asked.extended = deadlines.start(turn, asked.key, subject=before.subject, at=before.started_at, kind=before.kind)
    _keep_spans(turn, asked.extended, spans, left_out)
    asked.state = State.IN_FORCE
    asked.save()
    days = later.amount - earlier.amount if before.subject is None else 0
    if days:
        turn.case.later_by = (turn.case.later_by or 0) + days
        turn.case.save(update_fields=["later_by"])
    _tell(turn, asked, kinds_terms.EXTENSION_IN_FORCE, personal=personal, also=[turn.case] if days else [])
    _put_off(turn, days)
    return asked


def _keep_spans(turn: Turn, longer: Deadline, spans: list[DeadlineSpan], left_out: timedelta) -> None:
    """What stood, stands; what was left out, stays left out."""
    longer.spans.all().delete()
    for span in spans:
        longer.spans.create(counts=span.counts, began_at=span.began_at, ended_at=span.ended_at, why=span.why)
    deadline_moves.later(turn, longer, left_out)


def _put_off(turn: Turn, days: int) -> None:
    """The house's limits of the decision that run, unless they have passed; `later_by` puts off those to come."""
    if not days:
        return
    running = Deadline.objects.filter(case=turn.case, ended_at=None, key__in=limits.OF_THE_DECISION)
    for one in running.order_by("id"):
        if one.due_at > (stands_since(one) or turn.now):
            deadline_moves.put_off(turn, one, by=timedelta(days=days))


def _duty(turn: Turn, asked: Extension, duty: str) -> None:
    """Kept like the duties of steps: the database refuses one person both, and anybody with an interest."""
    if turn.user is None:
        raise NotAllowed
    Duty.objects.create(
        case=turn.case,
        duty=duty,
        task=asked.uuid,
        person=turn.user,
        for_whom=turn.for_whom,
        state=Duty.State.DONE,
        began_at=turn.now,
        ended_at=turn.now,
    )


def _tell(
    turn: Turn,
    asked: Extension,
    kind: Kind,
    *,
    personal: dict[str, str] | None = None,
    at: datetime | None = None,
    also: Sequence[Tracked] = (),
    **more: object,
) -> None:
    data: dict[str, object] = {"extension": str(asked.uuid), "key": asked.key, "due_at": stamp(asked.deadline.due_at)}
    if asked.extended is not None:
        data["until"] = stamp(asked.extended.due_at)
    turn.tell(kind, data=data | more, personal=personal or {}, changed=[asked, *also], happened_at=at)
