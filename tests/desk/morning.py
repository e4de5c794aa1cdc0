"""The morning board in tests: a list of it, a tile of it, a batch sent from it."""

from datetime import timedelta
from typing import Any

from record import clock
from tests.desk.looking import Page
from workflows.desk import tiles
from workflows.models import StepTask


def shown(inside: Any, show: str, **more: str) -> Page:
    """One list of the board."""
    answer = inside.get("/morning/", {"show": show, **more})
    assert answer.status_code == 200
    return Page(answer)


def counted(user: Any, name: str) -> int:
    """What a tile says to this person."""
    return tiles.counts(user, tiles.below(user), clock.now())[name].number


def in_list(user: Any, name: str) -> set[str]:
    """The steps of a list, by their names."""
    rows = tiles.TILES[name].rows(tiles.below(user), clock.now())
    return {task.flow_task.name for task in rows}


def due(task: StepTask, **ahead: float) -> None:
    """Move a step's limit; the sweep does the same, by the clock."""
    task.due_at = clock.now() + timedelta(**ahead)
    task.save(update_fields=["due_at"])


def sends(inside: Any, tasks: list[StepTask], to: Any, why: str = "早会调整", **more: str) -> Any:
    """The batch, as the page sends it."""
    data = {"step": [str(task.uuid) for task in tasks], "to": str(to.uuid), "why": why, "show": "late", **more}
    return inside.post("/morning/", data)
