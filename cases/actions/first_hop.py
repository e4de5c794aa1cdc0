"""资金首站: who had the money first after the card. Found out while the trace runs, before what each payment was.

The acquirer, payee's bank or payment institution that can still hold it is asked at once (card-fraud.md 3, 2f).
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases import free_text
from cases.actions import deadlines, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.kinds_lines import FIRST_HOP_CASH, FIRST_HOP_FOUND
from cases.models import DisputedTransaction
from knowledge import limits

WentTo = DisputedTransaction.WentTo


def find(
    turn: Turn,
    *,
    transactions: Collection[UUID],
    went_to: str,
    found_at: datetime,
    name: str = "",
    account: str = "",
) -> list[DisputedTransaction]:
    """Say where the money of these transactions went first, found out at `found_at`; what was said before gives way.

    Returns those it changed.

    `name` is the institution's, needed but for cash; `account` is masked or a token. Ends the house's limit for it.
    CaseError names the field: told already, none chosen or not of this case, no name, an account in clear.
    """
    states.undecided(turn)
    if went_to not in WentTo.values:
        raise CaseError(_("Choose one of the list."), field="went_to")
    name = free_text.written(name, field="name", required=went_to != WentTo.CASH, longest=80)
    account = free_text.account(account, field="account")
    states.happened(found_at, turn, field="found_at", since=turn.case.received_at)
    named = list(turn.case.transactions.filter(uuid__in=transactions))
    if not named or len(named) != len(set(transactions)):
        raise CaseError(_("Choose at least one transaction of this case."), field="transactions")
    said = {"went_to": went_to, "went_to_name": name, "went_to_account": account, "went_to_found_at": found_at}
    changed = [one for one in named if _said(one, said)]
    if changed:  # sent twice it is told once
        kind = FIRST_HOP_FOUND if name else FIRST_HOP_CASH
        data = {"transactions": [one.bank_id for one in changed], "went_to": str(went_to), "name": name}
        turn.tell(kind, data=data, changed=changed, happened_at=found_at)
        deadlines.stop(turn, subject=turn.case.uuid, key=limits.FIRST_HOP, at=found_at)
    return changed


def _said(transaction: DisputedTransaction, said: Mapping[str, Any]) -> bool:
    """Write it on the transaction; whether that changed it."""
    if all(getattr(transaction, name) == value for name, value in said.items()):
        return False
    for name, value in said.items():
        setattr(transaction, name, value)
    transaction.save(update_fields=list(said))
    return True
