"""Tracked records: what a save changed, and the history row that proves it, without a query of their own.

simple-history answers "which field changed"; the journal answers "what happened" and seals the history row by digest
(docs/decisions/0003-journal-beside-simple-history.md).

Who a history row names comes from `acting`, not from the request:
- web: one middleware after authentication wraps the view in `with acting(request.user.actor()):`;
- commands: `with acting(system("command rotate_keys")):` or the staff number typed with `--as`;
- workers: each job wraps its work in `with acting(system("job …")):`.
Without it the row names the system.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, NamedTuple, NoReturn, Self

from django.db import models
from simple_history.manager import HistoryDescriptor
from simple_history.models import HistoricalRecords

from record import algorithms, clock
from record.body import SYSTEM, Actor, JournalError, canonical
from record.rows import insert
from record.values import plain

Changes = dict[str, tuple[Any, Any]]

_acting: ContextVar[Actor] = ContextVar("acting", default=SYSTEM)


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Inside the block history rows name this actor. Per thread and per asynchronous task."""
    token = _acting.set(actor)
    try:
        yield actor
    finally:
        _acting.reset(token)


def who_acts() -> Actor:
    """Who history rows name at this point; the system when nobody was set."""
    return _acting.get()


class Save(NamedTuple):
    """One save the journal has not told yet: what changed, and the history row it left."""

    changes: Changes
    row: models.Model


class TrackedQuerySet(models.QuerySet[Any]):
    """A queryset that refuses what leaves no history. Own querysets of tracked models derive from it."""

    def _refused(self, verb: str) -> NoReturn:
        raise TypeError(f"{self.model.__name__} is tracked: {verb} would leave no history. Save each record.")

    def update(self, **kwargs: Any) -> NoReturn:
        self._refused("update()")

    def delete(self) -> NoReturn:
        self._refused("delete()")

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refused("bulk_create()")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refused("bulk_update()")


TrackedManager = models.Manager.from_queryset(TrackedQuerySet)


class Tracked(models.Model):
    """A record whose every change is known: remembers what was loaded, collects what each save changed.

    `fields_since` names columns added later with a default that is not null, and since when: the digest of an older
    history row leaves them out, as it did when it was taken.
    """

    fields_since: ClassVar[Mapping[str, datetime]] = {}

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Any = None, **kwargs: Any) -> None:
        if update_fields is None:
            super().save(*args, **kwargs)
            return
        names = set(update_fields)
        self._refuse_unsaved(names)
        if names and names.isdisjoint(_names(type(self))):
            # Only derived columns: nothing that history keeps.
            with _no_history(self):
                super().save(*args, update_fields=update_fields, **kwargs)
            return
        super().save(*args, update_fields=update_fields, **kwargs)

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **options: Any) -> Self:
        instance = super().from_db(db, field_names, values, **options)
        _remember(instance)
        return instance

    def refresh_from_db(self, using: str | None = None, fields: Any = None, from_queryset: Any = None) -> None:
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
        if fields is None:
            _remember(self)
            return
        known = _known(self)
        for field in map(self._meta.get_field, fields):
            if isinstance(field, models.Field) and field.attname in self.__dict__:
                known[field.attname] = copy.deepcopy(self.__dict__[field.attname])

    def _refuse_unsaved(self, names: set[str]) -> None:
        # A history row copies the whole instance: a change that is not saved would be told as if it were.
        saved = {field.name for field in _tracked(type(self)) if names & {field.name, field.attname}}
        if left := _differences(self).keys() - saved:
            raise ValueError(f"{self._meta.label}: changed and not in update_fields: {', '.join(sorted(left))}.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{self._meta.label} is tracked and never deleted.")


def changes(instance: Tracked) -> Changes:
    """What changed since it was loaded or last told: field name → (before, after), plain as in a body.

    A new record tells all its non-empty fields with before None. Bytes (sealed values) are told by digest.
    JournalError for a field that was deferred at loading and then set: what it was before is not known.
    """
    merged: Changes = {}
    for save in [*untold(instance), Save(_differences(instance), instance)]:
        for name, (before, after) in save.changes.items():
            merged[name] = (merged[name][0] if name in merged else before, after)
    return {name: pair for name, pair in merged.items() if pair[0] != pair[1]}


def untold(instance: Tracked) -> list[Save]:
    """Saves the journal has not told yet, oldest first."""
    saves: list[Save] = instance.__dict__.setdefault("_untold", [])
    return saves


def told(instance: Tracked) -> None:
    """The journal has told all saves of this record."""
    instance.__dict__["_untold"] = []


def digest_of_history(instance: Tracked) -> str:
    """The digest of the history row of the last save not told yet. JournalError when there is none."""
    if not untold(instance):
        raise JournalError(f"{instance._meta.label}: nothing was saved that the journal has not told.")
    return digest_of_row(untold(instance)[-1].row)


def digest_of_row(row: Any, algorithm: str = "") -> str:
    """The hash of the RFC 8785 text of `{"model", "row"}`: every column of the history row that is not null.

    By the algorithm of today, or the one a digest taken earlier names. Nulls are left out so that a nullable column
    added later changes no digest.
    """
    tracked: type[Tracked] = row.instance_type
    values = {
        field.attname: plain(field, getattr(row, field.attname), algorithm)
        for field in row._meta.concrete_fields
        if not _joined_later(tracked, field, row.history_date)
    }
    whole = {
        "model": tracked._meta.label_lower,
        "row": {name: value for name, value in values.items() if value is not None},
    }
    return algorithms.digest(canonical(whole, row._meta.label_lower), algorithm)


def _joined_later(tracked: type[Tracked], field: Any, written: datetime) -> bool:
    since = tracked.fields_since.get(field.name)
    return since is not None and written < since


@cache
def _tracked(model: type[Tracked]) -> Sequence[Any]:
    manager = getattr(model, getattr(model._meta, "simple_history_manager_attribute", ""), None)
    fields: Sequence[Any] = model._meta.concrete_fields if manager is None else manager.model.tracked_fields
    return fields


@cache
def _names(model: type[Tracked]) -> set[str]:
    return {name for field in _tracked(model) for name in (field.name, field.attname)}


def _known(instance: Tracked) -> dict[str, Any]:
    known: dict[str, Any] = instance.__dict__.setdefault("_known", {})
    return known


def _remember(instance: Tracked) -> None:
    """Keep what the record holds now. Mutable values are copied, or a change inside them would go unseen."""
    values = instance.__dict__
    known = {field.attname: values[field.attname] for field in _tracked(type(instance)) if field.attname in values}
    for name, value in known.items():
        if isinstance(value, list | dict):
            known[name] = copy.deepcopy(value)
    values["_known"] = known


def _differences(instance: Tracked) -> Changes:
    known = _known(instance)
    found: Changes = {}
    for field in _tracked(type(instance)):
        if field.attname not in instance.__dict__:
            continue
        after = instance.__dict__[field.attname]
        if field.attname in known:
            before = known[field.attname]
            # Two objects that are equal need no second look; most fields of most saves end here.
            if before is after or (type(before) is type(after) and before == after):
                continue
        elif known:
            raise JournalError(f"{instance._meta.label}.{field.name} was deferred: its former value is not known.")
        else:
            before = None
        pair = plain(field, before), plain(field, after)
        if pair[0] != pair[1] and (known or pair[1] not in ("", [], {})):
            found[field.name] = pair
    return found


@contextmanager
def _no_history(instance: Any) -> Iterator[None]:
    instance.skip_history_when_saving = True
    try:
        yield
    finally:
        del instance.skip_history_when_saving


class _Composed(HistoryDescriptor):
    """`Model.history`: simple-history composes a manager class at every access, and looks at it at every save."""

    def __init__(self, made: HistoryDescriptor) -> None:
        super().__init__(made.model, made.manager_class, made.queryset_class)
        self._class = made.manager_class.from_queryset(made.queryset_class)

    def __get__(self, instance: Any, owner: Any) -> Any:
        return self._class(self.model, instance)


class _House(HistoricalRecords):
    """simple-history by our clock and our actor, and without a foreign key to a user table that may change."""

    _date_indexing = False

    def finalize(self, sender: Any, **kwargs: Any) -> None:
        super().finalize(sender, **kwargs)
        if isinstance(made := vars(sender).get(self.manager_name), HistoryDescriptor):
            setattr(sender, self.manager_name, _Composed(made))
        if sender is self.cls and sender._meta.default_manager.auto_created:
            # A model that names no manager gets one that refuses what leaves no history.
            sender._meta.local_managers.clear()
            sender.add_to_class("objects", TrackedManager())

    def create_historical_record(self, instance: Any, history_type: str, using: str | None = None) -> None:
        """As simple-history does it, by one statement written once, and kept until the journal tells it."""
        row = getattr(instance, self.manager_name).model(
            history_date=clock.now(),
            history_type=history_type,
            history_user_id=who_acts().number,
            history_change_reason=self.get_change_reason_for_object(instance, history_type, using),
            **{field.attname: getattr(instance, field.attname) for field in self.fields_included(instance)},
        )
        insert(row)
        keep(instance, row)


def _named(row: Any) -> str:
    number: str = row.history_user_id
    return number


def _name(row: Any, number: str) -> None:
    row.history_user_id = number


def history(**options: Any) -> HistoricalRecords:
    """Historical rows the house way: bigint id, staff number as text, our clock. Options are simple-history's own.

    The migration that creates the table also runs `record.triggers.append_only("<app>_historical<model>")`.
    """
    return _House(
        history_id_field=models.BigAutoField(),
        history_user_id_field=models.CharField(max_length=40, default=SYSTEM.number, editable=False),
        history_user_getter=_named,
        history_user_setter=_name,
        history_change_reason_field=models.TextField(null=True),
        **options,
    )


def keep(instance: Any, row: models.Model) -> None:
    """Keep the history row with what this save changed, until the journal tells it."""
    if isinstance(instance, Tracked):
        untold(instance).append(Save(_differences(instance), row))
        _remember(instance)
