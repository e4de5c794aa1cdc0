"""Merkle trees as RFC 9162 has them."""

import hashlib

import pytest
from hypothesis import given, strategies as st

from record.merkle import Tree, root_of, root_of_proof

# Leaves and roots that implementations of Certificate Transparency are tested with.
LEAVES = [bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES.append(bytes(range(0x60, 0x70)))
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def defined(leaves: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.1, as it is written there."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:]))


@pytest.mark.parametrize(("count", "root"), ROOTS.items())
def test_known_roots(count, root):
    assert root_of(LEAVES[:count], sha256).hex() == root


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_root_is_the_one_the_definition_gives(leaves):
    assert root_of(leaves, sha256) == defined(leaves)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=70), st.data())
def test_every_leaf_has_a_proof_and_no_other_has_it(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    tree = Tree(sha256, prove=index)
    for leaf in leaves:
        tree.add(leaf)
    root, proof = tree.root(), tree.proof()

    assert root_of_proof(leaves[index], index, len(leaves), proof, sha256) == root
    assert root_of_proof(leaves[index] + b"!", index, len(leaves), proof, sha256) != root
    assert root_of_proof(leaves[index], index, len(leaves), [*proof, sha256(b"")], sha256) is None
    if proof:
        assert root_of_proof(leaves[index], index, len(leaves), proof[:-1], sha256) is None


def test_a_leaf_that_is_not_there_has_no_proof():
    tree = Tree(sha256, prove=3)
    tree.add(b"x")
    tree.root()

    with pytest.raises(IndexError):
        tree.proof()
    assert root_of_proof(b"x", 1, 1, [], sha256) is None


def test_what_is_held_grows_with_the_logarithm():
    tree = Tree(sha256, prove=5)
    for number in range(100_000):
        tree.add(str(number).encode())

    assert len(tree._parts) + len(tree._path) < 40
