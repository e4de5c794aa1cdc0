"""What a review adds is paid: one enters the core ledger's voucher, another checks it, and it is booked once."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from cases import free_text, kinds_review
from cases.actions import evidence, states
from cases.actions.review import running, saved
from cases.actions.review_decision import Stage, end
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Booking, MoneyEntry, Review
from knowledge.evidence import EvidenceKind
from record.journal import money

State = MoneyEntry.State


def enter(turn: Turn, review: Review, *, receipt: str, booked_at: datetime) -> Review:
    """经办: paid on the core terminal under this voucher. CaseError: entered already, or a time before the approval."""
    running(turn, review, Stage.TOLD)
    if review.voucher is not None:
        raise CaseError(_("A voucher of this payment waits to be checked."))
    states.happened(booked_at, turn, field="booked_at", since=review.approved_at)
    kind = EvidenceKind.SUPPLEMENT_VOUCHER
    review.voucher = evidence.add_reference(turn, kind=kind, reference=receipt, happened_at=booked_at)
    return saved(turn, review, kinds_review.SUPPLEMENT_ENTERED, about=_said(review))


def check(turn: Turn, review: Review, *, receipt: str, total: Decimal) -> list[Booking]:
    """复核: a second person read the same off the voucher; every line is booked, once. CaseError: it differs."""
    _waits(turn, review)
    if review.voucher is None or free_text.code(receipt, field="receipt") != review.voucher.reference:
        words = _("This is not the number the maker typed; check both against the voucher.")
        raise CaseError(words, field="receipt")
    if total != review.total:
        raise CaseError(_("This is not the sum the review gave; check both against the voucher."), field="total")
    said = _said(review)
    bookings: list[Booking] = []
    lines = list(review.lines.filter(state=State.APPROVED))
    for line in lines:
        line.state = State.BOOKED
        line.save(update_fields=["state"])
        booking = Booking(
            entry=line,
            way=Booking.Way.RECEIPT,
            receipt=review.voucher.reference,
            booked_at=review.voucher.happened_at,
            recorded_at=turn.now,
        )
        booking.save(force_insert=True)
        bookings.append(booking)
    end(turn, review)
    review.save()
    turn.tell(
        kinds_review.SUPPLEMENT_BOOKED,
        data={"matter": str(review.uuid), **said},
        changed=[review, *lines, *bookings],
        happened_at=review.voucher.happened_at,
    )
    return bookings


def send_back(turn: Turn, review: Review, *, reason: str) -> Review:
    """The checker found it wrong: the maker enters it anew. CaseError: nothing entered, no reason."""
    _waits(turn, review)
    reason = free_text.written(reason, field="reason", required=True, longest=500)
    said = _said(review)
    review.voucher = None
    return saved(turn, review, kinds_review.SUPPLEMENT_RETURNED, personal={"reason": reason}, about=said)


def _waits(turn: Turn, review: Review) -> None:
    running(turn, review, Stage.TOLD)
    if review.voucher is None:
        raise CaseError(_("No payment after the review waits to be checked."))


def _said(review: Review) -> dict[str, object]:
    receipt = review.voucher.reference if review.voucher else ""
    return {"total": money(review.total, review.case.currency), "receipt": receipt}
