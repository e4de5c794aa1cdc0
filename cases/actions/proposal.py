"""赔付方案: what the customer is to get, and the answer of whoever may approve it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Branch
from cases import free_text, kinds, rules, settled, sums
from cases.actions import points as point_rows, states
from cases.actions.asking import Question, Returned, Waiting
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, DisputedTransaction, MoneyEntry, PointsEntry, Proposal
from cases.models.money import NOT_DECIDED
from record.journal import Kind, money

State = Proposal.State
Lines = MoneyEntry.Kind
ALIVE = (State.WAITING, State.APPROVED)
OF_A_CREDIT_CARD = (Lines.PENALTY, Lines.INSTALMENT_FEE)


@dataclass(frozen=True)
class Line:
    """One sum for the customer in the case's currency, of a disputed transaction; goodwill may be of the whole case."""

    kind: str
    amount: Decimal
    transaction: UUID | None = None


def waiting(case: Case) -> Proposal | None:
    """The proposal that waits for an answer."""
    return case.proposals.select_related("person_key").filter(state=State.WAITING).first()


def approved(case: Case) -> Proposal | None:
    """The proposal that was approved."""
    return case.proposals.select_related("person_key").filter(state=State.APPROVED).first()


def alive(case: Case) -> Proposal | None:
    """The proposal that waits or was approved; there is one at most."""
    return case.proposals.filter(state__in=ALIVE).first()


def sum_waiting(case: Case) -> Decimal:
    """The sum that waits for an answer, 0.00 when none does."""
    proposal = waiting(case)
    return proposal.total if proposal else sums.NOTHING


def nothing_alive(turn: Turn) -> None:
    """No proposal waits or was approved: what it stands on may change. CaseError otherwise."""
    _refuse_alive(turn.case.proposals.filter(state__in=ALIVE).exists())


def propose(
    turn: Turn,
    *,
    lines: Sequence[Line],
    reasons: str,
    bearing_unit: Branch | None = None,
    points: Mapping[UUID, int] | None = None,
) -> Proposal:
    """Propose what the customer gets; no lines is a proposal to pay nothing. `total` is their sum.

    `bearing_unit` 承担单位 is the unit the sum is charged to, which need not be the one that handles the case.
    `points` 积分 are no money: a whole number by transaction, given back with the account.

    Principal of a transaction stays within the bank's share, principal and goodwill together within its amount
    (法释〔2021〕10号 art. 13: nobody gets back more than he lost). Every line but goodwill is of a transaction the bank
    bears something of; late and instalment fees are of a credit card, conversion not of a purchase known to be at home.
    CaseError (field: reasons, or the number of the line
    from 0): told already, a proposal alive, a disputed transaction not decided, or a line that cannot stand.
    """
    states.undecided(turn)
    if turn.user is None:
        raise NotAllowed
    earlier = list(turn.case.proposals.values_list("state", flat=True))
    _refuse_alive(any(state in ALIVE for state in earlier))
    reasons = free_text.written(reasons, field="reasons", required=True)
    disputed = _decided(turn)
    amounts = _checked(turn.case, lines, disputed)
    settled.agrees(turn.case, [(line.kind, amount) for line, amount in zip(lines, amounts, strict=True)])
    proposal = Proposal(
        case=turn.case,
        person_key=turn.case.person_key,
        number=len(earlier) + 1,
        total=sums.total(amounts),
        currency=turn.case.currency,
        proposed_by=turn.user,
        proposed_at=turn.now,
    )
    proposal.seal(reasons=reasons)
    proposal.save(force_insert=True)
    entries = [_entry(turn, proposal, line, amount, disputed) for line, amount in zip(lines, amounts, strict=True)]
    data = {**_said(proposal), "lines": [_told(entry) for entry in entries]}
    changed = [proposal, *entries, *_charged(turn.case, bearing_unit)]
    turn.tell(kinds.PROPOSAL_MADE, data=data, personal={"reasons": reasons}, changed=changed)
    point_rows.propose(turn, proposal, points or {}, disputed)
    return proposal


def choose_level(turn: Turn, *, role: str, why: str) -> Proposal:
    """Say which post answers the waiting proposal, and why that one. CaseError: none waits."""
    proposal = _must_wait(turn)
    proposal.approver_role, proposal.approver_why = role, why[:200]
    proposal.save(update_fields=["approver_role", "approver_why"])
    data = {"number": proposal.number, "role": str(role), "why": proposal.approver_why}
    turn.tell(kinds.PROPOSAL_LEVEL, data=data, changed=[proposal])
    return proposal


def approve(turn: Turn, *, reason: str = "") -> Proposal:
    """同意: the lines are decided. CaseError: none waits; NotAllowed: by whoever proposed it, or for him."""
    return _answer(turn, State.APPROVED, MoneyEntry.State.APPROVED, kinds.PROPOSAL_APPROVED, reason)


def send_back(turn: Turn, *, reason: str) -> Proposal:
    """退回修改: the lines are dropped, another proposal follows. Errors as `approve`, and no reason."""
    return _answer(turn, State.RETURNED, MoneyEntry.State.DROPPED, kinds.PROPOSAL_RETURNED, reason, required=True)


def refuse(turn: Turn, *, reason: str) -> Proposal:
    """不同意: the lines are dropped, liability is decided anew. Errors as `approve`, and no reason."""
    return _answer(turn, State.REFUSED, MoneyEntry.State.DROPPED, kinds.PROPOSAL_REFUSED, reason, required=True)


def waiting_on(cases: Iterable[int]) -> dict[int, Waiting]:
    """What waits for an answer on these cases, by the id of the case. One query."""
    rows = Proposal.objects.filter(case__in=list(cases), state=State.WAITING).select_related("proposed_by")
    return {row.case_id: Waiting(row.proposed_by.display_name, row.proposed_at, row.total) for row in rows}


def returns_on(cases: Iterable[int]) -> dict[int, Returned]:
    """The last answer on each of these cases, by the id of the case. One query."""
    answered = Proposal.objects.filter(case__in=list(cases), answered_at__isnull=False)
    last = answered.select_related("person_key").order_by("case", "-number").distinct("case")
    return {
        row.case_id: Returned(row, "answer_reason", row.answered_at, refused=row.state == State.REFUSED)
        for row in last
        if row.answered_at
    }


def drop(turn: Turn) -> list[Proposal | MoneyEntry | PointsEntry]:
    """The complaint was withdrawn: what is alive is dropped with its lines. Returns what was saved, to be told."""
    dropped: list[Proposal | MoneyEntry | PointsEntry] = []
    for proposal in turn.case.proposals.filter(state__in=ALIVE):
        dropped += [proposal, *_move(proposal, State.DROPPED, MoneyEntry.State.DROPPED)]
    return dropped


def _refuse_alive(is_alive: bool) -> None:
    if is_alive:
        raise CaseError(_("A proposal on this case waits for its answer or was approved."))


def _answer(
    turn: Turn, state: Proposal.State, lines: MoneyEntry.State, kind: Kind, reason: str, *, required: bool = False
) -> Proposal:
    states.undecided(turn)
    proposal = _must_wait(turn)
    if turn.user is None or proposal.proposed_by_id in turn.persons:
        raise NotAllowed(_("Whoever made the proposal does not answer it, nor does his substitute for him."))
    reason = free_text.written(reason, field="reason", required=required)
    proposal.answered_by, proposal.answered_at = turn.user, turn.now
    proposal.seal(answer_reason=reason)
    entries = _move(proposal, state, lines)
    personal = {"reason": reason} if reason else {}
    turn.tell(kind, data=_said(proposal), personal=personal, changed=[proposal, *entries])
    return proposal


def _move(proposal: Proposal, state: Proposal.State, lines: MoneyEntry.State) -> list[MoneyEntry | PointsEntry]:
    proposal.state = state
    proposal.save()
    entries = list(proposal.lines.all())
    for entry in entries:
        entry.state = lines
        entry.save(update_fields=["state"])
    return [*entries, *point_rows.move(proposal, state)]


def _must_wait(turn: Turn) -> Proposal:
    proposal = waiting(turn.case)
    if proposal is None:
        raise CaseError(_("No proposal waits for an answer."))
    return proposal


def _decided(turn: Turn) -> dict[UUID, DisputedTransaction]:
    disputed = {one.uuid: one for one in turn.case.transactions.disputed()}
    if not all(one.is_ended for one in disputed.values()):
        raise CaseError(_("A disputed transaction is not decided yet."))
    return {uuid: one for uuid, one in disputed.items() if one.is_decided}


def _checked(case: Case, lines: Sequence[Line], disputed: dict[UUID, DisputedTransaction]) -> list[Decimal]:
    """The exact amounts of the lines. CaseError at the number of the line that cannot stand."""
    amounts = [sums.exact(line.amount, field=str(number)) for number, line in enumerate(lines)]
    principal: dict[UUID, Decimal] = defaultdict(Decimal)
    together: dict[UUID, Decimal] = defaultdict(Decimal)
    for number, (line, amount) in enumerate(zip(lines, amounts, strict=True)):
        _check_kind(case, line, disputed, field=str(number))
        if line.transaction is None or line.kind not in (Lines.PRINCIPAL, Lines.GOODWILL):
            continue
        transaction = disputed[line.transaction]
        together[line.transaction] += amount
        if line.kind == Lines.PRINCIPAL:
            principal[line.transaction] += amount
        if principal[line.transaction] > (transaction.bank_share or 0):
            raise CaseError(_("The principal is more than the bank's share of this transaction."), field=str(number))
        if together[line.transaction] > transaction.amount:
            raise CaseError(_("The customer would get back more than this transaction took."), field=str(number))
    return amounts


def _check_kind(case: Case, line: Line, disputed: dict[UUID, DisputedTransaction], *, field: str) -> None:
    if line.kind not in Lines or line.kind in NOT_DECIDED:
        raise CaseError(_("Choose what the sum is for."), field=field)
    if line.transaction is None:
        if line.kind != Lines.GOODWILL:
            raise CaseError(_("Every sum but goodwill belongs to a disputed transaction."), field=field)
        return
    if line.transaction not in disputed:
        raise CaseError(_("This transaction is not disputed."), field=field)
    if (refusal := refused(case, line.kind, disputed[line.transaction])) is not None:
        raise CaseError(refusal, field=field)


def refused(case: Case, kind: str, transaction: DisputedTransaction) -> str | None:
    """Why no such line can be of this transaction, in a sentence; None when one can."""
    if kind == Lines.GOODWILL:
        return None
    if not transaction.bank_share:
        return _("The bank bears nothing of this transaction; only goodwill is possible.")
    if kind in OF_A_CREDIT_CARD and not rules.is_credit_card(case):
        return _("Late fees and instalment fees are a credit card's.")
    if kind == Lines.EXCHANGE and transaction.country == "CN":
        return _("This purchase was made at home: nothing was converted.")
    return None


def _entry(
    turn: Turn, proposal: Proposal, line: Line, amount: Decimal, disputed: dict[UUID, DisputedTransaction]
) -> MoneyEntry:
    entry = MoneyEntry(
        case=turn.case,
        proposal=proposal,
        transaction=disputed[line.transaction] if line.transaction else None,
        kind=Lines(line.kind),
        amount=amount,
        currency=turn.case.currency,
        recorded_at=turn.now,
    )
    entry.save(force_insert=True)
    return entry


def _charged(case: Case, unit: Branch | None) -> list[Case]:
    if unit is None or unit.pk == case.bearing_unit_id:
        return []
    case.bearing_unit = unit
    case.save(update_fields=["bearing_unit"])
    return [case]


def _said(proposal: Proposal) -> dict[str, object]:
    return {"number": proposal.number, "total": money(proposal.total, proposal.currency)}


def _told(entry: MoneyEntry) -> dict[str, object]:
    transaction = entry.transaction.bank_id if entry.transaction else None
    return {"kind": str(entry.kind), "amount": money(entry.amount, entry.currency), "transaction": transaction}


QUESTION = Question(
    "proposal",
    approve=approve,
    send_back=send_back,
    refuse=refuse,
    choose_level=choose_level,
    waiting=waiting_on,
    returns=returns_on,
)
