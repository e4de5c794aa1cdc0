"""垫付台账: what was advanced, on which word, and what became of it; the written-off sum in a column of its own."""

from typing import Any

from django.utils.translation import gettext_lazy

from cases.models import Advance

from .ledger import Cell, OfMatters, left_of, spoken


class Advances(OfMatters):
    """The oldest on top."""

    title = gettext_lazy("Advance payments")
    heads = (
        gettext_lazy("Time left"),
        gettext_lazy("With the customer since"),
        gettext_lazy("On what"),
        gettext_lazy("Stage"),
        gettext_lazy("Undertaking"),
        gettext_lazy("Advanced"),
        gettext_lazy("Set off"),
        gettext_lazy("Given back by the customer"),
        gettext_lazy("Written off as goodwill"),
        gettext_lazy("Not taken back before"),
    )
    money = frozenset({5, 6, 7, 8})
    model = Advance
    choice = ("stage", gettext_lazy("Stage"), Advance.Stage.choices)
    related = ("case", "undertaking")

    def cells(self, row: Any) -> list[Cell]:
        return [
            left_of(row),
            row.paid_at,
            row.get_ground_display(),
            str(row),
            row.undertaking.reference if row.undertaking else "",
            spoken(row.amount),
            spoken(row.set_off or None),
            spoken(row.taken_back or None),
            spoken(row.written_off or None),
            row.back_from,
        ]
