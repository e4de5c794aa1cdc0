"""What is read when the journal is verified: all of it, some streams, or what grew; each with the seals over it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from record import seal_copies
from record.flaws import Break
from record.models import Seal
from record.verify import Reading, Scope
from record.verify_seals import naming, verify_copies, verify_sealed_heads, verify_seals

# Streams by what a person calls a thing: an app above adds its own (`STREAMS_OF["case"]`, by the reference).
STREAMS_OF: dict[str, Callable[[str], list[str]]] = {}

_GROWN = """
SELECT stream FROM record_entry WHERE recorded_at >= %s
UNION SELECT stream FROM record_sealedhead WHERE seal_id >= %s ORDER BY 1
"""
_NAMES_AT_ONCE = 500
Copies = Iterable[Mapping[str, Any]]


@dataclass
class Task:
    """One verification; `reading` counts. `copies` are the seals kept outside, None when they are not compared.

    All yield the first break of each broken stream and of each broken seal.
    """

    reading: Reading = field(default_factory=Reading)
    copies: Copies | None = None

    def of_all(self) -> Iterator[Break]:
        """Every chain, every seal, every sealed head."""
        yield from self.reading.breaks(Scope())
        yield from verify_seals()
        yield from verify_sealed_heads()
        yield from self.of_copies()

    def of_some(self, scope: Scope) -> Iterator[Break]:
        """These streams, all that was ever sealed of them, the seals from the first of those on, and their roots."""
        yield from self.of_streams(scope)
        if numbers := naming(scope):
            yield from verify_seals(numbers[0], root_too=set(numbers).__contains__)
        yield from self.of_copies()

    def of_grown(self, since: datetime) -> Iterator[Break]:
        """Streams with an entry recorded since, or sealed since; seals made since."""
        first = first_since(since)
        yield from self._of_grown(since, first)
        yield from verify_seals(first)
        yield from self.of_copies()

    def of_a_night(self, since: datetime, share: Scope, root_too: Callable[[int], bool]) -> Iterator[Break]:
        """As `of_grown`, with a share of the others, the whole chain of seals, and the roots that `root_too` names."""
        first, told = first_since(since), set()
        yield from verify_seals(root_too=lambda number: number >= first or root_too(number))
        for found in self._of_chains(since, first, share):
            if found not in told:
                told.add(found)
                yield found
        yield from self.of_copies()

    def of_copies(self) -> Iterator[Break]:
        """Where the copies outside differ."""
        if self.copies is not None:
            yield from verify_copies(self.copies)

    def _of_chains(self, since: datetime, first: int, share: Scope) -> Iterator[Break]:
        yield from self._of_grown(since, first)
        yield from self.of_streams(share)

    def _of_grown(self, since: datetime, first: int) -> Iterator[Break]:
        names = grown_since(since, first)
        while some := list(islice(names, _NAMES_AT_ONCE)):
            yield from self.of_streams(Scope("{name} = ANY(%s)", [some]))

    def of_streams(self, scope: Scope) -> Iterator[Break]:
        """These streams, and all that was ever sealed of them."""
        yield from self.reading.breaks(scope)
        yield from verify_sealed_heads(scope)


def kept_copies() -> Copies | None:
    """The seals in the file of copies; None when no file is set, or it is not there."""
    path = Path(settings.REDRESS["SEAL_FILE"]) if settings.REDRESS["SEAL_FILE"] else None
    return seal_copies.read(path) if path and path.exists() else None


def first_since(since: datetime) -> int:
    """The number of the first seal made since then; the next one when there is none."""
    older = Seal.objects.filter(sealed_at__lt=since).order_by("-number").values_list("number", flat=True).first()
    return (older or 0) + 1


def grown_since(since: datetime, first: int) -> Iterator[str]:
    """Names of the streams with an entry recorded since, or in a seal from this number on; constant memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_GROWN, [since, first])
        while some := cursor.fetchmany(_NAMES_AT_ONCE):
            yield from (stream for (stream,) in some)
