"""Why steps were sent back: the last reason of each, one query for each kind of question among them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cases.actions.asking import Question

from ..models import StepTask
from ..nodes import asked_before
from .wording import opened


@dataclass(frozen=True)
class Reason:
    """Who sent a step back, and why, in clear for those who may see the case."""

    by: str
    why: str
    refused: bool = False


def reasons(tasks: Iterable[StepTask]) -> dict[int, Reason]:
    """The reason of each of these steps that was sent back and whose reason is on record, by the step's id."""
    back = [task for task in tasks if task.returned_by_id]
    found = by_question(back, lambda task: asked_before(task.flow_task))
    last = {
        (question.name, case): why
        for question, asked in found.items()
        for case, why in question.returns([task.case_id for task in asked]).items()
    }
    return {
        task.pk: Reason(
            task.returned_by.display_name if task.returned_by else "",
            opened(why.row, why.field, purpose="returned step"),
            why.refused,
        )
        for question, asked in found.items()
        for task in asked
        if (why := last.get((question.name, task.case_id))) is not None
    }


def by_question(tasks: Iterable[StepTask], of: Callable[[StepTask], list[Question]]) -> dict[Question, list[StepTask]]:
    """The steps about each question."""
    found: dict[Question, list[StepTask]] = {}
    for task in tasks:
        for question in of(task):
            found.setdefault(question, []).append(task)
    return found
