"""A call comes in: stop the loss, or write a new case."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions.intake import find_or_add_card, find_or_add_customer
from cases.models import Card, Case, Customer

from .base import line, moment, paragraph


class CallForm(forms.Form):
    """What both pages ask: who calls, which card, when the bank was told. No field takes a full card number."""

    name = line(_("Customer's name"), max_length=80)
    phone = line(_("Phone"), max_length=24)
    first_six = forms.RegexField(
        r"^\d{6}$", label=_("Card, first six digits"), widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8})
    )
    last_four = forms.RegexField(
        r"^\d{4}$", label=_("Card, last four digits"), widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6})
    )
    card_kind = forms.ChoiceField(label=_("Kind of card"), choices=Card.Kind.choices)
    caller_check = line(_("Caller check"), help_text=_("Number of the recording or of the counter check"), machine=True)

    error_css_class = "r-field--bad"

    def customer(self) -> Customer:
        """The customer found again or added; inside the caller's transaction."""
        return find_or_add_customer(name=self.cleaned_data["name"], phone=self.cleaned_data["phone"])

    def card(self, customer: Customer, token: str) -> Card:
        """The card of the token the card system gave."""
        answers = self.cleaned_data
        return find_or_add_card(
            token=token,
            first_six=answers["first_six"],
            last_four=answers["last_four"],
            kind=answers["card_kind"],
            customer=customer,
        )


class StopLossCallForm(CallForm):
    """Stop-loss first: the number to tell the customer comes back at once, everything else is written afterwards."""

    received_at: datetime | None = None


class NewCaseForm(CallForm):
    """A complaint as it comes in. Card fields are needed for card fraud only."""

    field_order = ("kind", "channel", "received_at", "name", "phone")
    kind = forms.ChoiceField(label=_("What it is about"), choices=Case.Kind.choices)
    channel = forms.ChoiceField(label=_("How it came in"), choices=Case.Channel.choices)
    received_at = moment(_("The bank was told at"))
    demand = forms.ChoiceField(label=_("Demand"), choices=Case.Demand.choices)
    demand_text = paragraph(_("What the customer asks, in his words"), rows=2, required=False)
    narrative = paragraph(_("What happened"), rows=4)

    CARD = ("first_six", "last_four", "card_kind", "caller_check")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.CARD:
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("kind") == Case.Kind.CARD_FRAUD:
            for name in self.CARD:
                if not answers.get(name) and name not in self.errors:
                    self.add_error(name, _("Needed for card fraud."))
        return answers
