"""Bytes under one key, bound to the place they belong to (docs/decisions/0004-journal-format.md)."""

import os

from cryptography.exceptions import InvalidTag

from record.algorithms import TAG, cipher_now, cipher_of
from record.errors import SealBroken

KEY = 32
NONCE = 12


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY)


def seal(key: bytes, data: bytes, *, label: str, head: bytes = b"") -> bytes:
    """Cipher's number ‖ head ‖ nonce (12) ‖ ciphertext with tag. The label is authenticated and not stored."""
    cipher, nonce = cipher_now(), os.urandom(NONCE)
    return bytes([cipher.number]) + head + nonce + cipher.seal(key, nonce, data, label.encode())


def unseal(key: bytes, sealed: bytes, *, label: str, head: bytes = b"") -> bytes:
    """The bytes again. SealBroken when anything is not as it was sealed: bytes, key, head or label."""
    start = 1 + len(head)
    cipher = cipher_of(sealed[0]) if len(sealed) >= start + NONCE + TAG else None
    if cipher is None or sealed[1:start] != head:
        raise SealBroken(f"Not sealed in a way or by a key we know ({label}).")
    try:
        return cipher.open(key, sealed[start : start + NONCE], sealed[start + NONCE :], label.encode())
    except InvalidTag:
        raise SealBroken(f"Altered or moved ({label}).") from None
