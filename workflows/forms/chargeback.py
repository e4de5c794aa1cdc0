"""调单, 退单, 拒付: what the dispute desk types at each stage."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions import chargeback
from cases.actions.turn import Turn
from cases.models import Chargeback, Ending

from .base import amount, line, moment
from .beside import MatterForm, OpeningForm, TransactionField, note

Stage = Chargeback.Stage
CAME, CAME_NOT = "came", "came_not"
CHARGED, CHARGED_NOT = "charged", "charged_not"


class OpenForm(OpeningForm):
    """Which transaction, through which scheme."""

    needs_transaction = True
    transaction = TransactionField()
    scheme = forms.ChoiceField(label=_("Card scheme"), choices=Chargeback.Scheme.choices)

    def open(self, turn: Turn) -> Chargeback:
        return chargeback.open_chargeback(turn, **self.cleaned_data)


class AskSlipForm(MatterForm):
    """The slip was asked for; the settlement day decides how long it may be charged back."""

    number = line(_("Number at the scheme"), max_length=64, machine=True)
    settled_on = forms.DateField(
        label=_("Settled on"),
        help_text=_("Settlement day of the scheme; the chargeback window is counted from it"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    asked_at = moment(_("Asked for at"))

    def save(self, turn: Turn) -> None:
        chargeback.ask_slip(turn, self.matter, **self.cleaned_data)


class SlipAnswerForm(MatterForm):
    """The slip or none, and whether to charge back."""

    sometimes = ("slip", "came_at")
    places = {"reference": "slip", "happened_at": "came_at"}

    result = forms.ChoiceField(
        label=_("The slip"),
        choices=[(CAME, _("It came")), (CAME_NOT, _("None came in the scheme's time"))],
        widget=forms.RadioSelect,
    )
    slip = line(_("Number of the slip"), required=False, max_length=64, machine=True)
    came_at = moment(_("Received at"), required=False)
    pursue = forms.ChoiceField(
        label=_("What follows"),
        choices=[("yes", _("Charge it back")), ("no", _("Do not charge it back"))],
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for name in ("slip", "came_at") if answers.get("result") == CAME else ():
            if not answers.get(name) and name not in self.errors:
                self.add_error(name, _("Please fill this in."))
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        pursue = answers["pursue"] == "yes"
        if answers["result"] == CAME:
            came = {"reference": answers["slip"], "came_at": answers["came_at"]}
            chargeback.slip_came(turn, self.matter, pursue=pursue, **came)
        else:
            chargeback.no_slip(turn, self.matter, pursue=pursue)


class ChargeBackForm(MatterForm):
    """Charged back, or not: why not is asked at the end."""

    sometimes = ("number", "charged", "charged_at")
    places = {"reference": "number", "happened_at": "charged_at", "amount": "charged"}

    result = forms.ChoiceField(
        label=_("Charged back"),
        choices=[(CHARGED, _("Yes")), (CHARGED_NOT, _("No, the window was missed or it is given up"))],
        widget=forms.RadioSelect,
    )
    charged = amount(_("Amount charged back"), required=False)
    number = line(_("Number at the scheme"), required=False, max_length=64, machine=True)
    charged_at = moment(_("Charged back at"), required=False)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for name in ("charged", "number", "charged_at") if answers.get("result") == CHARGED else ():
            if not answers.get(name) and name not in self.errors:
                self.add_error(name, _("Please fill this in."))
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        if answers["result"] == CHARGED:
            said = {"amount": answers["charged"], "number": answers["number"], "charged_at": answers["charged_at"]}
            chargeback.charge_back(turn, self.matter, **said)


class SchemeAnswerForm(MatterForm):
    """What the scheme said; presented again and arbitration are not its last word."""

    places = {"reference": "number", "happened_at": "said_at"}

    stage = forms.ChoiceField(
        label=_("Answer of the scheme"),
        choices=[(stage.value, stage.label) for stage in (Stage.REPRESENTED, Stage.ARBITRATION, Stage.WON, Stage.LOST)],
        widget=forms.RadioSelect,
    )
    number = line(_("Number at the scheme"), max_length=64, machine=True)
    said_at = moment(_("Answered at"))

    def save(self, turn: Turn) -> None:
        chargeback.scheme_said(turn, self.matter, **self.cleaned_data)


class EndForm(MatterForm):
    """How it ended; a missed window is an operational loss event and says why."""

    ending = forms.ChoiceField(label=_("How it ended"), widget=forms.RadioSelect)
    note = note(required=False, help_text=_("Needed unless the scheme decided"))

    def build(self) -> None:
        endings: Any = self.fields["ending"]
        endings.choices = [(one.value, one.label) for one in self._possible()]

    def _possible(self) -> list[Ending]:
        decided = {Stage.WON: Ending.WON, Stage.LOST: Ending.LOST}
        if self.matter is not None and self.matter.stage in decided:
            return [decided[self.matter.stage]]
        return [Ending.MISSED, Ending.DROPPED, Ending.CALLED_OFF]

    def save(self, turn: Turn) -> None:
        chargeback.end(turn, self.matter, **self.cleaned_data)
