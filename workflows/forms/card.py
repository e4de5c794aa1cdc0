"""Stopping a card, and what becomes of it in the end."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions import control, evidence
from cases.actions.turn import Turn
from cases.models import CardControl
from knowledge.evidence import EvidenceKind

from .base import StepForm, line, moment, paragraph


def warning() -> forms.BooleanField:
    """That the customer was told what he may have to bear; no stop is left out for his wish without it."""
    return forms.BooleanField(
        label=_("The customer was warned that the loss may grow"),
        help_text=_("He may have to bear the part that grows."),
        required=False,
    )


def why_not_stopped(*, help_text: Any) -> forms.CharField:
    """The reason, when the card is not stopped."""
    return paragraph(_("The card is not stopped because"), required=False, rows=2, help_text=help_text)


class StopLossForm(StepForm):
    """What the call itself gives: the caller check, and whether the customer wants the card stopped."""

    places = {"reference": "caller_check"}

    caller_check = line(_("Caller check"), help_text=_("Number of the recording or of the counter check"), machine=True)
    warned = warning()
    decline = why_not_stopped(
        help_text=_(
            "Only when the customer refuses after being warned, or the card is not known. Otherwise leave empty."
        )
    )

    def build(self) -> None:
        if self.case.card_id is None:
            del self.fields["warned"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if self.case.card_id is None:
            if not answers.get("decline") and "decline" not in self.errors:
                self.add_error("decline", _("No card is known on this case; say why it is not stopped."))
        elif answers.get("decline") and not answers.get("warned"):
            self.add_error("warned", _("Warn the customer first, then tick this."))
        return answers

    def save(self, turn: Turn) -> None:
        evidence.add_reference(
            turn, kind=EvidenceKind.CALLER_CHECK, reference=self.cleaned_data["caller_check"], happened_at=turn.now
        )
        if self.cleaned_data["decline"]:
            warned = self.cleaned_data.get("warned", False)
            control.decline_stop(turn, reason=self.cleaned_data["decline"], warned=warned)


class StopByHandForm(StepForm):
    """The loss report done on the core terminal, under a second person's eye."""

    places = {"reference": "receipt", "happened_at": "effective_at"}

    receipt = line(_("Receipt number of the loss report"), max_length=64, machine=True)
    effective_at = moment(_("In force since"), help_text=_("The card system's own time"))

    def save(self, turn: Turn) -> None:
        receipt, effective_at = self.cleaned_data["receipt"], self.cleaned_data["effective_at"]
        evidence.add_reference(turn, kind=EvidenceKind.STOP_RECEIPT, reference=receipt, happened_at=effective_at)
        control.loss_reported(turn, receipt=receipt, effective_at=effective_at, by_hand=True)


class EndCardForm(StepForm):
    """What the customer wants: a new card, or his card back."""

    end = forms.ChoiceField(
        label=_("What becomes of the card"),
        choices=[
            (CardControl.End.REPLACED, _("Replace it, with a new number")),
            (CardControl.End.RELEASED, _("Lift the loss report")),
        ],
        widget=forms.RadioSelect,
    )
    reason = paragraph(
        _("Why"),
        rows=2,
        help_text=_(
            "Lifted only for the holder's own payment or a false alarm; a card that was compromised is replaced."
        ),
    )

    def save(self, turn: Turn) -> None:
        control.choose_card_end(turn, end=self.cleaned_data["end"], reason=self.cleaned_data["reason"])


class EndCardByHandForm(StepForm):
    """The new card or the release, done on the core terminal."""

    places = {"reference": "receipt", "happened_at": "ended_at"}

    receipt = line(_("Receipt number"), max_length=64, machine=True)
    ended_at = moment(_("Done at"), help_text=_("The card system's own time"))

    def save(self, turn: Turn) -> None:
        receipt, ended_at = self.cleaned_data["receipt"], self.cleaned_data["ended_at"]
        evidence.add_reference(turn, kind=EvidenceKind.CARD_END_RECEIPT, reference=receipt, happened_at=ended_at)
        control.card_ended(turn, receipt=receipt, ended_at=ended_at)
