"""账务与征信保护: the account held, collection stopped, the objection marked; and how each of them ends.

A measure ends permanently when the holder bears nothing of the loss, and is lifted when he bears a part, or took the
complaint back: interest is due again then, and collection may go on. The mark of the objection itself is always lifted.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from cases import free_text, kinds, sums
from cases.actions import evidence, orders, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import AccountMeasure, Case
from knowledge.evidence import EvidenceKind
from record.journal import Kind as FactKind, money, stamp
from record.models import Order

Kind, Found, End = AccountMeasure.Kind, AccountMeasure.Found, AccountMeasure.End
ALWAYS = (Kind.HOLD, Kind.INTEREST)
WHERE_ANY = (Kind.INSTALMENT, Kind.AUTO_DEBIT)
HOLD = "hold_account"


def order_hold(turn: Turn, *, task: UUID) -> Order:
    """Order the core ledger to hold what is disputed; holding twice is harmless. CaseError: completed, or no card.

    It carries the sum in dispute and the instalments once the trace fixed them; before, the account is held as a whole.
    """
    states.still_open(turn)
    measures = [str(kind.value) for kind in (*ALWAYS, *WHERE_ANY)]
    payload: dict[str, object] = {"token": orders.card_of(turn).token, "measures": measures}
    if turn.case.disputed_total:
        payload["amount"] = f"{turn.case.disputed_total:.2f}"
        plans = turn.case.transactions.plans()
        payload["instalments"] = [{"transaction": one.bank_id, "count": one.instalments} for one in plans]
    return orders.place(turn, system=Order.System.CORE, operation=HOLD, payload=payload, task=task)


def account_held(
    turn: Turn,
    *,
    receipt: str,
    began_at: datetime,
    measures: Collection[str],
    by_hand: bool = False,
    amount: Decimal | None = None,
) -> list[AccountMeasure]:
    """The account is held since `began_at` by the core's own clock; `measures`: which ones, at least hold and interest.

    `amount` is the sum held, when one is; a sum that comes later is written on the hold that stands. What stands
    already stays, except that the core's own time replaces one typed by hand. CaseError: completed, no receipt, hold or
    interest left out, or (typed by hand) a time still to come.
    """
    states.still_open(turn)
    receipt = free_text.code(receipt, field="receipt", typed=by_hand)
    if by_hand:
        states.happened(began_at, turn, field="began_at")
    if not set(ALWAYS) <= set(measures) or not set(measures) <= {*ALWAYS, *WHERE_ANY}:
        raise CaseError(_("The hold and the stop of interest belong together."), field="measures")
    data = {
        "receipt": receipt,
        "began_at": stamp(began_at),
        "measures": sorted(map(str, measures)),
        "amount": money(amount, turn.case.currency) if amount else None,
    }
    standing = {one.kind: one for one in turn.case.measures.on_account().standing()}
    changed = []
    for kind in measures:
        measure = standing.get(kind) or AccountMeasure(case=turn.case, kind=kind, recorded_at=turn.now)
        if measure.pk is None or (measure.by_hand and not by_hand):
            measure.began_at, measure.receipt, measure.by_hand = began_at, receipt, by_hand
            measure.save()
            changed.append(measure)
    changed += _amount_held(turn, amount, changed)
    kind_told = (kinds.ACCOUNT_HELD_TYPED if by_hand else kinds.ACCOUNT_HELD) if changed else kinds.ACCOUNT_HELD_AGAIN
    turn.tell(kind_told, data=data, changed=changed, happened_at=began_at)
    return changed


def stop_collection(
    turn: Turn, *, stopped_at: datetime, notice: str, running: bool, outside: str = ""
) -> list[AccountMeasure]:
    """停止催收: nobody asks for what is disputed. `notice`: its number; `outside`: the notice to a firm outside.

    A stop is set where nothing runs, too, so that nothing begins. CaseError: completed, stopped already, no number, or
    a time still to come.
    """
    states.still_open(turn)
    states.happened(stopped_at, turn, field="stopped_at")
    wanted = [(Kind.COLLECTION, free_text.code(notice, field="notice"))]
    if outside:
        wanted.append((Kind.OUTSOURCED, free_text.code(outside, field="outside")))
    if turn.case.measures.of_collection().standing().exists():
        raise CaseError(_("Collection is stopped already."))
    found = Found.RUNNING if running or outside else Found.NONE
    begun = [_begin(turn, kind, at=stopped_at, receipt=number, found=found) for kind, number in wanted]
    _file(turn, EvidenceKind.COLLECTION_NOTICE, wanted, at=stopped_at)
    data = {"notice": notice, "outside": outside, "found": str(found), "stopped_at": stamp(stopped_at)}
    kind = kinds.COLLECTION_STOPPED_OUTSIDE if outside else kinds.COLLECTION_STOPPED
    turn.tell(kind, data=data, changed=begun, happened_at=stopped_at)
    return begun


def mark_credit_record(turn: Turn, *, marked_at: datetime, receipt: str, reported: bool) -> AccountMeasure:
    """异议标注 (征信业管理条例 art. 25). Where nothing bad was reported, nothing of the disputed sum will be.

    CaseError: completed, marked already, no receipt, or a time still to come.
    """
    states.still_open(turn)
    states.happened(marked_at, turn, field="marked_at")
    receipt = free_text.code(receipt, field="receipt")
    if turn.case.measures.standing().filter(kind=Kind.CREDIT_MARK).exists():
        raise CaseError(_("The objection is marked already."))
    found = Found.REPORTED if reported else Found.CLEAN
    measure = _begin(turn, Kind.CREDIT_MARK, at=marked_at, receipt=receipt, found=found)
    _file(turn, EvidenceKind.CREDIT_MARK_RECEIPT, [(measure.kind, receipt)], at=marked_at)
    data = {"receipt": receipt, "found": str(found), "marked_at": stamp(marked_at)}
    turn.tell(kinds.CREDIT_MARKED, data=data, changed=[measure], happened_at=marked_at)
    return measure


def account_restored(turn: Turn, *, receipt: str, at: datetime) -> list[AccountMeasure]:
    """The core ledger took off at `at` what it held till then; what it held later stands.

    CaseError: a person typed a time before it was held.
    """
    standing = list(turn.case.measures.on_account().standing())
    if turn.user is not None:
        _not_before(standing, at, field="at")
    else:
        standing = [measure for measure in standing if measure.began_at <= at]
    return _end(turn, standing, end_of(turn.case), receipt, at, kinds.ACCOUNT_RELEASED) if standing else []


def end_collection(turn: Turn, *, ended_at: datetime, notice: str, outside: str = "") -> list[AccountMeasure]:
    """Collection is told what was decided, at `ended_at`; where it had left the house, `outside` numbers that notice.

    CaseError: not over yet, nothing was stopped, no number, or a time that cannot be.
    """
    standing = _over(turn, turn.case.measures.of_collection(), ended_at)
    numbers = {str(Kind.COLLECTION): free_text.code(notice, field="notice")}
    if any(measure.kind == Kind.OUTSOURCED for measure in standing):
        numbers[str(Kind.OUTSOURCED)] = free_text.code(outside, field="outside")
    _file(turn, EvidenceKind.COLLECTION_NOTICE, numbers.items(), at=ended_at)
    ended = [_ended(measure, end_of(turn.case), numbers[measure.kind], ended_at) for measure in standing]
    permanent = end_of(turn.case) == End.PERMANENT
    kind = kinds.COLLECTION_ENDED if permanent else kinds.COLLECTION_RELEASED
    turn.tell(kind, data={"notice": notice, "at": stamp(ended_at)}, changed=ended, happened_at=ended_at)
    return ended


def end_credit_mark(turn: Turn, *, ended_at: datetime, receipt: str) -> list[AccountMeasure]:
    """The objection has its answer: the mark is off, or what was never reported stays unreported.

    CaseError: not over yet, no mark stands, no receipt, or a time that cannot be.
    """
    standing = _over(turn, turn.case.measures.filter(kind=Kind.CREDIT_MARK), ended_at)
    receipt = free_text.code(receipt, field="receipt")
    _file(turn, EvidenceKind.CREDIT_MARK_RECEIPT, [(Kind.CREDIT_MARK, receipt)], at=ended_at)
    clean = all(measure.found == Found.CLEAN for measure in standing)
    end = end_of(turn.case) if clean else End.LIFTED
    return _end(turn, standing, end, receipt, ended_at, kinds.CREDIT_MARK_ENDED)


def debits_repaired(turn: Turn, *, at: datetime, receipt: str, note: str) -> None:
    """A debit card: what failed because the money was gone (代扣, 还贷) is repaired.

    CaseError: not told, a time that cannot be, no receipt, or not said what.
    """
    states.told(turn)
    states.happened(at, turn, field="at", since=turn.case.received_at)
    receipt = free_text.code(receipt, field="receipt")
    note = free_text.written(note, field="note", required=True)
    _file(turn, EvidenceKind.RESTORE_RECEIPT, [("", receipt)], at=at)
    data = {"receipt": receipt, "at": stamp(at)}
    turn.tell(kinds.DEBITS_REPAIRED, data=data, personal={"note": note}, happened_at=at)


def no_debit_failed(turn: Turn, *, at: datetime) -> None:
    """A debit card: somebody looked at `at`, and nothing failed. CaseError: not told, or a wrong time."""
    states.told(turn)
    states.happened(at, turn, field="at", since=turn.case.received_at)
    turn.tell(kinds.NO_DEBIT_FAILED, data={"at": stamp(at)}, happened_at=at)


def end_of(case: Case) -> AccountMeasure.End:
    """How the measures of a case end that is over: for good only when the holder bears nothing of what he disputed."""
    if case.withdrawn_at is not None or case.transactions.disputed().exclude(holder_share=0).exists():
        return End.LIFTED
    return End.PERMANENT


def _amount_held(turn: Turn, amount: Decimal | None, begun: list[AccountMeasure]) -> list[AccountMeasure]:
    """Write the sum on the hold that stands; returns it unless it began just now."""
    if amount is None:
        return []
    amount = sums.exact(amount, field="amount")
    hold = next((one for one in begun if one.kind == Kind.HOLD), None)
    known = hold is not None
    hold = hold or turn.case.measures.standing().get(kind=Kind.HOLD)
    if hold.amount == amount:
        return []
    hold.amount = amount
    hold.save(update_fields=["amount"])
    return [] if known else [hold]


def _begin(turn: Turn, kind: str, *, at: datetime, receipt: str, found: str) -> AccountMeasure:
    measure = AccountMeasure(
        case=turn.case, kind=kind, began_at=at, receipt=receipt, found=found, by_hand=True, recorded_at=turn.now
    )
    measure.save()
    return measure


def _over(turn: Turn, measures: "Iterable[AccountMeasure]", at: datetime) -> list[AccountMeasure]:
    """Those that still stand of a case that is over; they may end at this moment."""
    states.over(turn)
    standing = [measure for measure in measures if measure.ended_at is None]
    if not standing:
        raise CaseError(_("Nothing stands that could be ended."))
    states.happened(at, turn, field="ended_at", since=turn.case.told_at or turn.case.withdrawn_at)
    _not_before(standing, at, field="ended_at")
    return standing


def _not_before(standing: Iterable[AccountMeasure], at: datetime, *, field: str) -> None:
    """People type minutes: 10:00 is not before 10:00:30."""
    if any(at < measure.began_at.replace(second=0, microsecond=0) for measure in standing):
        raise CaseError(_("The protection cannot end before it began."), field=field)


def _ended(measure: AccountMeasure, end: str, receipt: str, at: datetime) -> AccountMeasure:
    measure.end, measure.end_receipt = end, receipt
    measure.ended_at = max(at, measure.began_at)
    measure.save(update_fields=["end", "end_receipt", "ended_at"])
    return measure


def _end(
    turn: Turn, standing: Iterable[AccountMeasure], end: str, receipt: str, at: datetime, fact: FactKind
) -> list[AccountMeasure]:
    ended = [_ended(measure, end, receipt, at) for measure in standing]
    turn.tell(fact, data={"receipt": receipt, "at": stamp(at), "end": str(end)}, changed=ended, happened_at=at)
    return ended


def _file(turn: Turn, kind: EvidenceKind, numbers: Iterable[tuple[str, str]], *, at: datetime) -> None:
    for _measure, number in numbers:
        evidence.add_reference(turn, kind=kind, reference=number, happened_at=at)
