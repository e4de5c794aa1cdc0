"""Rows of many tables that belong to one row, read in one statement.

A page that shows everything of a case would ask the database thirty times for a handful of rows each; the answers take
less time than the asking. Here PostgreSQL gathers them, and they become the same instances the ORM would have made.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models

from record.rows import prepared

CONVERT: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": datetime.fromisoformat,
    "DateField": date.fromisoformat,
    "DecimalField": Decimal,
    "UUIDField": UUID,
    "BinaryField": lambda text: bytes.fromhex(text[2:]),
}
AS_IT_IS = (
    *("AutoField", "BigAutoField", "IntegerField", "BigIntegerField", "SmallIntegerField"),
    *("PositiveIntegerField", "PositiveSmallIntegerField", "PositiveBigIntegerField"),
    *("CharField", "TextField", "BooleanField"),
)


@dataclass(frozen=True)
class Part:
    """Rows of one model: `where` is a condition that takes the key once, as %s, in the columns of the table.

    `order` is what ORDER BY takes, `most` how many rows at most.
    """

    name: str
    model: type[models.Model]
    where: str
    order: str = "id"
    most: int | None = None


def read(using: str, key: int, parts: tuple[Part, ...]) -> dict[str, list[Any]]:
    """By the parts' names the instances of their rows, in their order. One query."""
    with prepared(using) as cursor:
        cursor.execute(_statement(parts), [key] * len(parts))
        found = cursor.fetchone()
    return {part.name: _instances(using, part.model, text) for part, text in zip(parts, found, strict=True)}


def _instances(using: str, model: type[models.Model], text: str | None) -> list[Any]:
    rows: Sequence[dict[str, Any]] = json.loads(text, parse_float=Decimal) if text else ()
    names, readers = _readers(model)
    return [model.from_db(using, names, [to(row[column]) for column, to in readers]) for row in rows]


@cache
def _statement(parts: tuple[Part, ...]) -> str:
    return "SELECT " + ", ".join(map(_gathered, parts))


def _gathered(part: Part) -> str:
    table, fields = part.model._meta.db_table, part.model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    most = f" LIMIT {part.most}" if part.most is not None else ""
    rows = f"SELECT {columns} FROM {table} WHERE {part.where} ORDER BY {part.order}{most}"  # noqa: S608
    return f"(SELECT jsonb_agg(t) FROM ({rows}) t)"  # noqa: S608


@cache
def _readers(model: type[models.Model]) -> tuple[list[str], list[tuple[str, Callable[[Any], Any]]]]:
    """Names for from_db, and for each its column and what makes its value of what JSON holds."""
    fields: Any = model._meta.concrete_fields
    return [field.attname for field in fields], [(field.column, _reader(field)) for field in fields]


def _reader(field: Any) -> Callable[[Any], Any]:
    """TypeError for a kind of field nobody has thought of: a value of the wrong type would be worse."""
    target = field.target_field if field.is_relation else field
    kind = target.get_internal_type()
    if kind not in (*CONVERT, *AS_IT_IS):
        raise TypeError(f"{field} cannot be gathered.")
    convert, own = CONVERT.get(kind), getattr(field, "from_db_value", None)

    def value(found: Any) -> Any:
        if found is not None and convert is not None:
            found = convert(found)
        return own(found, None, None) if own is not None else found

    return value
