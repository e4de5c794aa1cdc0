"""The ends of a case: completed 办结 when the customer's side is whole, archived 归档; withdrawn 撤回 before both."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import free_text, kinds, rules, sums
from cases.actions import advance_end, deadlines, instalments, law_clock, panel, proposal, states, texts
from cases.actions.turn import Turn
from cases.errors import CaseError, StillOpen
from cases.models import Case, Letter, MoneyEntry, Proposal
from knowledge.evidence import EvidenceKind
from knowledge.messages import Template
from knowledge.models import Facet, TaxonomyCode
from record.history import Tracked

State = MoneyEntry.State
NOT_ATTRIBUTED = "not_attributed"  # the one point that is answered in the act of closing


@dataclass(frozen=True)
class OpenPoint:
    """One thing that keeps the case from being completed; the code never changes, the sentence is for people."""

    code: str
    sentence: "str | Promise"


def open_points(case: Case) -> list[OpenPoint]:
    """What is still open of the customer's side (card-fraud.md, closing). Chargeback and police are not waited for.

    A withdrawn complaint needs no decision any more, but no card is left stopped, nothing of the account held, no
    advance with the customer, and the risk is judged.
    """
    points, look = (UNDONE if case.withdrawn_at else CHECKLIST), _Look(case)
    return [OpenPoint(code, sentence) for code, is_open, sentence in points if is_open(look)]


def close(turn: Turn, *, channel: TaxonomyCode, business: TaxonomyCode, cause: TaxonomyCode, note: str = "") -> Case:
    """办结, with the final classes of the facets. StillOpen says what is open; CaseError: a class of another facet."""
    states.still_open(turn)
    note = free_text.written(note, field="note")
    if points := open_points(turn.case):
        raise StillOpen(" ".join(str(point.sentence) for point in points))
    case = turn.case
    finals = {"channel": channel, "business": business, "cause": cause}
    for (name, code), facet in zip(finals.items(), (Facet.CHANNEL, Facet.BUSINESS, Facet.CAUSE), strict=True):
        if code.facet != facet:
            raise CaseError(_("Choose a class of this facet."), field=name)
        setattr(case, f"{name}_final", code)
    case.state, case.done_at = Case.State.DONE, turn.now
    case.save(update_fields=["state", "done_at", *(f"{name}_final" for name in finals)])
    data = {name: code.local_code for name, code in finals.items()}
    turn.tell(kinds.CASE_CLOSED, data=data, personal={"note": note} if note else {}, changed=[case])
    texts.write(turn, Template.COMPLETED)
    return case


def archive(turn: Turn, *, index: str) -> Case:
    """归档 with the index of the file. CaseError: not completed, a card still stopped, or a recovery under way."""
    states.done(turn)
    index = free_text.written(index, field="index", required=True)
    if rules.is_card_stopped(turn.case):
        raise CaseError(CARD_STOPPED[2])
    if turn.case.money.recoveries().exclude(state=State.BOOKED).exists():
        raise CaseError(_("A recovery is still under way."))
    if rules.runs_beside(turn.case):
        raise CaseError(
            _("Something still runs beside the case (letters, police, review, answers); the file waits for it.")
        )
    turn.case.state, turn.case.archived_at = Case.State.ARCHIVED, turn.now
    turn.case.save(update_fields=["state", "archived_at"])
    turn.tell(kinds.CASE_ARCHIVED, personal={"index": index}, changed=[turn.case])
    return turn.case


def withdraw(turn: Turn, *, reason: str, means: str) -> Case:
    """撤回: the customer takes the complaint back before the decision is told; it ends the same day (art. 15).

    Proposals fall with their lines and every clock stops. The case stays in progress until the stop of the card has its
    end, then it is completed. `means` says how the customer said so (a recording number, a letter). CaseError: told or
    withdrawn already, money under way, or no reason or means.
    """
    states.undecided(turn)
    reason = free_text.written(reason, field="reason", required=True)
    means = free_text.written(means, field="means", required=True, longest=120)
    case = turn.case
    dropped = end_undecided(turn)
    data = {"means": means, "card_stopped": rules.is_card_stopped(case)}
    turn.tell(kinds.CASE_WITHDRAWN, data=data, personal={"reason": reason}, changed=[case, *dropped])
    deadlines.stop_all(turn)
    return case


def end_undecided(turn: Turn) -> list[Tracked]:
    """End the case without a decision: proposals fall, the statutory clock no longer stands. Returns what fell.

    Its limits are stopped by whoever tells of it. CaseError: money under way.
    """
    case = turn.case
    if case.money.payouts().filter(state__in=[State.ORDERED, State.BOOKED]).exists():
        raise CaseError(_("Money of this case is already on its way."))
    advance_end.settle_withdrawn(turn)
    law_clock.end_with_the_case(turn)
    dropped: list[Tracked] = [*proposal.drop(turn), *panel.fall(turn)]
    case.withdrawn_at = turn.now
    case.save(update_fields=["withdrawn_at"])
    return dropped


@dataclass
class _Look:
    """One look at a case, for all points together."""

    case: Case

    @cached_property
    def proposal(self) -> Proposal | None:
        """The proposal that waits or was approved."""
        return proposal.alive(self.case)


def _not_told(look: _Look) -> bool:
    """Drafted or issued is not told."""
    letter = getattr(look.case, "letter", None)
    return look.case.told_at is None or letter is None or letter.state != Letter.State.TOLD


def _undecided(look: _Look) -> bool:
    return any(not one.type or not one.is_ended for one in look.case.transactions.disputed())


def _unanswered(look: _Look) -> bool:
    return look.proposal is not None and look.proposal.state == Proposal.State.WAITING


def _unpaid(look: _Look) -> bool:
    approved = look.proposal is not None and look.proposal.state == Proposal.State.APPROVED
    paid = sums.total(look.case.money.of_decision().filter(state=State.BOOKED).values_list("amount", flat=True))
    return paid != (look.proposal.total if approved and look.proposal else sums.NOTHING)


def _not_restored(look: _Look) -> bool:
    """Only a credit card's account is put under dispute, and that has to come off however it was decided."""
    if not rules.disputes_anything(look.case) or not rules.is_credit_card(look.case):
        return False
    return not look.case.evidence.filter(kind=EvidenceKind.RESTORE_RECEIPT).exists()


def _in_instalments(look: _Look) -> bool:
    return bool(instalments.to_undo(look.case))


def _points_owed(look: _Look) -> bool:
    return look.case.points.owed().exists()


def _card_stopped(look: _Look) -> bool:
    return rules.is_card_stopped(look.case)


def _unseen(look: _Look) -> bool:
    return look.case.controls.losses().filter(typed_by__isnull=False, seen_by=None).exists()


def _protected(look: _Look) -> bool:
    return look.case.measures.standing().exists()


def _promise_open(look: _Look) -> bool:
    return look.case.promises.filter(kept_at=None).exists()


def _credit_unproved(look: _Look) -> bool:
    return (
        rules.disputes_anything(look.case)
        and rules.needs_credit_check(look.case)
        and not look.case.credit_corrections.exists()
    )


def _risk_open(look: _Look) -> bool:
    return rules.is_card_fraud(look.case) and not hasattr(look.case, "risk_judgement")


def _not_attributed(look: _Look) -> bool:
    return not hasattr(look.case, "attribution")


def _evidence_open(look: _Look) -> bool:
    return look.case.evidence_items.open().exists()


def _advance_open(look: _Look) -> bool:
    return rules.has_advance_open(look.case)


ADVANCE_OPEN = (
    "advance_open",
    _advance_open,
    _("An advance is neither set off nor given back or written off."),
)
CARD_STOPPED = ("card_stopped", _card_stopped, _("The stop of the card has not ended."))
RISK_OPEN = ("risk_open", _risk_open, _("The risk of the case is not judged."))
UNSEEN = ("unseen", _unseen, _("A loss report typed by hand waits for a second person."))
PROTECTED = (
    "protected",
    _protected,
    _("The protection of account, collection or credit record is neither lifted nor made permanent."),
)
UNDONE = (CARD_STOPPED, PROTECTED, RISK_OPEN, UNSEEN, ADVANCE_OPEN)
CHECKLIST = (
    ("not_told", _not_told, _("The decision has not been told with its proof.")),
    ("undecided", _undecided, _("A disputed transaction has no type or is not decided.")),
    ("unanswered", _unanswered, _("A proposal waits for its answer.")),
    ("unpaid", _unpaid, _("The customer does not have the decided sum.")),
    ADVANCE_OPEN,
    ("not_restored", _not_restored, _("The account is not restored.")),
    ("in_instalments", _in_instalments, _("Disputed instalments are not undone.")),
    ("points_owed", _points_owed, _("The points are not given back.")),
    PROTECTED,
    CARD_STOPPED,
    ("credit_unproved", _credit_unproved, _("The credit record is not proved clean.")),
    RISK_OPEN,
    (NOT_ATTRIBUTED, _not_attributed, _("It is not said whose responsibility the matter was.")),
    UNSEEN,
    ("evidence_open", _evidence_open, _("Evidence that was asked for has no answer.")),
    ("promise_open", _promise_open, _("A promise to the customer is not kept.")),
)
