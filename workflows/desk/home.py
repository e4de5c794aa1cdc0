"""Home 工作台: my work by time left, what I may claim or approve, what was returned to me, today's promises."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases.actions.urging import OVER
from cases.models import CardControl, Case, Notice, Promise
from record import clock, nightly

from ..models import StepTask
from . import terms, tiles, worklists
from .clocks import title_of
from .frame import page, who
from .reasons import by_question, reasons
from .wording import opened, summary_of, tags_of, urged_words

MOST_NOTICES = 40  # at most four alarms a limit


def home(request: HttpRequest) -> HttpResponse:
    """The desk for whoever signed in; at most fifteen queries, however many cases there are."""
    user = who(request)
    if not may_somewhere(user, Verb.SEE):
        return admin.AdminSite.index(admin.site, request, _journal(user))
    after = worklists.Place.read(request.GET.get("after", ""))
    (work, not_signed), waiting = worklists.mine(user, after), worklists.waiting(user)
    return page(
        request,
        "home.html",
        _("Desk"),
        today=clock.now(),
        groups=_groups(work[: worklists.PAGE]),
        work_count=_count(work),
        newer_url=reverse("admin:index") if after else "",
        older_url=_older(work),
        not_signed=[_row(task) for task in not_signed],
        to_claim=[_row(task) for task in waiting.to_claim],
        approvals=_approvals(waiting.approvals),
        more_time=terms.waiting_for(user),
        returned=_returned([*(task for task in work if task.returned_by_id), *waiting.came_back]),
        promises=_promises(user),
        controls=_controls(user),
        notices=_notices(user),
        below=_below(user),
    )


def _journal(user: User) -> dict[str, Any]:
    """For whoever keeps people and limits: how the journal stands. Six queries."""
    return {"journal": nightly.state()} if may_somewhere(user, Verb.MANAGE_PEOPLE) else {}


def _below(user: User) -> list[dict[str, Any]]:
    """What is late below whoever may reassign, and what nobody has signed for: links to the board. One query."""
    if not may_somewhere(user, Verb.REASSIGN):
        return []
    counted = tiles.counts(user, tiles.below(user), clock.now(), of=("late", "unsigned"))
    board = reverse("admin:morning")
    return [
        {"title": tiles.TILES[name].title, "count": count, "url": f"{board}?show={name}"}
        for name, count in counted.items()
    ]


def _groups(work: Iterable[StepTask]) -> list[dict[str, Any]]:
    titles = {"late": _("Late"), "today": _("Due today"), "later": _("Later")}
    return [
        {"title": titles[name], "rows": [_row(task) for task in tasks]}
        for name, tasks in worklists.groups(work).items()
    ]


def _count(work: list[StepTask]) -> int | str:
    return f"{worklists.PAGE}+" if len(work) > worklists.PAGE else len(work)


def _older(work: list[StepTask]) -> str:
    if len(work) <= worklists.PAGE:
        return ""
    last = work[worklists.PAGE - 1]
    return f"?after={worklists.Place(last.due_at, last.uuid)}" if last.due_at else ""


def _row(task: StepTask) -> dict[str, Any]:
    return {
        "case": task.case,
        "task": task,
        "step": task.flow_task.task_title,
        "due_at": task.due_at,
        "kind": "house",
        "summary": summary_of(task.case),
        "tags": _tags(task),
        "act": _("Work on it"),
        "came_from": "",
        "came_at": task.created,
    }


def _tags(task: StepTask) -> list[dict[str, str]]:
    back = [{"words": _("Returned for change"), "tone": "hot"}] if task.returned_by_id else []
    if task.waits_for_signature:
        back.append({"words": _("Hand-over not signed for"), "tone": "now"})
    return [*back, *tags_of(task.case)]


def _returned(tasks: list[StepTask]) -> list[dict[str, Any]]:
    """What was sent back to me, with who and why."""
    why = reasons(tasks)
    return [
        {**_row(task), "by": why[task.pk].by, "at": task.created, "reason": why[task.pk].why}
        for task in tasks
        if task.pk in why
    ]


def _approvals(tasks: list[StepTask]) -> list[dict[str, Any]]:
    """What waits for my yes or no, most urgent first; one query for each kind of question among them."""
    asked = by_question(tasks, lambda task: [task.flow_task.question])
    waiting = {
        (question.name, case): found
        for question, of_it in asked.items()
        for case, found in question.waiting([task.case_id for task in of_it]).items()
    }
    rows = []
    for task in tasks:
        found = waiting.get((task.flow_task.question.name, task.case_id))
        if found is not None:
            more = {"total": found.total, "proposed_by": found.by, "proposed_at": found.since}
            rows.append({**_row(task), **more, "what": summary_of(task.case)})
    return rows


def _promises(user: User) -> list[dict[str, Any]]:
    """Mine, not kept or kept today, due until the end of the bank's day."""
    tomorrow = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    open_ones = Promise.objects.filter(by=user, kept_at=None, due_at__lt=tomorrow)
    rows = open_ones.select_related("case__customer", "person_key").order_by("due_at")[:20]
    return [
        {"case": row.case, "what": opened(row, "what", purpose="own promises"), "due_at": row.due_at, "kept_at": None}
        for row in rows
    ]


def _controls(user: User) -> list[dict[str, Any]]:
    """Stops I ordered or handle that are about to lapse; only for those who register calls."""
    if not may_somewhere(user, Verb.STOP_LOSS):
        return []
    soon = clock.now() + timedelta(days=1)
    mine = Case.objects.filter(people__user=user, people__until=None)
    lapsing = CardControl.objects.losses().running().filter(case__in=mine, lapses_at__lte=soon)
    return [
        {
            "card": row.card,
            "case": row.case,
            "words": _("The loss report is about to lapse; make it formal or replace the card."),
            "due_at": row.lapses_at,
            "kind": "",
            "ended_at": None,
        }
        for row in lapsing.select_related("card", "case").order_by("lapses_at")[:10]
    ]


def _notices(user: User) -> list[dict[str, Any]]:
    """The newest alarm of each limit that still runs, that a customer urges; what is over is no news any more."""
    running = Notice.objects.filter(to=user, seen_at=None, deadline__ended_at=None).select_related("case", "deadline")
    running = running.exclude(kind=Notice.Kind.URGED, case__state__in=OVER)
    newest: dict[tuple[int | None, str], Notice] = {}
    for row in running.order_by("-made_at", "-level")[:MOST_NOTICES]:
        newest.setdefault((row.deadline_id, "" if row.deadline_id else f"{row.case_id} {row.kind}"), row)
    return [
        {
            "case": row.case,
            "words": row.get_kind_display(),
            "limit": title_of(row.deadline) if row.deadline else _about(row),
            "made_at": row.made_at,
        }
        for row in list(newest.values())[:10]
    ]


def _about(notice: Notice) -> str:
    return urged_words(notice.case.urged or 0) if notice.kind == Notice.Kind.URGED else ""
