"""拟稿 and 用印 of the decision notice (CBIRC 2020 No.3 art. 19)."""

from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy as _

from cases import settled
from cases.actions import drafting
from cases.actions.turn import Turn
from cases.drafts import drafts
from cases.models import Letter
from record.errors import KeyDestroyed

from .base import StepForm, line, paragraph

TEXTS = ("findings", "reasons", "decision")
HEADINGS = {
    "findings": _("Findings"),
    "reasons": _("Reasons"),
    "decision": _("Decision"),
    "remedies": _("Remedies"),
}

LONG_LETTER = 12_000  # characters a part: forty transactions told one by one


class LetterShown(StepForm):
    """A form beside which the letter stands as it was drafted."""

    @cached_property
    def letter(self) -> Letter | None:
        return drafting.of(self.case)

    def shown(self) -> list[tuple[str, str]]:
        """(field, text in clear) of the letter's contents; empty for an erased person."""
        if self.letter is None:
            return []
        try:
            return [(name, self.letter.reveal(name, purpose=drafting.PURPOSE)) for name in drafting.TEXTS]
        except KeyDestroyed:
            return []

    def headed(self) -> list[tuple[object, str]]:
        """The same under the headings people read."""
        return [(HEADINGS[name], text) for name, text in self.shown()]


class DraftForm(LetterShown):
    """Findings, basis and reasons, decision; the remedies follow from who decided. A returned draft is there again.

    Findings and reasons begin as the burden board says them, in the customer's language; another reader finds them in
    his own below.
    """

    findings = paragraph(HEADINGS["findings"], rows=10, max_length=LONG_LETTER)
    reasons = paragraph(_("Basis and reasons"), rows=8, max_length=LONG_LETTER)
    decision = paragraph(HEADINGS["decision"], rows=3)
    way = forms.ChoiceField(
        label=_("How the customer will be told"),
        choices=Letter.Way.choices,
        widget=forms.RadioSelect,
        help_text=_("In writing: checked, issued and sealed first. Keep to what was agreed with the customer"),
    )

    def build(self) -> None:
        if self.is_bound:
            return
        if self.letter is not None:
            drafted = {name: text for name, text in self.shown() if name in TEXTS}
            self.initial.update(drafted, way=self.letter.way)
            return
        agreed = settled.standing(self.case)
        if agreed is not None:
            self.initial.update(decision=settled.letter_words(agreed, self.case.zone), way=agreed.way)
        reader = get_language() or settings.LANGUAGE_CODE
        in_letter, *others = drafts(self.case, *dict.fromkeys((settings.LANGUAGE_CODE, reader)))
        for name in TEXTS:
            self.fields[name].initial = getattr(in_letter, name)
            for other in others:
                if getattr(other, name) != getattr(in_letter, name):
                    self.fields[name].help_text = getattr(other, name)

    def save(self, turn: Turn) -> None:
        drafting.draft(turn, **self.cleaned_data)


class SealForm(LetterShown):
    """The number under which the seal was used."""

    number = line(
        _("Number in the seal register"),
        help_text=_("Of the use of the seal, on paper or electronic"),
        max_length=64,
        machine=True,
    )

    def save(self, turn: Turn) -> None:
        drafting.seal(turn, number=self.cleaned_data["number"])
