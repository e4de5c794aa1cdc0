"""Tables of an export that tell of steps, and of the journal in sentences: what only this app can put into words."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from cases.exports import sheets
from cases.exports.scope import Scope
from cases.models import Case
from record import personal
from record.models import Entry

from ..models import StepTask
from . import timeline


def _steps(scope: Scope, ids: list[int]) -> Iterator[sheets.Row]:
    related = ("case", "process", "owner", "for_whom", "handed_by")
    for task in StepTask.objects.filter(case__in=ids).human().select_related(*related).order_by("case", "pk"):
        yield [
            *(task.case.reference, timeline.flow_words(task.process.flow_class.__name__), _title(task)),
            *(timeline.role_words(task.role), task.get_status_display(), *_person(task.owner), *_person(task.for_whom)),
            *(task.created, task.due_at, task.finished, task.outcome, *_person(task.handed_by)),
            *(task.handed_at, task.signed_at, task.uuid),
        ]


def _title(task: StepTask) -> str:
    return str(task.flow_task.task_title) if task.flow_task else task.flow_task_type


def _person(user: Any) -> list[str]:
    return [f"{user.staff_number} {user.display_name}" if user else ""]


def _journal(scope: Scope, ids: list[int]) -> Iterator[sheets.Row]:
    """Each entry as a sentence; what people wrote, where it may be opened. A query for some cases."""
    cases = {case.stream: case for case in Case.objects.filter(pk__in=ids)}
    for entry in scope.entries(ids).iterator(chunk_size=1000):
        case = cases[entry.stream]
        who = _("the system") if entry.actor_number == "system" else entry.actor_name
        yield [
            *(case.reference, entry.number, entry.happened_at, entry.recorded_at, entry.actor_number, who),
            *(timeline.role_words(entry.actor_role), entry.for_whom, timeline.said(entry, case)),
            *(_texts(scope, case, entry), entry.kind, entry.hash),
        ]


def _texts(scope: Scope, case: Case, entry: Entry) -> str:
    names = personal.named(entry)
    if not names or not scope.in_clear(case.pk):
        return _("sealed") if names else ""
    opened = personal.reveal_all([entry], purpose="export").get(entry.number, {})
    return " · ".join(f"{name}: {text}" for name, text in timeline.texts(opened))


def register() -> None:
    """Both tables, once."""
    if "steps" in sheets.SHEETS:
        return
    number = gettext_lazy("Number")
    sheets.register(
        sheets.Sheet(
            "steps",
            gettext_lazy("Steps"),
            (
                *(number, gettext_lazy("Flow"), gettext_lazy("Step"), gettext_lazy("Post"), gettext_lazy("State")),
                *(gettext_lazy("Holder"), gettext_lazy("For whom"), gettext_lazy("Began at"), gettext_lazy("Due")),
                *(gettext_lazy("Ended at"), gettext_lazy("Outcome"), gettext_lazy("Handed over by")),
                *(gettext_lazy("Handed over at"), gettext_lazy("Signed for at"), gettext_lazy("Identifier")),
            ),
            _steps,
        )
    )
    sheets.register(
        sheets.Sheet(
            "journal",
            gettext_lazy("Time line"),
            (
                *(number, gettext_lazy("Entry"), gettext_lazy("Happened at"), gettext_lazy("Recorded at")),
                *(gettext_lazy("Staff number"), gettext_lazy("Name"), gettext_lazy("Post"), gettext_lazy("For whom")),
                *(gettext_lazy("What happened"), gettext_lazy("Texts"), gettext_lazy("Kind of fact")),
                gettext_lazy("Hash of the entry"),
            ),
            _journal,
        )
    )
