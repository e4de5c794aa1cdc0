"""Bytes under one key: AES-256-GCM, bound to the place they belong to (docs/decisions/0004-journal-format.md)."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from record.algorithms import CIPHER
from record.errors import SealBroken

NONCE = 12
TAG = 16


def new_key() -> bytes:
    """32 random bytes."""
    return AESGCM.generate_key(bit_length=256)


def seal(key: bytes, data: bytes, *, label: str, head: bytes = b"") -> bytes:
    """Algorithm byte ‖ head ‖ nonce (12) ‖ ciphertext with tag. The label is authenticated and not stored."""
    nonce = os.urandom(NONCE)
    return bytes([CIPHER]) + head + nonce + AESGCM(key).encrypt(nonce, data, label.encode())


def unseal(key: bytes, sealed: bytes, *, label: str, head: bytes = b"") -> bytes:
    """The bytes again. SealBroken when anything is not as it was sealed: bytes, key, head or label."""
    start = 1 + len(head)
    if len(sealed) < start + NONCE + TAG or sealed[0] != CIPHER or sealed[1:start] != head:
        raise SealBroken(f"Not sealed in a way or by a key we know ({label}).")
    try:
        return AESGCM(key).decrypt(sealed[start : start + NONCE], sealed[start + NONCE :], label.encode())
    except InvalidTag:
        raise SealBroken(f"Altered or moved ({label}).") from None
