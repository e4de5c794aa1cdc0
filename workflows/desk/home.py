"""Home 工作台: my work by time left, what I may claim or approve, what was returned to me, today's promises."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from record import clock, nightly

from ..models import StepTask
from . import day_clear, findings_ledger, nothing_to_do, overview, reminders, shift, terms, tiles, unsent, worklists
from .audit import at_home
from .frame import page, who
from .overview import APPROVALS, CLAIM, FINDINGS, LAPSING, NOTICES, PROMISES, SHIFTS, UNSIGNED
from .reasons import by_question, reasons
from .wording import summary_of, tags_of

BELOW = ("late", "unsigned")
URGENT = 10  # what is signed for goes, and the next come up
SHOWN = {**dict.fromkeys((CLAIM, APPROVALS, UNSIGNED, PROMISES), worklists.PAGE), NOTICES: 10, LAPSING: 10}
SHOWN[FINDINGS] = 0  # all of them stand in their ledger, too


def home(request: HttpRequest) -> HttpResponse:
    """The desk for whoever signed in; at most fifteen queries, however many cases there are."""
    user = who(request)
    if not may_somewhere(user, Verb.SEE):
        return admin.AdminSite.index(admin.site, request, _journal(user))
    if may_somewhere(user, Verb.AUDIT):
        return at_home.desk(request, user)
    after = worklists.Place.read(request.GET.get("after", ""))
    counts = _counts(user)
    shifts = shift.waiting_for(user) if counts["lists"][SHIFTS]["n"].number else []
    ends = {"shifts": shifts, "clear": day_clear.of(user, counts["lists"], shifts)}
    findings = (
        findings_ledger.first_of(*findings_ledger.to_answer(user)) if counts["lists"][FINDINGS]["n"].number else []
    )
    context = {**_work(user, after), **_beside(user), **counts, **ends, "findings": findings}
    return page(request, "home.html", _("Desk"), today=clock.now(), **context)


def _journal(user: User) -> dict[str, Any]:
    """For whoever keeps people and limits: how the journal stands. Six queries."""
    return {"journal": nightly.state()} if may_somewhere(user, Verb.MANAGE_PEOPLE) else {}


def _work(user: User, after: worklists.Place | None) -> dict[str, Any]:
    """What is his to do: in hand, to sign for, to claim, to answer, sent back; first rows."""
    mine, waiting, size = worklists.mine(user, after), worklists.waiting(user), worklists.PAGE
    older = _older(mine.page)
    return {
        "groups": _groups(mine.page[:size], is_all=not after and not older),
        "newer_url": reverse("admin:index") if after else "",
        "older_url": older,
        "not_signed": [row_of(task) for task in mine.not_signed[:size]],
        "to_claim": [row_of(task) for task in waiting.to_claim[:size]],
        "approvals": approvals_of(waiting.approvals[:size]),
        "more_time": terms.waiting_for(user),
        "returned": _returned([*mine.returned[:size], *waiting.came_back]),
    }


def _beside(user: User) -> dict[str, Any]:
    """What he is reminded of, and where he goes on when nothing is his to do."""
    promises, notices = SHOWN[PROMISES], SHOWN[NOTICES]
    urgent, others = reminders.first_of(user, urgent_ones=URGENT, others=notices)
    return {
        "urgent": reminders.urgent_rows(urgent),
        "promises": reminders.promise_rows(reminders.promises_after(user, None, promises)[:promises]),
        "controls": _controls(user),
        "notices": reminders.notice_rows(others),
        "nothing": nothing_to_do.way_on(user),
    }


def _counts(user: User) -> dict[str, Any]:
    """How long each list is, and what is late or not signed for below whoever may reassign. One query."""
    leads = may_somewhere(user, Verb.REASSIGN)
    below = tiles.columns(tiles.below(user), clock.now(), of=BELOW) if leads else {}
    lists, found = overview.heads(user, SHOWN, {**below, **unsent.column(user)})
    board = reverse("admin:morning")
    counted = tiles.told(found, of=BELOW) if leads else {}
    return {
        "unsent": unsent.rows(found),
        "lists": lists,
        "below": [
            {"title": tiles.TILES[name].title, "count": count, "url": f"{board}?show={name}"}
            for name, count in counted.items()
        ],
    }


def _groups(work: Iterable[StepTask], *, is_all: bool) -> list[dict[str, Any]]:
    """The page of my work in parts; how many each has is said when all of the work is on the page."""
    titles = {"late": _("Late"), "today": _("Due today"), "later": _("Later")}
    return [
        {"title": titles[name], "rows": [row_of(task) for task in tasks], "n": len(tasks) if is_all else ""}
        for name, tasks in worklists.groups(work).items()
    ]


def _older(work: list[StepTask]) -> str:
    return f"?after={worklists.Place.of(work[worklists.PAGE - 1])}" if len(work) > worklists.PAGE else ""


def row_of(task: StepTask) -> dict[str, Any]:
    """A step as the lists of the desk show it."""
    return {
        "case": task.case,
        "task": task,
        "step": task.flow_task.task_title,
        "due_at": task.due_at,
        "kind": task.limit_kind,
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
        {**row_of(task), "by": why[task.pk].by, "at": task.created, "reason": why[task.pk].why}
        for task in tasks
        if task.pk in why
    ]


def approvals_of(tasks: list[StepTask]) -> list[dict[str, Any]]:
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
            rows.append({**row_of(task), **more, "what": summary_of(task.case)})
    return rows


def _controls(user: User) -> list[dict[str, Any]]:
    """Stops I ordered or handle that are about to lapse; only for those who register calls."""
    if not may_somewhere(user, Verb.STOP_LOSS):
        return []
    return [
        {
            "card": row.card,
            "case": row.case,
            "words": _("The loss report is about to lapse; make it formal or replace the card."),
            "due_at": row.lapses_at,
            "kind": "",
            "ended_at": None,
        }
        for row in reminders.lapsing(user).select_related("card", "case")[: SHOWN[LAPSING]]
    ]
