"""What comes late: the digits of the card, the customer's word on the stop."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cases import gateways, rules
from cases.actions import evidence, late
from cases.actions.intake import find_or_add_card
from cases.actions.turn import Turn
from cases.models import Card, Case
from knowledge.evidence import EvidenceKind
from record.errors import KeyDestroyed

from .base import StepForm, line, paragraph
from .card import warning


class Found(TextChoices):
    """What came of looking for the card."""

    STOP = "stop", _("Found: stop it now")
    REFUSED = "refused", _("Found; the customer does not want it stopped")
    UNKNOWN = "unknown", _("It cannot be found")


class FindCardForm(StepForm):
    """The digits of a card nobody could name in the call. The card system is asked before the case is locked."""

    sometimes = ("first_six", "last_four", "card_kind", "warned", "reason")

    result = forms.ChoiceField(label=_("Card"), choices=Found.choices, widget=forms.RadioSelect)
    first_six = forms.RegexField(
        r"^[0-9]{6}$",
        label=_("Card, first six digits"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8}),
    )
    last_four = forms.RegexField(
        r"^[0-9]{4}$",
        label=_("Card, last four digits"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}),
    )
    card_kind = forms.ChoiceField(label=_("Kind of card"), choices=Card.Kind.choices, required=False)
    warned = warning()
    reason = paragraph(
        _("Reason"), rows=2, required=False, help_text=_("Why it is not stopped, or how it was looked for in vain")
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput)

    DIGITS = ("first_six", "last_four", "card_kind")
    NEEDED: ClassVar[Mapping[str, tuple[str, ...]]] = {
        Found.STOP: DIGITS,
        Found.REFUSED: (*DIGITS, "warned", "reason"),
        Found.UNKNOWN: ("reason",),
    }
    MISSING: ClassVar[Mapping[str, Any]] = {
        "warned": _("Warn the customer first, then tick this."),
        "reason": _("Give the reason."),
    }

    def build(self) -> None:
        """Once the decision was told nothing is put under protection any more: a stop then is a case of its own."""
        if rules.is_over(self.case):
            field: Any = self.fields["result"]
            field.choices = [(Found.UNKNOWN.value, Found.UNKNOWN.label)]
            field.help_text = _("The decision was told: a card found now is stopped by “Stop the loss first”.")

    @classmethod
    def asked_outside(cls, answers: Any, case: Case) -> Any:
        """The answers with the card system's token for these digits; whatever token was sent is thrown away."""
        asked = answers.copy()
        first_six, last_four = str(asked.get("first_six", "")), str(asked.get("last_four", ""))
        named = asked.get("result") in (Found.STOP, Found.REFUSED) and len(first_six) == 6 and len(last_four) == 4
        digits = named and (first_six + last_four).isdigit()
        asked["token"] = token_of(case, first_six, last_four) if digits else ""
        return asked

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        result = answers.get("result", "")
        for name in self.NEEDED.get(result, ()):
            if not answers.get(name) and name not in self.errors:
                self.add_error(name, self.MISSING.get(name, _("This is needed here.")))
        if result in (Found.STOP, Found.REFUSED) and not answers.get("token") and not self.errors:
            self.add_error("last_four", _("The card system knows no such card; check the digits."))
        if result == Found.UNKNOWN:
            for name in ("first_six", "last_four"):
                if answers.get(name):
                    self.add_error(name, _("Take this out, or choose that the card was found."))
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        if answers["result"] == Found.UNKNOWN:
            late.card_not_found(turn, reason=answers["reason"])
            return
        late.card_found(turn, card=self._card(turn))
        if answers["result"] == Found.STOP:
            late.want_stop(turn)
        else:
            late.refuse_stop(turn, reason=answers["reason"], warned=answers["warned"])

    def _card(self, turn: Turn) -> Card:
        answers = self.cleaned_data
        return find_or_add_card(
            token=answers["token"],
            first_six=answers["first_six"],
            last_four=answers["last_four"],
            kind=answers["card_kind"],
            customer=turn.case.customer,
        )


def token_of(case: Case, first_six: str, last_four: str) -> str:
    """The card system's token for these digits and the customer's phone; empty when it knows no such card."""
    phone = ""
    if case.customer is not None and case.customer.phone is not None:
        try:
            phone = case.customer.reveal("phone", purpose="find the card")
        except KeyDestroyed:
            phone = ""
    return gateways.find_card(first_six=first_six, last_four=last_four, phone=phone) or ""


class OfferStopForm(StepForm):
    """The stop is offered once more, with the warning; a no is a word of the customer's, too."""

    sometimes = ("warned", "reason")

    result = forms.ChoiceField(
        label=_("The customer"),
        choices=[(Found.STOP.value, _("wants it stopped now")), (Found.REFUSED.value, _("still does not want it"))],
        widget=forms.RadioSelect,
    )
    warned = warning()
    reason = paragraph(_("Reason"), rows=2, required=False, help_text=_("In the customer's words; only for a no"))

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("result") == Found.REFUSED:
            for name in ("warned", "reason"):
                if not answers.get(name) and name not in self.errors:
                    self.add_error(name, FindCardForm.MISSING[name])
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        if answers["result"] == Found.STOP:
            late.want_stop(turn)
        else:
            late.refuse_stop(turn, reason=answers["reason"], warned=answers["warned"])


class ListByHandForm(StepForm):
    """The card system does not give the list: its print from the terminal is on file, the trace types from it."""

    places = {"reference": "source"}

    source = line(_("Number of the printed list"), machine=True)

    def save(self, turn: Turn) -> None:
        kind = EvidenceKind.TRANSACTION_LIST
        evidence.add_reference(turn, kind=kind, reference=self.cleaned_data["source"], happened_at=turn.now)
