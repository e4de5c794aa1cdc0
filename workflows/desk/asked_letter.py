"""A letter that waits to be checked or issued, for the approval page: what the customer will read, and the sum."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from cases.actions import drafting

from ..models import StepTask
from .asked_proposal import level_words, limits_of
from .letter import contents


def context(task: StepTask, user: User) -> dict[str, Any]:
    """Context of asked_letter.html, and the limits and words beside it."""
    case = task.case
    letter = case.letter
    letter.person_key = case.person_key
    total = drafting.sum_decided(case)
    by_level = task.flow_task.sum_of is not None
    return {
        "contents": contents(letter),
        "total": total,
        "proposed_by": letter.drafted_by.display_name if letter.drafted_by else "",
        "proposed_at": letter.drafted_at,
        "checked_by": letter.checked_by.display_name if letter.checked_by else "",
        "checked_at": letter.checked_at,
        "transactions": list(case.transactions.disputed().select_related("handed_on_to")),
        "limits": limits_of(task, user, total, case.currency) if by_level else [],
        "level_why": level_words(task) if by_level else "",
        "independence": _("You did not draft this letter, and no interest of yours is on record."),
    }
