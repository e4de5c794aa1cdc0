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
import hashlib
from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

from cases.models import Case
from record import algorithms, keyring, personal, sealed, seals
from record.body import canonical
from record.errors import KeyDestroyed
from record.models import Seal, SealedValue

from . import older
from .bundle import Bundle
from .scope import AT_ONCE, Scope

DOMAIN: Final = b"redress export 1\n"
ROWS: Final = 2000
# The line itself is put together by PostgreSQL, in the order of names and without blanks, as RFC 8785 has it.
_ENTRIES: Final = """
SELECT '{"algorithm":' || to_json(e.algorithm) || ',"body":' || to_json(e.body) || ',"hash":' || to_json(e.hash)
    || ',"number":' || e.number || ',"previous":' || to_json(e.previous) || ',"stream":' || to_json(e.stream) || '}'
FROM record_entry e JOIN record_sealedhead h ON h.seal_id = %s AND h.stream = e.stream AND e.number <= h.length
WHERE e.stream = ANY(%s) ORDER BY e.stream COLLATE "C", e.number
"""


def write(scope: Scope, bundle: Bundle) -> dict[str, int]:
    """All of it; how many streams and entries there are."""
    with bundle.member("journal.jsonl") as member:
        member.rows = 0
        for names in _some(scope):
            for (line,) in _rows(_ENTRIES, [scope.seal.pk, names]):
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


def _rows(statement: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while found := cursor.fetchmany(ROWS):
            yield from found


def _opened(scope: Scope, bundle: Bundle) -> None:
    """Personal values of entries with their salts, of cases where they may be opened; erased ones are left out."""
    with bundle.member("opened.jsonl") as member:
        member.rows = 0
        uuids = Case.objects.filter(pk__in=scope.clear).values_list("uuid", flat=True)
        names = sorted(f"case:{uuid}" for uuid in uuids)
        for at in range(0, len(names), AT_ONCE):
            rows = SealedValue.objects.filter(stream__in=names[at : at + AT_ONCE]).select_related("key")
            for row in scope.sealed(rows).order_by("stream", "number", "field").iterator(chunk_size=ROWS):
                if told := _value(row):
                    member.line(told)


def _value(row: SealedValue) -> dict[str, Any] | None:
    label = personal.label(row.stream, row.number, row.field)
    try:
        clear = sealed.open_bytes(row.key, row.ciphertext, label=label)
    except KeyDestroyed:
        return None
    salt, text = clear[: personal.SALT], clear[personal.SALT :].decode()
    return {"stream": row.stream, "number": row.number, "field": row.field, "salt": salt.hex(), "value": text}


def _seals(last: Seal, bundle: Bundle) -> None:
    with bundle.member("seals.jsonl") as member:
        rows = Seal.objects.filter(pk__lte=last.pk).order_by("pk").only("body", "hash", "signature")
        for row in rows.iterator(chunk_size=ROWS):
            member.line({"body": row.body, "hash": row.hash, "signature": row.signature})
    bundle.whole("keys.json", canonical(keys()))
