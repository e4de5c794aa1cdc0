"""The order to stop the card while it is on its way: said on the page, which asks until the answer is there."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import burden_words, rules
from cases.models import Case

from ..models import StepTask
from .frame import case_for

TWINS: Final = {"order_stop": "stop_by_hand", "order_late_stop": "late_stop_by_hand"}


def awaited(case: Case) -> dict[str, str]:
    """While an order to stop the card waits for its answer: `words`; `url`, where the page asks; `late`, for giving up.

    Empty else. No query where the case's steps are at hand.
    """
    if not _waiting(case):
        return {}
    late = _("No answer yet. This page does not ask any more: open it again to see how the stop stands.")
    return {"words": _sent(), "url": reverse("admin:stop_state", args=[case.uuid]), "late": late}


def state(request: HttpRequest, case: UUID) -> JsonResponse:
    """How the stop stands, as JSON: `waits`, whether to ask again; `words`; `tone`, good or bad. 404 out of reach."""
    found = case_for(request, case)
    return JsonResponse(_state(found))


def _state(case: Case) -> dict[str, Any]:
    if rules.is_card_stopped(case):
        since = min(row.effective_at for row in case.controls.all() if row.is_loss and row.ended_at is None)
        words = _("The card is stopped since %(stopped)s.") % {"stopped": burden_words.when(since)}
        return {"waits": False, "tone": "good", "words": words}
    if _waiting(case):
        return {"waits": True, "tone": "", "words": _sent()}
    by_hand = any(task.is_open and task.flow_task.name in TWINS.values() for task in case.tasks.all())
    if by_hand:
        words = _("The card system did not stop the card. A supervisor stops it by hand: tell him now.")
    else:
        words = _("No stop of the card is in force.")
    return {"waits": False, "tone": "bad", "words": words}


def _sent() -> str:
    return _("The order to stop the card is out; waiting for the card system's answer.")


def _waiting(case: Case) -> list[StepTask]:
    """Orders without an answer for which nobody has been asked to stop the card by hand."""
    running = {task.flow_task.name: task for task in case.tasks.all() if task.is_open}
    return [task for name, task in running.items() if name in TWINS and TWINS[name] not in running]
