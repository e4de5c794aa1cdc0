"""先行垫付 on the desk: the panel of the case page, what its steps are worked with, what its approvals ask."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from cases.actions.advance import left
from cases.models import Advance, Case
from knowledge import calendars

from ..models import StepTask
from .asked_proposal import already, level_words, limits_of, what_of
from .wording import opened

TYPED_AGAIN = ("check_advance",)


def of(case: Case, tasks: Iterable[StepTask]) -> dict[str, Any]:
    """Context of advance.html, from the case file."""
    steps = {task.process.subject: task for task in tasks if task.process.flow_class.__name__ == "AdvanceFlow"}
    rows = (matter for matter in case.advances.all() if matter.amount is not None or matter.ended_at is None)
    return {"advances": [_row(matter, steps.get(matter.uuid)) for matter in rows]}


def may_be_asked(case: Case) -> bool:
    """From the trace on and before the telling; the action says why not otherwise."""
    return case.told_at is None and case.withdrawn_at is None and bool(case.disputed_total)


def _row(matter: Advance, task: StepTask | None) -> dict[str, Any]:
    return {
        "ground": matter.get_ground_display(),
        "amount": matter.amount,
        "stage": matter.get_stage_display(),
        "ended": matter.ended_at is not None,
        "undertaking": matter.undertaking.reference if matter.undertaking else "",
        "paid_at": matter.paid_at,
        "parts": _parts(matter),
        "step": task.flow_task.task_title if task else "",
        "step_url": reverse("admin:step", args=[task.uuid]) if task else "",
        "due_at": task.due_at if task else None,
    }


def _parts(matter: Advance) -> list[dict[str, Any]]:
    """What became of it, sum by sum; what is still above the decision, once the customer was told of it."""
    known = [
        (_("Set off"), matter.set_off),
        (_("Given back by the customer"), matter.taken_back),
        (_("Written off as goodwill"), matter.written_off),
        (_("To come back"), matter.excess if matter.noticed_at and not matter.ended_at else 0),
    ]
    return [{"words": words, "amount": amount} for words, amount in known if amount]


def facts(matter: Advance, step: str) -> list[dict[str, Any]]:
    """What a step of it is worked with; whoever types the approved sum again does not read it beside the field."""
    told: list[dict[str, Any]] = [
        {"label": _("On what"), "value": matter.get_ground_display()},
        {"label": _("Stands at"), "value": str(matter)},
        {"label": _("Sum to advance"), "value": None if step in TYPED_AGAIN else matter.amount},
        {"label": _("Undertaking"), "value": matter.undertaking.reference if matter.undertaking else ""},
        {"label": _("With the customer since"), "value": matter.paid_at},
        *({"label": part["words"], "value": part["amount"]} for part in _parts(matter)),
        {"label": _("Not taken back before"), "value": _first_day(matter)},
    ]
    return [fact for fact in told if fact["value"]]


def _first_day(matter: Advance) -> Any:
    return calendars.last_day(matter.back_from, matter.case.zone).isoformat() if matter.back_from else ""


def asked(task: StepTask, user: User) -> dict[str, Any]:
    """Context of asked_advance.html for an advance that waits for its answer."""
    matter = _matter(task)
    total = matter.amount or 0
    return {
        **_asked(task, user, matter, total, matter.asked_by, matter.asked_at, "reasons"),
        "head": _("To be paid in advance"),
        "undertaking": matter.undertaking.reference if matter.undertaking else "",
        "rest": left(task.case, without=matter),
        "independence": _("You neither traced, decided nor asked for this, and no interest of yours is on record."),
    }


def asked_write_off(task: StepTask, user: User) -> dict[str, Any]:
    """Context of asked_advance.html for what is to be written off."""
    matter = _matter(task)
    return {
        **_asked(task, user, matter, matter.excess, matter.write_off_by, matter.write_off_at, "write_off_reasons"),
        "head": _("To be written off as goodwill"),
        "noticed_at": matter.noticed_at,
        "independence": _("You did not ask for this, and no interest of yours is on record."),
    }


def _matter(task: StepTask) -> Advance:
    task.process.case = task.case
    matter: Advance = task.process.flow_class.matter_of(task.process)
    return matter


def _asked(task: StepTask, user: User, matter: Advance, total: Any, by: Any, at: Any, why: str) -> dict[str, Any]:
    case = task.case
    return {
        "total": total,
        "sum_asked": total,
        "already": already(case, entry=matter.entry_id),
        "ground": matter.get_ground_display(),
        "parts": _parts(matter),
        "advanced": matter.amount,
        "asked_by": by.display_name if by else "",
        "asked_at": at,
        "what": what_of(case),
        "reasons": opened(matter, why, purpose="approval"),
        "transactions": list(case.transactions.filter(is_disputed=True)),
        "limits": limits_of(task, user, total, case.currency),
        "level_why": level_words(task),
    }
