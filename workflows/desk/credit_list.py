"""征信更正台账: every credit-record check within one's reach, waiting or done; as a page, or as CSV of what is seen."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Prefetch, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _, gettext_lazy
from viewflow.workflow import STATUS

from accounts.permissions import Verb, may_somewhere
from cases.errors import NotAllowed
from cases.models import CreditCorrection
from workflows.flows import CardFraudFlow

from ..models import OPEN, StepTask, StepTaskQuerySet
from . import export
from .counting import count_with, with_count
from .frame import page, told, who
from .ledger import Cell
from .ledger_bar import CREDIT, address, bar, in_one_line, onward, ticks
from .ledger_filter import Placed

PAGE = 50
HEADS = (
    *(gettext_lazy("Reference"), gettext_lazy("Result"), gettext_lazy("Report before")),
    *(gettext_lazy("Report afterwards"), gettext_lazy("Withdrawn at"), gettext_lazy("Objection received at")),
    *(gettext_lazy("Due"), gettext_lazy("By"), gettext_lazy("Recorded at")),
)
MADE = Prefetch(
    "case__credit_corrections",
    CreditCorrection.objects.select_related("report_before", "report_after", "by").order_by("pk"),
    to_attr="corrected",
)


class CreditFilter(Placed):
    """What may be asked of the list; a period is that of the moment the check came up."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("All")), ("waiting", gettext_lazy("waiting")), ("done", gettext_lazy("Done"))],
        required=False,
    )


@told
def corrections(request: HttpRequest) -> HttpResponseBase:
    """Newest first, by keyset: page ten thousand costs what page one does."""
    user = who(request)
    if not may_somewhere(user, Verb.SEE_CREDIT_LIST):
        raise NotAllowed
    form = CreditFilter(request.GET, near=user.standings_now()[0].post.branch)
    asked = form.codes()
    tasks = form.narrow_place(
        _found(StepTask.objects.visible_to(user), asked.get("state", "")), case="", when="created"
    )
    if request.GET.get("as") == "csv":
        return export.taken(user, export.Sheet(CREDIT, asked, HEADS, tasks, _line, in_one_line(form, asked)))
    before = _uuid(request.GET.get("before", ""))
    shown = tasks.filter(pk__lt=Subquery(StepTask.objects.filter(uuid=before).values("pk"))) if before else tasks
    found = list(with_count(tasks, shown)[: PAGE + 1])
    return page(
        request,
        "credit_list.html",
        _("Credit-record corrections"),
        count=count_with(found, tasks, is_first=before is None),
        rows=[_row(task) for task in found[:PAGE]],
        older_url=onward(asked, before=str(found[PAGE - 1].uuid)) if len(found) > PAGE else "",
        newer_url=address(CREDIT, asked) if before else "",
        form=form,
        **ticks(request),
        **bar(user, CREDIT, asked, form),
    )


def _found(tasks: StepTaskQuerySet, state: str) -> StepTaskQuerySet:
    tasks = tasks.filter(flow_task=CardFraudFlow.correct_credit_record)
    match state:
        case "waiting":
            tasks = tasks.filter(status__in=OPEN)
        case "done":
            tasks = tasks.filter(status=STATUS.DONE)
        case _:
            tasks = tasks.exclude(status=STATUS.CANCELED)
    return tasks.select_related("case", "owner").prefetch_related(MADE).order_by("-pk")


def _uuid(text: str) -> UUID | None:
    """The step a page begins after; what is no uuid is the beginning."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _row(task: StepTask) -> dict[str, Any]:
    row = task.case.corrected[-1] if task.case.corrected else None  # type: ignore[attr-defined]  # MADE
    return {
        "case": task.case,
        "result": str(row) if row else _("waiting"),
        "is_open": row is None,
        "before": row.report_before.reference if row else "",
        "after": row.report_after.reference if row and row.report_after else "",
        "withdrawn_at": row.withdrawn_at if row else None,
        "objection_at": row.objection_at if row else None,
        "due_at": task.due_at,
        "who": row.by.display_name if row else (task.owner.display_name if task.owner else ""),
        "at": row.recorded_at if row else None,
    }


def _line(task: StepTask) -> list[Cell]:
    row = _row(task)
    names = ("result", "before", "after", "withdrawn_at", "objection_at", "due_at", "who", "at")
    return [task.case.reference, *(row[name] for name in names)]
