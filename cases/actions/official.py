"""What others ordered, mirrored: the bank's own control, the police's emergency stop of a payee, a court's freeze.

None of it is an order of ours to a bank system, and what police or court ordered ends only by their own paper; it may
outlive the case (card-fraud.md 3; 反电信网络诈骗法 art. 18; 银发〔2016〕86号).
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from cases import free_text, kinds
from cases.actions import lapses, loss_reports, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import CardControl
from cases.models.control import PAYEE_HOURS, PAYEE_TIMES
from record.journal import Kind as Fact, stamp

Kind, End, OrderedBy = CardControl.Kind, CardControl.End, CardControl.OrderedBy
KINDS: Final = (Kind.ACCOUNT_CONTROL, Kind.PAYEE_STOP, Kind.JUDICIAL_FREEZE)
ORDERED: Final[dict[str, tuple[str, ...]]] = {
    Kind.ACCOUNT_CONTROL: (OrderedBy.BANK,),
    Kind.PAYEE_STOP: (OrderedBy.POLICE,),
    Kind.JUDICIAL_FREEZE: (OrderedBy.POLICE, OrderedBy.COURT),
}
FACTS: Final[dict[str, Fact]] = {
    OrderedBy.BANK: kinds.CONTROL_BY_BANK,
    OrderedBy.POLICE: kinds.CONTROL_BY_POLICE,
    OrderedBy.COURT: kinds.CONTROL_BY_COURT,
}


def add_control(
    turn: Turn,
    *,
    kind: str,
    ordered_by: str,
    document: str,
    receipt: str,
    effective_at: datetime,
    account: str = "",
    lapses_at: datetime | None = None,
) -> CardControl:
    """Record a control the bank, police or a court ordered, in force since `effective_at` by the bank system's clock.

    `account` names it by token or masked text; empty means the customer's own card, which an emergency stop never is.
    An emergency stop lasts 48 hours, is ordered twice at most; the second ends the first. CaseError names the field.
    """
    states.not_archived(turn)
    if kind not in KINDS or ordered_by not in ORDERED.get(kind, ()):
        raise CaseError(_("This kind of stop is not ordered by them."), field="ordered_by")
    document = free_text.written(document, field="document", required=True, longest=120)
    states.happened(effective_at, turn, field="effective_at")
    control = CardControl(
        case=turn.case,
        person_key=turn.case.person_key,
        kind=Kind(kind),
        ordered_by=OrderedBy(ordered_by),
        account=_named(account, kind),
        receipt=free_text.code(receipt, field="receipt"),
        by_hand=True,
        effective_at=effective_at,
        lapses_at=lapses_at,
        typed_by=turn.user,
        typed_for=turn.for_whom,
        recorded_at=turn.now,
    )
    if not control.account:
        control.card_id = _own_card(turn)
    if lapses_at is not None and lapses_at <= effective_at:
        raise CaseError(_("It cannot lapse before it begins."), field="lapses_at")
    if kind == Kind.PAYEE_STOP:
        _emergency_stop(turn, control)
    control.seal(document=document)
    control.save()
    lapses.watch(turn, control)
    _tell(turn, control)
    return control


def _emergency_stop(turn: Turn, control: CardControl) -> None:
    """48 hours from the stop; a second one follows the first, which ends when it begins; there is no third."""
    earlier = list(
        turn.case.controls.filter(kind=Kind.PAYEE_STOP, account=control.account)
        .order_by("round")
        .select_related("follows")
    )
    if len(earlier) >= PAYEE_TIMES:
        raise CaseError(_("The police may order an emergency stop twice; a third is not one."), field="kind")
    longest = control.effective_at + timedelta(hours=PAYEE_HOURS)
    if control.lapses_at is not None and control.lapses_at > longest:
        raise CaseError(_("An emergency stop lasts at most 48 hours."), field="lapses_at")
    control.lapses_at = control.lapses_at or longest
    control.round = len(earlier) + 1
    if earlier:
        control.follows = earlier[0]
        _second(turn, earlier[0], control.effective_at)


def _second(turn: Turn, first: CardControl, at: datetime) -> None:
    if at < first.effective_at:
        raise CaseError(_("The second stop cannot begin before the first."), field="effective_at")
    if first.ended_at is not None or first.lapses_at is None:
        return
    if at >= first.lapses_at:  # by law it had ended by then
        first.end, first.ended_at = End.LAPSED, first.lapses_at
    else:
        first.end, first.ended_at = End.RENEWED, at
    first.save(update_fields=["end", "ended_at"])
    lapses.unwatch(turn, first, at=first.ended_at, in_time=True)
    turn.tell(kinds.PAYEE_RENEWED, data={"control": str(first.uuid)}, changed=[first], happened_at=at)


def end_control(turn: Turn, *, found: CardControl, document: str, ended_at: datetime) -> CardControl:
    """Whoever ordered it lifted it, by this paper. Also in a file that is archived: a freeze may outlive the case.

    CaseError: the customer's loss report (its own step ends it), one that has ended, or an end before the beginning.
    """
    found = loss_reports.locked(turn, found)
    if found.is_loss:
        raise CaseError(_("A loss report ends when the card is replaced or the report lifted, in its own step."))
    if found.ended_at is not None:
        raise CaseError(_("This stop has ended."))
    document = free_text.written(document, field="document", required=True, longest=120)
    states.happened(ended_at, turn, field="ended_at", since=found.effective_at)
    ended_at = max(ended_at, found.effective_at)
    if found.kind == Kind.PAYEE_STOP and found.lapses_at is not None and ended_at > found.lapses_at:
        raise CaseError(_("By then it had lapsed. Record that instead."), field="ended_at")
    found.end, found.ended_at = End.LIFTED, ended_at
    found.seal(end_document=document)
    found.save(update_fields=["end", "ended_at", "end_document"])
    lapses.unwatch(turn, found, at=ended_at, in_time=True)
    data = {"control": str(found.uuid), "kind": found.kind, "ended_at": stamp(ended_at)}
    turn.tell(kinds.CONTROL_LIFTED, data=data, changed=[found], happened_at=ended_at)
    return found


def lapsed_by_law(turn: Turn, uuid: UUID | None) -> CardControl | None:
    """The 48 hours of an emergency stop are over: it ends to the second, whoever looks. None when it had ended.

    Nothing is released by it: the police's order has ended by itself. A loss report never ends like this.
    """
    found = turn.case.controls.running().filter(uuid=uuid, kind=Kind.PAYEE_STOP).first()
    if found is None or found.lapses_at is None or found.lapses_at > turn.now:
        return None
    return loss_reports.control_lapsed(turn, found=found, ended_at=found.lapses_at)


def _named(account: str, kind: str) -> str:
    """The account as text; a payee's has to be named. CaseError: nothing, or its number in clear."""
    named = free_text.account(account, field="account")
    if kind == Kind.PAYEE_STOP and not named:
        raise CaseError(
            _("Name the payee's account; an emergency stop is never on the customer's card."), field="account"
        )
    return named


def _own_card(turn: Turn) -> int:
    if turn.case.card_id is None:
        raise CaseError(_("Name the account; no card is entered on this case."), field="account")
    card: int = turn.case.card_id
    return card


def _tell(turn: Turn, control: CardControl) -> None:
    data: dict[str, object] = {
        "control": str(control.uuid),
        "kind": str(control.kind),
        "receipt": control.receipt,
        "effective_at": stamp(control.effective_at),
        "lapses_at": stamp(control.lapses_at) if control.lapses_at else None,
        "round": control.round,
    }
    kind = kinds.PAYEE_STOPPED if control.kind == Kind.PAYEE_STOP else FACTS[control.ordered_by]
    turn.tell(kind, data=data, changed=[control], happened_at=control.effective_at)
