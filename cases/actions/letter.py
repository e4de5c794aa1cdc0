"""处理决定告知: the decision is told with its four contents and proof; the statutory clock stands (art. 18, 19, 21)."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _, override

from cases import free_text, kinds, rules
from cases.actions import deadlines, states
from cases.actions.proposal import alive
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, Evidence, Letter, Proposal
from record.journal import stamp


def tell(
    turn: Turn,
    *,
    findings: str,
    reasons: str,
    decision: str,
    means: str,
    told_at: datetime,
    proof: Evidence,
    head_office: bool,
) -> Letter:
    """Record that the customer was told, at `told_at` (posted, sent or dialled in time counts, art. 21).

    What was found, why, what was decided, and how to contest it: against a branch's decision by 核查, against head
    office's only by mediation, arbitration or court (art. 19, 20). CaseError: told already, a disputed transaction
    without an approved proposal, a field empty, a time to come or before receipt, or proof of another case.
    """
    states.undecided(turn)
    if turn.user is None:
        raise NotAllowed
    if turn.case.standstills.filter(ended_at=None).exists():
        raise CaseError(_("The statutory clock stands; record the result it stands for first."))
    approved = _must_be_decided(turn.case)
    # Not before it was decided: a time typed too early would let the statutory clock stand too early.
    decided_at = approved.answered_at if approved else None
    states.happened(told_at, turn, field="told_at", since=decided_at or turn.case.received_at)
    if means not in Letter.Means:
        raise CaseError(_("Choose one of the list."), field="means")
    if proof.case_id != turn.case.pk:
        raise CaseError(_("The proof is not on this case."), field="proof")
    texts = {"findings": findings, "reasons": reasons, "decision": decision}
    texts = {name: free_text.written(text, field=name, required=True) for name, text in texts.items()}
    letter = Letter(
        case=turn.case,
        person_key=turn.case.person_key,
        decided_by_head_office=head_office,
        means=Letter.Means(means),
        proof=proof,
        told_at=told_at,
        told_by=turn.user,
        recorded_at=turn.now,
    )
    letter.seal(**texts, remedies=remedies(head_office=head_office))
    letter.save(force_insert=True)
    turn.case.state, turn.case.told_at = Case.State.TOLD, told_at
    turn.case.save(update_fields=["state", "told_at"])
    data = {"told_at": stamp(told_at), "means": str(means), "proof": str(proof.uuid), "head_office": head_office}
    turn.tell(kinds.LETTER_TOLD, data=data, personal=texts, changed=[letter, turn.case], happened_at=told_at)
    deadlines.stop_statutory(turn, at=told_at)
    return letter


def remedies(*, head_office: bool) -> str:
    """How the customer may contest the decision, in the bank's own language (art. 19, 20)."""
    with override(settings.LANGUAGE_CODE):
        if head_office:
            return _("If you do not agree, you may ask for mediation or arbitration, or go to court.")
        return _(
            "If you do not agree, you may apply in writing to the unit above ours for a review within 30 days of "
            "receiving this decision. You may also ask for mediation or arbitration, or go to court."
        )


def _must_be_decided(case: Case) -> Proposal | None:
    """The approved proposal; None when nothing is disputed and so nothing was proposed."""
    proposal = alive(case)
    if proposal is not None and proposal.state == Proposal.State.WAITING:
        raise CaseError(_("A proposal on this case waits for its answer."))
    if rules.disputes_anything(case) and proposal is None:
        raise CaseError(_("There is no approved proposal to tell of."))
    return proposal
