"""What a ledger is: whose rows, in which order, with which filters, and what each row shows."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from cases import sums
from cases.models import Case

RUNNING, ENDED = "running", "ended"

Cell = str | datetime | None


class Ledger:
    """One list: whose rows, in which order, with which filters, and what each row shows.

    `order` names the column it is sorted by, oldest first and empty last, then the row's id.
    """

    title: str | Promise
    heads: ClassVar[tuple[str | Promise, ...]]
    order = "id"

    def rows(self, user: User) -> QuerySet[Any]:
        """All rows the person may see."""
        raise NotImplementedError

    def filters(self) -> list[tuple[str, str | Promise, list[tuple[str, Any]]]]:
        """(name, label, choices) of each filter."""
        return []

    def narrowed(self, rows: QuerySet[Any], asked: dict[str, str]) -> QuerySet[Any]:
        """The rows these answers leave."""
        return rows

    def case_of(self, row: Any) -> Case:
        case: Case = row.case
        return case

    def cells(self, row: Any) -> list[Cell]:
        """What stands right of the case's number, one for each head."""
        raise NotImplementedError


class OfMatters(Ledger):
    """Rows are matters of one kind; running ones unless asked otherwise."""

    model: type[Model]
    choice: tuple[str, str | Promise, Any]

    def rows(self, user: User) -> QuerySet[Any]:
        related = ("case", "transaction", "recovery", "person_key")
        matters = self.model._default_manager.filter(case__in=Case.objects.visible_to(user))
        return matters.select_related(*related)

    def filters(self) -> list[tuple[str, str | Promise, list[tuple[str, Any]]]]:
        name, label, choices = self.choice
        state = [(RUNNING, _("Running")), (ENDED, _("Ended")), ("all", _("All"))]
        return [("state", _("State"), state), (name, label, [("", _("All")), *choices])]

    def narrowed(self, rows: QuerySet[Any], asked: dict[str, str]) -> QuerySet[Any]:
        state, (name, _label, choices) = asked.get("state", RUNNING), self.choice
        if state != "all":
            rows = rows.filter(ended_at__isnull=state != ENDED)
        if asked.get(name) in dict(choices):
            rows = rows.filter(**{name: asked[name]})
        return rows


def spoken(amount: Any) -> str:
    """A sum as a ledger shows it; empty when there is none."""
    return "" if amount is None else sums.spoken(amount)
