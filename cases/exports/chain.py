"""What verify.py reads: the entries of the journal as they are kept, their proofs, all seals, the public keys.

journal.jsonl  one entry a line {"algorithm", "body", "hash", "number", "previous", "stream"}; `body` byte for byte
proofs.jsonl   {"head", "length", "position", "proof", "seal", "stream"} of each stream, in the journal's order
heads.jsonl    the same of every older seal that names them (`older`)
seals.jsonl    {"body", "hash", "signature"} from the first seal to the one the bundle is complete up to
keys.json      id → {"algorithm", "fingerprint", "public"}
opened.jsonl   {"field", "number", "salt", "stream", "value"}: where personal values leave in clear; the entry committed
               to SHA-256(salt ‖ value)
"""

import base64
import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db import connection
from django.db.models.functions import Collate

from record import algorithms, keyring, personal, sealed, seals
from record.body import canonical
from record.errors import KeyDestroyed
from record.models import PersonKey, Seal, SealedValue

from . import older
from .bundle import Bundle
from .scope import AT_ONCE, Scope

DOMAIN: Final = b"redress export 1\n"
ROWS: Final = 2000
_COLUMNS: Final = ("stream", "number", "field", "key_id", "ciphertext")
# Some streams up to the seal, in their order. They are put in order before their entries are read along the index of
# each: so nothing large is sorted, and some streams never cost what all those of the seal would.
HEADS: Final = """(
    SELECT stream, length, stream COLLATE "C" AS place FROM record_sealedhead
    WHERE seal_id = %(seal)s AND stream = ANY(%(names)s) ORDER BY place OFFSET 0
) h"""
# The line itself is put together by PostgreSQL, in the order of names and without blanks, as RFC 8785 has it.
_ENTRIES: Final = f"""
SELECT '{{"algorithm":' || to_json(e.algorithm) || ',"body":' || to_json(e.body) || ',"hash":' || to_json(e.hash)
    || ',"number":' || e.number || ',"previous":' || to_json(e.previous) || ',"stream":' || to_json(e.stream) || '}}'
FROM {HEADS} JOIN record_entry e ON e.stream = h.stream AND e.number <= h.length ORDER BY h.place, e.number
"""  # noqa: S608  (constant text; values are parameters)


def write(scope: Scope, bundle: Bundle) -> dict[str, int]:
    """All of it; how many streams and entries there are."""
    with bundle.member("journal.jsonl") as member:
        member.rows = 0
        for names in _some(scope):
            for (line,) in _rows(_ENTRIES, {"seal": scope.seal.pk, "names": names}):
                member.write(line.encode() + b"\n")
                member.count()
        entries = member.rows
    with bundle.member("proofs.jsonl") as member:
        for head, path in seals.proofs(scope.seal.pk, scope.streams):
            member.line(older.told(head, path))
        streams = member.rows or 0
    older.write(scope, bundle)
    if scope.clear:
        _opened(scope, bundle)
    _seals(scope.seal, bundle)
    return {"streams": streams, "entries": entries}


def keys() -> dict[str, dict[str, str]]:
    """The public keys seals are checked with, and the fingerprint by which two people compare one."""
    signature = algorithms.signature_now()
    return {
        name: {
            "algorithm": signature.name,
            "public": base64.b64encode(public).decode(),
            "fingerprint": hashlib.sha256(public).hexdigest(),
        }
        for name, public in keyring.public_keys(signature).items()
    }


def signed(manifest: bytes) -> bytes:
    """The signature of a manifest, by the key that signs seals. NoSealKey."""
    key_id, private = keyring.signing()
    signature = algorithms.signature_now()
    made = base64.b64encode(signature.sign(private, DOMAIN + manifest)).decode()
    return canonical({"algorithm": signature.name, "key": key_id, "signature": made})


def _some(scope: Scope) -> Iterator[list[str]]:
    """Names of streams, some at a time; the progress bar counts cases, which nearly all streams are."""
    for at in range(0, len(scope.streams), AT_ONCE):
        names = list(scope.streams[at : at + AT_ONCE])
        yield names
        scope.progress(min(len(names), max(0, len(scope.cases) - at)))


def _rows(statement: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while found := cursor.fetchmany(ROWS):
            yield from found


def _opened(scope: Scope, bundle: Bundle) -> None:
    """Personal values of entries with their salts, of cases where they may be opened; erased ones are left out."""
    with bundle.member("opened.jsonl") as member:
        member.rows = 0
        for at in range(0, len(scope.streams), AT_ONCE):
            for name, number, field, clear in values(scope, scope.streams[at : at + AT_ONCE]):
                salt, text = clear[: personal.SALT], clear[personal.SALT :].decode()
                told = {"stream": name, "number": number, "field": field, "salt": salt.hex(), "value": text}
                member.line(told)


def values(scope: Scope, names: Sequence[str]) -> Iterator[tuple[str, int, str, bytes]]:
    """Stream, number, name, and salt with value, of what may be opened in these streams; in the journal's order.

    Three queries. Each person's key is unwrapped once; one of somebody erased opens nothing.
    """
    clear = scope.streams_in_clear(names)
    if not clear:
        return
    rows = scope.sealed(SealedValue.objects.all(), clear)
    found = list(rows.order_by(Collate("stream", "C"), "number", "field").values_list(*_COLUMNS))
    keys = PersonKey.objects.in_bulk({key for *_rest, key, _data in found})
    opener = sealed.Opener(keys.values())
    for stream, number, field, key, data in found:
        with contextlib.suppress(KeyDestroyed):
            yield stream, number, field, opener.open(key, data, label=personal.label(stream, number, field))


def _seals(last: Seal, bundle: Bundle) -> None:
    with bundle.member("seals.jsonl") as member:
        rows = Seal.objects.filter(pk__lte=last.pk).order_by("pk").only("body", "hash", "signature")
        for row in rows.iterator(chunk_size=ROWS):
            member.line({"body": row.body, "hash": row.hash, "signature": row.signature})
    bundle.whole("keys.json", canonical(keys()))
