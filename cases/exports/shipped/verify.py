#!/usr/bin/env python3
"""Verify a bundle of cases without the system that made it. One file, Python 3.8 or newer, nothing to install.

    python3 verify.py BUNDLE [--key-fingerprint HEX] [--seals FILE] [--values FILE] [--zh] [--json]

BUNDLE is the ZIP or the folder it was unpacked into (the folder of this file when left out). Exit code 0: nothing is
wrong; 1: something is, and what; 2: it cannot be read at all.

What is checked: each file by its size and SHA-256; the manifest by its signature; each entry of the journal by the hash
of the one before and itself; the end of each stream by its proof under the seal, and what every older seal said of it;
all seals as one signed chain; values in clear by what the entries committed to; where streams of people came along,
that who acted held the post he acted in; that the rules a case pinned are there. What that proves is said at the end,
and no more than that.

Formats: docs/decisions/0004, 0037 and 0042 of the project. Memory does not grow with the bundle.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import sys
import zipfile
import zlib
from datetime import datetime, timedelta

MANIFEST, SIGNATURE, KEYS = "manifest.json", "manifest.sig", "keys.json"
JOURNAL, PROOFS, SEALS, OPENED = "journal.jsonl", "proofs.jsonl", "seals.jsonl", "opened.jsonl"
HEADS, AFTER_ALL, AFTER_ANY = "heads.jsonl", "\U0010ffff", float("inf")
ALWAYS = (KEYS, JOURNAL, PROOFS, SEALS)
NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*\Z")
BESIDE, LONGEST_NAME = (b'"stream":"user:', b'"stream":"policy:'), 200
BLOCK, LONGEST_LINE, LARGEST_MANIFEST = 1 << 20, 1 << 26, 1 << 28
TOLD_AT_MOST, FOUND_AT_MOST, GAPS_KEPT = 50, 10000, 10000

# What may be wrong: in English, in Chinese. {0} is where; the others what belongs to it.
WORDS = {
    "file_missing": ("{0}: the file is missing.", "{0}：文件缺失。"),
    "file_extra": ("{0}: the manifest does not know this file.", "{0}：清单中没有该文件，属多出的文件。"),
    "file_twice": ("{0}: the file is there twice.", "{0}：该文件出现了两次。"),
    "file_changed": ("{0}: the file was changed or swapped.", "{0}：文件被改动或调换。"),
    "file_unreadable": ("{0}: cannot be read as what it should be.", "{0}：无法按应有格式读取。"),
    "file_name": ("{0}: no such name may be in a bundle; not opened.", "{0}：不允许的文件名，未打开。"),
    "manifest_forged": (
        "{0}: the signature is not over this manifest: files or counts were changed after the export.",
        "{0}：签名与清单不符：导出之后文件或件数被改动。",
    ),
    "key_other": (
        "{0}: signed with a key whose fingerprint is not the one you were given.",
        "{0}：签名所用密钥的指纹与您另行取得的不一致。",
    ),
    "key_unknown": ("{0}: signed with the key {1}, which is not in the bundle.", "{0}：所用密钥 {1} 不在本包内。"),
    "signature_unknown": (
        "{0}: signed by {1}, which this file cannot check: take the bank's own verification, or a program that can.",
        "{0}：签名算法为 {1}，本程序无法核验：请用银行自身核验或支持该算法的程序。",
    ),
    "count_other": (
        "{0}: the manifest says {1}, the bundle holds {2}.",
        "{0}：清单记载 {1}，包内实有 {2}。",
    ),
    "seal_changed": ("seal {0}: was changed.", "存证 {0}：被改动。"),
    "seal_forged": ("seal {0}: the signature is wrong.", "存证 {0}：签名不符。"),
    "seal_missing": ("seal {0}: is missing.", "存证 {0}：缺失。"),
    "seal_order": ("seal {0}: stands in the wrong place, or twice.", "存证 {0}：位置不对或重复。"),
    "seal_unchained": ("seal {0}: does not follow the one before.", "存证 {0}：与前一存证不衔接。"),
    "seal_old": (
        "the newest seal is {0}, the manifest speaks of seal {1}: an old seal was put in again, or seals were cut off.",
        "最后的存证为 {0}，清单所指为 {1}：换入了旧存证，或存证被截去。",
    ),
    "proof_old": ("{0}: proved by the old seal {1} instead of {2}.", "{0}：证明来自旧存证 {1}，应为 {2}。"),
    "proof_wrong": ("{0}: the proof does not lead to the root of the seal.", "{0}：证明不能归到存证的根。"),
    "proof_missing": (
        "{0}: no proof: the whole stream was put in, or its proof was taken out.",
        "{0}：没有证明：整条轨迹是插入的，或证明被抽走。",
    ),
    "stream_missing": ("{0}: all entries of the stream were removed.", "{0}：该轨迹的全部留痕被删除。"),
    "stream_order": ("{0}: the stream stands in the wrong place, or twice.", "{0}：该轨迹位置不对或重复。"),
    "stream_cut": (
        "{0}: cut off after entry {1}; the seal says {2} entries.",
        "{0}：第 {1} 条之后被截去；存证记载共 {2} 条留痕。",
    ),
    "stream_longer": (
        "{0}: entries were added behind entry {1}, where the seal says it ends.",
        "{0}：存证记载止于第 {1} 条，其后被添加留痕。",
    ),
    "stream_forged": (
        "{0}: the chain holds together but does not end as the seal says: it was computed anew.",
        "{0}：链条自洽，但末端与存证不符：链条被重算过。",
    ),
    "bank_found": (
        "{0}, {1}: the bank's own verification found it broken when the bundle was made ({2}).",
        "{0} 第 {1} 条：制作本包时，银行自身核验已发现问题（{2}）。",
    ),
    "seal_other": (
        "seal {0}: is not the one you kept: the seals were made anew.",
        "存证 {0}：与您留存的不一致：存证被重做过。",
    ),
    "sealed_other": (
        "{0}, entry {1}: is not what seal {2} says it was: the chain was computed anew after that seal.",
        "{0} 第 {1} 条：与第 {2} 号存证所记不符：该存证之后链条被重算过。",
    ),
    "sealed_gone": (
        "{0}, entry {1}: seal {2} knew it, and it is not there: the stream was cut off after that seal.",
        "{0} 第 {1} 条：第 {2} 号存证记有此条，现已不在：该存证之后轨迹被截去。",
    ),
    "entry_changed": ("{0}, entry {1}: was changed.", "{0} 第 {1} 条：被改动。"),
    "entry_removed": ("{0}, entry {1}: was removed.", "{0} 第 {1} 条：被删除。"),
    "entry_order": ("{0}, entry {1}: stands in the wrong place.", "{0} 第 {1} 条：顺序被调换。"),
    "entry_inserted": ("{0}, entry {1}: was inserted.", "{0} 第 {1} 条：是插入的。"),
    "entry_unchained": ("{0}, entry {1}: does not follow the one before.", "{0} 第 {1} 条：与前一条不衔接。"),
    "post_unheld": (
        "{0}, entry {1}: {2} acted as {3}, a post the bundle does not give him at that moment.",
        "{0} 第 {1} 条：{2} 以 {3} 岗位办理，包内岗位记录显示其当时并未任该岗位。",
    ),
    "edition_other": (
        "edition {0} of the rules: its name is not that of its rules, or a rule of it is not in the bundle.",
        "规则版次 {0}：名称与所含规则不符，或所含规则不在本包内。",
    ),
    "edition_missing": (
        "{0}, entry {1}: applied the edition {2} of the rules, which is not in the bundle.",
        "{0} 第 {1} 条：适用规则版次 {2}，但该版次不在本包内。",
    ),
    "value_other": (
        "{0}, entry {1}, {2}: the value in clear is not what the entry committed to.",
        "{0} 第 {1} 条 {2}：明文与记录中的承诺值不符。",
    ),
    "value_absent": (
        "{0}, entry {1}: you hold a value of it, and it is not in this bundle.",
        "{0} 第 {1} 条：您持有其内容，但本包没有这一条。",
    ),
}


class Unreadable(Exception):
    """This is no bundle, or too little of one to say what is wrong."""


# SM3 (GB/T 32905-2016), for streams that use it where this Python's OpenSSL does not know it --------------------------


def sm3(data):
    """The 32 bytes of SM3."""
    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = data + b"\x80" + b"\0" * ((55 - len(data)) % 64) + (len(data) * 8).to_bytes(8, "big")
    for at in range(0, len(padded), 64):
        state = [old ^ new for old, new in zip(state, _sm3_block(state, padded[at : at + 64]))]
    return b"".join(word.to_bytes(4, "big") for word in state)


def _turn(word, by):
    by %= 32
    return ((word << by) | (word >> (32 - by))) & 0xFFFFFFFF


def _sm3_block(state, block):
    words = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 64, 4)]
    for at in range(16, 68):
        mixed = words[at - 16] ^ words[at - 9] ^ _turn(words[at - 3], 15)
        mixed = mixed ^ _turn(mixed, 15) ^ _turn(mixed, 23)
        words.append(mixed ^ _turn(words[at - 13], 7) ^ words[at - 6])
    a, b, c, d, e, f, g, h = state
    for at in range(64):
        early = at < 16
        one = _turn((_turn(a, 12) + e + _turn(0x79CC4519 if early else 0x7A879D8A, at)) & 0xFFFFFFFF, 7)
        major = (a ^ b ^ c) if early else ((a & b) | (a & c) | (b & c))
        chosen = (e ^ f ^ g) if early else ((e & f) | (~e & 0xFFFFFFFF & g))
        two = (major + d + (one ^ _turn(a, 12)) + (words[at] ^ words[at + 4])) & 0xFFFFFFFF
        three = (chosen + h + one + words[at]) & 0xFFFFFFFF
        a, b, c, d = two, a, _turn(b, 9), c
        e, f, g, h = three ^ _turn(three, 9) ^ _turn(three, 17), e, _turn(f, 19), g
    return a, b, c, d, e, f, g, h


HASHES = {"sha256": lambda data: hashlib.sha256(data).digest(), "sm3": sm3}


# Ed25519 (RFC 8032 section 5.1), verification only --------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def _x_of(y, is_odd):
    """The x of a point, None when there is none."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and is_odd):
        return None
    return P - x if x % 2 != is_odd else x


def _point(data):
    """A point from its 32 bytes, as (X, Y, Z, T); None when it is none."""
    number = int.from_bytes(data, "little")
    y = number & ((1 << 255) - 1)
    x = _x_of(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def _sum(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number, point):
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _sum(found, point)
        point = _sum(point, point)
        number >>= 1
    return found


_BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = _point(_BASE_Y.to_bytes(32, "little"))


def ed25519_holds(public, signature, data):
    """Whether the signature of 64 bytes is over the data, by the public key of 32 bytes."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, first = _point(public), _point(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if key is None or first is None or number >= ORDER:
        return False
    mixed = int.from_bytes(hashlib.sha512(signature[:32] + public + data).digest(), "little") % ORDER
    left, right = _times(number, BASE), _sum(first, _times(mixed, key))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


# Merkle trees (RFC 9162 section 2.1.3.2) ------------------------------------------------------------------------------


def root_of_proof(leaf, index, leaves, proof, hashed):
    """The root this leaf leads to; None when the proof is too long or too short."""
    if not 0 <= index < leaves:
        return None
    at, last, top = index, leaves - 1, hashed(b"\0" + leaf)
    for beside in proof:
        if last == 0:
            return None
        if at % 2 or at == last:
            top = hashed(b"\1" + beside + top)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            top = hashed(b"\1" + top + beside)
        at, last = at >> 1, last >> 1
    return top if last == 0 else None


# Reading: a ZIP or a folder, in which only names that were listed and may be are ever opened --------------------------


class Zipped:
    """The files of a ZIP."""

    def __init__(self, path):
        self._zip = zipfile.ZipFile(path)
        self.listed = [about.filename for about in self._zip.infolist() if not about.is_dir()]

    def open(self, name):
        return self._zip.open(name)


class Folder:
    """The files below a folder; links are listed and never followed."""

    def __init__(self, path):
        self._path, self.listed = path, []
        for folder, folders, files in os.walk(path):
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            for name in files + links:
                self.listed.append(os.path.relpath(os.path.join(folder, name), path).replace(os.sep, "/"))

    def open(self, name):
        path = os.path.join(self._path, *name.split("/"))
        if os.path.islink(path):
            raise OSError("a link")
        return open(path, "rb")


def lines(source, name):
    """Each row of a JSON Lines file as an object; ValueError for one that is none."""
    with source.open(name) as file:
        while True:
            line = file.readline(LONGEST_LINE)
            if not line:
                return
            row = json.loads(line.decode("utf-8"))
            if not line.endswith(b"\n") or not isinstance(row, dict) or plain(row) + b"\n" != line:
                raise ValueError("no row")
            yield row


def plain(value):
    """The one text of a value: names in order, no blanks (RFC 8785 for what bundles hold)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")


def raw(told):
    """The bytes of a hash written as `algorithm:hex`. ValueError."""
    name, _, digits = str(told).partition(":")
    if name not in HASHES or not re.match(r"[0-9a-f]{64}\Z", digits):
        raise ValueError("no hash")
    return bytes.fromhex(digits)


def chained(previous, body, algorithm):
    """The hash of an entry or a seal, as it is written."""
    return algorithm + ":" + HASHES[algorithm](raw(previous) + body.encode("utf-8")).hex()


def decoded(text):
    """The bytes of base64, in its one form; ValueError."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("no base64")
    return data


# The checks -----------------------------------------------------------------------------------------------------------

BROKEN = (ValueError, KeyError, TypeError, AttributeError, binascii.Error, UnicodeError, OSError, RecursionError)
TORN = BROKEN + (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error)


class Verifier:
    """One bundle, and what was found wrong in it: (code, where, …) in the order found."""

    def __init__(self, path, fingerprints=(), kept=None, values=None):
        self.held = held(values) if values else {}
        self.confirmed = 0
        try:
            self.source = Folder(path) if os.path.isdir(path) else Zipped(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise Unreadable(str(error))
        self.wanted = {"".join(one.lower().replace(":", "").split()) for one in fingerprints}
        self.found, self.seen = [], set()
        self.streams = self.entries = self.values = self.heads = self.compared = 0
        self.sealed, self.kept = {}, kept or {}
        self.acts, self.posts, self.rules = 0, Posts(), set()
        self.newest = self.keys = self.manifest = None
        self.signer = ""

    def tell(self, *what):
        """Something is wrong; the same is told once, and what is too much to read not at all."""
        if what not in self.seen and len(self.found) < FOUND_AT_MOST:
            self.seen.add(what)
            self.found.append(what)

    def run(self):
        """All checks. Unreadable when there is no manifest to begin with."""
        self.manifest = self._manifest()
        self._keys()
        self._signature()
        self._files()
        for one in self.manifest.get("bank_found", ()):
            self.tell("bank_found", one["stream"], one["number"], one["what"])
        for name, check in ((SEALS, self._seals), (JOURNAL, self._beside), (JOURNAL, self._journal)):
            try:
                check()
            except TORN:
                self.tell("file_unreadable", name)
        for stream, number in self.held:
            self.tell("value_absent", stream, number)
        return self

    # files

    def _small(self, name):
        try:
            with self.source.open(name) as file:
                data = file.read(LARGEST_MANIFEST + 1)
            if len(data) > LARGEST_MANIFEST:
                raise ValueError("too large")
            return data
        except TORN as error:
            raise Unreadable(name + ": " + str(error))

    def _manifest(self):
        self._signed = self._small(MANIFEST)
        try:
            manifest = json.loads(self._signed.decode("utf-8"))
            for one in manifest["files"]:
                one["name"], one["size"] + 0, one["sha256"]
            manifest["seal"]["number"], manifest["counts"]["entries"], manifest["counts"]["streams"]
        except TORN:
            raise Unreadable(MANIFEST)
        if plain(manifest) != self._signed:
            self.tell("file_changed", MANIFEST)
        return manifest

    def _keys(self):
        self.keys = {}
        try:
            for key, told in json.loads(self._small(KEYS).decode("utf-8")).items():
                self.keys[key] = decoded(told["public"])
        except TORN + (Unreadable,):
            self.tell("file_unreadable", KEYS)

    def _signature(self):
        try:
            data = self._small(SIGNATURE)
            told = json.loads(data.decode("utf-8"))
            key, signature, domain = told["key"], decoded(told["signature"]), b"redress export 1\n"
            algorithm = told["algorithm"]
            is_plain = plain(told) == data and set(told) == {"algorithm", "key", "signature"}
        except TORN + (Unreadable,):
            self.tell("file_unreadable", SIGNATURE)
            return
        if key not in self.keys:
            self.tell("key_unknown", SIGNATURE, key)
            return
        self.signer = hashlib.sha256(self.keys[key]).hexdigest()
        if self.wanted and self.signer not in self.wanted:
            self.tell("key_other", SIGNATURE)
        if algorithm != "ed25519":
            self.tell("signature_unknown", MANIFEST, algorithm)
        elif not is_plain or not self._holds(key, signature, domain + self._signed):
            self.tell("manifest_forged", MANIFEST)

    def _holds(self, key, signature, data):
        return ed25519_holds(self.keys[key], signature, data)

    def _files(self):
        listed, told = set(self.source.listed), {MANIFEST, SIGNATURE}
        for one in self.manifest["files"]:
            name = str(one["name"])
            told.add(name)
            if not NAME.match(name):
                self.tell("file_name", name)
            elif name not in listed:
                self.tell("file_missing", name)
            elif not self._is_same(name, one):
                self.tell("file_changed", name)
        for name in ALWAYS:
            if name not in told:
                self.tell("file_missing", name)
        self._listed(told)

    def _listed(self, told):
        """What is there: each name once, and only those the manifest tells of."""
        seen = set()
        for name in self.source.listed:
            if name in seen:
                self.tell("file_twice", name)
            seen.add(name)
            if not NAME.match(name):
                self.tell("file_name", name)
            elif name not in told:
                self.tell("file_extra", name)

    def _is_same(self, name, told):
        hashed, size = hashlib.sha256(), 0
        try:
            with self.source.open(name) as file:
                while size <= told["size"]:
                    block = file.read(BLOCK)
                    if not block:
                        break
                    hashed.update(block)
                    size += len(block)
        except TORN:
            return False
        return (size, hashed.hexdigest()) == (told["size"], told["sha256"])

    # seals

    def _seals(self):
        expected, previous = 1, ""
        for seal in lines(self.source, SEALS):
            body = json.loads(seal["body"])
            number = body["number"]
            if number > expected:
                for missing in range(expected, min(number, expected + TOLD_AT_MOST)):
                    self.tell("seal_missing", missing)
            elif number < expected:
                self.tell("seal_order", number)
            self._seal(number, body, seal)
            if number == expected and body["previous"] != (previous or body["algorithm"] + ":" + "0" * 64):
                self.tell("seal_unchained", number)
            if number >= expected:
                expected, previous, self.newest = number + 1, seal["hash"], body
        newest, wanted = self.newest["number"] if self.newest else 0, self.manifest["seal"]["number"]
        if newest != wanted:
            self.tell("seal_old", newest, wanted)

    def _seal(self, number, body, seal):
        self.sealed.setdefault(number, (body["algorithm"], body["streams"], body["root"]))
        self.compared += number in self.kept
        if self.kept.get(number, seal["hash"]) != seal["hash"]:
            self.tell("seal_other", number)
        if plain(body).decode("utf-8") != seal["body"]:
            self.tell("seal_changed", number)
        if chained(body["previous"], seal["body"], body["algorithm"]) != seal["hash"]:
            self.tell("seal_changed", number)
        if body["key"] not in self.keys:
            self.tell("key_unknown", "seal %s" % number, body["key"])
            return
        signed = b"redress seal 1\n" + seal["body"].encode("utf-8")
        if body["signature"] != "ed25519":
            self.tell("signature_unknown", "seal %s" % number, body["signature"])
        elif not self._holds(body["key"], decoded(seal["signature"]), signed):
            self.tell("seal_forged", number)

    # who held which post, and which rules there were

    def _beside(self):
        """Both, from the streams that tell it: those stand behind the cases, so the journal is looked through twice."""
        if "editions" not in self.manifest:
            return  # made before bundles had them
        with self.source.open(JOURNAL) as file:
            while True:
                line = file.readline(LONGEST_LINE)
                if not line:
                    break
                if any(mark in line[-LONGEST_NAME:] for mark in BESIDE):
                    self._told_beside(json.loads(json.loads(line.decode("utf-8"))["body"]))
        for name, packs in self.manifest["editions"].items():
            text = "+".join("%s@%s" % pair for pair in sorted(packs.items()))
            digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
            if name.partition("-")[2] != digest or not set(packs.items()) <= self.rules:
                self.tell("edition_other", name)

    def _told_beside(self, body):
        if body["kind"] == "policy.loaded":
            self.rules.add((body["data"]["pack"], body["data"]["version"]))
        elif body["stream"].startswith("user:"):
            self.posts.take(body)

    def _acted(self, stream, number, body):
        """Whether who acted held the post he acted in, and the rules that were applied are there."""
        who, at = body["actor"], body["recorded_at"]
        if who["role"]:
            held = [self.posts.held(one, who["role"], at) for one in (who["number"], who["for_whom"].partition(" ")[0])]
            self.acts += True in held
            if True not in held and None not in held[: 1 + bool(who["for_whom"])]:
                self.tell("post_unheld", stream, number, who["number"], who["role"])
        for change in body["changed"]:
            name = change["fields"].get("policy_version", {}).get("after")
            if name and name not in self.manifest.get("editions", (name,)):
                self.tell("edition_missing", stream, number, name)

    # journal

    def _journal(self):
        proofs, opened, self.older = (Ahead(self._rows(name)) for name in (PROOFS, OPENED, HEADS))
        stream, last = None, ""
        for row in lines(self.source, JOURNAL):
            self.entries += 1
            if stream is None or row["stream"] != stream.name:
                if stream is not None:
                    self._ends(stream)
                stream = Stream(self, row["stream"], self._proof_of(row["stream"], last, proofs))
                last = max(last, row["stream"])
            body = stream.take(row)
            if body is not None and stream.name.startswith("case:"):
                self._acted(stream.name, row["number"], body)
            self._values(row, opened)
            self._older(stream.name, row["number"], row["hash"], stream)
            self._confirm(row)
        if stream is not None:
            self._ends(stream)
        self._older(AFTER_ALL, 0, "", None)
        self._left(proofs, opened)

    def _ends(self, stream):
        self._older(stream.name, AFTER_ANY, "", stream)
        stream.ends()

    def _rows(self, name):
        """Of a file that need not be there."""
        return lines(self.source, name) if name == PROOFS or name in self.source.listed else iter(())

    def _left(self, proofs, opened):
        """Proofs and values no entry came for, and whether the counts are those of the manifest."""
        while proofs.next is not None:
            self.tell("stream_missing", proofs.take()["stream"])
        while opened.next is not None:
            self._strange(opened.take())
        for what in ("streams", "entries"):
            if self.manifest["counts"][what] != getattr(self, what):
                self.tell("count_other", what, self.manifest["counts"][what], getattr(self, what))

    def _proof_of(self, name, last, proofs):
        """Both files are in the order of streams: what stands before this one in the proofs alone has no entries."""
        if name <= last:
            self.tell("stream_order", name)
            return None
        self.streams += 1
        while proofs.next is not None and proofs.next["stream"] < name:
            self.tell("stream_missing", proofs.take()["stream"])
        if proofs.next is None or proofs.next["stream"] != name:
            self.tell("proof_missing", name)
            return None
        proof = proofs.take()
        self._proof(name, proof)
        return proof

    def _proof(self, name, proof):
        if proof["seal"] != self.manifest["seal"]["number"] or self.newest is None:
            self.tell("proof_old", name, proof["seal"], self.manifest["seal"]["number"])
        elif not self._leads(name, proof):
            self.tell("proof_wrong", name)

    def _leads(self, name, proof):
        """Whether what is said of the stream is in the seal it names."""
        algorithm, streams, root = self.sealed[proof["seal"]]
        leaf = plain({"stream": name, "length": proof["length"], "head": proof["head"]})
        path = [bytes.fromhex(one) for one in proof["proof"]]
        found = root_of_proof(leaf, proof["position"], streams, path, HASHES[algorithm])
        return found is not None and algorithm + ":" + found.hex() == root

    # what older seals said

    def _older(self, name, number, digest, stream):
        """Those up to this entry: one at it says what it was, one passed over speaks of an entry that is not there."""
        heads = self.older
        while heads.next is not None and (heads.next["stream"], heads.next["length"]) <= (name, number):
            head = heads.take()
            at, seal, self.heads = head["length"], head["seal"], self.heads + 1
            if seal not in self.sealed or not self._leads(head["stream"], head):
                self.tell("proof_wrong", head["stream"])
            elif stream is None or head["stream"] != stream.name:
                self.tell("stream_missing", head["stream"])
            elif at != number:
                stream.unlike(("sealed_gone", at, seal))
            elif head["head"] != digest:
                stream.unlike(("sealed_other", at, seal))

    # values in clear

    def _values(self, row, opened):
        """Those of this entry: they stand in the order of the journal."""
        here = (row["stream"], row["number"])
        while opened.next is not None and (opened.next["stream"], opened.next["number"]) <= here:
            value = opened.take()
            if (value["stream"], value["number"]) != here:
                self._strange(value)
                continue
            self.values += 1
            if not is_committed(row, value):
                self._strange(value)

    def _confirm(self, row):
        """Values somebody holds from elsewhere, whether or not the bank can still open them."""
        for value in self.held.pop((row["stream"], row["number"]), ()):
            if is_committed(row, value):
                self.confirmed += 1
            else:
                self._strange(value)

    def _strange(self, value):
        self.tell("value_other", value["stream"], value["number"], value["field"])


class Posts:
    """Who held which post from when to when, as the streams of people tell it."""

    def __init__(self):
        self._numbers, self._posts = {}, {}

    def take(self, body):
        """The next entry of a person's stream; the first of all says his staff number."""
        if body["kind"] == "user.created":
            self._numbers[body["stream"]] = body["data"]["number"]
            self._posts.setdefault(body["data"]["number"], {})
        posts = self._posts.get(self._numbers.get(body["stream"]), {})
        for change in body["changed"]:
            if change["model"] == "accounts.post":
                post = posts.setdefault(change.get("uuid", change.get("pk")), {})
                post.update((name, both["after"]) for name, both in change["fields"].items())

    def held(self, number, role, at):
        """Whether he held it at that moment, a minute more or less, as clocks differ; None: nobody knows him."""
        if number not in self._posts:
            return None
        return any(
            post.get("role") == role and not _after(post["since"], at) and not _after(at, post.get("until") or at)
            for post in self._posts[number].values()
        )


def _after(one, other):
    """Whether one moment is more than a minute after the other."""
    if one <= other:
        return False
    first, second = (datetime.strptime(text[:-1] + "+0000", "%Y-%m-%dT%H:%M:%S.%f%z") for text in (one, other))
    return first - second > timedelta(minutes=1)


def is_committed(row, value):
    """Whether an entry committed to this value with its salt."""
    told = json.loads(row["body"])["personal"].get(value["field"], "")
    name = told.partition(":")[0]
    clear = bytes.fromhex(value["salt"]) + value["value"].encode("utf-8")
    return name in HASHES and name + ":" + HASHES[name](clear).hex() == told


def held(path):
    """Values from an earlier opened.jsonl, all or some of its lines, by stream and number of the entry. Unreadable."""
    found = {}
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                value = json.loads(line)
                bytes.fromhex(value["salt"]), value["value"].encode("utf-8"), value["field"] + ""
                found.setdefault((value["stream"] + "", value["number"] + 0), []).append(value)
    except BROKEN as error:
        raise Unreadable("%s: %s" % (path, error))
    return found


class Ahead:
    """An iterator whose next one can be looked at."""

    def __init__(self, rows):
        self._rows = iter(rows)
        self.next = next(self._rows, None)

    def take(self):
        taken, self.next = self.next, next(self._rows, None)
        return taken


class Stream:
    """One stream while its entries come."""

    def __init__(self, verifier, name, proof):
        self.verifier, self.name, self.proof = verifier, name, proof
        self.expected, self.head, self.gaps, self.is_whole = 1, "", set(), True
        self.unlike_seals = []

    def tell(self, code, *what):
        self.is_whole = False
        self.verifier.tell(code, self.name, *what)

    def take(self, row):
        """The next entry; its body, when it is what it was."""
        number, algorithm, told = row["number"], row["algorithm"], None
        if algorithm not in HASHES or chained(row["previous"], row["body"], algorithm) != row["hash"]:
            self.tell("entry_changed", number)
        else:
            body = json.loads(row["body"])
            if (body["stream"], body["number"]) != (self.name, number):
                self.tell("entry_changed", number)
            else:
                told = body
        if number < self.expected:
            self._before(number)
            return told
        if number > self.expected:
            self.gaps.update(range(self.expected, min(number, self.expected + GAPS_KEPT)))
        elif row["previous"] != (self.head or algorithm + ":" + "0" * 64):
            self.tell("entry_unchained", number)
        self.expected, self.head = number + 1, row["hash"]
        return told

    def unlike(self, what):
        """An older seal says otherwise: told at the end, where the newest seal found nothing wrong."""
        if len(self.unlike_seals) < TOLD_AT_MOST:
            self.unlike_seals.append(what)

    def _before(self, number):
        """One that was passed over comes late; any other is one too many."""
        if number in self.gaps:
            self.gaps.discard(number)
            self.tell("entry_order", number)
        else:
            self.tell("entry_inserted", number)

    def ends(self):
        """No more entries come."""
        for number in sorted(self.gaps):
            self.tell("entry_removed", number)
        if self.proof is not None:
            self._ends_as_sealed(self.proof["length"], self.expected - 1)
        if self.is_whole:
            for what in self.unlike_seals:
                self.tell(*what)

    def _ends_as_sealed(self, length, had):
        if had < length:
            self.tell("stream_cut", had, length)
        elif had > length:
            self.tell("stream_longer", length)
        elif self.head != self.proof["head"] and self.is_whole:
            self.tell("stream_forged")


# What is said ---------------------------------------------------------------------------------------------------------

CLAIM = (
    "Nothing is wrong. {files} files are as they were when the bundle was made at {made_at}.\n"
    "{entries} entries in {streams} streams are complete and unchanged up to seal {seal} of {sealed_at}.\n"
    "What was recorded after that moment is not in the bundle, and not proved.",
    "未发现问题。{files} 个文件与 {made_at} 制作本包时一致。\n"
    "{streams} 条轨迹、{entries} 条留痕完整且未被改动，截至 {sealed_at} 的第 {seal} 号存证。\n"
    "此后登记的内容不在本包内，也不在证明范围内。",
)
SIGNER = ("Signed with the key whose SHA-256 fingerprint is", "签名密钥的 SHA-256 指纹：")
COMPARE = (
    "Compare it with what the bank's auditor or the regulator gave you in another way: whoever makes a key of his own\n"
    "can sign anything. Give it as --key-fingerprint, and it is compared for you.",
    "请与从审计部门或监管部门另行取得的指纹核对：自造密钥的人可以签任何内容。\n"
    "用 --key-fingerprint 给出指纹，即由本程序核对。",
)
CONFIRMED = (
    "{0} values you hold are what the entries committed to, letter for letter.",
    "您持有的 {0} 个内容与留痕中的承诺值逐字一致。",
)
COMPARED = ("It is the one you gave.", "与您给出的指纹一致。")
WRONG = ("{0} things are wrong:", "发现 {0} 处问题：")
MORE = ("… and {0} more.", "……另有 {0} 处。")
CANNOT = ("This cannot be read as a bundle: {0}", "无法作为导出包读取：{0}")


def report(verifier, zh):
    """What a person reads."""
    which, found = int(zh), verifier.found
    if found:
        yield WRONG[which].format(len(found))
        for code, *what in found[:TOLD_AT_MOST]:
            yield "  " + WORDS[code][which].format(*what)
        if len(found) > TOLD_AT_MOST:
            yield "  " + MORE[which].format(len(found) - TOLD_AT_MOST)
    else:
        manifest = verifier.manifest
        yield CLAIM[which].format(
            files=len(manifest["files"]),
            made_at=manifest.get("made_at", "?"),
            entries=verifier.entries,
            streams=verifier.streams,
            seal=manifest["seal"]["number"],
            sealed_at=verifier.newest["sealed_at"],
        )
    if verifier.confirmed:
        yield CONFIRMED[which].format(verifier.confirmed)
    if verifier.signer:
        digits = verifier.signer
        yield SIGNER[which]
        yield "  " + " ".join(digits[at : at + 8] for at in range(0, 64, 8))
        if not verifier.wanted:
            yield COMPARE[which]
        elif digits in verifier.wanted:
            yield COMPARED[which]


def as_data(verifier):
    """The same for a program."""
    return {
        "ok": not verifier.found,
        "found": [{"what": code, "where": list(what)} for code, *what in verifier.found],
        "streams": verifier.streams,
        "entries": verifier.entries,
        "values": verifier.values,
        "older_heads": verifier.heads,
        "seals_compared": verifier.compared,
        "acts": verifier.acts,
        "confirmed": verifier.confirmed,
        "seal": verifier.manifest["seal"]["number"],
        "key": verifier.signer,
        "key_compared": bool(verifier.wanted),
    }


def kept_seals(path):
    """Number → hash of the seals of a file, none without one. Unreadable."""
    kept = {}
    if path:
        try:
            with open(path, encoding="utf-8") as file:
                for line in file:
                    seal = json.loads(line)
                    kept[json.loads(seal["body"])["number"]] = str(seal["hash"])
        except TORN as error:
            raise Unreadable(path + ": " + str(error))
    return kept


def main(given=None):
    """The command."""
    asked = argparse.ArgumentParser(description="Verify a bundle of exported cases.")
    asked.add_argument("bundle", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    asked.add_argument("--key-fingerprint", action="append", default=[], metavar="HEX", help="got in another way")
    asked.add_argument(
        "--seals", metavar="FILE", help="seals you kept: lines of JSON, as the bank's copy outside has them"
    )
    asked.add_argument("--values", metavar="FILE", help="opened.jsonl of an earlier bundle, to compare with this one")
    asked.add_argument("--zh", action="store_true", help="in Chinese 中文")
    asked.add_argument("--json", action="store_true", help="for programs")
    options = asked.parse_args(given)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        kept = kept_seals(options.seals)
        verifier = Verifier(options.bundle, options.key_fingerprint, kept, options.values).run()
    except Unreadable as why:
        print(json.dumps({"ok": False, "unreadable": str(why)}) if options.json else CANNOT[options.zh].format(why))
        return 2
    if options.json:
        print(json.dumps(as_data(verifier), ensure_ascii=False))
    else:
        print("\n".join(report(verifier, options.zh)))
    return 1 if verifier.found else 0


if __name__ == "__main__":
    sys.exit(main())
