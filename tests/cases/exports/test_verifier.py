"""What verify.py carries itself, against the standards' own examples; and that it stands on nothing but Python."""

import ast
import hashlib
import random
import subprocess
import sys

import pytest
from hypothesis import given, strategies as st

from cases.exports.shipped import verify
from record.merkle import Levels, Tree
from record.sm3 import sm3
from tests.cases.exports.bundles import SHIPPED

# RFC 8032 section 7.1: public key, message, signature
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2"
        "4655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302ae"
        "eb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28"
        "dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17"
        "ad9bef1177331a704",
    ),
]
SM3 = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032, ids=["empty", "one", "two", "sha-abc"])
def test_ed25519_holds_as_in_rfc_8032_and_no_single_bit_may_be_another(public, message, signature):
    key, sign, text = (bytes.fromhex(one) for one in (public, signature, message))
    assert verify.ed25519_holds(key, sign, text)
    draw = random.Random(public)
    for _ in range(4):
        assert not verify.ed25519_holds(flipped(key, draw), sign, text)
        assert not verify.ed25519_holds(key, flipped(sign, draw), text)
        assert not text or not verify.ed25519_holds(key, sign, flipped(text, draw))


def flipped(data: bytes, draw: random.Random) -> bytes:
    """The same but for one bit; as it is when there is none."""
    other, at = bytearray(data), draw.randrange(max(1, len(data) * 8))
    if other:
        other[at // 8] ^= 1 << at % 8
    return bytes(other)


def test_a_signature_with_a_number_beyond_the_order_is_none():
    """Otherwise a second signature could be made of each."""
    public, message, signature = (bytes.fromhex(one) for one in RFC_8032[1])
    number = int.from_bytes(signature[32:], "little") + verify.ORDER
    assert not verify.ed25519_holds(public, signature[:32] + number.to_bytes(32, "little"), message)


@pytest.mark.parametrize(("public", "signature"), [(b"", b""), (b"\0" * 31, b"\0" * 64), (b"\xff" * 32, b"\xff" * 64)])
def test_what_is_no_key_and_no_signature_does_not_hold(public, signature):
    assert not verify.ed25519_holds(public, signature, b"text")


@pytest.mark.parametrize(("data", "digest"), SM3.items(), ids=["abc", "abcd"])
def test_sm3_as_in_the_standard(data, digest):
    assert verify.sm3(data).hex() == digest


@given(st.binary(max_size=300))
def test_sm3_is_that_of_the_product(data):
    assert verify.sm3(data) == sm3(data)


@given(st.integers(1, 70), st.data())
def test_many_proofs_of_one_tree_are_those_of_one_each(count, data):
    def hashed(one: bytes) -> bytes:
        return hashlib.sha256(one).digest()

    leaves = [str(number).encode() for number in range(count)]
    at = data.draw(st.integers(0, count - 1))
    one = Tree(hashed, prove=at)
    for leaf in leaves:
        one.add(leaf)
    root = one.root()
    proof = Levels(leaves, hashed).proof(at)

    assert proof == one.proof()
    assert verify.root_of_proof(leaves[at], at, count, proof, hashed) == root


def test_it_imports_the_standard_library_alone_and_is_python_3_8():
    tree = ast.parse(SHIPPED.read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {
        name.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names | {"__future__"}


def test_what_is_no_bundle_is_said_to_be_none_with_exit_code_2(tmp_path):
    for name, data in (("no.zip", b"no zip"), ("empty.zip", b"PK\x05\x06" + b"\0" * 18)):
        (tmp_path / name).write_bytes(data)
        command = [sys.executable, "-I", str(SHIPPED), str(tmp_path / name)]
        for options, words in (([], "cannot be read as a bundle"), (["--zh"], "无法作为导出包读取")):
            done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (2, "")
            assert words in done.stdout


def test_each_flaw_is_told_in_both_languages():
    for code, (english, chinese) in verify.WORDS.items():
        assert english.isascii(), code
        assert {one for one in "{0}{1}{2}" if one in english} == {one for one in "{0}{1}{2}" if one in chinese}
        assert not chinese.isascii()
