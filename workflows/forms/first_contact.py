"""首次联系: the handler speaks to the customer within a day (CBIRC 2020 No.3 art. 17), or shows that he tried."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions import contacts
from cases.actions.turn import Turn
from cases.models import Case

from .base import StepForm, line, moment, paragraph

REACHED, NOT_REACHED = "reached", "not_reached"


class FirstContactForm(StepForm):
    """One call or meeting. Not reached counts after three tries by two ways and a letter (card-fraud.md 2g)."""

    sometimes = ("note", "letter")
    places = {"reached": "result", "direction": "result"}

    result = forms.ChoiceField(
        label=_("Was the customer reached"),
        choices=[(REACHED, _("Yes")), (NOT_REACHED, _("No, after three tries by two ways"))],
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Case.Channel.choices)
    happened_at = moment(_("Time of the contact"))
    note = paragraph(
        _("What was said, and which papers were asked for"),
        required=False,
        help_text=_("Ask for everything at once, and never for what the bank holds itself"),
    )
    papers_asked = forms.BooleanField(
        label=_("Papers were asked for"), required=False, help_text=_("A text message reminds the customer of it")
    )
    letter = line(
        _("Number of the letter sent instead"), required=False, help_text=_("Only when not reached"), machine=True
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("result") == REACHED and not answers.get("note") and "note" not in self.errors:
            self.add_error("note", _("Write down what was said."))
        if answers.get("result") == NOT_REACHED and "channel" in answers:
            self._must_have_tried(answers)
        return answers

    def _must_have_tried(self, answers: dict[str, Any]) -> None:
        if not contacts.has_tried_enough(self.case, now_by=answers["channel"]):
            words = _("Three tries by two ways are needed. Record the earlier ones under “Record a contact” first.")
            self.add_error("result", words)
        if not answers.get("letter") and "letter" not in self.errors:
            self.add_error("letter", _("Give the number of the letter that was sent."))

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        reached = answers["result"] == REACHED
        contacts.first_contact(
            turn,
            channel=answers["channel"],
            happened_at=answers["happened_at"],
            note=answers["note"],
            reached=reached,
            letter="" if reached else answers["letter"],
            papers_asked=reached and answers["papers_asked"],
        )
