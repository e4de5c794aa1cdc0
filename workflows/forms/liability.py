"""Who bears each disputed transaction, and on which ground."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases import drafts, sums
from cases.actions import burden, handing_on, liability
from cases.actions.turn import Turn
from cases.burden import Grid, grids_of
from cases.burden_cells import Facts
from cases.burden_words import STANDINGS
from cases.models import DisputedTransaction
from knowledge.grounds import Ground

from .base import StepForm, amount, paragraph

SHARES = ("bank", "holder", "merchant")


class DecideForm(StepForm):
    """One row a disputed transaction: ground, three shares that add up, a reason where the ground is not plain.

    Each ground says how it stands on the burden board; none is taken away.
    """

    def place_of(self, name: str) -> str:
        return {str(row.uuid): f"ground_{row.uuid.hex}" for row in self.disputed}.get(name, name)

    @cached_property
    def disputed(self) -> list[DisputedTransaction]:
        return list(self.case.transactions.to_decide())

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
            if handing_on.may_leave(row):
                self.fields[f"leaves_{key}"] = forms.BooleanField(
                    label=_("Hand on to a complaint of its own"),
                    help_text=_("No card fraud: the complaint goes on there with this clock; no ground or share here"),
                    required=False,
                    initial=True,
                )
            hint = _("Needed where the board does not carry the ground")
            self.fields[f"reason_{key}"] = paragraph(_("Written reason"), required=False, rows=2, help_text=hint)

    @property
    def sometimes(self) -> tuple[str, ...]:
        """Needed or not by the ground."""
        return tuple(name for name in self.fields if name.startswith("reason_"))

    @cached_property
    def facts(self) -> Facts:
        """What the board is made from; read for showing only."""
        return burden.facts(self.case)

    @cached_property
    def boards(self) -> list[Grid]:
        return grids_of(self.disputed, self.facts)

    def rows(self) -> list[Mapping[str, Any]]:
        return [self._row(grid) for grid in self.boards]

    def _row(self, grid: Grid) -> Mapping[str, Any]:
        row = grid.transaction
        ground, reason = self[f"ground_{row.uuid.hex}"], self[f"reason_{row.uuid.hex}"]
        ground.field.widget.choices = [("", "—"), *((code, _stands(grid, code, name)) for code, name in Ground.choices)]
        suggestion = drafts.missing_reason(grid)
        # picked up by desk.js when a ground that hangs on missing proof is chosen and nothing is written yet
        ground.field.widget.attrs["data-suggest-for"] = " ".join(drafts.ON_ABSENCE)
        reason.field.widget.attrs["data-suggest"] = suggestion
        return {
            "transaction": row,
            "ground": ground,
            "shares": [self[f"{share}_{row.uuid.hex}"] for share in SHARES],
            "reason": reason,
            "leaves": self[f"leaves_{row.uuid.hex}"] if handing_on.may_leave(row) else None,
            "suggestion": suggestion,
        }

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for row in self.disputed:
            if self._leaves(row, answers):
                for name in (f"ground_{row.uuid.hex}", *(f"{share}_{row.uuid.hex}" for share in SHARES)):
                    self.errors.pop(name, None)  # neither is asked of what is decided elsewhere
                continue
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

    @staticmethod
    def _leaves(row: DisputedTransaction, answers: Mapping[str, Any]) -> bool:
        return bool(answers.get(f"leaves_{row.uuid.hex}"))

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        leaving = [row for row in self.disputed if self._leaves(row, answers)]
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
                if row not in leaving
            ],
            hand_on={row.uuid: answers[f"reason_{row.uuid.hex}"] for row in leaving},
        )


def _stands(grid: Grid, code: str, name: Any) -> str:
    """The ground with how it stands on the board, in the list it is chosen from."""
    standing = grid.standing(code)
    words = STANDINGS[standing] if standing else _("does not fit")
    return f"{name} · {words}"
