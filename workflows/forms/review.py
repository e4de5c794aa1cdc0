"""核查: application, findings, decision, answer, and the payment of what it adds."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases import sums
from cases.actions import review, review_decision, supplement
from cases.actions.turn import Turn
from cases.models import DisputedTransaction, Review

from .base import amount, line, moment, paragraph
from .beside import NOTHING, MatterForm, OpeningForm, note
from .lettering import LetterShown

ADMITTED, REFUSED = "admitted", "refused"
RIGHT, WRONG = "right", "wrong"
FOUND = [(RIGHT, _("In order")), (WRONG, _("Not right"))]


class OpenForm(OpeningForm):
    """The written application: when it was received, its number on file, what the customer contests."""

    asked_at = moment(_("Application received at"), help_text=_("The 30 days for the answer run from this day"))
    application = line(_("Number of the written application"), max_length=64, machine=True)
    what = paragraph(_("What the customer contests"))

    def open(self, turn: Turn) -> Review:
        return review.open_review(turn, **self.cleaned_data)


class AdmitForm(MatterForm):
    """In time, against a branch, by the customer; or not admitted, with the ground he is told."""

    sometimes = ("refusal", "note")
    places = {"happened_at": "heard_at"}

    result = forms.ChoiceField(
        label=_("The application is"),
        choices=[(ADMITTED, _("Admitted")), (REFUSED, _("Not admitted"))],
        widget=forms.RadioSelect,
    )
    heard_at = moment(
        _("The customer received the decision at"),
        required=False,
        help_text=_("Only when later than it was sent, as the receipt shows; the 30 days to apply run from here"),
    )
    refusal = forms.ChoiceField(
        label=_("Ground"),
        choices=[NOTHING, *Review.Refusal.choices],
        required=False,
        help_text=_("Only when it is not admitted"),
    )
    note = note(_("Reasons the customer is told"), required=False, help_text=_("Only when it is not admitted"))

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("result") == REFUSED:
            for name in ("refusal", "note"):
                if not answers.get(name) and name not in self.errors:
                    self.add_error(name, _("Please fill this in."))
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        if answers["result"] == ADMITTED:
            review.admit(turn, self.matter, heard_at=answers["heard_at"])
        else:
            review.refuse(turn, self.matter, refusal=answers["refusal"], note=answers["note"])


class CheckForm(MatterForm, LetterShown):
    """The three things the law asks to be checked (art. 20), beside the first decision."""

    process = forms.ChoiceField(label=_("Handling process"), choices=FOUND, widget=forms.RadioSelect)
    process_found = paragraph(_("What was found of the process"))
    limits = forms.ChoiceField(label=_("Time limits"), choices=FOUND, widget=forms.RadioSelect)
    limits_found = paragraph(_("What was found of the time limits"))
    result = forms.ChoiceField(label=_("Result"), choices=FOUND, widget=forms.RadioSelect)
    result_found = paragraph(_("What was found of the result"))

    def save(self, turn: Turn) -> None:
        right = {name: self.cleaned_data[name] == RIGHT for name in review.FINDINGS}
        found = {name: self.cleaned_data[f"{name}_found"] for name in review.FINDINGS}
        review.check(turn, self.matter, right=right, found=found)


class DecideForm(MatterForm, LetterShown):
    """Upheld, changed, or revoked and decided anew; what the bank bears beside its share, out of the holder's."""

    outcome = forms.ChoiceField(label=_("Review decision"), choices=Review.Outcome.choices, widget=forms.RadioSelect)
    reasons = paragraph(_("Basis and reasons"), rows=6)

    def place_of(self, name: str) -> str:
        return {str(row.uuid): f"more_{row.uuid.hex}" for row in self.borne}.get(name, name)

    @cached_property
    def borne(self) -> list[DisputedTransaction]:
        """The transactions of which the holder was to bear something."""
        return list(self.case.transactions.filter(is_disputed=True, holder_share__gt=0))

    def build(self) -> None:
        for row in self.borne:
            most = sums.spoken(row.holder_share or sums.NOTHING)
            self.fields[f"more_{row.uuid.hex}"] = amount(
                _("The bank bears more"), required=False, help_text=_("At most %(most)s") % {"most": most}
            )

    def rows(self) -> list[Mapping[str, Any]]:
        return [{"transaction": row, "more": self[f"more_{row.uuid.hex}"]} for row in self.borne]

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        typed = {row.uuid: answers.get(f"more_{row.uuid.hex}") for row in self.borne}
        more: dict[UUID, Any] = {uuid: sum_ for uuid, sum_ in typed.items() if sum_}
        review_decision.decide(turn, self.matter, outcome=answers["outcome"], reasons=answers["reasons"], more=more)


class TellForm(MatterForm):
    """The answer goes out in writing, with proof; the law's clock of the review ends here."""

    places = {"reference": "proof", "happened_at": "told_at"}

    means = forms.ChoiceField(
        label=_("How the customer was told"),
        choices=[(means.value, means.label) for means in review_decision.WRITTEN],
    )
    told_at = moment(_("Told at"), help_text=_("Handed over, posted or sent"))
    proof = line(_("Proof of telling"), help_text=_("Mail or message number, or signed receipt"), machine=True)

    def save(self, turn: Turn) -> None:
        review_decision.tell(turn, self.matter, **self.cleaned_data)


class PayForm(MatterForm):
    """The maker paid what the review added, on the core terminal."""

    places = {"reference": "receipt", "happened_at": "booked_at"}

    receipt = line(_("Voucher number"), max_length=64, machine=True)
    booked_at = moment(_("Booked at"))

    def save(self, turn: Turn) -> None:
        supplement.enter(turn, self.matter, **self.cleaned_data)


class CheckPaymentForm(MatterForm):
    """The checker types number and sum again from the voucher, or sends it back."""

    sometimes = ("receipt", "total", "reason")

    found = forms.ChoiceField(
        label=_("What was entered is"),
        choices=[(RIGHT, _("Right")), (WRONG, _("Wrong: back to the maker"))],
        widget=forms.RadioSelect,
    )
    receipt = line(_("Voucher number, typed again from the voucher"), required=False, max_length=64, machine=True)
    total = amount(_("Amount, typed again from the voucher"), required=False)
    reason = note(required=False, help_text=_("Only when it is wrong"))

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        needed = {RIGHT: ("receipt", "total"), WRONG: ("reason",)}.get(str(answers.get("found")), ())
        for name in needed:
            if not answers.get(name) and name not in self.errors:
                self.add_error(name, _("Please fill this in."))
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        if answers["found"] == RIGHT:
            supplement.check(turn, self.matter, receipt=answers["receipt"], total=answers["total"])
        else:
            supplement.send_back(turn, self.matter, reason=answers["reason"])


class TakeBackForm(forms.Form):
    """The customer takes his application back."""

    reason = note(_("What the customer said, and how"))
