"""A call comes in: stop the loss, or write a new case."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.actions import people
from cases.actions.intake import describe, find_or_add_card, find_or_add_customer
from cases.actions.parties import telephone
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Card, Case, Customer, Representative

from .base import line, moment, paragraph
from .units import UnitField


def a_phone(typed: str) -> str:
    """The number as it is kept. ValidationError where it was typed, before the card system is asked about it."""
    try:
        number = telephone(typed)
    except CaseError as error:
        raise ValidationError(str(error.sentence)) from None
    if not number:
        raise ValidationError(_("This number cannot be right."))
    return number


class CallForm(forms.Form):
    """What both pages ask: who calls, which card, when the bank was told. No field takes a full card number."""

    name = line(_("Customer's name"), max_length=80)
    phone = line(_("Phone"), max_length=24)
    first_six = forms.RegexField(
        r"^[0-9]{6}$",
        label=_("Card, first six digits"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8}),
    )
    last_four = forms.RegexField(
        r"^[0-9]{4}$",
        label=_("Card, last four digits"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}),
    )
    card_kind = forms.ChoiceField(label=_("Kind of card"), choices=Card.Kind.choices)
    caller_check = line(_("Caller check"), help_text=_("Number of the recording or of the counter check"), machine=True)

    error_css_class = "r-field--bad"

    def clean_phone(self) -> str:
        return a_phone(self.cleaned_data["phone"])

    def customer(self) -> Customer:
        """The customer found again or added; inside the caller's transaction."""
        answers = self.cleaned_data
        kind = answers.get("customer_kind") or Customer.Kind.PERSON
        return find_or_add_customer(name=answers["name"], phone=answers["phone"], kind=kind)

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


class SpokesmanFields(forms.Form):
    """Whoever speaks for the customer: an agent with a mandate, or an heir (CBIRC 2020 No.3 art. 14)."""

    represented_by = forms.ChoiceField(
        label=_("Who complains"),
        required=False,
        choices=[("", _("The customer in person")), *Representative.Kind.choices],
    )
    representative_name = line(_("Name of the agent or heir"), max_length=80, required=False)
    representative_phone = line(_("Phone of the agent or heir"), max_length=24, required=False)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        named = answers.get("representative_name")
        if answers.get("represented_by") and not named and "representative_name" not in self.errors:
            self.add_error("representative_name", _("Say who complains for the customer."))
        if named and not answers.get("represented_by") and "represented_by" not in self.errors:
            self.add_error("represented_by", _("Choose whether this is an agent or an heir."))
        return answers

    def clean_representative_phone(self) -> str:
        typed: str = self.cleaned_data["representative_phone"]
        return a_phone(typed) if typed else ""

    def spokesman(self, turn: Turn) -> None:
        """Put the agent or heir on the case, if there is one."""
        answers = self.cleaned_data
        if answers["represented_by"]:
            people.represent(
                turn,
                kind=answers["represented_by"],
                name=answers["representative_name"],
                phone=answers["representative_phone"],
            )


class DescribeForm(SpokesmanFields):
    """What is written after a stop in haste; what is left empty stays as it is."""

    field_order = ("demand", "demand_text", "narrative", "complained_unit")

    demand = forms.ChoiceField(label=_("Demand"), choices=Case.Demand.choices)
    demand_text = paragraph(_("What the customer asks, in his words"), rows=2, required=False)
    narrative = paragraph(_("Course of events"), rows=4)
    complained_unit = UnitField(label=_("Branch complained about"))

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        describe(
            turn,
            narrative=answers["narrative"],
            demand=answers["demand"],
            demand_text=answers["demand_text"] or None,
            complained_unit=answers["complained_unit"],
        )
        self.spokesman(turn)


class NewCaseForm(SpokesmanFields, CallForm):
    """A complaint as it comes in. Card fields are needed for card fraud only."""

    kind = forms.ChoiceField(label=_("What it is about"), choices=Case.Kind.choices)
    channel = forms.ChoiceField(label=_("How it came in"), choices=Case.Channel.choices)
    received_at = moment(_("The bank was told at"))
    demand = forms.ChoiceField(label=_("Demand"), choices=Case.Demand.choices)
    demand_text = paragraph(_("What the customer asks, in his words"), rows=2, required=False)
    narrative = paragraph(_("Course of events"), rows=4)
    customer_kind = forms.ChoiceField(label=_("Kind of customer"), choices=Customer.Kind.choices)
    complained_unit = UnitField(label=_("Branch complained about"))

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
