"""调解, 仲裁, 诉讼 on record, at any time of the case; and the legal hold that an arbitration or a lawsuit brings."""

from datetime import datetime

from django.utils.translation import gettext as _

from cases import free_text, kinds_review
from cases.actions import states
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import LegalHold, Proceeding
from record.journal import stamp
from record.keys import lock_key

Kind = Proceeding.Kind


def begin(turn: Turn, *, kind: str, body: str, number: str, began_at: datetime, why: str = "") -> Proceeding:
    """It began before `body` under its `number`; an arbitration or a lawsuit sets a legal hold, with its `why`.

    CaseError names the field: known already, a time before the receipt of the complaint. KeyDestroyed when the person
    was erased: there is nothing left to hold.
    """
    if turn.user is None:
        raise NotAllowed
    if kind not in Kind.values:
        raise CaseError(_("Choose one of the list."), field="kind")
    number = free_text.code(number, field="number")
    if turn.case.proceedings.filter(kind=kind, number=number).exists():
        raise CaseError(_("This is on record already."), field="number")
    states.happened(began_at, turn, field="began_at", since=turn.case.received_at)
    body = free_text.written(body, field="body", required=True, longest=120)
    row = Proceeding(
        case=turn.case,
        person_key=turn.case.person_key,
        kind=kind,
        number=number,
        began_at=began_at,
        by=turn.user,
        recorded_at=turn.now,
    )
    row.seal(body=body)
    row.save(force_insert=True)
    data = {"proceeding": str(row.uuid), "kind": str(kind), "number": number}
    began = {"body": body}
    turn.tell(kinds_review.PROCEEDING_BEGAN, data=data, personal=began, changed=[row], happened_at=began_at)
    if kind in Proceeding.HOLDING:
        _hold(turn, row, free_text.written(why, field="why") or f"{row}")
    return row


def end(turn: Turn, row: Proceeding, *, outcome: str, result: str, ended_at: datetime) -> Proceeding:
    """How it came out. The hold it brought stands until somebody ends it. CaseError: ended before, no result."""
    if row.ended_at is not None:
        raise CaseError(_("Its end is on record already."))
    if outcome not in Proceeding.Outcome.values:
        raise CaseError(_("Choose one of the list."), field="outcome")
    states.happened(ended_at, turn, field="ended_at", since=row.began_at)
    result = free_text.written(result, field="result", required=True)
    row.outcome, row.ended_at = outcome, ended_at
    row.seal(result=result)
    row.save()
    data = {"proceeding": str(row.uuid), "number": row.number, "outcome": str(outcome)}
    told = {"result": result}
    turn.tell(kinds_review.PROCEEDING_ENDED, data=data, personal=told, changed=[row], happened_at=ended_at)
    return row


def end_hold(turn: Turn, hold: LegalHold, *, reason: str) -> LegalHold:
    """Nothing speaks against destroying any more. CaseError: ended before, its proceeding still running, no reason."""
    if turn.user is None:
        raise NotAllowed
    if hold.until is not None:
        raise CaseError(_("This legal hold has ended."))
    if hold.proceeding.ended_at is None:
        raise CaseError(_("Record first how %(what)s ended.") % {"what": hold.proceeding})
    reason = free_text.written(reason, field="reason", required=True)
    hold.until, hold.ended_by = turn.now, turn.user
    hold.seal(end_reason=reason)
    hold.save()
    first = turn.case.holds.filter(until=None).first()
    turn.case.held_since = first.since if first else None
    turn.case.save(update_fields=["held_since"])
    data, told = {"hold": str(hold.uuid)}, {"reason": reason}
    turn.tell(kinds_review.HOLD_ENDED, data=data, personal=told, changed=[hold, turn.case])
    return hold


def _hold(turn: Turn, row: Proceeding, why: str) -> LegalHold:
    """The key is locked first: an erasure that is under way is waited for, and then there is nothing to hold."""
    if turn.case.person_key is not None:
        lock_key(turn.case.person_key)
    if turn.user is None:
        raise NotAllowed
    hold = LegalHold(
        case=turn.case,
        person_key=turn.case.person_key,
        proceeding=row,
        by=turn.user,
        since=turn.now,
        recorded_at=turn.now,
    )
    hold.seal(why=why)
    hold.save(force_insert=True)
    turn.case.held_since = turn.case.held_since or turn.now
    turn.case.save(update_fields=["held_since"])
    data = {"hold": str(hold.uuid), "since": stamp(turn.now)}
    turn.tell(kinds_review.HOLD_BEGAN, data=data, personal={"why": why}, changed=[hold, turn.case])
    return hold
