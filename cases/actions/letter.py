"""处理决定告知: the decision is told with its four contents and proof; the statutory clock stands (art. 18, 19, 21)."""

from datetime import datetime

from django.utils.translation import gettext as _

from cases import kinds
from cases.actions import advance_end, deadlines, drafting, extension, mandate, states
from cases.actions.drafting import PURPOSE, remedies
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, Evidence, Letter
from knowledge import limits
from record.journal import stamp

__all__ = ["remedies", "tell"]

READY = {Letter.State.READY, Letter.State.SEALED}


def tell(turn: Turn, *, means: str, told_at: datetime, proof: Evidence) -> Letter:
    """Record that the customer was told, at `told_at` (posted, sent or dialled in time counts, art. 21).

    It goes to the customer, or to whoever speaks for him with a mandate. What is told is the text that was issued, or
    drafted to be read on the phone; such a text goes out no other way. CaseError: told already, a mandate awaited,
    nothing ready, another text than was issued, a time to come, before the decision or before the letter was issued, or
    proof of another case.
    """
    states.undecided(turn)
    if turn.user is None:
        raise NotAllowed
    if turn.case.standstills.filter(ended_at=None).exists():
        raise CaseError(_("The statutory clock stands; record the result it stands for first."))
    mandate.must_be_settled(turn.case)
    approved = drafting.must_be_decided(turn.case)
    letter = _ready(turn.case)
    # Not before it was decided: a time typed too early would let the statutory clock stand too early.
    decided_at = letter.issued_at or (approved.answered_at if approved else None)
    states.happened(told_at, turn, field="told_at", since=decided_at or turn.case.received_at)
    if means not in Letter.Means:
        raise CaseError(_("Choose one of the list."), field="means")
    if letter.way == Letter.Way.PHONE and means != Letter.Means.PHONE:
        raise CaseError(
            _("This text was drafted to be read on the phone; a letter is issued and sealed."), field="means"
        )
    if proof.case_id != turn.case.pk:
        raise CaseError(_("The proof is not on this case."), field="proof")
    letter.means, letter.proof = Letter.Means(means), proof
    letter.told_at, letter.told_by = told_at, turn.user
    letter.told_to = mandate.speaker(turn.case)
    letter.save()
    turn.case.state, turn.case.told_at = Case.State.TOLD, told_at
    turn.case.save(update_fields=["state", "told_at"])
    head_office = letter.decided_by_head_office
    data = {"told_at": stamp(told_at), "means": str(means), "proof": str(proof.uuid), "head_office": head_office}
    data |= {"digest": letter.digest, "told_to": letter.told_to.kind if letter.told_to else "customer"}
    texts = {name: letter.reveal(name, purpose=PURPOSE) for name in ("findings", "reasons", "decision")}
    turn.tell(kinds.LETTER_TOLD, data=data, personal=texts, changed=[letter, turn.case], happened_at=told_at)
    extension.fall(turn)
    deadlines.stop_statutory(turn, at=told_at)
    deadlines.stop(turn, subject=turn.case.uuid, key=limits.NEXT_CONTACT, at=told_at)
    advance_end.settle_with_decision(turn)
    return letter


def _ready(case: Case) -> Letter:
    """The letter that may go out, word for word what was issued."""
    letter = drafting.of(case)
    if letter is None or letter.state not in READY:
        raise CaseError(_("No letter is ready: it is drafted, and in writing checked, issued and sealed."))
    if drafting.digest_of(letter) != letter.digest:
        raise CaseError(_("The text is not what was issued. Tell the administrator and the auditor."))
    return letter
