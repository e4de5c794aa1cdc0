"""整改台账: what audits found below a branch, the most urgent first; and what of it stands on a desk."""

from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _, gettext_lazy

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases.models import AuditFinding
from knowledge.standards import kept

from .ledger import ENDED, RUNNING, Cell, Ledger, Left

State = AuditFinding.State
STATES: Final[dict[str, tuple[str, ...]]] = {
    RUNNING: (State.OPEN, State.ANSWERED),
    State.OPEN.value: (State.OPEN,),
    State.ANSWERED.value: (State.ANSWERED,),
    ENDED: (State.CLOSED, State.WITHDRAWN),
}
RELATED: Final = ("sheet__case", "sheet__sample", "unit")
SHOWN: Final = 5  # on a desk


class Findings(Ledger):
    """A unit sees its own and those below it, an auditor all."""

    title = gettext_lazy("Findings and rectification")
    heads = (
        gettext_lazy("Time left"),
        gettext_lazy("Standard"),
        gettext_lazy("How grave"),
        gettext_lazy("Unit"),
        gettext_lazy("State"),
        gettext_lazy("Found at"),
    )
    order = "due_at"
    case = ""
    when = "found_at"
    is_ticked = False
    nothing = gettext_lazy("No such finding")
    hint = gettext_lazy("What an audit finds in your unit stands here, with the time to put it right.")

    def rows(self, user: User) -> QuerySet[Any]:
        found: QuerySet[Any] = AuditFinding.objects.visible_to(user).select_related(*RELATED)
        return found.defer("text", "sheet__case__narrative", "sheet__case__demand_text")

    def filters(self) -> list[tuple[str, "str | Promise", list[tuple[str, Any]]]]:
        states = [
            (RUNNING, _("Still open")),
            (State.OPEN.value, State.OPEN.label),
            (State.ANSWERED.value, State.ANSWERED.label),
            (ENDED, _("Ended")),
            ("all", _("All")),
        ]
        return [
            ("state", _("State"), states),
            ("severity", _("How grave"), [("", _("All")), *AuditFinding.Severity.choices]),
        ]

    def narrowed(self, rows: QuerySet[Any], asked: dict[str, str]) -> QuerySet[Any]:
        states = STATES.get(asked.get("state", RUNNING))
        if states:
            rows = rows.filter(state__in=states)
        return rows.filter(severity=asked["severity"]) if asked.get("severity") else rows

    def case_of(self, row: Any) -> Any:
        return row.sheet.case

    def url_of(self, row: Any) -> str:
        return reverse("admin:finding", args=[row.uuid])

    def cells(self, row: Any) -> list[Cell]:
        return [
            left_of(row),
            standard_words(row),
            row.get_severity_display(),
            str(row.unit.label),
            row.get_state_display(),
            row.found_at,
        ]


def left_of(row: AuditFinding) -> Left:
    """What is left to put it right; nothing runs while it waits for the re-check, or once it has ended."""
    return Left(row.due_at) if row.state == State.OPEN else Left(None)


def standard_words(row: AuditFinding) -> str:
    """What the standard is called, as its sample kept it."""
    language = get_language() or ""
    for one in kept(row.sheet.sample.standards):
        if one.key == row.standard:
            return one.says(language)[0]
    return row.standard


def to_answer(user: User) -> list[QuerySet[Any]]:
    """What waits for the person's unit; for a post that answers none nothing is asked."""
    return [AuditFinding.objects.to_answer(user)] if may_somewhere(user, Verb.ANSWER_FINDING) else []


def first_of(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """The most urgent of these as a desk shows them: {url, reference, words, severity, due_at, unit}. One query."""
    found = rows.select_related(*RELATED).defer("text").order_by("due_at", "pk")[:SHOWN]
    return [
        {
            "url": reverse("admin:finding", args=[row.uuid]),
            "reference": row.sheet.case.reference,
            "words": standard_words(row),
            "severity": row.get_severity_display(),
            "due_at": row.due_at if row.state == State.OPEN else None,
            "unit": row.unit.label,
        }
        for row in found
    ]
