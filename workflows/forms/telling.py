"""The decision as the customer hears it (CBIRC 2020 No.3 arts. 19 and 21)."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy as _

from accounts.roles import Role
from cases.actions import evidence, letter, proposal
from cases.actions.turn import Turn
from cases.drafts import drafts
from cases.free_text import LONGEST
from cases.models import Letter
from knowledge.evidence import EvidenceKind

from .base import StepForm, line, moment, paragraph


class TellForm(StepForm):
    """Findings, basis and reasons, decision; the remedies follow from who decided. With the proof of telling.

    Findings and reasons begin as the burden board says them, in the customer's language; another reader finds them in
    his own below.
    """

    places = {"reference": "proof", "happened_at": "told_at"}

    findings = paragraph(_("What was found"), rows=10, max_length=LONGEST)
    reasons = paragraph(_("Basis and reasons"), rows=8, max_length=LONGEST)
    decision = paragraph(_("Decision"), rows=3)
    means = forms.ChoiceField(label=_("How the customer was told"), choices=Letter.Means.choices)
    told_at = moment(_("Told at"), help_text=_("Handed over, posted, sent or dialled; the statutory clock stops here"))
    proof = line(
        _("Proof of telling"), help_text=_("Recording, mail or message number, or signed receipt"), machine=True
    )

    def build(self) -> None:
        if self.is_bound:
            return
        reader = get_language() or settings.LANGUAGE_CODE
        letter_text, *others = drafts(self.case, *dict.fromkeys((settings.LANGUAGE_CODE, reader)))
        for name in ("findings", "reasons"):
            self.fields[name].initial = getattr(letter_text, name)
            for other in others:
                self.fields[name].help_text = getattr(other, name)

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        proof = evidence.add_reference(
            turn, kind=EvidenceKind.PROOF_OF_TELLING, reference=answers["proof"], happened_at=answers["told_at"]
        )
        approved = proposal.approved(turn.case)
        letter.tell(
            turn,
            findings=answers["findings"],
            reasons=answers["reasons"],
            decision=answers["decision"],
            means=answers["means"],
            told_at=answers["told_at"],
            proof=proof,
            head_office=approved is not None and approved.approver_role == Role.CARD_CENTRE_HEAD,
        )
