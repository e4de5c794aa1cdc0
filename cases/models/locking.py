"""The one lock of the house, as one statement written once: it is the first query of every verb of every person."""

from functools import cache
from typing import TYPE_CHECKING, Any

from record.rows import Rows

if TYPE_CHECKING:
    from cases.models import Case

# How a case may be named: by its own uuid, or by that of a step of it (the task table belongs to workflows).
WHERE = {
    "uuid": "c.uuid = %s",
    "tasks__uuid": "c.id = (SELECT case_id FROM workflows_steptask WHERE uuid = %s)",
}


def lock(model: "type[Case]", using: str, by: str, value: Any) -> "Case":
    """The case of that name with its key and its card, its row locked (FOR NO KEY UPDATE). Raises Case.DoesNotExist."""
    rows, statement = _statement(model, by)
    for case, key, card in rows.read(using, statement, [value]):
        case.person_key, case.card = key, card
        found: Case = case
        return found
    raise model.DoesNotExist


@cache
def _statement(model: "type[Case]", by: str) -> tuple[Rows, str]:
    related: list[Any] = [model._meta.get_field(name).related_model for name in ("person_key", "card")]
    key, card = related
    rows = Rows(c=model, k=key, d=card)
    return rows, (
        f"SELECT {rows.columns} FROM {model._meta.db_table} c"  # noqa: S608 (columns and tables are the models' own)
        f" LEFT JOIN {key._meta.db_table} k ON k.id = c.person_key_id"
        f" LEFT JOIN {card._meta.db_table} d ON d.id = c.card_id WHERE {WHERE[by]} FOR NO KEY UPDATE OF c"
    )
