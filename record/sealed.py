"""Sealed personal values: one key per person, bound to model, field and object; a swapped value does not open."""

import hashlib
import hmac
import unicodedata
import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import IsNull

from record import envelope, keyring
from record.errors import KeyDestroyed, SealBroken
from record.models import PersonKey

__all__ = [
    "KeyDestroyed",
    "Opener",
    "SealBroken",
    "SealedField",
    "SealedModel",
    "blind_index",
    "blind_indexes",
    "open_bytes",
    "seal_bytes",
]


def seal_bytes(key: PersonKey, data: bytes, *, label: str) -> bytes:
    """The data under a person's key: 0x01 ‖ key uuid (16) ‖ nonce (12) ‖ ciphertext. KeyDestroyed after erasure.

    `label` says where it belongs (`app.model|field|object`); it is needed to open it and is not stored in it.
    """
    return envelope.seal(key.unwrap(), data, label=label, head=key.uuid.bytes)


def open_bytes(key: PersonKey, data: bytes | memoryview, *, label: str) -> bytes:
    """What `seal_bytes` sealed. SealBroken for another key, place or any altered bit; KeyDestroyed after erasure."""
    return envelope.unseal(key.unwrap(), bytes(data), label=label, head=key.uuid.bytes)


class Opener:
    """Opens many values of some people: a key is unwrapped when it is first needed, and kept as long as this is."""

    def __init__(self, keys: Iterable[PersonKey]) -> None:
        self._keys = {key.pk: key for key in keys}
        self._secrets: dict[int, bytes] = {}

    def open(self, key: int, data: bytes | memoryview, *, label: str) -> bytes:
        """As `open_bytes`, by the id of the key."""
        held = self._keys[key]
        if key not in self._secrets:
            self._secrets[key] = held.unwrap()
        return envelope.unseal(self._secrets[key], bytes(data), label=label, head=held.uuid.bytes)


class SealedField(models.BinaryField):
    """Ciphertext in a `bytea` column. Not searchable: only `isnull`; look for a value through its blind index."""

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return IsNull
        raise FieldError(f"{self.name} is sealed: look for it by its blind index.")

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is sealed.")


class SealedModel(models.Model):
    """A record with sealed columns. It loads sealed; `reveal` opens one value for one purpose.

    `sealed_as` keeps the old label when a model is renamed, because the label is part of every seal.
    `derived` names masked columns and blind indexes, blanked when the person is erased; by default all text columns
    that the history leaves out.
    """

    sealed_as: ClassVar[str] = ""
    derived: ClassVar[tuple[str, ...] | None] = None

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person_key = models.ForeignKey(PersonKey, models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        abstract = True

    def seal(self, **values: str) -> None:
        """Set sealed columns from plain text; empty text makes None. Does not save. ValueError without a key."""
        for name, value in values.items():
            if not isinstance(self._meta.get_field(name), SealedField):
                raise FieldError(f"{name} is not sealed.")
            setattr(self, name, self._sealed(name, value) if value else None)

    def _sealed(self, name: str, value: str) -> bytes:
        if self.person_key is None:
            raise ValueError(f"{self._meta.label} has no person's key to seal {name} with.")
        return seal_bytes(self.person_key, value.encode(), label=self._label(name))

    def reveal(self, field: str, *, purpose: str) -> str:
        """The plain text of one sealed column, "" when it is empty. The purpose says what it is opened for.

        KeyDestroyed after erasure; SealBroken when altered or moved from another field, object or person.
        """
        if not purpose.strip():
            raise ValueError("A sealed value opens for a purpose.")
        sealed = getattr(self, field)
        if sealed is None:
            return ""
        if self.person_key is None:
            raise SealBroken(f"{self._meta.label} holds a sealed {field} and no key.")
        return open_bytes(self.person_key, sealed, label=self._label(field)).decode()

    def _label(self, field: str) -> str:
        model = self._meta.concrete_model or type(self)
        return f"{self.sealed_as or model._meta.label_lower}|{field}|{self.uuid}"

    @classmethod
    def derived_columns(cls) -> dict[str, str | None]:
        """Columns blanked at erasure, with what they are blanked to."""
        names = cls.derived
        if names is None:
            records = getattr(cls, getattr(cls._meta, "simple_history_manager_attribute", ""), None)
            excluded = [] if records is None else records.model._history_excluded_fields
            texts = models.CharField | models.TextField
            names = tuple(name for name in excluded if isinstance(cls._meta.get_field(name), texts))
        return {name: None if cls._meta.get_field(name).null else "" for name in names}


def blind_index(value: str, *, label: str) -> str:
    """`<index key id>:<64 hex digits>` for exact search: HMAC-SHA256 under the current index key; "" for nothing.

    Width, case and spaces do not matter. The label (`customer.phone`) keeps equal values of two columns apart.
    """
    found = blind_indexes(value, label=label)
    return found[0] if found else ""


def blind_indexes(value: str, label: str) -> list[str]:
    """The index under every key held, current first: what to search for while index keys change over."""
    text = "".join(unicodedata.normalize("NFKC", value).casefold().split())
    if not text:
        return []
    message = f"{label}\0{text}".encode()
    keys = keyring.indexes().keys
    return [f"{name}:{hmac.new(key, message, hashlib.sha256).hexdigest()}" for name, key in keys.items()]
