"""The one lock of the house, as one statement written once: it is the first query of every verb of every person."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from record.rows import Rows

if TYPE_CHECKING:
    from cases.models import Case


def lock(model: "type[Case]", using: str, uuid: Any) -> "Case":
    """The case of that name with its key and its card, its row locked (FOR NO KEY UPDATE). Raises Case.DoesNotExist."""
    rows, statement = _by_uuid(model)
    case, *_ = _found(model, rows.read(using, statement, [uuid]))
    return case


def lock_by_step(model: "type[Case]", using: str, step: UUID) -> tuple["Case", Any]:
    """The case of one of its steps, as `lock`, and the step with its process. Raises Case.DoesNotExist.

    Step and process are locked behind the case: only a locked row is read as whoever held the lock before left it.
    """
    rows, statement = _by_step(model)
    case, task, process = _found(model, rows.read(using, statement, [step]))
    task.process, task.case, process.case = process, case, case
    return case, task


def _found(model: "type[Case]", rows: Any) -> Sequence[Any]:
    for case, key, card, *others in rows:
        case.person_key, case.card = key, card
        return [case, *others]
    raise model.DoesNotExist


@cache
def _by_uuid(model: "type[Case]") -> tuple[Rows, str]:
    key, card = _related(model, "person_key", "card")
    rows = Rows(c=model, k=key, d=card)
    joined = f"FROM {model._meta.db_table} c {_key_and_card(key, card)}"
    return rows, f"SELECT {rows.columns} {joined} WHERE c.uuid = %s FOR NO KEY UPDATE OF c"


@cache
def _by_step(model: "type[Case]") -> tuple[Rows, str]:
    key, card, task = _related(model, "person_key", "card", "tasks")  # the task table belongs to workflows
    (process,) = _related(task, "process")
    rows = Rows(c=model, k=key, d=card, t=task, p=process)
    joined = (
        f"FROM {task._meta.db_table} t JOIN {model._meta.db_table} c ON c.id = t.case_id"
        f" JOIN {process._meta.db_table} p ON p.id = t.process_id {_key_and_card(key, card)}"
    )
    # Locked in the order written here: the case first.
    return rows, f"SELECT {rows.columns} {joined} WHERE t.uuid = %s FOR NO KEY UPDATE OF c, t, p"


def _key_and_card(key: Any, card: Any) -> str:
    return (
        f"LEFT JOIN {key._meta.db_table} k ON k.id = c.person_key_id"
        f" LEFT JOIN {card._meta.db_table} d ON d.id = c.card_id"
    )


def _related(model: Any, *names: str) -> list[Any]:
    return [model._meta.get_field(name).related_model for name in names]
