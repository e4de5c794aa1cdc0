"""协查函: written, sent, chased, answered or reported."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions import inquiry
from cases.actions.turn import Turn
from cases.models import Inquiry, InquiryChase

from .base import amount, line, moment, paragraph
from .beside import NOTHING, MatterForm, OpeningForm, TransactionField, note

ANSWERED, CHASED = "answered", "chased"
CALLED_OFF = "called_off"


class OpenForm(OpeningForm):
    """To whom, about what."""

    transaction = TransactionField()
    addressee_kind = forms.ChoiceField(label=_("Kind of addressee"), choices=Inquiry.Addressee.choices)
    addressee = line(_("Addressee"))
    question = paragraph(_("What is asked"), max_length=2000)

    def open(self, turn: Turn) -> Inquiry:
        return inquiry.open_inquiry(turn, **self.cleaned_data)


class SendForm(MatterForm):
    """The letter went out."""

    places = {"reference": "number", "happened_at": "sent_at"}

    number = line(_("Number of the letter"), max_length=64, machine=True)
    sent_at = moment(_("Sent at"))

    def save(self, turn: Turn) -> None:
        inquiry.send(turn, self.matter, **self.cleaned_data)


class ChaseForm(MatterForm):
    """Either the answer came, or it was chased, now."""

    sometimes = ("number", "means", "answer")
    places = {"reference": "number", "answered_at": "happened_at"}

    result = forms.ChoiceField(
        label=_("Where it stands"),
        choices=[(CHASED, _("No answer yet; it was chased")), (ANSWERED, _("The answer came"))],
        widget=forms.RadioSelect,
    )
    happened_at = moment(_("Chased or answered at"))
    means = forms.ChoiceField(label=_("Chased by"), choices=[NOTHING, *InquiryChase.Means.choices], required=False)
    number = line(_("Number of the answer"), required=False, max_length=64, machine=True)
    answer = paragraph(_("What the answer says"), required=False, max_length=2000)
    share = amount(_("What they bear or pay first"), required=False, help_text=_("Empty when they bear nothing"))

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        needed = {CHASED: ("means",), ANSWERED: ("number", "answer")}.get(str(answers.get("result")), ())
        for name in needed:
            if not answers.get(name) and name not in self.errors:
                self.add_error(name, _("Please fill this in."))
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        if answers["result"] == CHASED:
            inquiry.chase(turn, self.matter, means=answers["means"], happened_at=answers["happened_at"])
            return
        inquiry.answered(
            turn,
            self.matter,
            reference=answers["number"],
            answered_at=answers["happened_at"],
            answer=answers["answer"],
            share=answers["share"],
        )


class SilenceForm(MatterForm):
    """To whom it was reported that no answer came."""

    places = {"to": "told_whom"}

    told_whom = line(_("Reported to"), help_text=_("For instance the clearing organisation or the supervisor"))
    reported_at = moment(_("Reported at"))

    def save(self, turn: Turn) -> None:
        inquiry.report_silence(
            turn, self.matter, to=self.cleaned_data["told_whom"], reported_at=self.cleaned_data["reported_at"]
        )


class EndForm(MatterForm):
    """How they cooperated (CBIRC 2020 No.3 art. 10), or that the letter was called off."""

    cooperation = forms.ChoiceField(label=_("How they cooperated"), widget=forms.RadioSelect)
    note = note(_("Note"), required=False, help_text=_("Needed when the letter is called off"))

    def build(self) -> None:
        called_off = (CALLED_OFF, _("Called off: the letter is no longer needed"))
        choices: Any = self.fields["cooperation"]
        choices.choices = [*((one.value, one.label) for one in self._possible()), called_off]

    def _possible(self) -> list[Inquiry.Cooperation]:
        every = list(Inquiry.Cooperation)
        if self.matter is None:
            return every
        if self.matter.sent_at is None:
            return []
        silent = Inquiry.Cooperation.SILENT
        return [one for one in every if (one == silent) != bool(self.matter.answered_at)]

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        called_off = answers["cooperation"] == CALLED_OFF
        inquiry.end(
            turn,
            self.matter,
            cooperation="" if called_off else answers["cooperation"],
            note=answers["note"],
            called_off=called_off,
        )
