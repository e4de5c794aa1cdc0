"""A case as its records stood at any moment, and what differs between two: read from the history of each record.

A moment is one of recording: what was typed later is not there yet, whenever it happened (the journal tells both
times). Nothing here can change anything, and nothing is kept: the history is append-only and sealed by the journal.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

from django.apps import apps
from django.db import models

from cases.models import Case
from cases.record_words import tells
from record.bundle import Part, read
from record.history import Tracked
from record.values import plain

# How records that do not name the case themselves belong to it; each takes the case's key once.
WAYS: Final = {
    "Case": "id = %s",
    "Customer": "id IN (SELECT customer_id FROM cases_historicalcase WHERE id = %s)",
    "Card": "id IN (SELECT card_id FROM cases_historicalcase WHERE id = %s)",
    "FindingEvidence": "finding_id IN (SELECT id FROM cases_burdenfinding WHERE case_id = %s)",
    "Mandate": "representative_id IN (SELECT id FROM cases_representative WHERE case_id = %s)",
    "Booking": "entry_id IN (SELECT id FROM cases_moneyentry WHERE case_id = %s)",
    "PanelVote": "panel_id IN (SELECT id FROM cases_liabilitypanel WHERE case_id = %s)",
}
OWN: Final = "case_id = %s"
# Kept from most readers of a case (anti-money-laundering law art. 7); read on their own page by whoever may.
# And what auditors keep about cases: no record of the case, and nobody is told that his was drawn (decision 47).
APART: Final = frozenset({"RiskJudgement", "Sample", "AuditSheet", "AuditMark", "AuditFinding", "Rectification"})
Key = tuple[type[Tracked], int]


class Difference(NamedTuple):
    """A field that differs: of which record, and what stood in it at the first and at the second moment (plain)."""

    model: type[Tracked]
    pk: int
    field: "models.Field[Any, Any]"
    before: Any
    after: Any
    is_new: bool


@dataclass(frozen=True)
class Past:
    """Every history row of a case by record, oldest first."""

    rows: Mapping[Key, list[Any]]

    def at(self, moment: datetime) -> dict[Key, Any]:
        """The row each record had then; records that were not there yet are missing."""
        last = {key: [row for row in rows if row.history_date <= moment] for key, rows in self.rows.items()}
        return {key: rows[-1] for key, rows in last.items() if rows}

    def between(self, first: datetime, second: datetime) -> Iterator[Difference]:
        """What differs between two moments, record by record; a record that is new tells what it was made with."""
        before, after = self.at(first), self.at(second)
        for (model, pk), row in after.items():
            was = before.get((model, pk))
            for field in tells(model):
                old, new = _value(field, was), _value(field, row)
                if old != new and not (was is None and new in ("", False)):
                    yield Difference(model, pk, field, old, new, was is None)

    def newest(self) -> dict[Key, Any]:
        """The last row of each record: what it is called by."""
        return {key: rows[-1] for key, rows in self.rows.items()}


def past_of(case: Case) -> Past:
    """The histories of everything that belongs to a case. One query."""
    found = read(case._state.db or "default", case.pk, _parts())
    rows: dict[Key, list[Any]] = {}
    for model in records():
        for row in found[model.__name__]:
            rows.setdefault((model, row.id), []).append(row)
    return Past(rows)


@cache
def records() -> tuple[type[Tracked], ...]:
    """The records a case is made of, the case first, its customer and card next, the rest by name."""
    models_of = [model for model in apps.get_app_config("cases").get_models() if issubclass(model, Tracked)]
    first = ["Case", "Customer", "Card"]
    return tuple(
        sorted(
            (model for model in models_of if model.__name__ not in APART),
            key=lambda model: (first.index(model.__name__) if model.__name__ in first else 9, model.__name__),
        )
    )


@cache
def _parts() -> tuple[Part, ...]:
    return tuple(
        Part(
            model.__name__,
            getattr(model, "history").model,  # noqa: B009 (added to each model by simple-history)
            WAYS.get(model.__name__, OWN),
            order="history_date, history_id",
        )
        for model in records()
    )


def plain_values(model: type[Tracked], row: Any) -> Iterable[tuple["models.Field[Any, Any]", Any]]:
    """Each field a reader is told, with its value as the journal tells it; those that are empty are left out."""
    values = ((field, _value(field, row)) for field in tells(model))
    return [(field, value) for field, value in values if value not in (None, "")]


def _value(field: "models.Field[Any, Any]", row: Any) -> Any:
    return None if row is None else plain(field, getattr(row, field.attname))
