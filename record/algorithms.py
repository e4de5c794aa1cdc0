"""Names of the algorithms in use. Every hash and every ciphertext carries one, so a second one can join the first."""

import hashlib
from collections.abc import Callable

HASHES: dict[str, Callable[[bytes], bytes]] = {"sha256": lambda data: hashlib.sha256(data).digest()}
HASH = "sha256"

# The number is the first byte of a sealed value (record.envelope).
CIPHERS: dict[int, str] = {1: "aes256gcm"}
CIPHER = 1


def digest(data: bytes, algorithm: str = HASH) -> str:
    """`sha256:<64 hex digits>` of the bytes. KeyError for an algorithm that is not registered."""
    return f"{algorithm}:{HASHES[algorithm](data).hex()}"


def nothing(algorithm: str = HASH) -> str:
    """What stands for "nothing before" at the start of a chain: zero bytes, as many as the algorithm gives."""
    return f"{algorithm}:{bytes(len(HASHES[algorithm](b''))).hex()}"


def raw(told: str) -> bytes:
    """The bytes of a hash written as `algorithm:hex`. ValueError when it is not one of ours."""
    algorithm, _, digits = told.partition(":")
    if algorithm not in HASHES:
        raise ValueError(f"Unknown hash algorithm {algorithm!r}.")
    return bytes.fromhex(digits)
