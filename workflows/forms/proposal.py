"""What the customer is to get, and the answer to it."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy as _

from cases import rules, settled, sums
from cases.actions import points, proposal
from cases.actions.turn import Turn
from cases.models import DisputedTransaction, MoneyEntry
from knowledge.ground_table import table

from .base import StepForm, amount, paragraph
from .units import UnitField

Kind = MoneyEntry.Kind
# One cell a transaction and kind; goodwill is of the case as a whole.
CELLS = (Kind.PRINCIPAL, Kind.INTEREST, Kind.PENALTY, Kind.INSTALMENT_FEE, Kind.EXCHANGE)
WHOLE = f"extra_{Kind.GOODWILL.value}"


class ProposeForm(StepForm):
    """A row a disputed transaction, a cell a kind of money; points beside them, goodwill of the case below."""

    reasons = paragraph(_("Reasons for the proposal"))
    bearing_unit = UnitField(label=_("Branch that bears the sum"))

    def place_of(self, name: str) -> str:
        if name.startswith("points_"):
            return name.replace("-", "")
        return {str(number): field for number, (field, _line) in enumerate(self.sums())}.get(name, name)

    @cached_property
    def disputed(self) -> list[DisputedTransaction]:
        return list(self.case.transactions.disputed())

    @cached_property
    def cells(self) -> list[tuple[str, Kind, DisputedTransaction]]:
        """Every cell that can hold a sum, with its field."""
        return [
            (f"{kind.value}_{row.uuid.hex}", kind, row)
            for row in self.disputed
            for kind in CELLS
            if proposal.refused(self.case, kind, row) is None
        ]

    def build(self) -> None:
        for name, kind, row in self.cells:
            self.fields[name] = amount(kind.label, required=kind == Kind.PRINCIPAL, initial=_offered(kind, row))
            self.fields[name].widget.attrs["data-part"] = f"{row.uuid.hex} {kind.value}"
        for row in self.disputed if rules.is_credit_card(self.case) else []:
            if row.bank_share:
                self.fields[f"points_{row.uuid.hex}"] = _points()
        self.fields[WHOLE] = amount(Kind.GOODWILL.label, required=False, help_text=_("Of the case as a whole"))
        offer_what_was_agreed(self)
        if self.case.bearing_unit is not None:
            self.fields["bearing_unit"].initial = self.case.bearing_unit.code

    def heads(self) -> list[Kind]:
        """Kinds that at least one transaction has a cell for, in their order."""
        used = {kind for _name, kind, _row in self.cells}
        return [kind for kind in CELLS if kind in used]

    def rows(self) -> list[Mapping[str, Any]]:
        return [self._row(row) for row in self.disputed]

    def _row(self, row: DisputedTransaction) -> Mapping[str, Any]:
        """`drawn` are the fields of the row, so that the page does not draw them once more."""
        cells = [self._cell(f"{kind.value}_{row.uuid.hex}", kind.label) for kind in self.heads()]
        points_cell = self._cell(f"points_{row.uuid.hex}", _("Points"))
        return {
            "transaction": row,
            "key": row.uuid.hex,
            "article": table()[row.ground].article if row.ground else "",
            "title": table()[row.ground].says(get_language() or "zh-hans")[0] if row.ground else "",
            "cells": cells,
            "points": points_cell,
            "drawn": [cell["field"] for cell in (*cells, points_cell) if cell["field"]],
        }

    def _cell(self, name: str, label: Any) -> Mapping[str, Any]:
        return {"label": label, "field": self[name] if name in self.fields else None}

    def has_points(self) -> bool:
        """Some transaction may have points given back."""
        return any(name.startswith("points_") for name in self.fields)

    def extras(self) -> list[Any]:
        """The lines of the case as a whole."""
        return [self[WHOLE]]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for row in self.disputed:
            typed = answers.get(f"principal_{row.uuid.hex}")
            if typed is not None and row.bank_share is not None and typed > row.bank_share:
                self.add_error(
                    f"principal_{row.uuid.hex}",
                    _("The bank's share is %(share)s; %(typed)s is above it.")
                    % {"share": sums.spoken(row.bank_share), "typed": sums.spoken(typed)},
                )
        return answers

    def sums(self) -> list[tuple[str, proposal.Line]]:
        """The lines of the proposal, each with the field it was typed into; a field left empty or at 0 is no line."""
        return [
            (field, proposal.Line(kind=kind, amount=typed, transaction=transaction))
            for field, kind, transaction in self._asked()
            if (typed := self.cleaned_data.get(field))
        ]

    def _asked(self) -> Iterator[tuple[str, Kind, UUID | None]]:
        yield from ((name, kind, row.uuid) for name, kind, row in self.cells)
        yield WHOLE, Kind.GOODWILL, None

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        proposal.propose(
            turn,
            lines=[line for _field, line in self.sums()],
            reasons=answers["reasons"],
            bearing_unit=answers["bearing_unit"],
            points={row.uuid: typed for row in self.disputed if (typed := answers.get(f"points_{row.uuid.hex}"))},
        )


def offer_what_was_agreed(form: ProposeForm) -> None:
    """Under a settlement the lines begin as the agreed sum: principal within the bank's shares, the rest goodwill."""
    agreed = settled.standing(form.case)
    if agreed is None:
        return
    borne = [row for _name, kind, row in form.cells if kind == Kind.PRINCIPAL]
    lines = settled.split(agreed.amount, borne)
    for name, _kind, _row in form.cells:
        form.fields[name].initial = None
    for row, principal in zip(borne, lines.principal, strict=True):
        form.fields[f"principal_{row.uuid.hex}"].initial = principal
    goodwill = form.fields[WHOLE]
    goodwill.initial = lines.goodwill or None
    goodwill.help_text = _("Customer and bank agreed on %(sum)s in all, agreement %(number)s") % {
        "sum": sums.spoken(agreed.amount),
        "number": agreed.agreement.reference,
    }


def _offered(kind: Kind, row: DisputedTransaction) -> Any:
    """The bank's share, and what the instalments had cost when they were traced."""
    if kind == Kind.PRINCIPAL:
        return row.bank_share
    return (row.instalment_fee or None) if kind == Kind.INSTALMENT_FEE else None


def _points() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Points"),
        required=False,
        min_value=0,
        max_value=points.MOST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "r-num-in", "autocomplete": "off"}),
    )


class ApprovalForm(StepForm):
    """An opinion; needed for a return or a refusal. The three verbs of workflows.verbs save it."""

    sometimes = ("reason",)

    reason = paragraph(_("Opinion"), required=False, rows=2, help_text=_("Needed to return or refuse"))
