"""账务与征信保护, and how it ends: the hold by hand, collection, the mark on the credit record, failed debits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions import evidence, protection
from cases.actions.turn import Turn
from cases.models import AccountMeasure
from knowledge.evidence import EvidenceKind

from .base import StepForm, amount, line, moment, paragraph

Kind, Found, End = AccountMeasure.Kind, AccountMeasure.Found, AccountMeasure.End
NOT_RUNNING, IN_HOUSE, OUTSIDE = "none", "house", "outside"
FAILED, NOTHING = "failed", "nothing"


class HoldByHandForm(StepForm):
    """The hold done on the core terminal: always the sum and its interest, the rest where there is any."""

    places = {"reference": "receipt", "happened_at": "began_at", "measures": "others"}

    receipt = line(_("Receipt number"), max_length=64, machine=True)
    began_at = moment(_("Held since"), help_text=_("The core system's own time"))
    amount = amount(
        _("Sum held"),
        required=False,
        help_text=_("The sum in dispute once the trace has fixed it; empty while the account is held as a whole"),
    )
    held = forms.BooleanField(label=_("The disputed sum is held; no interest and no late fee run on it"))
    others = forms.MultipleChoiceField(
        label=_("Also held"),
        choices=[(kind.value, kind.label) for kind in protection.WHERE_ANY],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is not ticked was looked for and does not exist on this account"),
    )

    def build(self) -> None:
        self.fields["amount"].initial = self.case.disputed_total or None

    def save(self, turn: Turn) -> None:
        receipt, began_at = self.cleaned_data["receipt"], self.cleaned_data["began_at"]
        evidence.add_reference(turn, kind=EvidenceKind.HOLD_RECEIPT, reference=receipt, happened_at=began_at)
        measures = [*map(str, protection.ALWAYS), *self.cleaned_data["others"]]
        protection.account_held(
            turn,
            receipt=receipt,
            began_at=began_at,
            measures=measures,
            by_hand=True,
            amount=self.cleaned_data["amount"] or None,
        )


class StopCollectionForm(StepForm):
    """Which collection was running, and that it is stopped. A stop is set where none runs, so that none begins."""

    sometimes = ("outside",)
    places = {"reference": "notice", "happened_at": "stopped_at"}

    running = forms.ChoiceField(
        label=_("Collection of this card"),
        choices=[
            (NOT_RUNNING, _("None was running")),
            (IN_HOUSE, _("Running, in the house only")),
            (OUTSIDE, _("Given to a firm outside")),
        ],
        widget=forms.RadioSelect,
    )
    stopped_at = moment(_("Collection stopped at"), help_text=_("When the stop was set, not when it is typed"))
    notice = line(_("Number of the stop in the collection system"), max_length=64, machine=True)
    outside = line(
        _("Number of the notice to the firm outside"),
        required=False,
        max_length=64,
        help_text=_("Only when it was given to one"),
        machine=True,
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("running") == OUTSIDE and not answers.get("outside") and "outside" not in self.errors:
            self.add_error("outside", _("Give the number of the notice to the firm outside."))
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        protection.stop_collection(
            turn,
            stopped_at=answers["stopped_at"],
            notice=answers["notice"],
            running=answers["running"] != NOT_RUNNING,
            outside=answers["outside"] if answers["running"] == OUTSIDE else "",
        )


class MarkCreditRecordForm(StepForm):
    """Whether something bad was reported already, and that the objection is marked before the next report leaves."""

    places = {"reference": "receipt", "happened_at": "marked_at"}

    found = forms.ChoiceField(
        label=_("On the credit record"),
        choices=[(Found.CLEAN, Found.CLEAN.label), (Found.REPORTED, Found.REPORTED.label)],
        widget=forms.RadioSelect,
    )
    marked_at = moment(
        _("Marked at"), help_text=_("Where nothing was reported: when the next report was told to leave it out")
    )
    receipt = line(_("Receipt number"), max_length=64, machine=True)

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        reported = answers["found"] == Found.REPORTED
        protection.mark_credit_record(
            turn, marked_at=answers["marked_at"], receipt=answers["receipt"], reported=reported
        )


class EndCollectionForm(StepForm):
    """Collection is told what was decided, in the house and outside."""

    places = {"reference": "notice", "happened_at": "ended_at"}

    ended_at = moment(_("Collection told at"))
    notice = line(_("Number of the order in the collection system"), max_length=64, machine=True)
    outside = line(_("Number of the notice to the firm outside"), max_length=64, machine=True)

    def build(self) -> None:
        if not self.case.measures.standing().filter(kind=Kind.OUTSOURCED).exists():
            del self.fields["outside"]
        permanent = protection.end_of(self.case) == End.PERMANENT
        self.fields["notice"].help_text = (
            _("The customer bears nothing: the stop becomes permanent.")
            if permanent
            else _("The customer bears a part or took the complaint back: the stop is lifted for what he owes.")
        )

    def save(self, turn: Turn) -> None:
        protection.end_collection(turn, **self.cleaned_data)


class EndCreditMarkForm(StepForm):
    """The objection has its answer: the mark comes off; the record itself is put right in a step of its own."""

    places = {"reference": "receipt", "happened_at": "ended_at"}

    ended_at = moment(_("Done at"))
    receipt = line(_("Receipt number"), max_length=64, machine=True)

    def save(self, turn: Turn) -> None:
        protection.end_credit_mark(turn, **self.cleaned_data)


class RepairDebitsForm(StepForm):
    """A debit card: did a direct debit or a loan payment fail because the money was gone, and is it repaired."""

    sometimes = ("receipt", "note")
    places = {"reference": "receipt", "happened_at": "done_at", "at": "done_at"}

    found = forms.ChoiceField(
        label=_("Because the money was gone"),
        choices=[
            (NOTHING, _("nothing failed")),
            (FAILED, _("a direct debit or a loan payment failed and is repaired")),
        ],
        widget=forms.RadioSelect,
    )
    done_at = moment(_("Done at"), help_text=_("When it was repaired, or when somebody looked"))
    receipt = line(
        _("Receipt number"),
        required=False,
        max_length=64,
        help_text=_("Needed when something failed"),
        machine=True,
    )
    note = paragraph(
        _("What failed and what was put right"),
        required=False,
        rows=2,
        help_text=_("Debits, loan instalments, and the fees and penalties that came of them"),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("found") == FAILED:
            for name in ("receipt", "note"):
                if not answers.get(name) and name not in self.errors:
                    self.add_error(name, _("Please fill this in."))
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        if answers["found"] == FAILED:
            protection.debits_repaired(turn, at=answers["done_at"], receipt=answers["receipt"], note=answers["note"])
        else:
            protection.no_debit_failed(turn, at=answers["done_at"])
