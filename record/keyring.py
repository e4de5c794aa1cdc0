"""Keys this process holds, from settings.REDRESS: `k2:<base64 of 32 bytes>,k1:…`, current first.

Master keys wrap the keys of persons, index keys find sealed values, the seal's key signs seals of the journal.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from record.algorithms import Signature
from record.errors import NoSealKey, SealBroken

_ID = re.compile(r"[a-z0-9]{1,15}")


@dataclass(frozen=True)
class Ring:
    """Keys by id, the current one first."""

    keys: dict[str, bytes] = field(repr=False)

    @property
    def current(self) -> tuple[str, bytes]:
        """Id and 32 bytes of the key that seals."""
        return next(iter(self.keys.items()))

    def key(self, key_id: str) -> bytes:
        """The 32 bytes of one key. SealBroken when this process does not hold it."""
        try:
            return self.keys[key_id]
        except KeyError:
            raise SealBroken(f"This process does not hold the key {key_id!r}.") from None


def masters() -> Ring:
    """The keys that wrap the keys of persons."""
    return _read("MASTER_KEYS", settings.REDRESS["MASTER_KEYS"])


def indexes() -> Ring:
    """The keys of blind indexes."""
    return _read("INDEX_KEYS", settings.REDRESS["INDEX_KEYS"])


def signing() -> tuple[str, bytes]:
    """Id and private key that sign seals: SEAL_KEY, or the file SEAL_KEY_FILE names. NoSealKey when there is none."""
    spec = settings.REDRESS["SEAL_KEY"]
    if not spec and (path := settings.REDRESS["SEAL_KEY_FILE"]):
        try:
            spec = Path(path).read_text().strip()
        except OSError as error:
            raise NoSealKey(f"REDRESS['SEAL_KEY_FILE'] cannot be read: {error.strerror}.") from None
    if not spec:
        raise NoSealKey("REDRESS['SEAL_KEY'] is empty: seals of the journal cannot be signed.")
    return _read("SEAL_KEY", spec).current


def public_keys(signature: Signature) -> dict[str, bytes]:
    """The public keys seals are checked with, by id: that of the current private key, and SEAL_PUBLIC_KEYS."""
    spec = settings.REDRESS["SEAL_PUBLIC_KEYS"]
    known = dict(_read("SEAL_PUBLIC_KEYS", spec).keys) if spec else {}
    try:
        key_id, private = signing()
    except NoSealKey:
        return known  # whoever only verifies needs no private key
    return known | {key_id: signature.public(private)}


@lru_cache(maxsize=8)
def _read(name: str, spec: str) -> Ring:
    keys: dict[str, bytes] = {}
    for number, part in enumerate(spec.split(","), 1):
        key_id, _, text = part.strip().partition(":")
        try:
            key = base64.b64decode(text, validate=True)
        except binascii.Error:
            key = b""
        if not _ID.fullmatch(key_id) or key_id in keys or len(key) != 32:
            # Which one, never what it holds.
            raise ImproperlyConfigured(f"REDRESS[{name!r}]: key number {number} is not a new id:base64 of 32 bytes.")
        keys[key_id] = key
    return Ring(keys)
