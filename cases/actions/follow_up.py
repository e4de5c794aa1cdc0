"""回访: the customer is asked after completion whether all has arrived and how he found it."""

from datetime import datetime

from django.utils.translation import gettext as _

from cases import free_text, kinds
from cases.actions import evidence, states
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import FollowUp
from knowledge.evidence import EvidenceKind

Result = FollowUp.Result


def call_back(turn: Turn, *, result: str, called_at: datetime, proof: str, note: str = "") -> FollowUp:
    """Record one call or survey after completion, at `called_at` (UTC); `proof`: number of the recording or survey.

    Not reached is an answer. A customer who is not satisfied is quoted. CaseError names the field.
    """
    states.done(turn)
    if turn.user is None:
        raise NotAllowed
    if result not in Result.values:
        raise CaseError(_("Choose one of the list."), field="result")
    if FollowUp.objects.filter(case=turn.case).exists():
        raise CaseError(_("The customer was called back before."))
    states.happened(called_at, turn, field="called_at", since=turn.case.done_at)
    note = free_text.written(note, field="note", required=result == Result.DISSATISFIED)
    made = FollowUp(
        case=turn.case,
        person_key=turn.case.person_key,
        result=result,
        called_at=called_at,
        proof=evidence.add_reference(turn, kind=EvidenceKind.FOLLOW_UP, reference=proof, happened_at=called_at),
        by=turn.user,
        recorded_at=turn.now,
    )
    made.seal(note=note)
    made.save(force_insert=True)
    kind = kinds.FOLLOW_UP_UNREACHED if result == Result.UNREACHED else kinds.FOLLOW_UP_DONE
    turn.tell(kind, data={"result": result}, changed=[made], happened_at=called_at)
    return made
