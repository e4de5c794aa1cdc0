"""先行垫付: asked for on a word of the bank, and answered by whoever may approve such a sum.

A promise to pay first is a term of the contract (法释〔2021〕10号 art. 10); nobody gets more back than he lost (13).
Paying stands in `advance_money`, what becomes of it after the decision in `advance_end`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.roles import Role
from cases import free_text, kinds_advance as kinds, sums
from cases.actions import deadlines, evidence, states
from cases.actions.asking import Question, Returned, Waiting
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Advance, Case, MoneyEntry
from knowledge import limits, policies
from knowledge.evidence import EvidenceKind
from record.journal import Kind, money

Stage, State = Advance.Stage, MoneyEntry.State
WARNED = timedelta(days=1)


def open_advance(turn: Turn, *, ground: str) -> Advance:
    """Begin one, from the trace on and before the telling; its limit runs until it is paid.

    CaseError: nothing is disputed yet, told or withdrawn, or one that is not paid yet.
    """
    states.undecided(turn)
    if ground not in Advance.Ground.values:
        raise CaseError(_("Choose one of the list."), field="ground")
    if not turn.case.disputed_total:
        raise CaseError(_("No transaction is disputed yet; the trace comes first."))
    if turn.case.advances.filter(stage__in=Advance.UNPAID).exists():
        raise CaseError(_("An advance on this case is on its way already."))
    matter = Advance(
        case=turn.case,
        person_key=turn.case.person_key,
        ground=Advance.Ground(ground),
        opened_by=turn.user,
        opened_at=turn.now,
        recorded_at=turn.now,
    )
    matter.save(force_insert=True)
    turn.tell(kinds.OPENED, data={"matter": str(matter.uuid), "ground": str(matter.ground)}, changed=[matter])
    due_at = policies.rule(limits.ADVANCE, turn.case.policy_version or None).due(turn.now, turn.case.zone)
    made = {"subject": matter.uuid, "due_at": due_at, "role": Role.CONSUMER_PROTECTION}
    deadlines.window(turn, limits.ADVANCE, warnings=[WARNED], **made)  # type: ignore[arg-type]  # each of its own type
    return matter


def left(case: Case, *, without: Advance | None = None) -> Decimal:
    """What may still be advanced: what is disputed and not decided, less other advances; in the case's currency."""
    others = case.money.advances()
    if without is not None and without.entry_id is not None:
        others = others.exclude(pk=without.entry_id)
    return (case.disputed_total or sums.NOTHING) - sums.total(others.values_list("amount", flat=True))


def ask(
    turn: Turn, matter: Advance, *, amount: Decimal, undertaking: str, signed_at: datetime, reasons: str
) -> Advance:
    """Ask for a sum, with the number of the customer's undertaking 承诺书 or assignment of rights 权益转让书.

    CaseError names the field: above what is disputed, told already, no number, no reasons; NotAllowed for the system.
    """
    states.undecided(turn)
    if turn.user is None:
        raise NotAllowed
    must_be(matter, Stage.ASKING)
    amount = within(turn.case, sums.exact(amount, field="amount"))
    reasons = free_text.written(reasons, field="reasons", required=True, longest=2000)
    states.happened(signed_at, turn, field="signed_at")
    matter.undertaking = evidence.add_reference(
        turn, kind=EvidenceKind.UNDERTAKING, reference=undertaking, happened_at=signed_at
    )
    matter.entry = MoneyEntry(
        case=turn.case,
        kind=MoneyEntry.Kind.ADVANCE,
        amount=amount,
        currency=turn.case.currency,
        recorded_at=turn.now,
    )
    matter.entry.save(force_insert=True)
    matter.amount, matter.asked_by, matter.asked_at, matter.stage = amount, turn.user, turn.now, Stage.WAITING
    matter.seal(reasons=reasons)
    matter.save()
    data = {**said(matter), "undertaking": matter.undertaking.reference, "ground": str(matter.ground)}
    turn.tell(kinds.ASKED, data=data, personal={"reasons": reasons}, changed=[matter, matter.entry])
    return matter


def give_up(turn: Turn, matter: Advance, *, reason: str) -> Advance:
    """No advance after all, with the reason. CaseError: it waits for an answer or further, or no reason."""
    must_be(matter, Stage.ASKING)
    reason = free_text.written(reason, field="reasons", required=True, longest=2000)
    matter.stage, matter.ended_at = Stage.DROPPED, turn.now
    matter.save()
    turn.tell(kinds.GIVEN_UP, data=said(matter), personal={"reason": reason}, changed=[matter])
    deadlines.stop_of(turn, matter.uuid, outcome="cancelled")
    return matter


def waiting(case: Case) -> Advance | None:
    """The advance of the case that waits for an answer."""
    return case.advances.select_related("person_key", "entry").filter(stage=Stage.WAITING).first()


def sum_waiting(case: Case) -> Decimal:
    """What the customer would have in advance altogether: a sum asked for in two parts needs the level of both."""
    return sums.total(case.money.advances().values_list("amount", flat=True))


def choose_level(turn: Turn, *, role: str, why: str) -> Advance:
    """Say which post answers, and why that one. CaseError: none waits."""
    matter = _must_wait(turn)
    matter.approver_role, matter.approver_why = role, why[:200]
    matter.save(update_fields=["approver_role", "approver_why"])
    data = {**said(matter), "role": str(role), "why": matter.approver_why}
    turn.tell(kinds.LEVEL, data=data, changed=[matter])
    return matter


def approve(turn: Turn, *, reason: str = "") -> Advance:
    """同意: it may be paid. CaseError: none waits, told meanwhile, or more than is disputed by now; NotAllowed."""
    states.undecided(turn)
    matter = _must_wait(turn)
    within(turn.case, matter.amount or sums.NOTHING, but=matter)
    return _answer(turn, Stage.APPROVED, State.APPROVED, kinds.APPROVED, reason)


def send_back(turn: Turn, *, reason: str) -> Advance:
    """退回修改: it is asked for anew, or given up. Errors as `approve`, and no reason."""
    return _answer(turn, Stage.ASKING, State.DROPPED, kinds.RETURNED, reason, required=True)


def refuse(turn: Turn, *, reason: str) -> Advance:
    """不同意: nothing is paid in advance. Errors as `approve`, and no reason."""
    matter = _answer(turn, Stage.DROPPED, State.DROPPED, kinds.REFUSED, reason, required=True)
    deadlines.stop_of(turn, matter.uuid, outcome="cancelled")
    return matter


def overtaken(turn: Turn) -> list[Advance]:
    """The complaint is decided and told, or withdrawn: what was not released for payment is not paid any more."""
    dropped = []
    for matter in turn.case.advances.select_related("person_key", "entry").filter(stage__in=Advance.OPEN):
        dropped_lines = drop_entry(matter)
        matter.stage, matter.ended_at = Stage.DROPPED, turn.now
        matter.save(update_fields=["stage", "ended_at"])
        turn.tell(kinds.OVERTAKEN, data=said(matter), changed=[matter, *dropped_lines])
        deadlines.stop_of(turn, matter.uuid, outcome="cancelled")
        dropped.append(matter)
    return dropped


def waiting_on(cases: Iterable[int]) -> dict[int, Waiting]:
    """What waits for an answer on these cases, by the id of the case. One query."""
    rows = Advance.objects.filter(case__in=list(cases), stage=Stage.WAITING).select_related("asked_by")
    return {
        row.case_id: Waiting(row.asked_by.display_name, row.asked_at, row.amount)
        for row in rows
        if row.asked_by and row.asked_at
    }


def returns_on(cases: Iterable[int]) -> dict[int, Returned]:
    """The last answer on each of these cases, by the id of the case. One query."""
    answered = Advance.objects.filter(case__in=list(cases), answered_at__isnull=False)
    last = answered.select_related("person_key").order_by("case", "-answered_at").distinct("case")
    return {row.case_id: Returned(row, "answer_reason", row.answered_at) for row in last if row.answered_at}


def within(case: Case, amount: Decimal, *, but: Advance | None = None) -> Decimal:
    """The amount, when so much may still be advanced. CaseError at `amount` otherwise."""
    most = left(case, without=but)
    if amount > most:
        words = _("At most %(most)s can be advanced: not more than is disputed and not advanced yet.")
        raise CaseError(words % {"most": sums.spoken(max(most, sums.NOTHING))}, field="amount")
    return amount


def must_be(matter: Advance, *stages: str) -> None:
    """It stands there. CaseError says where it stands instead."""
    if matter.stage not in stages:
        words = _("This does not follow on where it stands: %(stage)s.")
        raise CaseError(words % {"stage": matter.get_stage_display()})


def drop_entry(matter: Advance) -> list[MoneyEntry]:
    """Its line is money no more; returns it, to be told, when it was some until now."""
    if matter.entry is None or matter.entry.state == State.DROPPED:
        return []
    matter.entry.state = State.DROPPED
    matter.entry.save(update_fields=["state"])
    return [matter.entry]


def said(matter: Advance) -> dict[str, object]:
    """What every fact of it tells."""
    return {"matter": str(matter.uuid), "amount": money(matter.amount or sums.NOTHING, matter.case.currency)}


def _answer(
    turn: Turn, stage: Advance.Stage, line: MoneyEntry.State, kind: Kind, reason: str, *, required: bool = False
) -> Advance:
    matter = _must_wait(turn)
    if turn.user is None or matter.asked_by_id in turn.persons:
        raise NotAllowed(_("Whoever asked for the advance does not answer it, nor does his substitute for him."))
    reason = free_text.written(reason, field="reason", required=required)
    matter.answered_by, matter.answered_at, matter.stage = turn.user, turn.now, stage
    matter.ended_at = turn.now if stage == Stage.DROPPED else None
    matter.seal(answer_reason=reason)
    matter.save()
    entry = matter.entry
    if entry is None:
        raise CaseError(_("No advance waits for an answer."))
    entry.state = line
    entry.save(update_fields=["state"])
    personal = {"reason": reason} if reason else {}
    turn.tell(kind, data=said(matter), personal=personal, changed=[matter, entry])
    return matter


def _must_wait(turn: Turn) -> Advance:
    matter = waiting(turn.case)
    if matter is None:
        raise CaseError(_("No advance waits for an answer."))
    matter.case = turn.case
    return matter


QUESTION = Question(
    "advance",
    approve=approve,
    send_back=send_back,
    refuse=refuse,
    choose_level=choose_level,
    waiting=waiting_on,
    returns=returns_on,
)
