"""征信更正 of a credit card (法释〔2021〕10号 art. 14)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions import credit_record
from cases.actions.turn import Turn

from .base import StepForm, line, moment

NONE, FOUND = "none", "found"


class CreditRecordForm(StepForm):
    """What the report shows; with bad records, when they were withdrawn and the report after that."""

    sometimes = ("withdrawn_at", "report_after")
    places = {"found": "finding", "reference": "report_before", "happened_at": "withdrawn_at"}

    report_before = line(_("Number of the credit report"), machine=True)
    finding = forms.ChoiceField(
        label=_("Bad records from the disputed transactions"),
        choices=[(NONE, _("None existed")), (FOUND, _("Some existed and were withdrawn"))],
        widget=forms.RadioSelect,
    )
    withdrawn_at = moment(_("Withdrawn at"), required=False, help_text=_("Needed when some existed"))
    report_after = line(
        _("Number of the report afterwards"), required=False, help_text=_("Needed when some existed"), machine=True
    )
    objection_at = moment(
        _("Objection received at"),
        required=False,
        help_text=_("Only when the customer objected to the record; it is answered in writing within 20 days"),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("finding") == FOUND:
            for name, sentence in (
                ("withdrawn_at", _("Say when the bad records were withdrawn.")),
                ("report_after", _("Give the number of the report after the withdrawal.")),
            ):
                if not answers.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        credit_record.correct_credit_record(
            turn,
            found=answers["finding"] == FOUND,
            report_before=answers["report_before"],
            report_after=answers["report_after"],
            withdrawn_at=answers["withdrawn_at"],
            objection_at=answers["objection_at"],
        )
