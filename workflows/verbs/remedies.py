"""What happens after the decision outside its steps: an application taken back, proceedings and legal holds."""

from typing import Any

from accounts.models import User
from accounts.permissions import Verb
from cases.actions import proceedings, review as reviewing
from cases.actions.turn import turn
from cases.models import Case, LegalHold, Proceeding, Review

from ..models import CaseProcess
from .hand import act_by
from .leading import lead_out


def take_back(review: Review, *, user: User, reason: str) -> Review:
    """The customer takes his application for a review back: its open step falls, it ends. CaseError: told already."""
    with turn(review.case, user=user) as hand:
        act_by(hand, Verb.OPEN_REVIEW, hand.case)
        process = CaseProcess.objects.get(subject=review.uuid)
        process.case, process.turn = hand.case, hand
        found = reviewing.take_back(hand, process.flow_class.matter_of(process), reason=reason)
        lead_out(hand, process, "taken_back")
    return found


def begin_proceeding(case: Case, *, user: User, **said: Any) -> Proceeding:
    """A mediation, arbitration or lawsuit is on record, at any time, also on an archived file. Raises CaseError."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.RECORD_PROCEEDING, hand.case)
        return proceedings.begin(hand, **said)


def end_proceeding(row: Proceeding, *, user: User, **said: Any) -> Proceeding:
    """How it came out. Raises CaseError."""
    with turn(row.case, user=user) as hand:
        act_by(hand, Verb.RECORD_PROCEEDING, hand.case)
        found = Proceeding.objects.select_related("person_key").get(pk=row.pk)
        return proceedings.end(hand, found, **said)


def end_hold(row: LegalHold, *, user: User, reason: str) -> LegalHold:
    """Nothing has to be kept for it any more. Raises CaseError."""
    with turn(row.case, user=user) as hand:
        act_by(hand, Verb.END_HOLD, hand.case)
        found = LegalHold.objects.select_related("person_key", "proceeding").get(pk=row.pk)
        return proceedings.end_hold(hand, found, reason=reason)
