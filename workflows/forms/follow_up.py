"""回访 after completion."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions import follow_up
from cases.actions.turn import Turn
from cases.models import FollowUp

from .base import StepForm, line, moment, paragraph

Result = FollowUp.Result


class FollowUpForm(StepForm):
    """What the customer says of the handling, or that he was not reached."""

    sometimes = ("note",)
    places = {"reference": "proof", "happened_at": "called_at"}

    result = forms.ChoiceField(label=_("Result"), choices=Result.choices, widget=forms.RadioSelect)
    called_at = moment(_("Time of the contact"))
    proof = line(_("Number of the recording or survey"), machine=True)
    note = paragraph(
        _("What the customer said"), required=False, rows=2, help_text=_("Needed when he is not satisfied")
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("result") == Result.DISSATISFIED and not answers.get("note") and "note" not in self.errors:
            self.add_error("note", _("Write down what was said."))
        return answers

    def save(self, turn: Turn) -> None:
        follow_up.call_back(turn, **self.cleaned_data)
