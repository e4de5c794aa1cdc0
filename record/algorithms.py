"""The one registry of algorithms. Every hash, ciphertext and signature names its own, so a second can join the first.

Which one writes is chosen by settings.REDRESS (HASH, CIPHER, SIGNATURE); all that are registered verify and open. One
that is `retired` verifies and opens as before and begins nothing new: choosing it is refused.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher as Block, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from record.sm3 import sm3

TAG = 16


@dataclass(frozen=True)
class Hash:
    """A hash of 32 bytes by its name, which stands before the hex digits of every hash written with it.

    PostgreSQL checks entries by name, too: a further one needs a line in `record_chain_entry` (a migration).
    """

    name: str
    of: Callable[[bytes], bytes]
    retired: bool = False


@dataclass(frozen=True)
class Cipher:
    """An authenticated cipher. `number` is the first byte of what it sealed; keys are 32 bytes, nonces 12.

    `seal(key, nonce, data, label)` gives ciphertext and tag, `open` the data again or InvalidTag.
    """

    name: str
    number: int
    seal: Callable[[bytes, bytes, bytes, bytes], bytes]
    open: Callable[[bytes, bytes, bytes, bytes], bytes]
    retired: bool = False


@dataclass(frozen=True)
class Signature:
    """A signature by its name: `sign(private, data)`, `holds(public, signature, data)`, `public(private)`; bytes."""

    name: str
    sign: Callable[[bytes, bytes], bytes]
    holds: Callable[[bytes, bytes, bytes], bool]
    public: Callable[[bytes], bytes]
    retired: bool = False


def _aes_seal(key: bytes, nonce: bytes, data: bytes, label: bytes) -> bytes:
    return AESGCM(key).encrypt(nonce, data, label)


def _aes_open(key: bytes, nonce: bytes, sealed: bytes, label: bytes) -> bytes:
    return AESGCM(key).decrypt(nonce, sealed, label)


def _sm4_key(key: bytes) -> SM4:
    """SM4 takes 16 bytes; derived, so that one key never serves two ciphers as it is."""
    return SM4(sm3(b"redress|sm4gcm|" + key)[:16])


def _sm4_seal(key: bytes, nonce: bytes, data: bytes, label: bytes) -> bytes:
    encryptor = Block(_sm4_key(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(label)
    return encryptor.update(data) + encryptor.finalize() + encryptor.tag


def _sm4_open(key: bytes, nonce: bytes, sealed: bytes, label: bytes) -> bytes:
    if len(sealed) < TAG:
        raise InvalidTag
    decryptor = Block(_sm4_key(key), modes.GCM(nonce, sealed[-TAG:])).decryptor()
    decryptor.authenticate_additional_data(label)
    return decryptor.update(sealed[:-TAG]) + decryptor.finalize()


def _ed25519_public(private: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _ed25519_sign(private: bytes, data: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).sign(data)


def _ed25519_holds(public: bytes, signature: bytes, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


HASH = "sha256"
HASHES: dict[str, Hash] = {
    one.name: one for one in (Hash(HASH, lambda data: hashlib.sha256(data).digest()), Hash("sm3", sm3))
}
CIPHERS: dict[str, Cipher] = {
    one.name: one for one in (Cipher("aes256gcm", 1, _aes_seal, _aes_open), Cipher("sm4gcm", 2, _sm4_seal, _sm4_open))
}
# A plug-in adds its own before anything is sealed (AppConfig.ready), as one for SM2 would.
SIGNATURES: dict[str, Signature] = {
    one.name: one for one in (Signature("ed25519", _ed25519_sign, _ed25519_holds, _ed25519_public),)
}

_Kind = TypeVar("_Kind", Hash, Cipher, Signature)


def hash_now() -> str:
    """The name of the hash that new streams, digests and seals take. ImproperlyConfigured as `chosen`."""
    return chosen("HASH", HASHES).name


def cipher_now() -> Cipher:
    """The cipher that seals. ImproperlyConfigured as `chosen`."""
    return chosen("CIPHER", CIPHERS)


def signature_now() -> Signature:
    """What signs new seals. ImproperlyConfigured as `chosen`."""
    return chosen("SIGNATURE", SIGNATURES)


def chosen(setting: str, known: Mapping[str, _Kind]) -> _Kind:
    """What settings.REDRESS names. ImproperlyConfigured for one that is not registered, or retired."""
    found = known.get(settings.REDRESS[setting])
    if found is None or found.retired:
        names = ", ".join(name for name, one in known.items() if not one.retired)
        raise ImproperlyConfigured(f"REDRESS[{setting!r}] is one of {names}.")
    return found


def cipher_of(number: int) -> Cipher | None:
    """The cipher whose number a sealed value begins with; None when it is not one of ours."""
    return next((one for one in CIPHERS.values() if one.number == number), None)


def digest(data: bytes, algorithm: str = "") -> str:
    """`sha256:<64 hex digits>` of the bytes, by the hash of today or the one named. KeyError when it is not ours."""
    name = algorithm or hash_now()
    return f"{name}:{HASHES[name].of(data).hex()}"


def nothing(algorithm: str = HASH) -> str:
    """What stands for "nothing before" at the start of a chain: zero bytes, as many as the algorithm gives."""
    return f"{algorithm}:{bytes(len(HASHES[algorithm].of(b''))).hex()}"


def name_of(told: Any) -> str:
    """The algorithm a hash written as `algorithm:hex` names. ValueError when it is not one of ours."""
    name = str(told).partition(":")[0]
    if name not in HASHES:
        raise ValueError(f"Unknown hash algorithm {name!r}.")
    return name


def raw(told: str) -> bytes:
    """The bytes of a hash written as `algorithm:hex`. ValueError when it is not one of ours."""
    name_of(told)
    return bytes.fromhex(told.partition(":")[2])
