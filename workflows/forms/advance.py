"""先行垫付: asked for, prepared, checked, and the ways round a core ledger that is silent or says no."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import sums
from cases.actions import advance, advance_money
from cases.actions.turn import Turn
from cases.models import Advance, Case

from .base import amount, line, moment, paragraph
from .beside import MatterForm, note
from .payment import EnquiryForm as CoreEnquiryForm

ASK, GIVE_UP = "ask", "give_up"
RIGHT, WRONG = "right", "wrong"


class OpenForm(forms.Form):
    """On which word of the bank it is asked for; the sum follows in the first step."""

    ground = forms.ChoiceField(label=_("On what"), choices=Advance.Ground.choices, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, case: Case) -> None:
        super().__init__(data)
        self.case = case

    def open(self, turn: Turn) -> Advance:
        return advance.open_advance(turn, ground=self.cleaned_data["ground"])


class Choosing(MatterForm):
    """A form whose answer decides which other fields have to be filled in."""

    needed: dict[str, tuple[str, ...]] = {}

    @property
    def sometimes(self) -> tuple[str, ...]:
        """Needed or not by the answer."""
        return tuple(name for names in self.needed.values() for name in names)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for name in self.needed.get(str(answers.get("result")), ()):
            if answers.get(name) in (None, "", False) and name not in self.errors:
                self.add_error(name, _("Please fill this in."))
        return answers


class AskForm(Choosing):
    """Sum, undertaking and reasons; or no advance, with the reason."""

    places = {"reference": "undertaking", "happened_at": "signed_at"}
    needed = {ASK: ("amount", "undertaking", "signed_at")}

    result = forms.ChoiceField(
        label=_("What is to be done"),
        choices=[(ASK, _("Ask for the advance")), (GIVE_UP, _("No advance"))],
        widget=forms.RadioSelect,
    )
    amount = amount(_("Sum to advance"), required=False)
    undertaking = line(
        _("Number of the undertaking or assignment of rights"), required=False, max_length=64, machine=True
    )
    signed_at = moment(_("Signed by the customer at"), required=False)
    reasons = paragraph(_("Reasons"), max_length=2000)

    def build(self) -> None:
        if self.matter is not None:
            most = max(advance.left(self.case), sums.NOTHING)
            self.fields["amount"].help_text = _("At most %(most)s") % {"most": sums.spoken(most)}

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        if answers["result"] == GIVE_UP:
            advance.give_up(turn, self.matter, reason=answers["reasons"])
            return
        names = ("amount", "undertaking", "signed_at", "reasons")
        advance.ask(turn, self.matter, **{name: answers[name] for name in names})


class PayForm(Choosing):
    """The maker says the advance may go out to the card's account, or why not."""

    needed = {RIGHT: ("account_checked",), WRONG: ("reason",)}

    result = forms.ChoiceField(
        label=_("The advance"),
        choices=[(RIGHT, _("May be paid")), (WRONG, _("Cannot be paid: back to whoever asked"))],
        widget=forms.RadioSelect,
    )
    account_checked = forms.BooleanField(
        label=_("The account behind the card is the customer's and open"), required=False
    )
    reason = note(required=False, help_text=_("Only when it cannot be paid"))

    def save(self, turn: Turn) -> None:
        if self.cleaned_data["result"] == RIGHT:
            advance_money.prepare(turn, self.matter)
        else:
            advance_money.stop(turn, self.matter, reason=self.cleaned_data["reason"])


class CheckForm(Choosing):
    """The checker types the sum from the approval, not from the maker's screen; or sends it back."""

    places = {"amount": "total"}
    needed = {RIGHT: ("total",), WRONG: ("reason",)}

    result = forms.ChoiceField(
        label=_("The advance is"),
        choices=[(RIGHT, _("Right")), (WRONG, _("Wrong: back to the maker"))],
        widget=forms.RadioSelect,
    )
    total = amount(_("Sum to pay, typed again from the approval"), required=False)
    reason = note(required=False, help_text=_("Only when it is wrong"))

    def clean_total(self) -> Any:
        typed = self.cleaned_data["total"]
        due = self.matter.amount if self.matter is not None else None
        if typed is not None and self.data.get("result") == RIGHT and typed != due:
            # Not which sum it is: whoever may copy it from a refusal has not looked at the approval.
            raise forms.ValidationError(
                _("%(typed)s is not the approved sum. Read it in the approval and type it again.")
                % {"typed": sums.spoken(typed)}
            )
        return typed

    def save(self, turn: Turn) -> None:
        if self.cleaned_data["result"] == RIGHT:
            advance_money.release(turn, self.matter)
        else:
            advance_money.send_back(turn, self.matter, reason=self.cleaned_data["reason"])


class EnquiryForm(CoreEnquiryForm, MatterForm):
    """What the core's own enquiry screen says of the advance."""

    def save(self, turn: Turn) -> None:
        enquiry, seen_at = self.cleaned_data["enquiry"], self.cleaned_data["seen_at"]
        if self.cleaned_data["result"] == self.BOOKED:
            order = advance_money.order_of(self.matter)
            advance_money.credited(turn, self.matter, order=order, receipt=enquiry, booked_at=seen_at)
        else:
            advance_money.not_booked(turn, self.matter, enquiry=enquiry, seen_at=seen_at)


class ReceiptForm(MatterForm):
    """The maker pays on the core terminal and types the voucher; it counts when a second person has checked it."""

    places = {"reference": "receipt", "happened_at": "booked_at"}

    receipt = line(_("Voucher number"), max_length=64, machine=True)
    booked_at = moment(_("Booked at"))

    def save(self, turn: Turn) -> None:
        advance_money.enter_voucher(turn, self.matter, **self.cleaned_data)


class CheckReceiptForm(MatterForm):
    """The checker types the voucher number again, from the voucher."""

    receipt = line(_("Voucher number, typed again from the voucher"), max_length=64, machine=True)

    def save(self, turn: Turn) -> None:
        advance_money.book_by_hand(turn, self.matter, receipt=self.cleaned_data["receipt"])
