"""Reading seals again: are they one chain, signed by keys we know, over the heads they name, and does the journal hold
what was sealed? And does the copy outside the database say the same?

What it proves: up to the last seal kept outside, no entry was altered, dropped, cut off or put in, and no stream
vanished, even by someone who owns the database. What came after the last seal is proved by the chains alone.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db import connection

from record import algorithms, keyring, seals
from record.body import canonical, chain
from record.flaws import SEALS, Break, Flaw
from record.merkle import Tree
from record.models import Seal, SealedHead
from record.verify import Scope

SEALS_AT_ONCE = 200

# Of each stream the first head that the journal does not hold. Every seal's, not the newest's alone: whoever computes a
# chain anew has it sealed by the next seal, and only what older seals say of it stands against him.
_LOST = """
SELECT DISTINCT ON (h.stream) h.stream, h.length, e.hash IS NULL,
    EXISTS (SELECT FROM record_entry a WHERE a.stream = h.stream)
FROM record_sealedhead h LEFT JOIN record_entry e ON e.stream = h.stream AND e.number = h.length
WHERE e.hash IS DISTINCT FROM h.head AND {scope}
ORDER BY h.stream, h.length, h.seal_id
"""
_ORPHANS = """
SELECT min(h.seal_id) FROM record_sealedhead h
WHERE h.seal_id >= %s AND NOT EXISTS (SELECT FROM record_seal s WHERE s.number = h.seal_id)
"""
_NAMING = "SELECT DISTINCT seal_id FROM record_sealedhead WHERE {scope} ORDER BY seal_id"


def verify_seals(first: int = 1, *, root_too: Callable[[int], bool] = lambda number: True) -> Iterator[Break]:
    """The first break of every seal from this number on, and a seal that is not there. Constant memory, reads only.

    `root_too` says of which seals the root is computed again, which costs by the number of their heads.
    """
    before = Seal.objects.filter(number__lt=first).order_by("-number").first()
    expected, previous = first, before.hash if before else ""
    for row in Seal.objects.filter(number__gte=first).order_by("number").iterator(chunk_size=SEALS_AT_ONCE):
        if row.number != expected:
            yield Break(SEALS, expected, Flaw.SEAL_MISSING.value)
            previous = row.previous  # each gap is told once
        if flaw := _flaw(row, previous) or (_flaw_in_heads(row) if root_too(row.number) else None):
            yield Break(SEALS, row.number, flaw.value)
        expected, previous = row.number + 1, row.hash
    if (orphan := _without_seal(expected)) is not None:
        yield Break(SEALS, orphan, Flaw.SEAL_MISSING.value)


def naming(scope: Scope) -> list[int]:
    """The numbers of the seals that name a stream of the scope, the first one first."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMING.format(scope=scope.on("stream")), scope.values)
        return [number for (number,) in cursor.fetchall()]


def verify_sealed_heads(scope: Scope | None = None) -> Iterator[Break]:
    """Streams that are not what some seal says of them, each once, by the first entry that is not what was sealed."""
    scope = scope or Scope()
    with connection.cursor() as cursor:
        cursor.execute(_LOST.format(scope=scope.on("h.stream")), scope.values)
        while found := cursor.fetchmany(SEALS_AT_ONCE):
            for stream, length, is_missing, has_more in found:
                gone = Flaw.SEALED_CUT if has_more else Flaw.SEALED_GONE
                yield Break(stream, length, (gone if is_missing else Flaw.SEALED_OTHER).value)


def verify_copies(copies: Iterable[Mapping[str, Any]]) -> Iterator[Break]:
    """Where copies kept outside and the database differ. Holds one hash a seal; a copy may end earlier than we do."""
    outside: dict[int, set[tuple[str, str, str]]] = {}
    for copy in copies:
        said = str(copy.get("body")), str(copy.get("hash")), str(copy.get("signature"))
        outside.setdefault(copy["number"], set()).add(said)
    newest = max(outside, default=0)
    rows = Seal.objects.filter(number__lte=newest).order_by("number")
    for number, *ours in rows.values_list("number", "body", "hash", "signature").iterator(chunk_size=SEALS_AT_ONCE):
        said_outside = outside.pop(number, set())
        if not said_outside:
            yield Break(SEALS, number, Flaw.COPY_LACKS.value)
        elif said_outside != {tuple(ours)}:
            yield Break(SEALS, number, Flaw.COPY_OTHER.value)
    for number in sorted(outside):
        yield Break(SEALS, number, Flaw.COPY_NEWER.value)


def _without_seal(first: int) -> int | None:
    """The number of the first seal that only its heads speak of; one statement, as seals are made meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_ORPHANS, [first])
        number: int | None = cursor.fetchone()[0]
    return number


def _flaw(row: Seal, previous: str) -> Flaw | None:
    if row.algorithm not in algorithms.HASHES or row.signed_by not in algorithms.SIGNATURES:
        return Flaw.SEAL_ALGORITHM
    if row.previous != (previous or algorithms.nothing(row.algorithm)):
        return Flaw.SEAL_UNCHAINED
    try:
        if row.hash != chain(row.previous, row.body, row.algorithm):
            return Flaw.SEAL_ALTERED
        if row.body != canonical(seals.told(row)).decode():
            return Flaw.SEAL_COLUMNS
    except ValueError:  # no hexadecimal digits after a gap, or a number no body can hold
        return Flaw.SEAL_COLUMNS
    return _flaw_in_signature(row)


def _flaw_in_signature(row: Seal) -> Flaw | None:
    signature = algorithms.SIGNATURES[row.signed_by]
    public = keyring.public_keys(signature).get(row.key_id)
    if public is None:
        return Flaw.SEAL_KEY
    try:
        given = base64.b64decode(row.signature, validate=True)
    except binascii.Error:
        return Flaw.SEAL_FORGED
    # one text for one signature: base64 leaves bits unused at its end
    is_plain = base64.b64encode(given).decode() == row.signature
    return None if is_plain and signature.holds(public, given, seals.signed(row.body)) else Flaw.SEAL_FORGED


def _flaw_in_heads(row: Seal) -> Flaw | None:
    """The root again, over exactly as many leaves as the seal says; where each stands is part of what is read."""
    tree = Tree(algorithms.HASHES[row.algorithm].of)
    heads = SealedHead.objects.filter(seal=row.number).order_by("position")
    rows = heads.values_list("position", "stream", "length", "head").iterator(chunk_size=2000)
    for position, stream, length, head in rows:
        if position != tree.leaves:
            return Flaw.SEAL_ROOT
        tree.add(seals.leaf(stream, length, head))
    is_right = tree.leaves == row.streams and f"{row.algorithm}:{tree.root().hex()}" == row.root
    return None if is_right else Flaw.SEAL_ROOT
