"""What people, branches and records are called where a history names them by key."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Model

from accounts.models import Branch, User
from cases.as_of import Past
from cases.models import Deadline
from cases.record_words import record_word

from .clocks import title_of

# The first of these that a record has is what people tell it by.
OWN_NAMES: Final = ("reference", "bank_id", "filename", "asked_name", "number", "last_four", "receipt")


class Names:
    """Called with a model and a key: the name. Records of the case by their word and own name or number in the case.

    `keys` are all that will be asked for; what is not of the case is read at once, one query a kind.
    """

    def __init__(self, past: Past, keys: Iterable[tuple[type[Model], Any]]) -> None:
        self._records = _of_the_case(past)
        elsewhere: dict[type[Model], set[Any]] = {}
        for model, pk in keys:
            if (model, pk) not in self._records:
                elsewhere.setdefault(model, set()).add(pk)
        self._others = {
            (model, pk): _called(row)
            for model, pks in elsewhere.items()
            for pk, row in model._default_manager.in_bulk(pks).items()
        }

    def __call__(self, model: type[Model], pk: Any) -> str:
        return self._records.get((model, pk)) or self._others.get((model, pk)) or str(pk)


def _of_the_case(past: Past) -> dict[tuple[type[Model], Any], str]:
    rows = past.newest()
    numbers: dict[type[Model], int] = {}
    names: dict[tuple[type[Model], Any], str] = {}
    for model, pk in sorted(rows, key=lambda key: (key[0].__name__, key[1])):
        numbers[model] = numbers.get(model, 0) + 1
        own = next((str(value) for name in OWN_NAMES if _is_told(value := getattr(rows[model, pk], name, ""))), "")
        names[model, pk] = f"{record_word(model)} {own or numbers[model]}"
    return names


def _is_told(value: Any) -> bool:
    """A name of its own, and no sealed one."""
    return bool(value) and not isinstance(value, bytes | bytearray | memoryview)


def _called(row: Model) -> str:
    if isinstance(row, User):
        return f"{row.display_name} {row.staff_number}"
    if isinstance(row, Branch):
        return str(row.label)
    return title_of(row) if isinstance(row, Deadline) else str(row)
