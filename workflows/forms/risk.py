"""案防判断: four questions to compliance, each yes or no with its reason."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions import risk
from cases.actions.risk import LONGEST_REASON, Verdict
from cases.actions.turn import Turn

from .base import StepForm, line, paragraph

YES, NO = "yes", "no"
QUESTIONS = {
    risk.CRIME: _("Criminal matter to be reported"),
    risk.LAUNDERING: _("Suspicious transaction to be reported"),
    risk.LOSS: _("Operational loss event"),
    risk.SCHEME: _("Fraud to be reported to the card scheme"),
}


class RiskForm(StepForm):
    """Nobody but compliance and audit reads what is typed here; the case's file says only that it was judged."""

    sometimes = tuple(f"{name}_number" for name in QUESTIONS)

    def build(self) -> None:
        for name, question in QUESTIONS.items():
            self.fields[name] = forms.ChoiceField(
                label=question, choices=[(YES, _("Yes")), (NO, _("No"))], widget=forms.RadioSelect
            )
            self.fields[f"{name}_reason"] = paragraph(_("Reason"), max_length=LONGEST_REASON, rows=2)
            self.fields[f"{name}_number"] = line(
                _("Number of the report or event"),
                required=False,
                max_length=64,
                help_text=_("Needed when the answer is yes"),
                machine=True,
            )

    def rows(self) -> list[Mapping[str, Any]]:
        """A question a row, with its answer, reason and number."""
        return [
            {"answer": self[name], "reason": self[f"{name}_reason"], "number": self[f"{name}_number"]}
            for name in QUESTIONS
        ]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for name in QUESTIONS:
            number = f"{name}_number"
            if answers.get(name) == YES and not answers.get(number) and number not in self.errors:
                self.add_error(number, _("Give the number under which it was reported."))
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        verdicts = {
            name: Verdict(answers[name] == YES, answers[f"{name}_reason"], answers[f"{name}_number"])
            for name in QUESTIONS
        }
        risk.judge(turn, verdicts=verdicts)
