"""What the lists of the audit are narrowed by: a period, a branch with those below it, and what each adds."""

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import Branch
from accounts.models.user import STAFF_NUMBER
from accounts.roles import Level
from cases.actions import references
from record import clock

from ..complaint_filter import ALL, PERIODS, a_day, begins, coded, days_of
from ..ledger_filter import Placed

RECENT, EVER = "recent", "ever"
DAYS: Final = 30
SPANS: Final = [
    (RECENT, gettext_lazy("Last 30 days")),
    *PERIODS[1:],
    (EVER, gettext_lazy("From the beginning")),
]


class AuditForm(Placed):
    """Period and branch. The last thirty days unless asked otherwise; days of one's own choice count before a period.

    What cannot be read is told at its field, and nothing is listed.
    """

    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=SPANS, required=False)
    since = a_day(gettext_lazy("From"))
    until = a_day(gettext_lazy("To"))

    def __init__(self, sent: Any, *, near: Branch | None = None) -> None:
        read = {name: str(sent.get(name, "")).strip() for name in self.base_fields}
        if read["period"] not in dict(SPANS):
            read["period"] = RECENT
        super().__init__(read, near=near)
        own = [name for name in self.fields if name not in AuditForm.base_fields]
        self.order_fields(["period", "since", "until", *own, "unit"])

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        asked: dict[str, Any] = super().clean() or {}
        if asked.get("since") and asked.get("until") and asked["since"] > asked["until"]:
            self.add_error("until", _("This day lies before the first."))
        return asked

    def codes(self) -> dict[str, str]:
        """What was chosen, as an address holds it; the usual period is none."""
        asked = super().codes()
        if asked.get("period") == RECENT or "since" in asked or "until" in asked:
            asked.pop("period", None)
        return asked

    def within(self, when: str) -> Q:
        """The period, asked of the moment `when`."""
        first, last = self.days()
        asked = Q()
        if first is not None:
            asked &= Q(**{f"{when}__gte": begins(first)})
        if last is not None:
            asked &= Q(**{f"{when}__lt": begins(last + timedelta(days=1))})
        return asked

    def days(self) -> tuple[date | None, date | None]:
        """First and last day of the period; none at an open end."""
        asked = self.asked()
        if "since" in asked or "until" in asked:
            return asked.get("since"), asked.get("until")
        today = timezone.localtime(clock.now()).date()
        if asked.get("period", RECENT) == EVER:
            return None, None
        if asked.get("period", RECENT) == RECENT:
            return today - timedelta(days=DAYS - 1), None
        return days_of(asked["period"], today)

    def below(self, prefix: str = "") -> Q:
        """Rows of the branch and of those below it; `prefix` leads to the placed row ("case__")."""
        unit = self.asked().get("unit")
        if unit is None or unit.level == Level.HEAD_OFFICE:
            return Q()
        return Q(**{f"{prefix}{unit.level}": unit})


class ReferenceField(forms.CharField):
    """The number of a case, in any width, with or without hyphens."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value)).strip()
        found = references.read(typed) or references.without_check_digit(typed)
        if typed and found is None:
            raise forms.ValidationError(_("This is no number of a case."))
        return found or ""


class OfPerson(AuditForm):
    """The same, and a person by the staff number."""

    person = coded(gettext_lazy("Person (staff number)"), STAFF_NUMBER)


def choice(label: Any, choices: Any, *, empty: bool = True) -> forms.ChoiceField:
    """One of these, or all."""
    return forms.ChoiceField(label=label, choices=[ALL, *choices] if empty else choices, required=False)
