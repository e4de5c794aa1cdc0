"""SM3 (GB/T 32905-2016, ISO/IEC 10118-3): OpenSSL's where this machine's has it, else ours in plain Python."""

import hashlib
import struct

_START: tuple[int, ...] = (
    0x7380166F,
    0x4914B2B9,
    0x172442D7,
    0xDA8A0600,
    0xA96F30BC,
    0x163138AA,
    0xE38DEE4D,
    0xB0FB0E4E,
)
_BLOCK = 64
_WORD = 0xFFFFFFFF
_HAS_OPENSSL = "sm3" in hashlib.algorithms_available


def sm3(data: bytes) -> bytes:
    """The 32 bytes of the hash."""
    return hashlib.new("sm3", data).digest() if _HAS_OPENSSL else plain(data)


def plain(data: bytes) -> bytes:
    """The same without OpenSSL, a thousand times slower: what a verifier carries with it."""
    state = _START
    padded = data + b"\x80" + bytes(-(len(data) + 9) % _BLOCK) + struct.pack(">Q", len(data) * 8)
    for at in range(0, len(padded), _BLOCK):
        state = _compressed(state, _expanded(struct.unpack(">16I", padded[at : at + _BLOCK])))
    return struct.pack(">8I", *state)


def _turned(word: int, by: int) -> int:
    by %= 32
    return ((word << by) | (word >> (32 - by))) & _WORD


def _p1(word: int) -> int:
    return word ^ _turned(word, 15) ^ _turned(word, 23)


def _expanded(block: tuple[int, ...]) -> list[int]:
    words = list(block)
    for j in range(16, 68):
        mixed = _p1(words[j - 16] ^ words[j - 9] ^ _turned(words[j - 3], 15))
        words.append(mixed ^ _turned(words[j - 13], 7) ^ words[j - 6])
    return words


def _compressed(state: tuple[int, ...], words: list[int]) -> tuple[int, ...]:
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        constant = 0x79CC4519 if j < 16 else 0x7A879D8A
        ss1 = _turned((_turned(a, 12) + e + _turned(constant, j)) & _WORD, 7)
        ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
        tt1 = (ff + d + (ss1 ^ _turned(a, 12)) + (words[j] ^ words[j + 4])) & _WORD
        tt2 = (gg + h + ss1 + words[j]) & _WORD
        a, b, c, d = tt1, a, _turned(b, 9), c
        e, f, g, h = tt2 ^ _turned(tt2, 9) ^ _turned(tt2, 17), e, _turned(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))
