"""Who bears each disputed transaction, and on which ground."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases import sums
from cases.actions import liability
from cases.actions.turn import Turn
from cases.models import DisputedTransaction
from knowledge.grounds import Ground

from .base import StepForm, amount, paragraph

SHARES = ("bank", "holder", "merchant")


class DecideForm(StepForm):
    """One row a disputed transaction: ground, three shares that add up, a reason where the ground is not plain."""

    def place_of(self, name: str) -> str:
        return {str(row.uuid): f"ground_{row.uuid.hex}" for row in self.disputed}.get(name, name)

    @cached_property
    def disputed(self) -> list[DisputedTransaction]:
        return list(self.case.transactions.filter(is_disputed=True))

    def build(self) -> None:
        labels = {"bank": _("Bank bears"), "holder": _("Cardholder bears"), "merchant": _("Acquirer or merchant bears")}
        for row in self.disputed:
            key = row.uuid.hex
            self.fields[f"ground_{key}"] = forms.ChoiceField(
                label=_("Ground"), choices=[("", "—"), *Ground.choices], initial=row.ground
            )
            for share in SHARES:
                was = getattr(row, f"{share}_share")
                start = was if was is not None else (row.amount if share == "bank" else Decimal("0.00"))
                self.fields[f"{share}_{key}"] = amount(labels[share], initial=start)
                self.fields[f"{share}_{key}"].widget.attrs["data-share"] = share
            self.fields[f"reason_{key}"] = paragraph(_("Written reason"), required=False, rows=2)

    def rows(self) -> list[Mapping[str, Any]]:
        return [
            {
                "transaction": row,
                "ground": self[f"ground_{row.uuid.hex}"],
                "shares": [self[f"{share}_{row.uuid.hex}"] for share in SHARES],
                "reason": self[f"reason_{row.uuid.hex}"],
            }
            for row in self.disputed
        ]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for row in self.disputed:
            typed = [answers.get(f"{share}_{row.uuid.hex}") for share in SHARES]
            shares = [share for share in typed if share is not None]
            if len(shares) < len(SHARES):
                continue
            if (gap := row.amount - sum(shares, Decimal(0))) != 0:
                self.add_error(
                    f"bank_{row.uuid.hex}",
                    _("The three shares must add up to %(amount)s; they add up to %(sum)s.")
                    % {"amount": sums.spoken(row.amount), "sum": sums.spoken(row.amount - gap)},
                )
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        liability.decide(
            turn,
            shares=[
                liability.Share(
                    transaction=row.uuid,
                    ground=answers[f"ground_{row.uuid.hex}"],
                    reason=answers[f"reason_{row.uuid.hex}"],
                    **{share: answers[f"{share}_{row.uuid.hex}"] for share in SHARES},
                )
                for row in self.disputed
            ],
        )
