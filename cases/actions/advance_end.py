"""What becomes of an advance once it is decided: set off, and what is above the decision given back or written off.

Nothing is taken back before the decision was told (or the complaint withdrawn), the customer was given notice and the
days of the policy have passed. It is never debited unasked: with the number of his consent, or not at all.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from cases import free_text, kinds_advance as kinds, sums
from cases.actions import advance, evidence, money, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Advance, Booking, Evidence, MoneyEntry
from knowledge import limits, policies
from knowledge.evidence import EvidenceKind
from record.journal import money as as_money, stamp

Stage, State = Advance.Stage, MoneyEntry.State
# The loss itself first, then what came with it: the rest that is ordered is what the customer still misses.
FIRST = (MoneyEntry.Kind.PRINCIPAL, MoneyEntry.Kind.GOODWILL)


def settle_with_decision(turn: Turn) -> None:
    """The decision was told: what was released for payment is set off against what was decided, each line once.

    The compensation that is ordered is the rest. An advance that was not released yet is not paid any more.
    """
    if not turn.case.advances.exists():
        return
    advance.overtaken(turn)
    covered = turn.case.advances.filter(stage__in=[Stage.RELEASED, Stage.PAID], set_off=0)
    for matter in covered.select_related("person_key", "entry", "voucher"):
        matter.case = turn.case
        _set_off(turn, matter)
        settle(turn, matter)


def settle_withdrawn(turn: Turn) -> None:
    """The complaint is withdrawn: nothing is decided to set it off against. CaseError: a payment is under way."""
    if turn.case.advances.filter(stage=Stage.RELEASED).exists():
        raise CaseError(_("An advance of this case is on its way to the customer; wait until it is booked."))
    advance.overtaken(turn)


def settle(turn: Turn, matter: Advance) -> Advance:
    """It is settled when nothing of it is left above the decision."""
    if matter.stage in (Stage.PAID, Stage.TAKEN, Stage.ENTERED, Stage.WRITE_OFF) and matter.excess == 0:
        matter.stage, matter.ended_at = Stage.SETTLED, turn.now
        matter.save(update_fields=["stage", "ended_at"])
        turn.tell(kinds.SETTLED, data=advance.said(matter), changed=[matter])
    return matter


def give_notice(turn: Turn, matter: Advance, *, number: str, noticed_at: datetime) -> Advance:
    """The customer was told, under this number, what is to come back and from when on. `back_from` is computed (UTC).

    CaseError: not told yet, nothing to come back, or a wrong time.
    """
    states.over(turn)
    advance.must_be(matter, Stage.PAID)
    since = turn.case.told_at or turn.case.withdrawn_at
    states.happened(noticed_at, turn, field="noticed_at", since=since)
    kind = EvidenceKind.ADVANCE_NOTICE
    matter.notice = evidence.add_reference(turn, kind=kind, reference=number, happened_at=noticed_at)
    rule = policies.rule(limits.ADVANCE_BACK, turn.case.policy_version or None)
    matter.noticed_at, matter.back_from = noticed_at, rule.due(noticed_at, turn.case.zone)
    matter.stage = Stage.TAKEN
    matter.save(update_fields=["notice", "noticed_at", "back_from", "stage"])
    data = {**said(matter), "notice": matter.notice.reference, "from": stamp(matter.back_from)}
    turn.tell(kinds.NOTICED, data=data, changed=[matter], happened_at=noticed_at)
    return matter


def enter_back(
    turn: Turn, matter: Advance, *, amount: Decimal, receipt: str, booked_at: datetime, consent: str = ""
) -> MoneyEntry:
    """经办: what came back, by the voucher. The customer may pay at any time; debited (`consent`) only after the days.

    CaseError: no notice given, more than is to come back, too early, or a wrong time.
    """
    advance.must_be(matter, Stage.TAKEN)
    states.happened(booked_at, turn, field="booked_at", since=matter.noticed_at)
    if consent:
        consent = free_text.code(consent, field="consent")
        days_are_over(matter, booked_at, field="booked_at")
    amount = sums.exact(amount, field="amount")
    if amount > matter.excess:
        words = _("At most %(most)s is to come back.")
        raise CaseError(words % {"most": sums.spoken(matter.excess)}, field="amount")
    kind = EvidenceKind.ADVANCE_BACK
    matter.back_voucher = evidence.add_reference(turn, kind=kind, reference=receipt, happened_at=booked_at)
    matter.back = MoneyEntry(
        case=turn.case,
        kind=MoneyEntry.Kind.ADVANCE_BACK,
        amount=amount,
        currency=turn.case.currency,
        recorded_at=turn.now,
    )
    matter.back.save(force_insert=True)
    matter.stage = Stage.ENTERED
    matter.save(update_fields=["back", "back_voucher", "stage"])
    data = {**_of_back(matter), **({"consent": consent} if consent else {})}
    fact = kinds.BACK_DEBITED if consent else kinds.BACK_ENTERED
    turn.tell(fact, data=data, changed=[matter, matter.back], happened_at=booked_at)
    return matter.back


def check_back(turn: Turn, matter: Advance, *, receipt: str, amount: Decimal) -> Advance:
    """复核: a second person read the same off the voucher; it is booked. CaseError: it differs."""
    entry, voucher = _entered(matter)
    if free_text.code(receipt, field="receipt") != voucher.reference:
        words = _("This is not the number the maker typed; check both against the voucher.")
        raise CaseError(words, field="receipt")
    if amount != entry.amount:
        raise CaseError(_("The maker typed another sum; check both against the voucher."), field="amount")
    bookings = money.book(turn, [entry], Booking.Way.RECEIPT, voucher.reference, voucher.happened_at)
    matter.taken_back += entry.amount
    matter.stage = Stage.TAKEN
    matter.save(update_fields=["taken_back", "stage"])
    changed = [matter, entry, *bookings]
    turn.tell(kinds.BACK_BOOKED, data=_of_back(matter), changed=changed, happened_at=voucher.happened_at)
    return settle(turn, matter)


def send_back(turn: Turn, matter: Advance, *, reason: str) -> Advance:
    """The checker found it wrong: it is dropped, and entered anew. CaseError: nothing entered, no reason."""
    entry, _voucher = _entered(matter)
    reason = free_text.written(reason, field="reason", required=True, longest=500)
    entry.state, matter.stage = State.DROPPED, Stage.TAKEN
    entry.save(update_fields=["state"])
    matter.save(update_fields=["stage"])
    turn.tell(kinds.BACK_RETURNED, data=_of_back(matter), personal={"reason": reason}, changed=[matter, entry])
    return matter


def not_back(turn: Turn, matter: Advance, *, note: str) -> Advance:
    """The days are over and it did not come back. CaseError (at `result`): too early; or no note."""
    advance.must_be(matter, Stage.TAKEN)
    days_are_over(matter, turn.now, field="result")
    note = free_text.written(note, field="note", required=True, longest=500)
    turn.tell(kinds.NOT_BACK, data=said(matter), personal={"note": note})
    return matter


def _set_off(turn: Turn, matter: Advance) -> None:
    """Cover the decided lines with the advance, the loss itself first; a line covered in part becomes two."""
    left, covered, changed = matter.excess, [], []
    for line in _by_rank(list(turn.case.money.approved())):
        if left == 0:
            break
        if line.amount > left:
            rest = _split(line, left)
            changed.append(rest)
        left -= line.amount
        covered.append(line)
    if not covered:
        return
    matter.set_off = matter.excess - left
    matter.save(update_fields=["set_off"])
    receipt = matter.voucher.reference if matter.voucher else str(matter.uuid)
    at = turn.case.told_at or turn.now
    bookings = money.book(turn, covered, Booking.Way.OFFSET, receipt, at)
    data = {"matter": str(matter.uuid), "amount": as_money(matter.set_off, turn.case.currency)}
    turn.tell(kinds.SET_OFF, data=data, changed=[matter, *covered, *bookings, *changed])


def _by_rank(lines: Sequence[MoneyEntry]) -> list[MoneyEntry]:
    return sorted(lines, key=lambda line: (line.kind not in FIRST, line.pk))


def _split(line: MoneyEntry, part: Decimal) -> MoneyEntry:
    """The line shrinks to the part; what was above stands as a line of its own, alike in all else. Returns that."""
    rest = MoneyEntry(
        case=line.case,
        proposal=line.proposal,
        transaction=line.transaction,
        kind=line.kind,
        amount=line.amount - part,
        currency=line.currency,
        state=line.state,
        recorded_at=line.recorded_at,
    )
    line.amount = part
    line.save(update_fields=["amount"])
    rest.save(force_insert=True)
    return rest


def days_are_over(matter: Advance, at: datetime, *, field: str) -> None:
    """Not before the notice has had its days. CaseError at `field`."""
    if matter.back_from is None or at < matter.back_from:
        until = stamp(matter.back_from) if matter.back_from else ""
        words = _("Nothing is taken back or written off before the days of the notice are over: %(until)s.")
        raise CaseError(words % {"until": until}, field=field)


def _entered(matter: Advance) -> tuple[MoneyEntry, Evidence]:
    advance.must_be(matter, Stage.ENTERED)
    if matter.back is None or matter.back_voucher is None:
        raise CaseError(_("No money given back is waiting to be checked."))
    return matter.back, matter.back_voucher


def said(matter: Advance) -> dict[str, object]:
    """What is told of what is above the decision."""
    return {"matter": str(matter.uuid), "amount": as_money(matter.excess, matter.case.currency)}


def _of_back(matter: Advance) -> dict[str, object]:
    entry, voucher = matter.back, matter.back_voucher
    if entry is None or voucher is None:
        raise CaseError(_("No money given back is waiting to be checked."))
    return {
        "matter": str(matter.uuid),
        "amount": as_money(entry.amount, entry.currency),
        "receipt": voucher.reference,
        "booked_at": stamp(voucher.happened_at),
    }
