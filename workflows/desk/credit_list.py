"""征信更正台账: every credit-record check within one's reach, waiting or done; as a page, or as CSV of what is seen."""

import csv
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow import STATUS

from accounts.permissions import Verb, may_somewhere
from cases.errors import NotAllowed
from cases.models import CreditCorrection
from workflows.flows import CardFraudFlow

from ..models import StepTask
from .frame import page, told, who

PAGE = 50
FORMULA = ("=", "+", "-", "@")  # what a spreadsheet would reckon with instead of showing it


@told
def corrections(request: HttpRequest) -> HttpResponse:
    """Newest first, by keyset: page ten thousand costs what page one does."""
    user = who(request)
    if not may_somewhere(user, Verb.SEE_CREDIT_LIST):
        raise NotAllowed
    tasks = StepTask.objects.visible_to(user).filter(flow_task=CardFraudFlow.correct_credit_record)
    tasks = tasks.exclude(status=STATUS.CANCELED)
    before = _uuid(request.GET.get("before", ""))
    shown = tasks.filter(pk__lt=Subquery(tasks.filter(uuid=before).values("pk"))) if before else tasks
    found = list(shown.select_related("case", "owner").order_by("-pk")[: PAGE + 1])
    rows = list(_rows(found[:PAGE]))
    if "csv" in request.GET:
        return _csv(rows)
    place = f"before={before}&" if before else ""
    return page(
        request,
        "credit_list.html",
        _("Credit-record corrections"),
        rows=rows,
        csv_url=f"?{place}csv",
        older_url=f"?before={found[PAGE - 1].uuid}" if len(found) > PAGE else "",
        newer_url=reverse("admin:credit_list") if before else "",
    )


def _uuid(text: str) -> UUID | None:
    """The step a page begins after; what is no uuid is the beginning."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _rows(tasks: list[StepTask]) -> Iterator[dict[str, Any]]:
    """One query for the corrections of a whole page."""
    made: QuerySet[CreditCorrection] = CreditCorrection.objects.filter(case__in=[task.case_id for task in tasks])
    by_case = {row.case_id: row for row in made.select_related("report_before", "report_after", "by")}
    for task in tasks:
        row = by_case.get(task.case_id)
        yield {
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


def _csv(rows: list[dict[str, Any]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="credit-record-corrections.csv"'
    response.write("\ufeff")  # without it a spreadsheet takes Chinese for something else
    writer = csv.writer(response)
    writer.writerow(
        [
            *(_("Reference"), _("Result"), _("Report before"), _("Report afterwards"), _("Withdrawn at")),
            *(_("Objection received at"), _("Due"), _("By"), _("Recorded at")),
        ]
    )
    for row in rows:
        names = ("result", "before", "after", "withdrawn_at", "objection_at", "due_at", "who", "at")
        writer.writerow([row["case"].reference, *(_cell(row[name]) for name in names)])
    return response


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "astimezone"):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
