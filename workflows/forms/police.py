"""报警 and 紧急止付: what the customer was told, which papers came, what the platform did."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from cases.actions import police
from cases.actions.turn import Turn
from cases.models import PayeeStop, PoliceReport

from .base import line, moment
from .beside import NOTHING, MatterForm, OpeningForm, TransactionField, note

Outcome = PoliceReport.Outcome
YES, NO = "yes", "no"
ENDED, CALLED_OFF = "ended", "called_off"
ACCOUNT = ("payee_bank", "payee_last_four")


class OpenForm(OpeningForm):
    """The customer was told to report to the police; about one transaction or all."""

    transaction = TransactionField()
    told_at = moment(_("The customer was told at"))

    def open(self, turn: Turn) -> PoliceReport:
        return police.open_report(turn, **self.cleaned_data)


class PayeeStopForm(MatterForm):
    """The platform was asked, or why not; 48 hours each, twice at most.

    The account is named by bank and last four, never by its number, and only once: it stands in the stop ledger so.
    """

    # needed or not by what became of it
    sometimes = ("asked_at", "number", *ACCOUNT)
    places = {
        "reference": "number",
        "happened_at": "asked_at",
        "effective_at": "asked_at",
        "account": "payee_bank",
        "kind": "outcome",
    }

    outcome = forms.ChoiceField(
        label=_("Stop of the payee's account"), choices=PayeeStop.Outcome.choices, widget=forms.RadioSelect
    )
    asked_at = moment(_("The platform was asked at"), required=False)
    number = line(_("Number at the platform"), required=False, max_length=64, machine=True)
    payee_bank = line(_("Payee's bank"), required=False, max_length=40)
    payee_last_four = forms.CharField(
        label=_("Last four digits of the payee's account"),
        required=False,
        max_length=4,
        validators=[RegexValidator(r"^[0-9]{4}\Z", _("Four digits, please."))],
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    payee_is_ours = forms.ChoiceField(
        label=_("The payee's account is with this bank"),
        choices=[
            NOTHING,
            (YES, _("Yes: its own duties of control apply (Anti-Telecom-Fraud Law art. 18)")),
            (NO, _("No")),
        ],
        required=False,
    )

    def build(self) -> None:
        self.account = police.account_of(self.matter) if self.matter is not None else ""
        for name in ACCOUNT if self.account else ():
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        outcome = answers.get("outcome")
        asked = outcome not in (None, PayeeStop.Outcome.NOT_ASKED)
        named = ACCOUNT if outcome == PayeeStop.Outcome.IN_FORCE and not self.account else ()
        for name in (*(("asked_at", "number") if asked else ()), *named):
            if not answers.get(name) and name not in self.errors:
                self.add_error(name, _("Please fill this in."))
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        ours = {YES: True, NO: False}.get(answers["payee_is_ours"])
        said = {name: answers[name] for name in ("outcome", "asked_at", "number")}
        account = self.account or "".join((answers["payee_bank"], "****", answers["payee_last_four"]))
        police.ask_payee_stop(turn, self.matter, payee_is_ours=ours, account=account, **said)


class PapersForm(MatterForm):
    """What came of the report: three kinds of paper kept apart, or none. Nothing here bars the complaint."""

    outcome = forms.ChoiceField(
        label=_("What came of it"),
        choices=[one for one in Outcome.choices if one[0] != Outcome.TO_GO],
        widget=forms.RadioSelect,
    )
    station = line(_("Police station"), required=False)
    reported_at = moment(_("Reported at"), required=False)
    receipt = line(_("Number of the report receipt"), required=False, max_length=64, machine=True)
    acceptance = line(_("Number of the notice that it is taken up"), required=False, max_length=64, machine=True)
    filing = line(_("Number of the notice of case filing"), required=False, max_length=64, machine=True)

    def save(self, turn: Turn) -> None:
        police.reported(turn, self.matter, **self.cleaned_data)


class FilingForm(MatterForm):
    """Papers that came later, or that none will."""

    places = {"at": "came_at", "happened_at": "came_at"}

    acceptance = line(_("Number of the notice that it is taken up"), required=False, max_length=64, machine=True)
    filing = line(_("Number of the notice of case filing"), required=False, max_length=64, machine=True)
    came_at = moment(_("Received at"), required=False)
    none_comes = forms.BooleanField(label=_("No further paper is to be expected"), required=False)

    def build(self) -> None:
        for name in ("acceptance", "filing"):
            if self.matter is not None and getattr(self.matter, name) is not None:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        came = self._came(answers)
        if bool(came) == bool(answers.get("none_comes")):
            self.add_error("none_comes", _("Give the number of a paper, or say that none is to be expected."))
        if came and not answers.get("came_at") and "came_at" not in self.errors:
            self.add_error("came_at", _("Please fill this in."))
        return answers

    def _came(self, answers: dict[str, Any]) -> list[str]:
        return [name for name in ("acceptance", "filing") if answers.get(name)]

    def save(self, turn: Turn) -> None:
        for name in self._came(self.cleaned_data):
            police.paper(turn, self.matter, name, number=self.cleaned_data[name], at=self.cleaned_data["came_at"])


class EndForm(MatterForm):
    """Nothing more is expected of the police, or the report was called off with the complaint."""

    ending = forms.ChoiceField(
        label=_("How it ended"),
        choices=[
            (ENDED, _("Nothing more is expected of the police")),
            (CALLED_OFF, _("Called off with the complaint")),
        ],
        widget=forms.RadioSelect,
    )
    note = note(_("Note"), required=False, help_text=_("Needed when the report is called off"))

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        police.end(turn, self.matter, note=answers["note"], called_off=answers["ending"] == CALLED_OFF)
