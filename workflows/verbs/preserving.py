"""证据保全 outside its step: asking for more, saying until when it lasts, recording what became of one item."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.permissions import Verb
from cases.actions import preservation
from cases.actions.turn import turn
from cases.models import Case, EvidenceItem

from .hand import act_by


def ask_for_evidence(case: Case, *, user: User, **wanted: Any) -> EvidenceItem:
    """Ask for one thing more (see `preservation.ask_by_hand`). Raises NotAllowed, CaseError."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.ADD_EVIDENCE, hand.case)
        return preservation.ask_by_hand(hand, **wanted)


def evidence_lasts(item: UUID, *, user: User, lost_after: datetime) -> EvidenceItem:
    """Its holder says when it will be overwritten (UTC). Raises NotAllowed, CaseError."""
    found = EvidenceItem.objects.select_related("case").get(uuid=item)
    with turn(found.case, user=user) as hand:
        act_by(hand, Verb.ADD_EVIDENCE, hand.case)
        return preservation.lasts(hand, found, lost_after=lost_after)


def answer_item(item: UUID, *, user: User, **answer: Any) -> EvidenceItem:
    """Record what became of it (see `preservation.answer`), whenever it comes. Raises NotAllowed, CaseError."""
    found = EvidenceItem.objects.select_related("case").get(uuid=item)
    with turn(found.case, user=user) as hand:
        act_by(hand, Verb.ADD_EVIDENCE, hand.case)
        return preservation.answer(hand, found, **answer)
