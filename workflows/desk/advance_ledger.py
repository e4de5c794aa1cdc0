"""垫付台账: what was advanced, on which word, and what became of it; the written-off sum in a column of its own."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import User
from cases.models import Advance, Case

from .ledger import Cell, OfMatters, spoken


class Advances(OfMatters):
    """The oldest on top."""

    title = gettext_lazy("Advance payments")
    heads = (
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
    model = Advance
    choice = ("stage", gettext_lazy("Stage"), Advance.Stage.choices)

    def rows(self, user: User) -> QuerySet[Any]:
        matters = Advance.objects.filter(case__in=Case.objects.visible_to(user))
        return matters.select_related("case", "undertaking")

    def cells(self, row: Any) -> list[Cell]:
        return [
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
