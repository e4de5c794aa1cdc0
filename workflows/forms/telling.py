"""The decision as the customer hears it (CBIRC 2020 No.3 arts. 19 and 21)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions import evidence, letter
from cases.actions.turn import Turn
from cases.models import Letter
from knowledge.evidence import EvidenceKind

from .base import line, moment
from .lettering import LetterShown

PHONE = [(Letter.Means.PHONE.value, Letter.Means.PHONE.label)]


class TellForm(LetterShown):
    """How and when the customer was told, and the proof. What he was told stands beside the form, and cannot change."""

    places = {"reference": "proof", "happened_at": "told_at"}

    means = forms.ChoiceField(label=_("How the customer was told"), choices=Letter.Means.choices)
    told_at = moment(_("Told at"), help_text=_("Handed over, posted, sent or dialled; the statutory clock stops here"))
    proof = line(
        _("Proof of telling"), help_text=_("Recording, mail or message number, or signed receipt"), machine=True
    )

    def build(self) -> None:
        if self.letter is not None and self.letter.way == Letter.Way.PHONE:
            self.fields["means"].choices = PHONE  # type: ignore[attr-defined]

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        proof = evidence.add_reference(
            turn, kind=EvidenceKind.PROOF_OF_TELLING, reference=answers["proof"], happened_at=answers["told_at"]
        )
        letter.tell(turn, means=answers["means"], told_at=answers["told_at"], proof=proof)
