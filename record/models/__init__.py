"""The tables of the record."""

from record.models.journal import Entry, SealedValue, Stream
from record.models.key import PersonKey
from record.models.order import Order

__all__ = ["Entry", "Order", "PersonKey", "SealedValue", "Stream"]
