"""追偿: money that comes back to the bank. One enters the voucher, another checks it against the paper.

What is recovered never exceeds the loss, of the transaction and of the case (法释〔2021〕10号 art. 13).
"""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from cases import free_text, kinds, sums
from cases.actions import evidence, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Booking, Case, Chargeback, DisputedTransaction, Evidence, Inquiry, MoneyEntry
from knowledge.evidence import EvidenceKind
from record.journal import money, stamp

State = MoneyEntry.State


def left(case: Case, transaction: DisputedTransaction | None) -> Decimal:
    """What may still come back: the loss of the transaction, and of the case, less what came back already."""
    recovered = list(case.money.recoveries().values_list("transaction_id", "amount"))
    rest = (case.disputed_total or Decimal(0)) - sums.total(amount for _pk, amount in recovered)
    if transaction is None:
        return rest
    mine = sums.total(amount for pk, amount in recovered if pk == transaction.pk)
    return min(rest, transaction.amount - mine) if transaction.is_disputed else Decimal(0)


def enter(
    turn: Turn, matter: Chargeback | Inquiry, *, amount: Decimal, receipt: str, booked_at: datetime
) -> MoneyEntry:
    """经办: money that came back, by the voucher of the core ledger. CaseError: above what was lost, or archived."""
    states.not_archived(turn)
    states.happened(booked_at, turn, field="booked_at", since=matter.opened_at)
    most = left(turn.case, matter.transaction)
    if not 0 < amount <= most:
        words = _("At most %(most)s can still come back: no more is recovered than was lost.")
        raise CaseError(words % {"most": sums.spoken(max(most, Decimal(0)))}, field="amount")
    kind = EvidenceKind.RECOVERY_VOUCHER
    matter.voucher = evidence.add_reference(turn, kind=kind, reference=receipt, happened_at=booked_at)
    matter.recovery = MoneyEntry(
        case=turn.case,
        transaction=matter.transaction,
        kind=MoneyEntry.Kind.RECOVERY,
        amount=amount,
        currency=turn.case.currency,
        recorded_at=turn.now,
    )
    matter.recovery.save()
    matter.save(update_fields=["recovery", "voucher"])
    turn.tell(kinds.RECOVERY_ENTERED, data=_said(matter), changed=[matter.recovery, matter], happened_at=booked_at)
    return matter.recovery


def check(turn: Turn, matter: Chargeback | Inquiry, *, receipt: str, amount: Decimal) -> Booking:
    """复核: a second person read the same off the voucher; it is booked. CaseError: nothing entered, or it differs."""
    states.not_archived(turn)
    entry, voucher = _waiting(matter)
    if free_text.code(receipt, field="receipt") != voucher.reference:
        words = _("This is not the number the maker typed; check both against the voucher.")
        raise CaseError(words, field="receipt")
    if amount != entry.amount:
        raise CaseError(_("The maker typed another sum; check both against the voucher."), field="amount")
    entry.state = State.BOOKED
    entry.save(update_fields=["state"])
    booking = Booking(
        entry=entry,
        way=Booking.Way.RECEIPT,
        receipt=voucher.reference,
        booked_at=voucher.happened_at,
        recorded_at=turn.now,
    )
    booking.save(force_insert=True)
    turn.tell(kinds.RECOVERY_BOOKED, data=_said(matter), changed=[entry, booking], happened_at=voucher.happened_at)
    return booking


def send_back(turn: Turn, matter: Chargeback | Inquiry, *, reason: str) -> None:
    """The checker found it wrong: it is dropped, and entered anew. CaseError: nothing entered, no reason."""
    states.not_archived(turn)
    reason = free_text.written(reason, field="reason", required=True, longest=500)
    entry, _voucher = _waiting(matter)
    entry.state = State.DROPPED
    entry.save(update_fields=["state"])
    turn.tell(kinds.RECOVERY_RETURNED, data=_said(matter), personal={"reason": reason}, changed=[entry])


def _waiting(matter: Chargeback | Inquiry) -> tuple[MoneyEntry, Evidence]:
    entry, voucher = matter.recovery, matter.voucher
    if entry is None or voucher is None or entry.state != State.PROPOSED:
        raise CaseError(_("No money recovered is waiting to be checked."))
    return entry, voucher


def _said(matter: Chargeback | Inquiry) -> dict[str, object]:
    entry, voucher = matter.recovery, matter.voucher
    if entry is None or voucher is None:
        raise CaseError(_("No money recovered is waiting to be checked."))
    return {
        "matter": str(matter.uuid),
        "entry": str(entry.uuid),
        "amount": money(entry.amount, entry.currency),
        "receipt": voucher.reference,
        "booked_at": stamp(voucher.happened_at),
    }
