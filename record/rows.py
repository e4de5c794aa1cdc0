"""Reading rows of joined tables by a statement written once: for the few queries that every verb of every person runs.

Composing and unpacking such a query through the ORM costs several times what PostgreSQL needs to answer it.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from django.db import connections, models


class Rows:
    """Instances of several models from one row each: `Rows(c=Case, k=PersonKey)`, by the statement's aliases."""

    def __init__(self, **parts: type[models.Model]) -> None:
        self._parts = parts

    @cached_property
    def columns(self) -> str:
        """All columns of all parts, in order; the primary key is the first of each part."""
        return ", ".join(
            f"{alias}.{field.column}" for alias, model in self._parts.items() for field in model._meta.concrete_fields
        )

    def read(self, using: str, statement: str, params: Sequence[Any]) -> Iterator[list[Any]]:
        """One list a row: an instance a part, None where an outer join found nothing."""
        connection = connections[using]
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            found = cursor.fetchall()
        for row in found:
            yield list(self._instances(using, connection, row))

    def _instances(self, using: str, connection: Any, row: Sequence[Any]) -> Iterator[Any]:
        at = 0
        for model, names, converters in self._readers:
            values = list(row[at : at + len(names)])
            at += len(names)
            if values[0] is None:
                yield None
                continue
            for place, convert in converters:
                values[place] = convert(values[place], None, connection)
            yield model.from_db(using, names, values)

    @cached_property
    def _readers(self) -> list[tuple[type[models.Model], list[str], list[tuple[int, Any]]]]:
        readers = []
        for model in self._parts.values():
            fields = model._meta.concrete_fields
            converters = [
                (place, field.from_db_value) for place, field in enumerate(fields) if hasattr(field, "from_db_value")
            ]
            readers.append((model, [field.attname for field in fields], converters))
        return readers
