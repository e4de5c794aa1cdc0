"""Drawing a sample so that a stranger draws the same: plain Python, no Django, no database.

Whoever has the list of references with their strata, the seed and the size comes to the same sample
(docs/decisions/0047-samples-and-audit-sheets.md says it in words, the auditor's manual in twenty lines of Python).
"""

from __future__ import annotations

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

DIGEST: Final = "sha256"


class TooFew(ValueError):
    """The sample is larger than its population, or smaller than the number of its strata."""


@dataclass(frozen=True)
class Drawn:
    """One case of a sample: its number, its stratum ("" where there are none), and its place in the sample, from 1."""

    position: int
    reference: str
    stratum: str


@dataclass
class Drawing:
    """One pass over a population, in the order of the references; holds `size` cases a stratum, however many there are.

    `add` takes each case once; `drawn` gives the sample. `digest` is that of the lines `reference TAB stratum LF`.
    """

    seed: str
    size: int
    sizes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _kept: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    _hash: hashlib._Hash = field(default_factory=lambda: hashlib.new(DIGEST))

    def add(self, reference: str, stratum: str) -> None:
        """One case of the population."""
        self._hash.update(line(reference, stratum))
        self.sizes[stratum] += 1
        kept, entry = self._kept[stratum], (-key(self.seed, reference), reference)
        if len(kept) < self.size:
            heapq.heappush(kept, entry)
        elif entry > kept[0]:
            heapq.heapreplace(kept, entry)

    def add_all(self, population: Iterable[tuple[str, str]]) -> Drawing:
        """Each (reference, stratum) of the population; the drawing itself, so that one may go on."""
        for reference, stratum in population:
            self.add(reference, stratum)
        return self

    @property
    def population(self) -> int:
        """How many cases there are to draw from."""
        return sum(self.sizes.values())

    @property
    def digest(self) -> str:
        """Of the population: `sha256:` and 64 hexadecimal digits."""
        return f"{DIGEST}:{self._hash.hexdigest()}"

    def allotted(self) -> dict[str, int]:
        """How many of the sample each stratum gets. TooFew as `allotted`."""
        return allotted(self.sizes, self.size)

    def drawn(self) -> list[Drawn]:
        """The sample: strata in their order, in each the cases of the smallest keys. TooFew as `allotted`."""
        found: list[Drawn] = []
        for stratum, share in sorted(self.allotted().items()):
            first = sorted(self._kept[stratum], reverse=True)[:share]
            found += [Drawn(len(found) + at, reference, stratum) for at, (_key, reference) in enumerate(first, start=1)]
        return found


def key(seed: str, reference: str) -> int:
    """What a case is ordered by: SHA-256 of seed, line feed and reference (UTF-8), read as a number."""
    return int.from_bytes(hashlib.new(DIGEST, f"{seed}\n{reference}".encode()).digest())


def line(reference: str, stratum: str) -> bytes:
    """A case as a line of its population."""
    return f"{reference}\t{stratum}\n".encode()


def allotted(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many of `size` each stratum of these sizes gets: its share, by the largest remainder, and one at least.

    A stratum whose share is below one gets one and is set aside; the others share what is left, until none is below
    one. Equal remainders go to the stratum that is named first. TooFew: more than there are, or less than strata.
    """
    left, among = size, dict(sizes)
    if not len(among) <= left <= sum(among.values()):
        raise TooFew
    found: dict[str, int] = {}
    while small := [name for name, there in among.items() if left * there < sum(among.values())]:
        for name in small:
            found[name] = 1
            left -= 1
            del among[name]
    return found | _by_remainder(among, left)


def _by_remainder(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """Whole shares, and one more each to the largest remainders until none is left."""
    total = sum(sizes.values())
    found = {name: size * there // total for name, there in sizes.items()}
    over = sorted(sizes, key=lambda name: (-(size * sizes[name] % total), name))
    for name in over[: size - sum(found.values())]:
        found[name] += 1
    return found
