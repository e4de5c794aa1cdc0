"""Paying, and the ways round a bank system that is silent or says no."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import sums
from cases.actions import evidence, instalments, money, points, proposal
from cases.actions.turn import Turn
from knowledge.evidence import EvidenceKind

from .base import StepForm, amount, line, moment


class PaysOut(StepForm):
    """A form of whoever makes a payment: he sees what was approved, line by line, and by whom."""

    def payout(self) -> Mapping[str, Any]:
        """Lines still owed to the customer, their sum, and the approved proposal."""
        return {
            "lines": list(self.case.money.owed().select_related("transaction")),
            "total": money.to_pay(self.case),
            "approved": proposal.approved(self.case),
        }


class PayForm(PaysOut):
    """The maker says the payment may go out to the card's account."""

    account_checked = forms.BooleanField(label=_("The account behind the card is the customer's and open"))

    def save(self, turn: Turn) -> None:
        money.prepare_payment(turn)


class CheckPaymentForm(StepForm):
    """The checker types the sum from the approval, not from the maker's screen."""

    total = amount(_("Sum to pay, typed again from the approval"))

    def clean_total(self) -> Any:
        typed, due = self.cleaned_data["total"], money.to_pay(self.case)
        if typed != due:
            # Not which sum it is: whoever may copy it from a refusal has not looked at the approval.
            raise forms.ValidationError(
                _("%(typed)s is not the approved sum. Read it in the approval and type it again.")
                % {"typed": sums.spoken(typed)}
            )
        return typed

    def save(self, turn: Turn) -> None:
        money.check_payment(turn)


class EnquiryForm(StepForm):
    """What the core's own enquiry screen says of the order."""

    BOOKED, NOT_BOOKED = "booked", "not_booked"
    places = {"receipt": "enquiry", "booked_at": "seen_at"}

    result = forms.ChoiceField(
        label=_("The core system says"),
        choices=[(BOOKED, _("Booked")), (NOT_BOOKED, _("Not booked"))],
        widget=forms.RadioSelect,
    )
    enquiry = line(_("Number of the enquiry or of the booking"), max_length=64, machine=True)
    seen_at = moment(_("Seen at"))

    def save(self, turn: Turn) -> None:
        order = money.order_of(turn.case)
        enquiry, seen_at = self.cleaned_data["enquiry"], self.cleaned_data["seen_at"]
        if self.cleaned_data["result"] == self.BOOKED:
            money.credited(turn, order=order, receipt=enquiry, booked_at=seen_at)
        else:
            money.not_booked(turn, order=order, enquiry=enquiry, seen_at=seen_at)


class ReceiptForm(PaysOut):
    """The maker pays on the core terminal and types the voucher; it counts when a second person has checked it."""

    places = {"reference": "receipt", "happened_at": "booked_at"}

    receipt = line(_("Voucher number"), max_length=64, machine=True)
    booked_at = moment(_("Booked at"))

    def clean_booked_at(self) -> Any:
        """Asked here, where it is typed: whoever checks the voucher could not mend it any more."""
        booked_at, approved = self.cleaned_data["booked_at"], proposal.approved(self.case)
        if approved and approved.answered_at and booked_at < approved.answered_at.replace(second=0, microsecond=0):
            raise forms.ValidationError(_("Nothing can be booked before it was approved."))
        return booked_at

    def save(self, turn: Turn) -> None:
        evidence.add_reference(
            turn,
            kind=EvidenceKind.CORE_VOUCHER,
            reference=self.cleaned_data["receipt"],
            happened_at=self.cleaned_data["booked_at"],
        )


class CheckReceiptForm(StepForm):
    """The checker types the voucher number again, from the voucher."""

    receipt = line(_("Voucher number, typed again from the voucher"), max_length=64, machine=True)

    def clean_receipt(self) -> str:
        typed = str(self.cleaned_data["receipt"])
        if self._voucher().reference != typed:
            raise forms.ValidationError(_("This is not the number the maker typed; check both against the voucher."))
        return typed

    def _voucher(self) -> Any:
        return self.case.evidence.filter(kind=EvidenceKind.CORE_VOUCHER).order_by("-id").first()

    def save(self, turn: Turn) -> None:
        money.book_by_hand(turn, receipt=self.cleaned_data["receipt"], booked_at=self._voucher().happened_at)


class RestoreByHandForm(StepForm):
    """The account put right on the core terminal."""

    places = {"reference": "receipt", "happened_at": "restored_at", "at": "restored_at"}

    receipt = line(_("Receipt number"), max_length=64, machine=True)
    restored_at = moment(_("Done at"))

    def build(self) -> None:
        """What belongs to the restoration of this account is ticked thing by thing."""
        if plans := instalments.to_undo(self.case):
            words = _("Instalments undone: %(which)s") % {
                "which": "; ".join(f"{sums.spoken(one.amount)} / {one.instalments}" for one in plans)
            }
            self.fields["instalments_undone"] = forms.BooleanField(label=words)
        if owed := points.owed(self.case):
            words = _("Points given back: %(total)d") % {"total": sum(one.points for one in owed)}
            self.fields["points_restored"] = forms.BooleanField(label=words)

    def save(self, turn: Turn) -> None:
        receipt, at = self.cleaned_data["receipt"], self.cleaned_data["restored_at"]
        evidence.add_reference(turn, kind=EvidenceKind.RESTORE_RECEIPT, reference=receipt, happened_at=at)
        money.restored(turn, receipt=receipt, at=at)
