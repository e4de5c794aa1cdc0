"""积分: points that go with a proposal and come back with the account. No money: no sum counts them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from cases import kinds_lines, rules
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Case, DisputedTransaction, PointsEntry, Proposal
from record.journal import stamp

State = PointsEntry.State
MOST: Final = 99_999_999


def propose(
    turn: Turn, proposal: Proposal, points: Mapping[UUID, int], disputed: Mapping[UUID, DisputedTransaction]
) -> list[PointsEntry]:
    """Put the points beside the lines of the proposal. CaseError (field: points_ and the uuid): they cannot stand."""
    for uuid, count in points.items():
        _check(turn.case, disputed.get(uuid), count, field=f"points_{uuid}")
    entries = [
        PointsEntry(case=turn.case, proposal=proposal, transaction=disputed[uuid], points=count, recorded_at=turn.now)
        for uuid, count in points.items()
    ]
    for entry in entries:
        entry.save(force_insert=True)
    if entries:
        data = {"number": proposal.number, "total": _total(entries), "points": _told(entries)}
        turn.tell(kinds_lines.POINTS_PROPOSED, data=data, changed=entries)
    return entries


def move(proposal: Proposal, state: Proposal.State) -> list[PointsEntry]:
    """They follow what became of the proposal."""
    entries = list(proposal.points.all())
    for entry in entries:
        entry.state = State.APPROVED if state == Proposal.State.APPROVED else State.DROPPED
        entry.save(update_fields=["state"])
    return entries


def owed(case: Case) -> list[PointsEntry]:
    """Approved points not given back yet."""
    return list(case.points.owed().select_related("transaction"))


def restored(turn: Turn, *, receipt: str, at: datetime) -> list[PointsEntry]:
    """They are back on the account since `at`; the receipt is the one of the restoration."""
    entries = owed(turn.case)
    for entry in entries:
        entry.state, entry.receipt, entry.restored_at = State.RESTORED, receipt, at
        entry.save(update_fields=["state", "receipt", "restored_at"])
    if entries:
        data = {"total": _total(entries), "points": _told(entries), "receipt": receipt, "at": stamp(at)}
        turn.tell(kinds_lines.POINTS_RESTORED, data=data, changed=entries, happened_at=at)
    return entries


def _check(case: Case, transaction: DisputedTransaction | None, count: int, *, field: str) -> None:
    if transaction is None:
        raise CaseError(_("This transaction is not disputed."), field=field)
    if not rules.is_credit_card(case):
        raise CaseError(_("Points come back with the account of a credit card only."), field=field)
    if not transaction.bank_share:
        raise CaseError(_("The bank bears nothing of this transaction; only goodwill is possible."), field=field)
    if not isinstance(count, int) or not 0 < count <= MOST:
        raise CaseError(_("Points are a whole number above zero."), field=field)


def _total(entries: Iterable[PointsEntry]) -> int:
    return sum(entry.points for entry in entries)


def _told(entries: Iterable[PointsEntry]) -> list[dict[str, object]]:
    return [{"transaction": entry.transaction.bank_id, "points": entry.points} for entry in entries]
