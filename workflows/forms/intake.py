"""A call comes in: stop the loss, or write a new case."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from cases.actions import people
from cases.actions.intake import describe, find_or_add_card, find_or_add_customer
from cases.actions.parties import find_customer, telephone
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Card, Case, Customer, Representative

from .base import line, moment, paragraph
from .card import warning, why_not_stopped
from .triage import TriageFields
from .units import UnitField

DIGITS = ("first_six", "last_four")
CARD = (*DIGITS, "card_kind", "caller_check")


def a_phone(typed: str) -> str:
    """The number as it is kept. ValidationError where it was typed, before the card system is asked about it."""
    try:
        number = telephone(typed)
    except CaseError as error:
        raise ValidationError(str(error.sentence)) from None
    if not number:
        raise ValidationError(_("This number cannot be right."))
    return number


class SpokesmanFields(forms.Form):
    """Who calls: the holder, or somebody in his place (CBIRC 2020 No.3 art. 14). His mandate is obtained afterwards."""

    represented_by = forms.ChoiceField(
        label=_("Who calls"),
        required=False,
        choices=[("", _("The holder in person")), *Representative.Kind.choices],
        help_text=_("Whoever calls, the card is stopped; only the answer needs a mandate"),
    )
    representative_name = line(_("Name of whoever calls for him"), max_length=80, required=False)
    representative_phone = line(_("Phone of whoever calls for him"), max_length=24, required=False)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        named = answers.get("representative_name")
        if answers.get("represented_by") and not named and "representative_name" not in self.errors:
            self.add_error("representative_name", _("Say who complains for the customer."))
        if named and not answers.get("represented_by") and "represented_by" not in self.errors:
            self.add_error("represented_by", _("Choose who calls for the holder."))
        return answers

    def clean_representative_phone(self) -> str:
        typed: str = self.cleaned_data["representative_phone"]
        return a_phone(typed) if typed else ""

    def spokesman(self, turn: Turn) -> None:
        """Put the agent or heir on the case, if there is one."""
        if self.cleaned_data["represented_by"]:
            people.represent(turn, **self.speaker())

    def speaker(self) -> dict[str, str]:
        """Who calls for the holder, as `people.represent` asks for it; empty for the holder himself."""
        answers = self.cleaned_data
        if not answers["represented_by"]:
            return {}
        names = {"kind": "represented_by", "name": "representative_name", "phone": "representative_phone"}
        return {name: answers[field] for name, field in names.items()}


class CallForm(SpokesmanFields):
    """What both pages ask: who calls for whom, which card, when the bank was told; never a full card number."""

    name = line(_("Customer's name"), max_length=80)
    phone = line(_("Phone"), max_length=24)
    known_card = forms.ChoiceField(
        label=_("A card we know"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("From earlier complaints of this number; ask the customer which one it is."),
    )
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

    no_texts = forms.BooleanField(label=_("The customer wants no text messages"), required=False)

    error_css_class = "r-field--bad"
    met: Sequence[Case] = ()  # open cases the call may belong to, once they were looked for

    def clean_phone(self) -> str:
        return a_phone(self.cleaned_data["phone"])

    def offer_cards(self, cards: Sequence[Card]) -> None:
        """Cards that may be chosen instead of typing digits; without any it is not asked."""
        if not cards:
            del self.fields["known_card"]
            return
        known: Any = self.fields["known_card"]
        named = ((str(card.uuid), f"{card} {card.get_kind_display()}") for card in cards)
        known.choices = [*named, ("", _("Another card"))]
        known.initial = ""

    @property
    def names_card(self) -> bool:
        """Whether the card system is asked for a card."""
        return True

    def first_step(self) -> dict[str, Any]:
        """The answers that finish the flow's first step."""
        return {"caller_check": self.cleaned_data["caller_check"]}

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

    field_order = ("name", "phone", "known_card", *CARD, "represented_by")

    received_at: datetime | None = None


class SpeakerForm(SpokesmanFields):
    """Somebody calls for the holder on a case that is open already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["represented_by"]
        who.choices, who.required = Representative.Kind.choices, True


class DescribeForm(TriageFields, SpokesmanFields):
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
        self.confirm(turn)
        self.spokesman(turn)

    def about(self, case: Case) -> None:
        """The case it is for: what is confirmed already, and what the customer's record says."""
        self.initial["severity"] = case.severity or Case.Severity.ORDINARY
        self.record = case.customer.care_record(purpose="a call") if case.customer else ""

    def plain_fields(self) -> list[forms.BoundField]:
        """All that stands before the proposal."""
        return [bound for bound in self.visible_fields() if bound.name not in TriageFields.base_fields]


class Stopping(TextChoices):
    """What becomes of the card in the call. A stop is what happens unless somebody says otherwise."""

    NOW = "now", _("Stop it now")
    REFUSED = "refused", _("The customer does not want it stopped")
    UNKNOWN = "unknown", _("Its digits are not known yet")


class NewCaseForm(TriageFields, CallForm):
    """A complaint as it comes in. Card fields are needed for card fraud only, and which follows from `stop`."""

    kind = forms.ChoiceField(label=_("What it is about"), choices=Case.Kind.choices)
    channel = forms.ChoiceField(label=_("How it came in"), choices=Case.Channel.choices)
    received_at = moment(_("The bank was told at"), minutes=True)
    demand = forms.ChoiceField(label=_("Demand"), choices=Case.Demand.choices)
    demand_text = paragraph(_("What the customer asks, in his words"), rows=2, required=False)
    narrative = paragraph(_("Course of events"), rows=4)
    customer_kind = forms.ChoiceField(label=_("Kind of customer"), choices=Customer.Kind.choices)
    complained_unit = UnitField(label=_("Branch complained about"))

    stop = forms.ChoiceField(
        label=_("Stop the card"), choices=Stopping.choices, initial=Stopping.NOW, widget=forms.RadioSelect
    )
    warned = warning()
    decline = why_not_stopped(help_text=_("In the customer's words; when the card is not known, how it will be found."))

    within: QuerySet[Case] = Case.objects.none()  # complaints within the person's reach

    NEEDED: ClassVar[Mapping[str, tuple[str, ...]]] = {
        Stopping.NOW: CARD,
        Stopping.REFUSED: (*CARD, "warned", "decline"),
        Stopping.UNKNOWN: ("card_kind", "caller_check", "decline"),
    }
    sometimes = (*CARD, "warned", "decline")
    MISSING: ClassVar[Mapping[str, Any]] = {
        "warned": _("Warn the customer first, then tick this."),
        "decline": _("Say why the card is not stopped."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CARD:
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        fraud, stop = answers.get("kind") == Case.Kind.CARD_FRAUD, answers.get("stop", "")
        for name in self.NEEDED.get(stop, ()) if fraud else ():
            if not answers.get(name) and name not in self.errors:
                self.add_error(name, self.MISSING.get(name, _("Needed for card fraud.")))
        for name, sentence in self._contradictions(answers):
            if answers.get(name):
                self.add_error(name, sentence)
        return answers

    def _contradictions(self, answers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """What was typed and would be kept nowhere: said, so that nothing goes in silence."""
        if answers.get("kind") == Case.Kind.GENERAL:
            yield "decline", _("This is for card fraud: choose that as what it is about, or take this out.")
        elif answers.get("stop") == Stopping.NOW:
            yield "decline", _("The card is to be stopped: take this out, or choose that it is not.")
        elif answers.get("stop") == Stopping.UNKNOWN:
            for name in DIGITS:
                yield name, _("Without all ten digits leave this empty and write what is known under the reason.")

    def known(self, answers: dict[str, Any]) -> str:
        """The record of the customer of this phone and name, if a complaint of his is within reach."""
        customer = find_customer(name=answers.get("name", ""), phone=answers.get("phone", ""))
        if customer is None or not customer.care:
            return ""
        reads = self.within.filter(customer=customer).exists()
        return customer.care_record(purpose="a call") if reads else ""

    @property
    def names_card(self) -> bool:
        return bool(self.cleaned_data["stop"] != Stopping.UNKNOWN)

    def first_step(self) -> dict[str, Any]:
        if self.cleaned_data["stop"] == Stopping.NOW:
            return super().first_step()
        return super().first_step() | {name: self.cleaned_data[name] for name in ("warned", "decline")}
