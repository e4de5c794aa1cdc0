"""Merkle trees as RFC 9162 section 2.1 has them: one root over many leaves, and the proof that one leaf is among them.

Leaves come one at a time and are not kept: what is held grows with the logarithm of their number. The verifier of a
bundle carries a copy of `root_of_proof`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

Hash = Callable[[bytes], bytes]
LEAF, NODE = b"\x00", b"\x01"
SIZE = 32  # bytes of a hash


@dataclass
class _Part:
    """A whole subtree of 2^n leaves: the hash at its top, how many, and whether the leaf to be proved is below."""

    top: bytes
    leaves: int
    holds_it: bool


@dataclass
class Tree:
    """Leaves added in order. `prove` is the index of the leaf whose proof is wanted, None for the root alone."""

    hashed: Hash
    prove: int | None = None
    leaves: int = 0
    _parts: list[_Part] = field(default_factory=list)
    _path: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """The next leaf."""
        part = _Part(self.hashed(LEAF + leaf), 1, self.leaves == self.prove)
        self.leaves += 1
        while self._parts and self._parts[-1].leaves == part.leaves:
            part = self._joined(self._parts.pop(), part)
        self._parts.append(part)

    def root(self) -> bytes:
        """The root over all leaves added; the hash of nothing when there is none. Ends the tree."""
        if not self._parts:
            return self.hashed(b"")
        while len(self._parts) > 1:
            right = self._parts.pop()
            self._parts.append(self._joined(self._parts.pop(), right))
        return self._parts[0].top

    def proof(self) -> list[bytes]:
        """The hashes beside the way from the leaf to the root, lowest first. Once `root` was asked; IndexError when
        there is no such leaf.
        """
        if self.prove is None or not 0 <= self.prove < self.leaves:
            raise IndexError("There is no such leaf.")
        return self._path

    def _joined(self, left: _Part, right: _Part) -> _Part:
        if left.holds_it:
            self._path.append(right.top)
        if right.holds_it:
            self._path.append(left.top)
        top = self.hashed(NODE + left.top + right.top)
        return _Part(top, left.leaves + right.leaves, left.holds_it or right.holds_it)


class Levels:
    """A tree of which many leaves are to be proved: every hash of it is kept, some 64 bytes a leaf."""

    def __init__(self, leaves: Iterable[bytes], hashed: Hash) -> None:
        self._levels = [bytearray()]
        for leaf in leaves:
            self._levels[0] += hashed(LEAF + leaf)
        while len(self._levels[-1]) > SIZE:
            self._levels.append(_above(self._levels[-1], hashed))

    def proof(self, index: int) -> list[bytes]:
        """The hashes beside the way from this leaf to the root, lowest first."""
        path = []
        for level in self._levels[:-1]:
            beside = (index ^ 1) * SIZE
            if beside < len(level):  # else it goes up as it is
                path.append(bytes(level[beside : beside + SIZE]))
            index >>= 1
        return path


def _above(level: bytearray, hashed: Hash) -> bytearray:
    """The hashes of pairs; one that is left over goes up as it is."""
    made = bytearray()
    for at in range(0, len(level), 2 * SIZE):
        pair = bytes(level[at : at + 2 * SIZE])
        made += hashed(NODE + pair) if len(pair) == 2 * SIZE else pair
    return made


def root_of(leaves: Iterable[bytes], hashed: Hash) -> bytes:
    """The root over leaves in their order."""
    tree = Tree(hashed)
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def root_of_proof(leaf: bytes, index: int, leaves: int, proof: Iterable[bytes], hashed: Hash) -> bytes | None:
    """The root that this leaf at this index of so many leads to by its proof (RFC 9162 section 2.1.3.2).

    None when the proof is too long or too short for such a tree.
    """
    if not 0 <= index < leaves:
        return None
    at, last, top = index, leaves - 1, hashed(LEAF + leaf)
    for beside in proof:
        if last == 0:
            return None
        if at % 2 or at == last:
            top = hashed(NODE + beside + top)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            top = hashed(NODE + top + beside)
        at, last = at >> 1, last >> 1
    return top if last == 0 else None
