"""维持, 变更, 撤销: the superior body's decision on a review, approved by its head and told in writing with proof."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from cases import free_text, kinds_review, sums
from cases.actions import deadlines, evidence, states
from cases.actions.asking import Question, Returned, Waiting
from cases.actions.drafting import sum_decided
from cases.actions.review import running, saved
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, DisputedTransaction, Ending, Letter, MoneyEntry, Review, ReviewShare
from knowledge.evidence import EvidenceKind
from record.journal import money

Stage, Outcome = Review.Stage, Review.Outcome
WRITTEN = (Letter.Means.HANDED, Letter.Means.POSTED, Letter.Means.SENT)


def decide(turn: Turn, review: Review, *, outcome: str, reasons: str, more: Mapping[UUID, Decimal]) -> Review:
    """Draft the decision: `more` is what the bank bears beside its share, by transaction, out of the holder's share.

    Never less for the customer than he was told (docs/decisions/0026). Nobody gets back more than he lost (art. 13).
    CaseError names the field: outcome, reasons, or the transaction's uuid; NotAllowed for the system.
    """
    running(turn, review, Stage.CHECKED)
    if turn.user is None:
        raise NotAllowed
    if outcome not in Outcome.values:
        raise CaseError(_("Choose one of the list."), field="outcome")
    reasons = free_text.written(reasons, field="reasons", required=True)
    raises = {uuid: amount for uuid, amount in more.items() if amount}
    if outcome == Outcome.UPHELD and raises:
        raise CaseError(_("A decision that is upheld gives nothing more."), field="outcome")
    if outcome == Outcome.UPHELD and not review.result_right:
        raise CaseError(_("The result was found wrong; it cannot be upheld."), field="outcome")
    shares = [_share(turn, review, uuid, amount) for uuid, amount in raises.items()]
    review.outcome, review.stage = outcome, Stage.WAITING
    review.decided_by, review.decided_at = turn.user, turn.now
    review.seal(reasons=reasons)
    review.save()
    data = {"matter": str(review.uuid), "outcome": str(outcome), "total": _money(turn, _sum(shares))}
    personal = {"reasons": reasons}
    turn.tell(kinds_review.REVIEW_DECIDED, data=data, personal=personal, changed=[review, *shares])
    return review


def waiting(case: Case) -> Review | None:
    """The review whose decision waits for approval; one at most runs."""
    return case.reviews.select_related("person_key").filter(stage=Stage.WAITING).first()


def sum_waiting(case: Case) -> Decimal:
    """What the customer would get in all: decided before, and more. Its level approves, so nothing is split."""
    review = waiting(case)
    return sum_decided(case) + (_sum(shares_of(review)) if review is not None else sums.NOTHING)


def shares_of(review: Review) -> list[ReviewShare]:
    """What the review adds, transaction by transaction, with the first decision's shares. One query."""
    return list(review.shares.filter(dropped_at=None).select_related("transaction"))


def choose_level(turn: Turn, *, role: str, why: str) -> Review:
    """Say which level of the superior body, or above it, approves."""
    review = _must_wait(turn)
    review.approver_role, review.approver_why = role, why[:200]
    return saved(turn, review, kinds_review.REVIEW_LEVEL, about={"role": str(role), "why": review.approver_why})


def approve(turn: Turn, *, reason: str = "") -> Review:
    """同意: the bank's shares rise and the lines stand, approved. NotAllowed: by or for whoever drafted it."""
    review = _answers(turn)
    reason = free_text.written(reason, field="reason")
    shares = shares_of(review)
    changed: list[MoneyEntry | DisputedTransaction] = []
    for share in shares:
        changed += _raise(turn, review, share)
    review.total, review.stage = _sum(shares), Stage.APPROVED
    review.approved_by, review.approved_at = turn.user, turn.now
    review.save()
    data = {"matter": str(review.uuid), "outcome": review.outcome, "total": _money(turn, review.total)}
    personal = {"reason": reason} if reason else {}
    turn.tell(kinds_review.REVIEW_APPROVED, data=data, personal=personal, changed=[review, *changed])
    return review


def send_back(turn: Turn, *, reason: str) -> Review:
    """退回修改: what was drafted is dropped and drafted anew. Errors as `approve`, and no reason."""
    review = _answers(turn)
    reason = free_text.written(reason, field="reason", required=True)
    dropped = shares_of(review)
    for share in dropped:
        share.dropped_at = turn.now
        share.save(update_fields=["dropped_at"])
    review.stage, review.returned_at = Stage.CHECKED, turn.now
    review.seal(return_reason=reason)
    review.save()
    data = {"matter": str(review.uuid)}
    turn.tell(kinds_review.REVIEW_RETURNED, data=data, personal={"reason": reason}, changed=[review, *dropped])
    return review


def tell(turn: Turn, review: Review, *, means: str, told_at: datetime, proof: str) -> Review:
    """Told in writing with proof: what was decided, or why it was not admitted. The law's clock ends at `told_at`.

    With nothing to pay it ends here. CaseError names the field: not in writing, a time before the decision.
    """
    running(turn, review, Stage.APPROVED, Stage.REFUSED)
    if turn.user is None:
        raise NotAllowed
    if means not in WRITTEN:
        raise CaseError(_("The answer to a review goes out in writing."), field="means")
    states.happened(told_at, turn, field="told_at", since=review.approved_at or review.asked_at)
    review.proof = evidence.add_reference(
        turn, kind=EvidenceKind.PROOF_OF_TELLING, reference=proof, happened_at=told_at
    )
    review.means, review.told_at, review.told_by = means, told_at, turn.user
    if review.stage == Stage.APPROVED:
        review.stage = Stage.TOLD
    if not review.total:
        end(turn, review)
    review.save()
    data = {"matter": str(review.uuid), "proof": review.proof.reference, "means": str(means)}
    turn.tell(kinds_review.REVIEW_TOLD, data=data, changed=[review], happened_at=told_at)
    deadlines.stop(turn, subject=review.uuid, at=told_at)
    return review


def end(turn: Turn, review: Review) -> None:
    """Nothing is left to do for it. Does not save."""
    review.ended_at = turn.now
    changed = review.outcome in (Outcome.CHANGED, Outcome.REVOKED)
    review.ending = Ending.WON if changed else Ending.LOST


def _share(turn: Turn, review: Review, uuid: UUID, amount: Decimal) -> ReviewShare:
    more = sums.exact(amount, field=str(uuid))
    one = turn.case.transactions.disputed().filter(uuid=uuid).first()
    if one is None or one.holder_share is None:
        raise CaseError(_("This transaction is not disputed."), field=str(uuid))
    if more > one.holder_share:
        words = _("The customer was to bear %(share)s of this transaction; no more can be given.")
        raise CaseError(words % {"share": sums.spoken(one.holder_share)}, field=str(uuid))
    given = turn.case.money.payouts().filter(transaction=one, kind__in=GIVEN).values_list("amount", flat=True)
    if sums.total(given) + more > one.amount:
        raise CaseError(_("The customer would get back more than this transaction took."), field=str(uuid))
    share = ReviewShare(
        case=turn.case,
        review=review,
        transaction=one,
        bank_before=one.bank_share,
        holder_before=one.holder_share,
        merchant_before=one.merchant_share,
        more=more,
    )
    share.save(force_insert=True)
    return share


def _raise(turn: Turn, review: Review, share: ReviewShare) -> list[MoneyEntry | DisputedTransaction]:
    """The share of the bank rises by what the holder bears less; one line of principal for it."""
    one = share.transaction
    if one.bank_share != share.bank_before or one.holder_share != share.holder_before:
        raise CaseError(_("The shares of a transaction have changed meanwhile; return the decision."))
    one.bank_share, one.holder_share = share.bank_before + share.more, share.holder_before - share.more
    one.save(update_fields=["bank_share", "holder_share"])
    entry = MoneyEntry(
        case=turn.case,
        review=review,
        transaction=one,
        kind=MoneyEntry.Kind.PRINCIPAL,
        amount=share.more,
        currency=turn.case.currency,
        state=MoneyEntry.State.APPROVED,
        recorded_at=turn.now,
    )
    entry.save(force_insert=True)
    return [one, entry]


def _answers(turn: Turn) -> Review:
    review = _must_wait(turn)
    if turn.user is None or review.decided_by_id in turn.persons:
        raise NotAllowed(_("Whoever drafted the review decision does not approve it, nor does his substitute for him."))
    return review


def _must_wait(turn: Turn) -> Review:
    review = waiting(turn.case)
    if review is None:
        raise CaseError(_("No review decision waits for approval."))
    return review


def _sum(shares: Iterable[ReviewShare]) -> Decimal:
    return sums.total(share.more for share in shares)


def _money(turn: Turn, amount: Decimal) -> dict[str, str]:
    return money(amount, turn.case.currency)


def waiting_on(cases: Iterable[int]) -> dict[int, Waiting]:
    """What waits for an answer on these cases, by the id of the case, with what it adds. Two queries."""
    rows = Review.objects.filter(case__in=list(cases), stage=Stage.WAITING)
    rows = rows.select_related("decided_by").prefetch_related("shares")
    return {
        row.case_id: Waiting(
            row.decided_by.display_name,
            row.decided_at,
            sums.total(share.more for share in row.shares.all() if share.dropped_at is None),
        )
        for row in rows
        if row.decided_by and row.decided_at
    }


def returns_on(cases: Iterable[int]) -> dict[int, Returned]:
    """The last return on each of these cases, by the id of the case. One query."""
    rows = Review.objects.filter(case__in=list(cases), returned_at__isnull=False, ended_at=None)
    rows = rows.select_related("person_key")
    return {row.case_id: Returned(row, "return_reason", row.returned_at) for row in rows if row.returned_at}


GIVEN = (MoneyEntry.Kind.PRINCIPAL, MoneyEntry.Kind.GOODWILL)
QUESTION = Question(
    "review",
    approve=approve,
    send_back=send_back,
    choose_level=choose_level,
    waiting=waiting_on,
    returns=returns_on,
)
