"""客户指认: which of the card's transactions the customer says were not his, as he says it, until the trace is done.

A finding is another thing: what each of them was is said by the trace (`transactions.mark_disputed`), which sees this.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from cases import kinds_call, named, rules
from cases.actions import states, transactions
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import DisputedTransaction
from record.journal import Kind, money


@dataclass(frozen=True)
class Noted:
    """A transaction on no list, as the customer says it: when (UTC), how much in the case's currency, where."""

    booked_at: datetime
    amount: Decimal
    channel: str
    merchant: str = ""


def name(
    turn: Turn, *, names: Collection[UUID] = (), takes_back: Collection[UUID] = (), noted: Sequence[Noted] = ()
) -> named.Named:
    """Take down what the customer names, what he takes back, and what he names that no list has.

    What is said already stays as it is and is told once: two people at once, or the same sent twice, lose and double
    nothing. Returns what he names now.
    CaseError: no card fraud, no person, told already, traced already, or a transaction that is not of this case.
    """
    user = _may_still_be_said(turn)
    on_file = {one.uuid: one for one in turn.case.transactions.all()}
    if not {*names, *takes_back} <= on_file.keys():
        raise CaseError(_("A transaction named is not on this case."))
    added = [transactions.add_transaction(turn, **vars(one), noted_by=user) for one in _new(on_file.values(), noted)]
    said = [on_file[uuid] for uuid in on_file if uuid in names and not on_file[uuid].is_named]
    back = [on_file[uuid] for uuid in on_file if uuid in takes_back and on_file[uuid].is_named]
    for one in said:
        one.named_at, one.named_by = turn.now, user
        one.save(update_fields=["named_at", "named_by"])
    for one in back:
        one.named_at = one.named_by = None
        one.save(update_fields=["named_at", "named_by"])
    now = named.of([*on_file.values(), *added], turn.case.currency)
    _tell(turn, kinds_call.TRANSACTIONS_NAMED, [*said, *added], said, now)
    _tell(turn, kinds_call.NAMING_TAKEN_BACK, back, back, now)
    return now


def _may_still_be_said(turn: Turn) -> User:
    states.undecided(turn)
    if turn.user is None:
        raise CaseError(_("Only a person can take a call."))
    if not rules.is_card_fraud(turn.case):
        raise CaseError(_("Transactions are named in complaints of card fraud only."))
    if named.is_traced(turn.case.transactions.all()):
        raise CaseError(_("The trace is done. Record what the customer says as a contact, for whoever decides."))
    return turn.user


def _new(on_file: Iterable[DisputedTransaction], noted: Sequence[Noted]) -> list[Noted]:
    """What was not noted before: two alike on one form are two, the same form sent twice is one."""
    known = Counter(
        Noted(one.booked_at, one.amount, one.channel, one.merchant) for one in on_file if one.noted_by_id is not None
    )
    return list((Counter(noted) - known).elements())


def _tell(
    turn: Turn,
    kind: Kind,
    rows: Sequence[DisputedTransaction],
    changed: Sequence[DisputedTransaction],
    now: named.Named,
) -> None:
    """One fact of these rows, if there are any; those added by hand have told that they changed."""
    if not rows:
        return
    data = {
        "transactions": [one.bank_id for one in rows],
        "sums": [money(one.amount, one.currency) for one in rows],
        "count": now.many,
        "total": money(now.total, turn.case.currency),
        "foreign": now.foreign,
    }
    turn.tell(kind, data=data, changed=changed)
