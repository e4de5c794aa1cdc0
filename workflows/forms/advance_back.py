"""垫付收回: notice, days, what came back by two people, or a write-off as goodwill."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import sums
from cases.actions import advance_end, write_off
from cases.actions.turn import Turn

from .advance import RIGHT, WRONG, Choosing
from .base import amount, line, moment, paragraph
from .beside import MatterForm, note

PAID, DEBITED, NOT_BACK = "paid", "debited", "not_back"
ASK, CLAIM = "ask", "claim"


class NoticeForm(MatterForm):
    """The customer was told what is to come back, and from when on."""

    places = {"reference": "number", "happened_at": "noticed_at"}

    number = line(_("Number of the notice or recording"), max_length=64, machine=True)
    noticed_at = moment(_("The customer was told at"))

    def save(self, turn: Turn) -> None:
        advance_end.give_notice(turn, self.matter, **self.cleaned_data)


class BackForm(Choosing):
    """Paid by the customer, debited with his consent, or not come back when the days are over."""

    places = {"reference": "receipt", "happened_at": "booked_at", "amount": "returned"}
    needed = {
        PAID: ("returned", "receipt", "booked_at"),
        DEBITED: ("returned", "receipt", "booked_at", "consent"),
        NOT_BACK: ("note",),
    }

    result = forms.ChoiceField(
        label=_("Where it stands"),
        choices=[
            (PAID, _("Paid back by the customer")),
            (DEBITED, _("Debited with his written consent")),
            (NOT_BACK, _("Not come back")),
        ],
        widget=forms.RadioSelect,
    )
    returned = amount(_("Amount that came back"), required=False)
    receipt = line(_("Voucher number"), required=False, max_length=64, machine=True)
    booked_at = moment(_("Booked at"), required=False)
    consent = line(
        _("Number of the consent"),
        required=False,
        max_length=64,
        machine=True,
        help_text=_("Only when it was debited; never without one"),
    )
    note = note(_("Note"), required=False, help_text=_("Only when it did not come back"))

    def build(self) -> None:
        if self.matter is not None:
            most = {"most": sums.spoken(self.matter.excess)}
            self.fields["returned"].help_text = _("At most %(most)s") % most

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        if answers["result"] == NOT_BACK:
            advance_end.not_back(turn, self.matter, note=answers["note"])
            return
        advance_end.enter_back(
            turn,
            self.matter,
            amount=answers["returned"],
            receipt=answers["receipt"],
            booked_at=answers["booked_at"],
            consent=answers["consent"] if answers["result"] == DEBITED else "",
        )


class CheckForm(Choosing):
    """The checker types number and sum again from the voucher, or sends it back."""

    places = {"amount": "returned"}
    needed = {RIGHT: ("receipt", "returned"), WRONG: ("reason",)}

    result = forms.ChoiceField(
        label=_("What was entered is"),
        choices=[(RIGHT, _("Right")), (WRONG, _("Wrong: back to the maker"))],
        widget=forms.RadioSelect,
    )
    receipt = line(_("Voucher number, typed again from the voucher"), required=False, max_length=64, machine=True)
    returned = amount(_("Amount, typed again from the voucher"), required=False)
    reason = note(required=False, help_text=_("Only when it is wrong"))

    def save(self, turn: Turn) -> None:
        answers: dict[str, Any] = self.cleaned_data
        if answers["result"] == RIGHT:
            advance_end.check_back(turn, self.matter, receipt=answers["receipt"], amount=answers["returned"])
        else:
            advance_end.send_back(turn, self.matter, reason=answers["reason"])


class WriteOffForm(Choosing):
    """The rest is to stay with the customer as goodwill, or is asked back once more."""

    result = forms.ChoiceField(
        label=_("What is to be done"),
        choices=[(ASK, _("Write it off as goodwill")), (CLAIM, _("Ask it back once more"))],
        widget=forms.RadioSelect,
    )
    reasons = paragraph(_("Reasons"), max_length=2000)

    def save(self, turn: Turn) -> None:
        act = write_off.ask_write_off if self.cleaned_data["result"] == ASK else write_off.claim_on
        act(turn, self.matter, reasons=self.cleaned_data["reasons"])
