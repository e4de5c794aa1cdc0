"""What would go on paying beside the stopped card, asked once, and what shops still hold on it (card-fraud.md 1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from cases import free_text, kinds
from cases.actions import evidence, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Preauthorisation, StopCompanion
from knowledge.evidence import EvidenceKind
from record.journal import money, stamp

Kind, Outcome = StopCompanion.Kind, StopCompanion.Outcome


@dataclass(frozen=True)
class Companion:
    """What became of one of them. `done_at` is none for "now"; a receipt exactly when it was switched off."""

    kind: str
    outcome: str
    receipt: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True)
class Hold:
    """One open pre-authorisation. Money in the case's currency; `hold_until` UTC, may be past or to come."""

    amount: Decimal
    merchant: str
    hold_until: datetime


def stop_companions(turn: Turn, *, companions: Sequence[Companion], holds: Sequence[Hold] = ()) -> list[StopCompanion]:
    """Record all five at once, and what shops hold. CaseError at "kind:name" of a row; one is missing or said twice."""
    states.still_open(turn)
    if sorted(one.kind for one in companions) != sorted(Kind.values):
        raise CaseError(_("Say of each what became of it."))
    if turn.case.companions.exists():
        raise CaseError(_("This was recorded before."))
    rows = [_companion(turn, one) for one in companions]
    for hold in holds:
        _hold(turn, hold)
    return rows


def _companion(turn: Turn, said: Companion) -> StopCompanion:
    if said.outcome not in Outcome.values:
        raise CaseError(_("Choose one of the list."), field=f"outcome:{said.kind}")
    at = states.happened(said.done_at or turn.now, turn, field=f"done_at:{said.kind}")
    off = said.outcome == Outcome.OFF
    row = StopCompanion(
        case=turn.case,
        kind=Kind(said.kind),
        outcome=Outcome(said.outcome),
        done_at=at,
        receipt=free_text.code(said.receipt, field=f"receipt:{said.kind}") if off else "",
        by=turn.user,
        recorded_at=turn.now,
    )
    row.save()
    if off:
        evidence.add_reference(turn, kind=EvidenceKind.MANUAL_RECEIPT, reference=row.receipt, happened_at=at)
    turn.tell(
        KINDS[Outcome(row.outcome)], data={"kind": row.kind, "receipt": row.receipt}, changed=[row], happened_at=at
    )
    return row


def _hold(turn: Turn, said: Hold) -> Preauthorisation:
    if said.amount <= 0:
        raise CaseError(_("A hold is more than nothing."), field="amount")
    row = Preauthorisation(
        case=turn.case,
        amount=said.amount,
        currency=turn.case.currency,
        merchant=free_text.written(said.merchant, field="merchant", required=True, longest=120),
        hold_until=said.hold_until,
        by=turn.user,
        recorded_at=turn.now,
    )
    row.save()
    data = {"amount": money(row.amount, row.currency), "hold_until": stamp(row.hold_until)}
    turn.tell(kinds.HOLD_LISTED, data=data, changed=[row])
    return row


KINDS = {Outcome.OFF: kinds.COMPANION_OFF, Outcome.NONE: kinds.COMPANION_NONE, Outcome.REFUSED: kinds.COMPANION_KEPT}
