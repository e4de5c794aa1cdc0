"""The tables of the record."""

from record.models.journal import Entry, SealedValue, Stream
from record.models.key import PersonKey
from record.models.order import Order
from record.models.seal import Seal, SealCopy, SealedHead, Verification

__all__ = [
    "Entry",
    "Order",
    "PersonKey",
    "Seal",
    "SealCopy",
    "SealedHead",
    "SealedValue",
    "Stream",
    "Verification",
]
