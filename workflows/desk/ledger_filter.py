"""What the ledgers of one shape are narrowed by: their own choices, a branch with those below it, and a period."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import Branch
from accounts.roles import Level
from record import clock

from ..forms.units import UnitField, list_near
from .complaint_filter import PERIODS, begins, days_of
from .ledger import RUNNING, Ledger


class Placed(forms.Form):
    """Branch and period, as every ledger of a desk has them; what cannot be read is told at its field and not asked."""

    unit = UnitField(label=gettext_lazy("Branch, and those below it"), closed=True)
    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=PERIODS, required=False)

    def __init__(self, sent: Any, *, near: Branch | None = None) -> None:
        super().__init__(sent)
        self.fields["unit"].help_text = ""  # the list behind it says as much
        self.sometimes = tuple(self.fields)  # all may stay empty, which need not be said of each
        if near is not None:
            list_near(self, near)

    def asked(self) -> dict[str, Any]:
        """What was chosen; of what cannot be, nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    def codes(self) -> dict[str, str]:
        """The same as an address holds it: a branch by its number."""
        return {name: value.code if name == "unit" else str(value) for name, value in self.asked().items()}

    def narrow_place(self, rows: QuerySet[Any], *, case: str, when: str) -> QuerySet[Any]:
        """The rows of the branch and of those below it, and of the period by the moment `when`."""
        asked = self.asked()
        if (unit := asked.get("unit")) is not None and unit.level != Level.HEAD_OFFICE:
            rows = rows.filter(**{f"{case}{unit.level}": unit})
        if "period" in asked:
            first, last = _moments(asked["period"])
            rows = rows.filter(**{f"{when}__gte": first, f"{when}__lt": last})
        return rows


class LedgerFilter(Placed):
    """The filters of one of these ledgers; running rows unless asked otherwise."""

    def __init__(self, sent: Any, *, chosen: Ledger, near: Branch | None = None) -> None:
        own: dict[str, tuple[Any, Any]] = {name: (label, choices) for name, label, choices in chosen.filters()}
        super().__init__(_read(sent, own), near=near)
        for name, (label, choices) in own.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)
        self.chosen, self.sometimes = chosen, tuple(self.fields)
        self.order_fields([*own, "unit", "period"])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows these answers leave."""
        rows = self.narrow_place(rows, case=self.chosen.case, when=self.chosen.when)
        return self.chosen.narrowed(rows, self.codes())


def _read(sent: Any, own: Mapping[str, Any]) -> dict[str, str]:
    """What was sent; a choice there is not is not asked, and running rows are asked for unless said otherwise."""
    read = {name: sent.get(name, "") for name in ("unit", "period", *own)}
    for name, (_label, choices) in own.items():
        if read[name] not in dict(choices):
            read[name] = ""
    if "state" in own and not read["state"]:
        read["state"] = RUNNING
    read["period"] = read["period"] if read["period"] in dict(PERIODS) else ""
    return read


def _moments(period: str) -> tuple[datetime, datetime]:
    """The first moment of a period, and the first after it, by the bank's days."""
    first, last = days_of(period, timezone.localtime(clock.now()).date())
    return begins(first), begins(last + timedelta(days=1))
