"""客户指认: which of the card's transactions the customer says were not his, and what he names beside them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases.actions.naming import Noted
from cases.models import Case, DisputedTransaction

from .base import amount, line, moment
from .trace import words_of

BY_WORD = 3  # lines offered for what stands on no list
PARTS = ("booked_at", "amount", "channel", "merchant")
NEEDED = PARTS[:-1]


class NamingForm(forms.Form):
    """Boxes for the listed ones; `seen` are those that were ticked when the page was opened, so that only what this
    person changed is changed.
    """

    sometimes = tuple(f"other_{n}_{name}" for n in range(1, BY_WORD + 1) for name in NEEDED)

    named = forms.MultipleChoiceField(
        label=_("The customer says these were not his"), required=False, widget=forms.CheckboxSelectMultiple
    )
    seen = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, data: Any = None, *, case: Case) -> None:
        self.case = case
        super().__init__(data)
        choices = [(str(row.uuid), words_of(row)) for row in self.listed]
        for name in ("named", "seen"):
            field: Any = self.fields[name]
            field.choices = choices
            field.initial = [str(row.uuid) for row in self.listed if row.is_named]
        for n in range(1, BY_WORD + 1):
            self._ask_for_another(n)

    def _ask_for_another(self, n: int) -> None:
        self.fields[f"other_{n}_booked_at"] = moment(_("When, as he says"), required=False, minutes=True)
        self.fields[f"other_{n}_amount"] = amount(_("Amount"), required=False, min_value=Decimal("0.01"))
        self.fields[f"other_{n}_channel"] = forms.ChoiceField(
            label=_("Where"), choices=[("", "—"), *DisputedTransaction.Channel.choices], required=False
        )
        self.fields[f"other_{n}_merchant"] = line(_("Merchant"), required=False)

    @cached_property
    def listed(self) -> list[DisputedTransaction]:
        """The latest first: what was stolen stands near the end of the card's life."""
        return sorted(self.case.transactions.all(), key=lambda row: (row.booked_at, row.pk), reverse=True)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each transaction, and whether its box is ticked."""
        ticked = {str(value) for value in self["named"].value() or ()}
        for row in self.listed:
            yield {"transaction": row, "ticked": str(row.uuid) in ticked, "words": words_of(row)}

    def lines(self) -> list[list[forms.BoundField]]:
        """The lines for what stands on no list."""
        return [[self[f"other_{n}_{name}"] for name in PARTS] for n in range(1, BY_WORD + 1)]

    @property
    def has_typed(self) -> bool:
        """Something stands in those lines."""
        return any(bound.value() for parts in self.lines() for bound in parts)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for n in range(1, BY_WORD + 1):
            for name in NEEDED if self._is_typed(answers, n) else ():
                if not answers.get(f"other_{n}_{name}") and f"other_{n}_{name}" not in self.errors:
                    self.add_error(f"other_{n}_{name}", _("Fill this too, or clear the whole line."))
        if not self.errors and not (answers["named"] or answers["seen"] or self._others(answers)):
            raise forms.ValidationError(_("Tick at least one, or write down what he names below."))
        return answers

    def said(self) -> Mapping[str, Any]:
        """What this person changed, as `cases.actions.naming.name` takes it."""
        answers = self.cleaned_data
        named, seen = ({UUID(value) for value in answers[name]} for name in ("named", "seen"))
        return {"names": named - seen, "takes_back": seen - named, "noted": self._others(answers)}

    def _others(self, answers: Mapping[str, Any]) -> list[Noted]:
        typed = (n for n in range(1, BY_WORD + 1) if self._is_typed(answers, n))
        return [Noted(**{name: answers[f"other_{n}_{name}"] for name in PARTS}) for n in typed]

    def _is_typed(self, answers: Mapping[str, Any], n: int) -> bool:
        return any(answers.get(f"other_{n}_{name}") for name in PARTS)
