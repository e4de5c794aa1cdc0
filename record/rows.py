"""Reading and inserting rows by a statement written once: for the few queries that every verb of every person runs.

Composing and unpacking such a query through the ORM costs several times what PostgreSQL needs to answer it, and
planning it anew costs more than running it.
"""

from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import Any

from django.db import DatabaseError, connections, models, router
from django.db.backends.postgresql.base import ServerBindingCursor


def prepared(using: str) -> Any:
    """A cursor whose statements PostgreSQL parses and plans once a connection (setting `prepare_threshold`).

    Statements name the columns they return, never `*`: no plan outlives a column that is added to them.
    """
    connection = connections[using]
    if connection.queries_logged:
        return connection.cursor()  # the log shows a statement with its values only when Django put them in
    connection.ensure_connection()
    connection.validate_thread_sharing()
    made: Any = ServerBindingCursor  # a psycopg cursor by Django's adapters; the stubs know neither
    return connection.make_cursor(made(connection.connection))


def insert(instance: models.Model, also: str = "", *, params: Sequence[Any] = ()) -> None:
    """Insert a new row whose key the database gives. No signals: for models nobody listens to.

    `also` is what else the statement does (a part of a WITH), `params` its values; `new.id` is the key of the row.
    """
    statement, fields = _insertion(type(instance), also)
    using = router.db_for_write(type(instance), instance=instance)
    connection = connections[using]
    values = [field.get_db_prep_save(field.pre_save(instance, True), connection) for field in fields]
    with prepared(using) as cursor:
        cursor.execute(statement, [*values, *params])
        instance.pk = cursor.fetchone()[0]
    instance._state.adding, instance._state.db = False, using


def update(instance: models.Model, *names: str) -> None:
    """Write the fields named of a row that is there. No signals: for models nobody listens to."""
    statement, values = writing(instance, *names)
    with prepared(_where(instance)) as cursor:
        cursor.execute(statement, values)
        if cursor.rowcount != 1:
            raise DatabaseError(f"{instance._meta.label} {instance.pk} is not there to be written.")


def writing(instance: models.Model, *names: str) -> tuple[str, list[Any]]:
    """The statement of `update` with its values, to be part of another statement."""
    statement, fields = _update(type(instance), names)
    connection = connections[_where(instance)]
    values = [field.get_db_prep_save(field.pre_save(instance, False), connection) for field in fields]
    return statement, [*values, instance.pk]


def _where(instance: models.Model) -> str:
    return instance._state.db or router.db_for_write(type(instance), instance=instance)


@cache
def _update(model: type[models.Model], names: Sequence[str]) -> tuple[str, list[Any]]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    new = ", ".join(f'"{field.column}" = %s' for field in fields)
    return f"UPDATE {model._meta.db_table} SET {new} WHERE {model._meta.pk.column} = %s", fields  # noqa: S608


@cache
def _insertion(model: type[models.Model], also: str) -> tuple[str, list[Any]]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns, marks = ", ".join(f'"{field.column}"' for field in fields), ", ".join(["%s"] * len(fields))
    key = model._meta.pk.column
    inserted = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks}) RETURNING {key}"  # noqa: S608
    return f"WITH new AS ({inserted}), {also} SELECT {key} FROM new" if also else inserted, fields  # noqa: S608


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
        with prepared(using) as cursor:
            cursor.execute(statement, params)
            found = cursor.fetchall()
        for row in found:
            yield list(self._instances(using, connections[using], row))

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
