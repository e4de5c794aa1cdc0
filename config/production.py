"""What settings refuse: defaults where real customers' data lies, and other databases. Settings import it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured

# Public by being here: good for a development machine only.
DEVELOPMENT_SECRET = "development-only-" + "not-a-secret-" * 4
DEVELOPMENT_MASTER_KEYS = "dev1:" + base64.b64encode(b"development master key, public!!").decode()
DEVELOPMENT_INDEX_KEYS = "dev1:" + base64.b64encode(b"development index key, public!!!").decode()
DEVELOPMENT_SEAL_KEY = "dev1:" + base64.b64encode(b"development seal key, public!!!!").decode()

SECRET_LENGTH = 50
KEY_BYTES = 32


def refuse_defaults(*, debug: bool, secret: str, master_keys: str, index_keys: str, seal_key: str = "") -> None:
    """Raise ImproperlyConfigured, naming every setting that is a default, too weak or shared (never its value)."""
    faults = [
        *_debug_faults(debug),
        *_secret_faults(secret),
        *_key_faults("MASTER_KEYS", master_keys, DEVELOPMENT_MASTER_KEYS),
        *_key_faults("INDEX_KEYS", index_keys, DEVELOPMENT_INDEX_KEYS),
    ]
    if set(_values(seal_key)) & set(_values(DEVELOPMENT_SEAL_KEY)):
        faults.append("SEAL_KEY holds the development default")
    if set(_values(master_keys)) & set(_values(index_keys)):
        faults.append("MASTER_KEYS and INDEX_KEYS share a key")
    if faults:
        raise ImproperlyConfigured("refusing to start with PRODUCTION=true: " + "; ".join(faults))


def refuse_other_databases(engine: str) -> None:
    """Raise ImproperlyConfigured unless DATABASE_URL names PostgreSQL: the journal's promises stand on it alone."""
    if not engine.endswith("postgresql"):
        raise ImproperlyConfigured(f"DATABASE_URL must name PostgreSQL, not {engine} (docs/decisions/0002)")


def _debug_faults(debug: bool) -> Iterator[str]:
    if debug:
        yield "DEBUG is on"


def _secret_faults(secret: str) -> Iterator[str]:
    if secret == DEVELOPMENT_SECRET:
        yield "SECRET_KEY is the development default"
    elif len(secret) < SECRET_LENGTH:
        yield f"SECRET_KEY is shorter than {SECRET_LENGTH} characters"


def _key_faults(name: str, keys: str, default: str) -> Iterator[str]:
    values = list(_values(keys))
    if set(values) & set(_values(default)):
        yield f"{name} holds the development default"
    if not values or any(_length(value) != KEY_BYTES for value in values):
        yield f"{name} must be <id>:<base64 of {KEY_BYTES} bytes>, separated by commas"


def _values(keys: str) -> Iterator[str]:
    return (entry.partition(":")[2].strip() for entry in keys.split(",") if entry.strip())


def _length(value: str) -> int:
    try:
        return len(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        return 0
