"""Personal values of journal entries: read in clear, checked against what the entry committed to."""

from collections.abc import Iterable

from record import algorithms, sealed
from record.body import commitment
from record.errors import KeyDestroyed
from record.models import Entry, SealedValue

SALT = 32  # secret random bytes before the value


def label_of(entry: Entry, name: str) -> str:
    """Where a value belongs; it opens nowhere else."""
    return label(entry.stream, entry.number, name)


def label(stream: str, number: int, name: str) -> str:
    """The same by the place of the entry."""
    return f"record.sealedvalue|{name}|{stream}#{number}"


def named(entry: Entry) -> list[str]:
    """The names of the personal values the entry has, as its body tells."""
    return sorted(entry.told["personal"])


def open_value(entry: Entry, value: SealedValue) -> str:
    """One value of an entry in clear. KeyDestroyed after erasure; SealBroken when it is not what was committed to."""
    clear = sealed.open_bytes(value.key, value.ciphertext, label=label_of(entry, value.field))
    salt, text = clear[:SALT], clear[SALT:].decode()
    if not _is_committed(salt, text, entry.told["personal"].get(value.field)):
        raise sealed.SealBroken(f"Not what entry {entry.number} of {entry.stream} committed to ({value.field}).")
    return text


def _is_committed(salt: bytes, text: str, told: object) -> bool:
    """By the hash the commitment names, whichever is today's."""
    try:
        return commitment(salt, text, algorithms.name_of(told)) == told
    except ValueError:
        return False


def reveal_all(entries: Iterable[Entry], *, purpose: str) -> dict[int, dict[str, str | None]]:
    """Of entries of one stream, by their numbers: all personal values by name, None for an erased person's.

    One query, none when no entry has any. ValueError: several streams, or no purpose. SealBroken as in `open_value`.
    """
    if not purpose.strip():
        raise ValueError("A sealed value opens for a purpose.")
    sealed_in = {entry.number: entry for entry in entries if entry.told["personal"]}
    if not sealed_in:
        return {}
    (stream,) = {entry.stream for entry in sealed_in.values()}
    rows = SealedValue.objects.filter(stream=stream, number__in=list(sealed_in)).select_related("key")
    return _opened(sealed_in, rows.order_by("number", "field"))


def _opened(entries: dict[int, Entry], rows: Iterable[SealedValue]) -> dict[int, dict[str, str | None]]:
    found: dict[int, dict[str, str | None]] = {}
    for row in rows:
        try:
            text: str | None = open_value(entries[row.number], row)
        except KeyDestroyed:
            text = None
        found.setdefault(row.number, {})[row.field] = text
    return found
