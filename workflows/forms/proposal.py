"""What the customer is to get, and the answer to it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases import settled, sums
from cases.actions import proposal
from cases.actions.turn import Turn
from cases.models import DisputedTransaction, MoneyEntry

from .base import StepForm, amount, paragraph
from .units import UnitField

Kind = MoneyEntry.Kind
EXTRAS = (Kind.INTEREST, Kind.PENALTY, Kind.INSTALMENT_FEE, Kind.EXCHANGE, Kind.GOODWILL)


class ProposeForm(StepForm):
    """Principal per transaction, never above the bank's share; interest and fees as lines of their own."""

    reasons = paragraph(_("Reasons for the proposal"))
    bearing_unit = UnitField(label=_("Branch that bears the sum"))

    def place_of(self, name: str) -> str:
        return {str(number): field for number, (field, _line) in enumerate(self.sums())}.get(name, name)

    @cached_property
    def borne(self) -> list[DisputedTransaction]:
        return list(self.case.transactions.filter(is_disputed=True, bank_share__gt=0))

    def build(self) -> None:
        for row in self.borne:
            self.fields[f"principal_{row.uuid.hex}"] = amount(
                _("Principal"),
                initial=row.bank_share,
                help_text=_("At most %(amount)s, the bank's share")
                % {"amount": sums.spoken(row.bank_share or sums.NOTHING)},
            )
        for kind in EXTRAS:
            self.fields[f"extra_{kind.value}"] = amount(kind.label, required=False)
        offer_what_was_agreed(self)
        if self.case.bearing_unit is not None:
            self.fields["bearing_unit"].initial = self.case.bearing_unit.code

    def rows(self) -> list[Mapping[str, Any]]:
        return [{"transaction": row, "principal": self[f"principal_{row.uuid.hex}"]} for row in self.borne]

    def extras(self) -> list[Any]:
        """The lines of the case as a whole."""
        return [self[f"extra_{kind.value}"] for kind in EXTRAS]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for row in self.borne:
            typed = answers.get(f"principal_{row.uuid.hex}")
            if typed is not None and typed > row.bank_share:
                self.add_error(
                    f"principal_{row.uuid.hex}",
                    _("The bank's share is %(share)s; %(typed)s is above it.")
                    % {"share": sums.spoken(row.bank_share or sums.NOTHING), "typed": sums.spoken(typed)},
                )
        return answers

    def sums(self) -> list[tuple[str, proposal.Line]]:
        """The lines of the proposal, each with the field it was typed into; a field left empty or at 0 is no line."""
        asked: list[tuple[str, Kind, UUID | None]] = [
            *((f"principal_{row.uuid.hex}", Kind.PRINCIPAL, row.uuid) for row in self.borne),
            *((f"extra_{kind.value}", kind, None) for kind in EXTRAS),
        ]
        return [
            (field, proposal.Line(kind=kind, amount=typed, transaction=transaction))
            for field, kind, transaction in asked
            if (typed := self.cleaned_data.get(field))
        ]

    def save(self, turn: Turn) -> None:
        lines = [line for _field, line in self.sums()]
        proposal.propose(
            turn, lines=lines, reasons=self.cleaned_data["reasons"], bearing_unit=self.cleaned_data["bearing_unit"]
        )


def offer_what_was_agreed(form: ProposeForm) -> None:
    """Under a settlement the lines begin as the agreed sum: principal within the bank's shares, the rest goodwill."""
    agreed = settled.standing(form.case)
    if agreed is None:
        return
    lines = settled.split(agreed.amount, form.borne)
    for row, principal in zip(form.borne, lines.principal, strict=True):
        form.fields[f"principal_{row.uuid.hex}"].initial = principal
    goodwill = form.fields[f"extra_{Kind.GOODWILL.value}"]
    goodwill.initial = lines.goodwill or None
    goodwill.help_text = _("Customer and bank agreed on %(sum)s in all, agreement %(number)s") % {
        "sum": sums.spoken(agreed.amount),
        "number": agreed.agreement.reference,
    }


class ApprovalForm(StepForm):
    """An opinion; needed for a return or a refusal. The three verbs of workflows.verbs save it."""

    reason = paragraph(_("Opinion"), required=False, rows=2, help_text=_("Needed to return or refuse"))
