"""What a ledger is: whose rows, in which order, with which filters, and what each row shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import F, Model, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from cases import sums
from cases.models import Case

from ..models import StepTask

RUNNING, ENDED = "running", "ended"


@dataclass(frozen=True)
class Left:
    """The first cell of a row: what is left until `due_at`, none when nothing runs; `below` says of what.

    `shape` and `words` take the place of the usual ones where a window of weeks is told by its alarms (docs/design.md).
    `day` is what a file says instead of the moment, and a page where nothing runs any more.
    """

    due_at: datetime | None
    below: str = ""
    shape: str = ""
    words: str = ""
    day: str = ""


Cell = str | datetime | Left | None


class Ledger:
    """One list: whose rows, in which order, with which filters, and what each row shows.

    `order` names the column it is sorted by, oldest first and empty last, then the row's id. `case` is the way from a
    row to its case, empty when a row is placed itself; `when` the moment a period is asked of; `money` heads of sums.
    `is_ticked`: open steps of the cases may be reassigned from it; `nothing` and `hint` are said when there is no row.
    """

    title: str | Promise
    heads: ClassVar[tuple[str | Promise, ...]]
    money: ClassVar[frozenset[int]] = frozenset()
    order = "id"
    case = "case__"
    when = "opened_at"
    is_ticked = True
    nothing: str | Promise = ""
    hint: str | Promise = ""

    def rows(self, user: User) -> QuerySet[Any]:
        """All rows the person may see."""
        raise NotImplementedError

    def filters(self) -> list[tuple[str, str | Promise, list[tuple[str, Any]]]]:
        """(name, label, choices) of each filter beside branch and period."""
        return []

    def narrowed(self, rows: QuerySet[Any], asked: dict[str, str]) -> QuerySet[Any]:
        """The rows these answers leave."""
        return rows

    def case_of(self, row: Any) -> Case:
        case: Case = row.case
        return case

    def url_of(self, row: Any) -> str:
        """Where a row leads; empty for the page of its case."""
        return ""

    def cells(self, row: Any) -> list[Cell]:
        """What stands in the row, one for each head; on a page the first of them stands left of the case's number."""
        raise NotImplementedError


class OfMatters(Ledger):
    """Rows are matters of one kind; running ones unless asked otherwise. The first cell is the step they wait for."""

    model: type[Model]
    choice: tuple[str, str | Promise, Any]
    related: tuple[str, ...] = ("case",)

    def rows(self, user: User) -> QuerySet[Any]:
        matters = self.model._default_manager.filter(case__in=Case.objects.visible_to(user))
        return with_step(matters.select_related(*self.related))

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


def with_step(matters: QuerySet[Any]) -> QuerySet[Any]:
    """Each matter with the step it waits for and until when: `step_ref`, `step_due`; along the process's own index."""
    steps = StepTask.objects.open().human().filter(process__subject=OuterRef("uuid"))
    first = steps.order_by(F("due_at").asc(nulls_last=True), "pk")
    return matters.annotate(
        step_due=Subquery(first.values("due_at")[:1]), step_ref=Subquery(first.values("flow_task")[:1])
    )


def left_of(row: Any) -> Left:
    """What is left for the step a matter of `with_step` waits for."""
    return Left(row.step_due, str(row.step_ref.task_title) if row.step_ref else "")


def spoken(amount: Any) -> str:
    """A sum as a ledger shows it; empty when there is none."""
    return "" if amount is None else sums.spoken(amount)
