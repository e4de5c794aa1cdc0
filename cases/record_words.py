"""What records and their fields are called where their history is read: the words of `record_words.csv`, and values.

A history tells every column; these are the names people know them by. Both languages stand in one table, because a
name here is data about a column and not a sentence of the product.
"""

import csv
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _, gettext_lazy

from accounts.roles import Role
from cases.models import Case, Letter
from knowledge import card_words
from record.history import Tracked

FILE: Final = Path(__file__).with_name("record_words.csv")
# Columns that tell a reader nothing: keys, digests, copies of the handling unit's place, numbers of the machine.
LEFT_OUT: Final = frozenset(
    {
        *("id", "uuid", "person_key", "case", "tier1", "tier2", "outlet", "zone"),
        *("token", "nonce", "digest", "digest_stored", "order_key", "content_type"),
    }
)
# Codes a column keeps without choices of its own, in the words of whoever has them; one not listed is shown as it is.
CODES: Final[Mapping[str, Mapping[str, "str | Promise"]]] = {
    "entry_mode": card_words.ENTRY_MODES,
    "verification": card_words.VERIFICATIONS,
    "country": {card_words.HOME: gettext_lazy("China"), **card_words.COUNTRIES},
    "channel": dict(Case.Channel.choices),
    "means": dict(Letter.Means.choices),
    "approver_role": dict(Role.choices),
}
LOWEST: Final = "lowest level whose limit covers the sum"  # as the journal keeps it, in the words of the programme
NOBODY: Final = ": nobody eligible"
Named = Callable[[type[models.Model], Any], str]


@cache
def table() -> Mapping[tuple[str, str], tuple[str, str]]:
    """(record, field) → (English, Chinese); a record's own name has no field, a field of any record no record."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["record"], row["field"]): (row["english"], row["chinese"]) for row in rows}


def record_word(model: type[models.Model]) -> str:
    """What a record of this kind is called, in the reader's language."""
    return _in_language(table()[model.__name__, ""])


def field_word(model: type[models.Model], name: str) -> str:
    """What a field of it is called, in the reader's language."""
    words = table()
    return _in_language(words.get((model.__name__, name)) or words["", name])


def tells(model: type[Tracked]) -> tuple["models.Field[Any, Any]", ...]:
    """The fields of a record's history that a reader is told."""
    tracked = getattr(model, "history").model.tracked_fields  # noqa: B009 (added to each model by simple-history)
    return tuple(field for field in tracked if field.name not in LEFT_OUT)


def value_word(field: "models.Field[Any, Any]", value: Any, named: Named) -> str:
    """A value as the journal tells it (`record.values.plain`), for a reader; "—" for nothing.

    `named` says what a person, a branch or another record is called. Of a sealed value only that there is one.
    """
    if value is None or value == "":
        return "—"
    if isinstance(field, models.BinaryField):
        return _("sealed")
    if isinstance(field, models.ForeignKey):
        return named(field.related_model, value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if (known := CODES.get(field.name, {}).get(value)) is not None:
        return str(known)
    return _why_this_level(value) if field.name == "approver_why" else _plain_word(field, value)


def _why_this_level(value: str) -> str:
    """The reason a level was chosen for: levels passed over, then what the one chosen is."""
    return _("; ").join(map(_level, value.split("; ")))


def _level(part: str) -> str:
    role = part.removesuffix(NOBODY)
    if role != part:
        return _("%(post)s: nobody free of duty and interest") % {"post": dict(Role.choices).get(role, role)}
    return _("the lowest level whose limit covers the sum") if part == LOWEST else part


def model_of(label: str) -> type[Tracked] | None:
    """The record a body names by `app.model`; None when there is no such tracked record any more."""
    try:
        model = apps.get_model(label)
    except LookupError:
        return None
    return model if issubclass(model, Tracked) else None


def _plain_word(field: "models.Field[Any, Any]", value: Any) -> str:
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, models.DateTimeField):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M:%S}"
    if isinstance(field, models.DateField):
        return date.fromisoformat(value).isoformat()
    if isinstance(field, models.DecimalField):
        return f"{Decimal(value):,}"
    return str(value)


def _in_language(words: tuple[str, str]) -> str:
    return words[(get_language() or "").startswith("zh")]
