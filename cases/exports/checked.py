"""What the bank's own verification finds in the streams of a bundle, told in the signed manifest.

It reads what a bundle does not hold: history rows against the digests in the entries, and the roots of all seals that
name the streams. So whoever altered those is named by verify.py too, which repeats what was found.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from record.flaws import Break
from record.verification import Task
from record.verify import Reading, Scope as Streams
from record.verify_seals import naming, verify_seals

from .scope import AT_ONCE, Scope

TOLD: Final = 1000


def found(scope: Scope) -> list[dict[str, str | int]]:
    """The first break of each broken stream and seal, in the snapshot that is open; constant memory, reads only."""
    return [one._asdict() for one in islice(_breaks(scope), TOLD)]


def _breaks(scope: Scope) -> Iterator[Break]:
    task, seals = Task(Reading(history=True)), set[int]()
    for at in range(0, len(scope.streams), AT_ONCE):
        streams = Streams("{name} = ANY(%s)", [list(scope.streams[at : at + AT_ONCE])])
        yield from task.of_streams(streams)
        seals.update(naming(streams))
        scope.progress(0)
    yield from verify_seals(root_too=seals.__contains__)
