"""核查 of a complaint without a flow of its own."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions import general
from cases.actions.turn import Turn
from cases.models import ComplaintFinding
from record.errors import KeyDestroyed

from .base import StepForm, paragraph


class LookIntoForm(StepForm):
    """What was found; after new facts the earlier finding is there to go on from."""

    findings = paragraph(_("What was found out"), rows=8, help_text=_("The letter begins with these words"))
    result = forms.ChoiceField(
        label=_("Is the customer right?"), choices=ComplaintFinding.Result.choices, widget=forms.RadioSelect
    )
    due = paragraph(
        _("What is due to the customer"),
        required=False,
        rows=2,
        help_text=_("What, by whom it is paid and until when; this case moves no money"),
    )

    def build(self) -> None:
        earlier = None if self.is_bound else general.latest(self.case)
        if earlier is None:
            return
        self.initial["result"] = earlier.result
        try:
            for name in ("findings", "due"):
                self.initial[name] = earlier.reveal(name, purpose=general.PURPOSE)
        except KeyDestroyed:
            return

    def save(self, turn: Turn) -> None:
        general.look_into(turn, **self.cleaned_data)
