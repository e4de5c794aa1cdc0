"""责任判定: who bears each disputed transaction, on which ground (法释〔2021〕10号). Who is to blame is 责任认定."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import get_language, gettext as _

from cases import free_text, kinds, sums
from cases.actions import burden, handing_on, states
from cases.actions.proposal import nothing_alive
from cases.actions.turn import Turn
from cases.burden import Grid, Standing
from cases.errors import CaseError
from cases.models import DisputedTransaction
from knowledge.burden_table import title_of
from knowledge.grounds import Ground
from record.journal import money


@dataclass(frozen=True)
class Share:
    """How one disputed transaction is borne: money in the case's currency, none negative, together its amount."""

    transaction: UUID
    ground: str
    bank: Decimal
    holder: Decimal
    merchant: Decimal
    reason: str = ""

    @property
    def total(self) -> Decimal:
        """What the three bear together."""
        return self.bank + self.holder + self.merchant


def decide(
    turn: Turn, *, shares: Sequence[Share], hand_on: Mapping[UUID, str] | None = None
) -> list[DisputedTransaction]:
    """Decide every disputed transaction, each exactly once; those handed on before have their end already.

    `hand_on`: transactions, with the written reason, that go on in a complaint of their own instead of being shared.

    No ground is barred. One that does not fit what the trace found, that the burden board does not support, or that
    always needs it, takes a written reason. CaseError (field: the transaction's uuid): told already, a proposal waits
    or is approved, one missing, double or not disputed, an unknown ground, shares that do not add up, or no reason.
    """
    states.undecided(turn)
    nothing_alive(turn)
    disputed = {one.uuid: one for one in turn.case.transactions.to_decide()}
    leaving = hand_on or {}
    _each_once([*(share.transaction for share in shares), *leaving], disputed.keys())
    boards = {grid.transaction.uuid: grid for grid in burden.grids(turn.case, list(disputed.values()))}
    for share in shares:
        _decide(turn, disputed[share.transaction], share, boards[share.transaction])
    for uuid, reason in leaving.items():
        _leave(disputed[uuid], reason, boards[uuid])
    handing_on.hand_on(turn, [disputed[uuid] for uuid in leaving])
    return list(disputed.values())


def _leave(transaction: DisputedTransaction, reason: str, board: Grid) -> None:
    """Its ground follows from what the trace found; the reason is asked for as of any other ground."""
    field = str(transaction.uuid)
    reason = free_text.written(reason, field=field)
    ground = handing_on.ground_of(transaction)
    if not reason and (why := _needs_reason(ground, board)):
        raise CaseError(why, field=field)
    transaction.seal(ground_reason=reason)


def _each_once(named: list[UUID], disputed: Iterable[UUID]) -> None:
    if len(named) != len(set(named)):
        raise CaseError(_("A transaction is decided twice."))
    if set(named) != set(disputed):
        raise CaseError(_("Every disputed transaction is decided, and no other."))


def _decide(turn: Turn, transaction: DisputedTransaction, share: Share, board: Grid) -> None:
    reason = _checked(transaction, share, board)
    # What the case in hand already knows is not asked again for each row.
    transaction.case, transaction.person_key = turn.case, turn.case.person_key
    transaction.ground = Ground(share.ground)
    transaction.seal(ground_reason=reason)
    transaction.bank_share, transaction.holder_share = share.bank, share.holder
    transaction.merchant_share = share.merchant
    transaction.save()
    data = {
        "transaction": transaction.bank_id,
        "type": str(transaction.type),
        "ground": share.ground,
        "board": str(board.standing(share.ground) or "does_not_fit"),
        "bank": money(share.bank, transaction.currency),
        "holder": money(share.holder, transaction.currency),
        "merchant": money(share.merchant, transaction.currency),
    }
    turn.tell(kinds.LIABILITY_DECIDED, data=data, personal={"reason": reason} if reason else {}, changed=[transaction])


def _checked(transaction: DisputedTransaction, share: Share, board: Grid) -> str:
    """The reason as it is kept. CaseError at the transaction when the share cannot stand."""
    field = str(transaction.uuid)
    if share.ground not in Ground:
        raise CaseError(_("Choose the ground of the decision."), field=field)
    for amount in (share.bank, share.holder, share.merchant):
        sums.exact(amount, field=field, zero=True)
    if share.total != transaction.amount:
        raise CaseError(
            _("The shares add up to %(total)s, the transaction is %(amount)s.")
            % {"total": share.total, "amount": transaction.amount},
            field=field,
        )
    reason = free_text.written(share.reason, field=field)
    if not reason and (why := _needs_reason(share.ground, board)):
        raise CaseError(why, field=field)
    return reason


def _needs_reason(ground: str, board: Grid) -> str:
    """The sentence that asks for a written reason; empty when the ground speaks for itself."""
    stand = next((one for one in board.stands if one.ground.code == ground), None)
    if stand is None:
        return _("This ground does not fit what the trace found: write down why it applies.")
    if stand.ground.needs_reason(proved=stand.standing is Standing.SUPPORTED):
        if stand.standing is Standing.SUPPORTED or not stand.lacks:
            return _("This ground needs a written reason.")
        names = _(", ").join(title_of(element, get_language() or "zh-hans") for element in stand.lacks)
        return _("The burden board does not support this ground (%(elements)s): write down why it applies.") % {
            "elements": names
        }
    return ""
