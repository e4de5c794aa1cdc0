"""The trace: which transactions are disputed, and what each of them is."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases.actions import evidence, transactions
from cases.actions.turn import Turn
from cases.models import DisputedTransaction
from knowledge.evidence import EvidenceKind
from knowledge.grounds import TransactionType

from .base import StepForm, amount, line, moment

BY_HAND = 3  # lines offered for transactions the card system did not give
NOT_DISPUTED = ("", _("Not disputed"))


class TraceForm(StepForm):
    """One row a transaction of the card; lines for those known on paper only."""

    source = line(
        _("Where the typed transactions stand"),
        required=False,
        help_text=_("Statement or voucher number; only for transactions typed by hand"),
        machine=True,
    )

    places = {"reference": "source"}

    def place_of(self, name: str) -> str:
        return {str(row.uuid): f"type_{row.uuid.hex}" for row in self.listed}.get(name, super().place_of(name))

    @cached_property
    def listed(self) -> list[DisputedTransaction]:
        """The latest first: what was stolen stands near the end of the card's life."""
        return list(self.case.transactions.order_by("-booked_at", "-id"))

    def build(self) -> None:
        choices = [NOT_DISPUTED, *TransactionType.choices]
        for row in self.listed:
            self.fields[f"type_{row.uuid.hex}"] = forms.ChoiceField(
                label=_("What it was"), choices=choices, required=False, initial=row.type
            )
        for n in range(1, BY_HAND + 1):
            self.fields[f"hand_{n}_booked_at"] = moment(_("Booked at"), required=False)
            self.fields[f"hand_{n}_amount"] = amount(_("Amount"), required=False)
            self.fields[f"hand_{n}_merchant"] = line(_("Merchant"), required=False)
            self.fields[f"hand_{n}_channel"] = forms.ChoiceField(
                label=_("Where"), choices=[("", "—"), *DisputedTransaction.Channel.choices], required=False
            )
            self.fields[f"hand_{n}_type"] = forms.ChoiceField(label=_("What it was"), choices=choices, required=False)

    def rows(self) -> list[Mapping[str, Any]]:
        return [{"transaction": row, "type": self[f"type_{row.uuid.hex}"]} for row in self.listed]

    def lines(self) -> list[list[forms.BoundField]]:
        """The empty lines for transactions typed by hand."""
        names = ("booked_at", "amount", "merchant", "channel", "type")
        return [[self[f"hand_{n}_{name}"] for name in names] for n in range(1, BY_HAND + 1)]

    def extras(self) -> list[forms.BoundField]:
        """Drawn below those lines, which alone need it."""
        return [self["source"]]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        typed = [n for n in range(1, BY_HAND + 1) if self._is_typed(answers, n)]
        for n in typed:
            for name in ("booked_at", "amount", "channel", "type"):
                if not answers.get(f"hand_{n}_{name}") and f"hand_{n}_{name}" not in self.errors:
                    self.add_error(f"hand_{n}_{name}", _("Fill this too, or clear the whole line."))
        if typed and not answers.get("source") and "source" not in self.errors:
            self.add_error("source", _("Say where the typed transactions stand."))
        if not self.errors and not typed and not any(answers[f"type_{row.uuid.hex}"] for row in self.listed):
            raise forms.ValidationError(_("Mark at least one transaction as disputed."))
        return answers

    def _is_typed(self, answers: Mapping[str, Any], n: int) -> bool:
        return any(answers.get(f"hand_{n}_{name}") for name in ("booked_at", "amount", "merchant", "channel", "type"))

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        choices = {row.uuid: answers[f"type_{row.uuid.hex}"] for row in self.listed}
        for n in range(1, BY_HAND + 1):
            if self._is_typed(answers, n):
                added = transactions.add_transaction(
                    turn,
                    booked_at=answers[f"hand_{n}_booked_at"],
                    amount=answers[f"hand_{n}_amount"],
                    merchant=answers[f"hand_{n}_merchant"],
                    channel=answers[f"hand_{n}_channel"],
                )
                choices[added.uuid] = answers[f"hand_{n}_type"]
        if answers["source"]:
            evidence.add_reference(turn, kind=EvidenceKind.TRANSACTION_LIST, reference=answers["source"])
        transactions.mark_disputed(turn, choices=choices)
