"""Values of a record as the journal tells them: plain, exact, and the same whether in memory or read back."""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db.models import DecimalField, Field, ForeignKey, JSONField
from django.db.models.fields.files import FieldFile

from record import algorithms
from record.body import JournalError, checked, stamp


def plain(field: "Field[Any, Any]", value: Any, algorithm: str = "") -> Any:
    """One field's value for a body: bytes by digest (of today's algorithm or the one named), moments as stamps,
    decimals at the column's scale as text.
    """
    if value is None:
        return None
    place = f"{field.model._meta.label_lower}.{field.name}"
    if isinstance(field, JSONField):
        return checked(json.loads(json.dumps(value, cls=field.encoder)), place)
    if isinstance(value, bytes | bytearray | memoryview):
        return algorithms.digest(bytes(value), algorithm)
    while isinstance(field, ForeignKey):
        field = field.target_field
    value = field.to_python(value.value if isinstance(value, Enum) else value)
    if isinstance(field, DecimalField) and isinstance(value, Decimal):
        value = value.quantize(Decimal(1).scaleb(-field.decimal_places))
    return _scalar(value, place)


def _scalar(value: Any, place: str) -> Any:
    match value:
        case Decimal():
            return f"{value:f}"
        case datetime():
            return stamp(value)
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value // timedelta(microseconds=1)
        case UUID():
            return str(value)
        case FieldFile():
            return value.name or ""
        case list() | tuple() | set() | frozenset():
            raise JournalError(f"{place}: a column of several values does not go into the journal.")
        case _:
            return checked(value, place)
