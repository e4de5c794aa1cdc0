"""Seals: how long every stream was and how it ended, under one root, chained, signed (docs/decisions/0037-seals.md).

body      RFC 8785 of {"v", "number", "sealed_at", "horizon", "streams", "entries", "root", "previous",
          "algorithm", "signature", "key"}
hash      of the previous seal's hash, as raw bytes, and the body, as an entry's
leaf      RFC 8785 of {"stream", "length", "head"}, in the order of the streams' code points
signature over b"redress seal 1\\n" and the body; base64
"""

import base64
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from record import algorithms, clock, keyring
from record.body import canonical, chain, stamp
from record.errors import SealBusy
from record.merkle import Levels, Tree
from record.models import Seal, SealedHead

VERSION = 1
DOMAIN = b"redress seal 1\n"
TRIES = 60
PAUSE_SECONDS = 1.0  # between two tries, on average
_ONE_SEALER = "SELECT pg_advisory_xact_lock(7301926, 38)"
_ROWS_AT_ONCE = 2000

# Entries up to the horizon have all been committed or never will be. A stream is named by its last entry, whichever of
# it are new; streams asked for are named whether they grew or not.
_GROWN = """
INSERT INTO record_sealedhead (seal_id, position, stream, length, head)
SELECT %(seal)s, row_number() OVER (ORDER BY last.stream COLLATE "C") - 1, last.stream, last.number, last.hash FROM (
    SELECT stream FROM record_entry WHERE id > %(after)s AND id <= %(horizon)s
    UNION SELECT unnest(%(also)s::text[])
) named (name), LATERAL (
    SELECT stream, number, hash FROM record_entry
    WHERE stream = named.name AND id <= %(horizon)s ORDER BY number DESC LIMIT 1
) last
"""
_HOW_MANY = "SELECT count(*) FROM record_entry WHERE id > %s AND id <= %s"


def seal(also: Sequence[str] = ()) -> Seal | None:
    """Seal what grew since the last seal; None when nothing did and nothing is asked for.

    One transaction: killed anywhere, it leaves nothing.

    `also` are streams it names as well, grown or not: so one seal, the newest, proves all of an export complete.

    Beside writers and other sealers: exact, and one chain. NoSealKey without a key; SealBusy when writers left no gap.
    """
    key_id, private = keyring.signing()
    for _try in range(TRIES):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_ONE_SEALER)
                return _sealed(cursor, key_id, private, also)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
        time.sleep(random.uniform(0.5, 1.5) * PAUSE_SECONDS)  # noqa: S311  no secret
    raise SealBusy(f"No moment without an unfinished entry in {TRIES} tries.")


def last() -> Seal | None:
    """The newest seal."""
    return Seal.objects.order_by("-number").first()


def proof(number: int, stream: str) -> tuple[SealedHead, list[bytes]]:
    """A sealed head and the hashes that lead from it to the seal's root. SealedHead.DoesNotExist."""
    head = SealedHead.objects.select_related("seal").get(seal=number, stream=stream)
    tree = Tree(algorithms.HASHES[head.seal.algorithm].of, prove=head.position)
    for other in heads(number):
        tree.add(leaf(*other))
    tree.root()
    return head, tree.proof()


def proofs(number: int, streams: Iterable[str]) -> Iterator[tuple[SealedHead, list[bytes]]]:
    """As `proof` of each of these streams the seal names; they come, and are given, in the order of code points.

    Reads the heads twice and holds 64 bytes a leaf.
    """
    algorithm = Seal.objects.values_list("algorithm", flat=True).get(pk=number)
    tree = Levels((leaf(*other) for other in heads(number)), algorithms.HASHES[algorithm].of)
    wanted = iter(streams)
    name = next(wanted, None)
    rows = SealedHead.objects.filter(seal=number).order_by("position").iterator(chunk_size=_ROWS_AT_ONCE)
    for head in rows:
        while name is not None and name < head.stream:
            name = next(wanted, None)
        if name == head.stream:
            yield head, tree.proof(head.position)


def heads(number: int) -> Iterator[tuple[str, int, str]]:
    """Stream, length and head of each leaf of a seal, in their order; constant memory."""
    rows = SealedHead.objects.filter(seal=number).order_by("position").values_list("stream", "length", "head")
    return rows.iterator(chunk_size=_ROWS_AT_ONCE)


def leaf(stream: str, length: int, head: str) -> bytes:
    """What a seal says of one stream."""
    return canonical({"stream": stream, "length": length, "head": head})


def signed(body: str) -> bytes:
    """The bytes a seal's signature is over: no other text signed with this key begins so."""
    return DOMAIN + body.encode()


def told(row: Seal) -> dict[str, Any]:
    """What the body of a seal says, from its columns."""
    return {
        "v": VERSION,
        "number": row.number,
        "sealed_at": stamp(row.sealed_at),
        "horizon": row.horizon,
        "streams": row.streams,
        "entries": row.entries,
        "root": row.root,
        "previous": row.previous,
        "algorithm": row.algorithm,
        "signature": row.signed_by,
        "key": row.key_id,
    }


def _sealed(cursor: Any, key_id: str, private: bytes, also: Sequence[str]) -> Seal | None:
    before, algorithm, signature = last(), algorithms.hash_now(), algorithms.signature_now()
    number, after = (before.number + 1, before.horizon) if before else (1, 0)
    cursor.execute("SELECT record_seal_horizon()")
    (horizon,) = cursor.fetchone()
    cursor.execute(_HOW_MANY, [after, horizon])
    (entries,) = cursor.fetchone()
    if not entries and not also:
        return None
    cursor.execute(_GROWN, {"seal": number, "after": after, "horizon": horizon, "also": list(also)})
    made = Seal(
        number=number,
        sealed_at=clock.now(),
        horizon=horizon,
        streams=cursor.rowcount,
        entries=entries,
        root=_root(number, algorithm),
        previous=before.hash if before else algorithms.nothing(algorithm),
        algorithm=algorithm,
        signed_by=signature.name,
        key_id=key_id,
    )
    made.body = canonical(told(made)).decode()
    made.hash = chain(made.previous, made.body, algorithm)
    made.signature = base64.b64encode(signature.sign(private, signed(made.body))).decode()
    made.save(force_insert=True)
    return made


def _root(number: int, algorithm: str) -> str:
    tree = Tree(algorithms.HASHES[algorithm].of)
    for head in heads(number):
        tree.add(leaf(*head))
    return f"{algorithm}:{tree.root().hex()}"
