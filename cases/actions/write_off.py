"""善意补偿: the rest of an advance above the decision stays with the customer, approved by authority; or not."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from cases import free_text, kinds_advance as kinds, sums
from cases.actions import advance
from cases.actions.advance_end import days_are_over, said, settle
from cases.actions.asking import Question, Returned, Waiting
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Advance, Case
from record.journal import Kind

Stage = Advance.Stage


def claim_on(turn: Turn, matter: Advance, *, reasons: str) -> Advance:
    """It is not written off but asked back once more. CaseError: no reasons."""
    advance.must_be(matter, Stage.TAKEN)
    reasons = free_text.written(reasons, field="reasons", required=True, longest=2000)
    turn.tell(kinds.CLAIMED_ON, data=said(matter), personal={"reasons": reasons})
    return matter


def ask_write_off(turn: Turn, matter: Advance, *, reasons: str) -> Advance:
    """善意补偿: ask to leave the rest with the customer. CaseError: too early, no reasons, or another one waits."""
    advance.must_be(matter, Stage.TAKEN)
    if turn.user is None:
        raise NotAllowed
    days_are_over(matter, turn.now, field="reasons")
    reasons = free_text.written(reasons, field="reasons", required=True, longest=2000)
    if turn.case.advances.filter(stage=Stage.WRITE_OFF).exists():
        raise CaseError(_("Another write-off on this case waits for its answer; please try again after it."))
    matter.stage, matter.write_off_by, matter.write_off_at = Stage.WRITE_OFF, turn.user, turn.now
    matter.seal(write_off_reasons=reasons)
    matter.save()
    turn.tell(kinds.WRITE_OFF_ASKED, data=said(matter), personal={"reasons": reasons}, changed=[matter])
    return matter


def sum_to_write_off(case: Case) -> Decimal:
    """What is asked to be written off, with what was before: parts need the level of the whole."""
    rows = list(case.advances.all())
    return sums.total(row.written_off + (row.excess if row.stage == Stage.WRITE_OFF else 0) for row in rows)


def choose_level(turn: Turn, *, role: str, why: str) -> Advance:
    """Say which post answers, and why that one. CaseError: none waits."""
    matter = _must_wait(turn)
    turn.tell(kinds.WRITE_OFF_LEVEL, data={**said(matter), "role": str(role), "why": why[:200]})
    return matter


def approve(turn: Turn, *, reason: str = "") -> Advance:
    """同意: the rest stays with the customer as goodwill. CaseError: none waits; NotAllowed: by whoever asked."""
    matter = _answered(turn, Stage.TAKEN, reason)
    data, left = said(matter), matter.excess
    matter.written_off += left
    matter.save(update_fields=["written_off"])
    turn.tell(kinds.WRITTEN_OFF, data=data, personal={"reason": reason} if reason else {}, changed=[matter])
    return settle(turn, matter)


def send_back(turn: Turn, *, reason: str) -> Advance:
    """退回修改: the reasons are written anew. Errors as `approve`, and no reason."""
    return _sent(turn, kinds.WRITE_OFF_RETURNED, reason)


def refuse(turn: Turn, *, reason: str) -> Advance:
    """不同意: it is asked back further. Errors as `approve`, and no reason."""
    return _sent(turn, kinds.WRITE_OFF_REFUSED, reason)


def waiting_on(cases: Iterable[int]) -> dict[int, Waiting]:
    """Write-offs that wait for an answer on these cases, by the id of the case. One query."""
    rows = Advance.objects.filter(case__in=list(cases), stage=Stage.WRITE_OFF).select_related("write_off_by")
    return {
        row.case_id: Waiting(row.write_off_by.display_name, row.write_off_at, row.excess)
        for row in rows
        if row.write_off_by and row.write_off_at
    }


def returns_on(cases: Iterable[int]) -> dict[int, Returned]:
    """The last answer to a write-off on each of these cases, by the id of the case. One query."""
    answered = Advance.objects.filter(case__in=list(cases), write_off_answered_at__isnull=False)
    last = answered.select_related("person_key").order_by("case", "-write_off_answered_at").distinct("case")
    return {
        row.case_id: Returned(row, "write_off_answer", row.write_off_answered_at)
        for row in last
        if row.write_off_answered_at
    }


def _must_wait(turn: Turn) -> Advance:
    found = turn.case.advances.select_related("person_key", "entry").filter(stage=Stage.WRITE_OFF).first()
    if found is None:
        raise CaseError(_("No write-off waits for an answer."))
    found.case = turn.case
    return found


def _answered(turn: Turn, stage: Advance.Stage, reason: str, *, required: bool = False) -> Advance:
    matter = _must_wait(turn)
    if turn.user is None or matter.write_off_by_id in turn.persons:
        raise NotAllowed(_("Whoever asked for the write-off does not answer it, nor does his substitute for him."))
    reason = free_text.written(reason, field="reason", required=required)
    matter.write_off_answered_by, matter.write_off_answered_at, matter.stage = turn.user, turn.now, stage
    matter.seal(write_off_answer=reason)
    matter.save()
    return matter


def _sent(turn: Turn, kind: Kind, reason: str) -> Advance:
    matter = _answered(turn, Stage.TAKEN, reason, required=True)
    turn.tell(kind, data=said(matter), personal={"reason": reason}, changed=[matter])
    return matter


QUESTION = Question(
    "advance_write_off",
    approve=approve,
    send_back=send_back,
    refuse=refuse,
    choose_level=choose_level,
    waiting=waiting_on,
    returns=returns_on,
)
