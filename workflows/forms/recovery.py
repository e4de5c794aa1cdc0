"""追偿: money that came back, entered by one person and checked by another."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions import recovery
from cases.actions.turn import Turn

from .base import amount, line, moment
from .beside import MatterForm, note

RIGHT, WRONG = "right", "wrong"


class EnterForm(MatterForm):
    """The voucher of what came back. No more than was lost is taken in (法释〔2021〕10号 art. 13)."""

    places = {"reference": "receipt", "happened_at": "booked_at", "amount": "recovered"}

    recovered = amount(_("Amount recovered"))
    receipt = line(_("Voucher number"), max_length=64, machine=True)
    booked_at = moment(_("Booked at"))

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        recovery.enter(
            turn,
            self.matter,
            amount=answers["recovered"],
            receipt=answers["receipt"],
            booked_at=answers["booked_at"],
        )


class CheckForm(MatterForm):
    """The checker types number and sum again from the voucher, or sends it back."""

    sometimes = ("receipt", "recovered", "reason")
    places = {"amount": "recovered"}

    result = forms.ChoiceField(
        label=_("What was entered is"),
        choices=[(RIGHT, _("Right")), (WRONG, _("Wrong: back to the maker"))],
        widget=forms.RadioSelect,
    )
    receipt = line(_("Voucher number, typed again from the voucher"), required=False, max_length=64, machine=True)
    recovered = amount(_("Amount, typed again from the voucher"), required=False)
    reason = note(required=False, help_text=_("Only when it is wrong"))

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        needed = {RIGHT: ("receipt", "recovered"), WRONG: ("reason",)}.get(str(answers.get("result")), ())
        for name in needed:
            if not answers.get(name) and name not in self.errors:
                self.add_error(name, _("Please fill this in."))
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        if answers["result"] == RIGHT:
            recovery.check(turn, self.matter, receipt=answers["receipt"], amount=answers["recovered"])
        else:
            recovery.send_back(turn, self.matter, reason=answers["reason"])
