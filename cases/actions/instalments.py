"""分期: disputed transactions that were turned into instalments, by the customer or by whoever stole the card.

Marked at the trace, held with the account, undone with its restoration. A plan over what the holder bears alone stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from cases import kinds_lines, rules, sums
from cases.actions import states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Case, DisputedTransaction
from record.journal import money, stamp

FEWEST: Final = 2
MOST: Final = 60


@dataclass(frozen=True)
class Plan:
    """Into how many instalments, and what they cost so far in the case's currency."""

    count: int
    fee: Decimal


def mark(turn: Turn, *, plans: Mapping[UUID, Plan]) -> list[DisputedTransaction]:
    """Say which disputed transactions run in instalments; of every other one that none does. Returns the marked ones.

    CaseError (field: uuid of the transaction): told already, no credit card, not disputed, undone already, or a number
    or fee that cannot be.
    """
    states.undecided(turn)
    every = {one.uuid: one for one in turn.case.transactions.all()}
    changed = [one for one in every.values() if _mark(turn, one, plans.get(one.uuid))]
    if plans.keys() - every.keys():
        raise CaseError(_("A transaction named is not on this case."))
    if changed:
        told = [
            {"transaction": every[uuid].bank_id, "count": plan.count, "fee": money(plan.fee, turn.case.currency)}
            for uuid, plan in plans.items()
        ]
        turn.tell(kinds_lines.INSTALMENTS_MARKED, data={"count": len(plans), "plans": told}, changed=changed)
    return [every[uuid] for uuid in plans]


def to_undo(case: Case) -> list[DisputedTransaction]:
    """Plans that have to be undone; none when the complaint was taken back. One query for a credit card."""
    if case.withdrawn_at is not None or not rules.is_credit_card(case):
        return []
    return list(case.transactions.plans_to_undo())


def undone(turn: Turn, *, receipt: str, at: datetime) -> list[DisputedTransaction]:
    """The plans are off the account since `at`; the receipt is the one of the restoration."""
    plans = to_undo(turn.case)
    for one in plans:
        one.instalments_undone_at, one.instalments_receipt = at, receipt
        one.save(update_fields=["instalments_undone_at", "instalments_receipt"])
    if plans:
        data = {"transactions": [one.bank_id for one in plans], "receipt": receipt, "at": stamp(at)}
        turn.tell(kinds_lines.INSTALMENTS_UNDONE, data=data, changed=plans, happened_at=at)
    return plans


def _mark(turn: Turn, transaction: DisputedTransaction, plan: Plan | None) -> bool:
    """Write the plan on the transaction, or take it off; whether that changed it."""
    fee = None
    if plan is not None:
        _check(turn, transaction, plan)
        fee = sums.exact(plan.fee, field=str(transaction.uuid), zero=True)
    count = plan.count if plan else None
    if (transaction.instalments, transaction.instalment_fee) == (count, fee):
        return False
    transaction.instalments, transaction.instalment_fee = count, fee
    transaction.save(update_fields=["instalments", "instalment_fee"])
    return True


def _check(turn: Turn, transaction: DisputedTransaction, plan: Plan) -> None:
    field = str(transaction.uuid)
    if not rules.is_credit_card(turn.case):
        raise CaseError(_("Only a credit card's transactions run in instalments."), field=field)
    if not transaction.is_disputed:
        raise CaseError(_("This transaction is not disputed."), field=field)
    if not FEWEST <= plan.count <= MOST:
        words = _("Instalments are between %(fewest)d and %(most)d.") % {"fewest": FEWEST, "most": MOST}
        raise CaseError(words, field=field)
