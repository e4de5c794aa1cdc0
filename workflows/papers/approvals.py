"""Who said yes to what was decided: panels, proposals, the letter, in sentences of the fourth answer."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from cases.models import Letter, LiabilityPanel, Proposal
from record.body import stamp

from .seeing import Seeing, actor, money, person, shown, when

if TYPE_CHECKING:
    from .answers import Said

ANSWERED = (Proposal.State.APPROVED, Proposal.State.RETURNED, Proposal.State.REFUSED)


def of(seeing: Seeing, said: "Said") -> None:
    """Add all of it to the answer, and for a machine to what it tells."""
    case = seeing.case
    panels = list(case.panels.order_by("number").prefetch_related("votes__by", "votes__for_whom"))
    said.told["panels"] = [_panel(one, seeing, said) for one in panels]
    proposals = list(case.proposals.order_by("number").select_related("proposed_by", "answered_by"))
    said.told["proposals"] = [_proposal(one, seeing, said) for one in proposals]
    letter: Letter | None = getattr(case, "letter", None)
    said.told["told_to_customer"] = _letter(letter, seeing, said) if letter and letter.told_at else None


def votes(panel: LiabilityPanel) -> str:
    """Each seat with who cast its vote, and how."""
    cast = {True: _("In favour"), False: _("Against")}
    return _(", ").join(f"{one.get_seat_display()} {person(one.by)} {cast[one.in_favour]}" for one in panel.votes.all())


def _panel(panel: LiabilityPanel, seeing: Seeing, said: "Said") -> dict[str, Any]:
    proofs = seeing.trail.of(panel, "outcome")
    about = {"n": panel.number, "outcome": shown(panel, "outcome") or _("not ended"), "votes": votes(panel)}
    said.says(_("Liability panel %(n)d: %(outcome)s (%(votes)s).") % about, proofs)
    return {
        "number": panel.number,
        "outcome": panel.outcome or None,
        "votes": [
            {"seat": one.seat, "by": one.by.staff_number, "in_favour": one.in_favour} for one in panel.votes.all()
        ],
        "entries": [one.told() for one in proofs],
    }


def _proposal(one: Proposal, seeing: Seeing, said: "Said") -> dict[str, Any]:
    proofs = seeing.trail.of(one, "state")
    about = {"n": one.number, "sum": money(one.total, one.currency), "state": one.get_state_display()}
    about["by"] = person(one.proposed_by)
    said.says(_("Proposal %(n)d over %(sum)s by %(by)s: %(state)s.") % about, [] if one.answered_at else proofs)
    if one.state in ANSWERED and one.answered_at and proofs:
        said.says(_("Answered by %(who)s at %(at)s.") % {"who": actor(proofs[0]), "at": when(one.answered_at)}, proofs)
    return {
        "number": one.number,
        "total": str(one.total),
        "currency": one.currency,
        "state": one.state,
        "proposed_by": one.proposed_by.staff_number,
        "answered_by": one.answered_by.staff_number if one.answered_by else None,
        "answered_at": stamp(one.answered_at) if one.answered_at else None,
        "entries": [proof.told() for proof in proofs],
    }


def _letter(letter: Letter, seeing: Seeing, said: "Said") -> dict[str, Any]:
    proofs = seeing.trail.of(letter, "told_at")
    about = {"at": when(letter.told_at), "means": letter.get_means_display(), "by": person(letter.told_by)}
    about["proof"] = seeing.number_of(letter.proof_id)
    said.says(_("Told to the customer at %(at)s (%(means)s) by %(by)s; proof: %(proof)s.") % about, proofs)
    return {
        "at": stamp(letter.told_at) if letter.told_at else None,
        "by": letter.told_by.staff_number if letter.told_by else None,
        "proof": about["proof"] or None,
        "entries": [one.told() for one in proofs],
    }
