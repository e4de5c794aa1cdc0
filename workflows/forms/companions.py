"""What pays beside the stopped card: one row each, all in one form, and the holds of shops."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.actions import companions
from cases.actions.turn import Turn
from cases.models import StopCompanion
from record import clock

from .base import StepForm, amount, line, moment

HOLDS = 3  # lines offered for open pre-authorisations
PARTS = ("amount", "merchant", "hold_until")
Kind, Outcome = StopCompanion.Kind, StopCompanion.Outcome


def within_two_years(value: datetime) -> None:
    """A hold ends some weeks from now, or ended lately."""
    if abs(value - clock.now()) > timedelta(days=731):
        raise ValidationError(_("Choose a moment within two years."), code="far")


class CompanionsForm(StepForm):
    """Switched off, none there, or kept by a customer who was warned; then what shops still hold."""

    sometimes = tuple(f"{part}_{kind}" for kind in Kind for part in ("receipt", "done_at"))

    def place_of(self, name: str) -> str:
        part, _colon, kind = name.partition(":")
        return f"{part}_{kind}" if kind else super().place_of(name)

    def build(self) -> None:
        for kind in Kind:
            self.fields[f"outcome_{kind}"] = forms.ChoiceField(
                label=_("What became of it"), choices=[("", "—"), *Outcome.choices]
            )
            self.fields[f"receipt_{kind}"] = line(_("Receipt number"), required=False, max_length=64, machine=True)
            self.fields[f"done_at_{kind}"] = moment(_("Done at"), required=False)
        for n in range(1, HOLDS + 1):
            self.fields[f"hold_{n}_amount"] = amount(_("Amount held"), required=False)
            self.fields[f"hold_{n}_merchant"] = line(_("Merchant"), required=False)
            self.fields[f"hold_{n}_hold_until"] = moment(_("Held until"), required=False, check=within_two_years)

    def rows(self) -> list[Mapping[str, Any]]:
        return [
            {
                "title": kind.label,
                "outcome": self[f"outcome_{kind}"],
                "receipt": self[f"receipt_{kind}"],
                "done_at": self[f"done_at_{kind}"],
            }
            for kind in Kind
        ]

    def lines(self) -> list[list[forms.BoundField]]:
        """The empty lines for what shops hold."""
        return [[self[f"hold_{n}_{part}"] for part in PARTS] for n in range(1, HOLDS + 1)]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for kind in Kind:
            if answers.get(f"outcome_{kind}") == Outcome.OFF:
                self._must_have(answers, f"receipt_{kind}", _("Give the receipt number."))
                self._must_have(answers, f"done_at_{kind}", _("Say when it was switched off."))
        for n in self._typed(answers):
            for part in PARTS:
                self._must_have(answers, f"hold_{n}_{part}", _("Fill this too, or clear the whole line."))
        return answers

    def _must_have(self, answers: Mapping[str, Any], name: str, words: Any) -> None:
        if not answers.get(name) and name not in self.errors:
            self.add_error(name, words)

    def _typed(self, answers: Mapping[str, Any]) -> list[int]:
        return [n for n in range(1, HOLDS + 1) if any(answers.get(f"hold_{n}_{part}") for part in PARTS)]

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        companions.stop_companions(
            turn,
            companions=[
                companions.Companion(
                    kind=kind,
                    outcome=answers[f"outcome_{kind}"],
                    receipt=answers[f"receipt_{kind}"],
                    done_at=answers[f"done_at_{kind}"],
                )
                for kind in Kind
            ],
            holds=[companions.Hold(*(answers[f"hold_{n}_{part}"] for part in PARTS)) for n in self._typed(answers)],
        )
