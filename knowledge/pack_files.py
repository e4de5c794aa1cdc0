"""Policy packs as they stand in `packs/*.toml`: plain Python, no Django, no database."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.calendars import Unit

FOLDER = Path(__file__).with_name("packs")
KINDS = ("law", "house")
COUNTS_FROM = (
    *("notice", "receipt", "step", "stop", "telling", "request", "overdue"),
    *("settlement", "before_end", "transaction"),
    *("file_end", "transaction_end", "relation_end", "visit_end"),
)
DATES = ("as_of", "verified_on", "effective_from", "effective_to")
NUMBERS = ("version", "amount")


class BrokenPack(ValueError):
    """A policy pack cannot be read; its message names the pack and the rule."""


@dataclass(frozen=True)
class PackRule:
    """One rule of a pack file; the fields are the columns of `PolicyRule`."""

    pack: str
    version: int
    key: str
    name: str
    name_en: str
    amount: int
    unit: str
    counts_from: str
    kind: str
    source: str
    source_en: str
    article: str
    link: str
    verified: bool
    as_of: date
    verified_on: date | None
    effective_from: date
    effective_to: date | None
    extension: dict[str, Any] = field(default_factory=dict)


def read_all(folder: Path = FOLDER) -> list[PackRule]:
    """All rules of all packs in the folder. BrokenPack: unreadable, incomplete, or one key in two packs."""
    rules = [rule for path in sorted(folder.glob("*.toml")) for rule in read(path)]
    owner: dict[str, str] = {}
    seen: set[tuple[str, int]] = set()
    for rule in rules:
        if owner.setdefault(rule.key, rule.pack) != rule.pack or (rule.key, rule.version) in seen:
            raise BrokenPack(f"{rule.key} is set twice: in {owner[rule.key]} and in {rule.pack} {rule.version}")
        seen.add((rule.key, rule.version))
    return rules


def read(path: Path) -> list[PackRule]:
    """The rules of one pack file; what a rule leaves out it takes from its pack. BrokenPack: see `read_all`."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as broken:
        raise BrokenPack(f"{path.name}: {broken}") from broken
    return [_rule(path.name, told, own) for own in told.get("rule", [])]


@cache
def shipped() -> dict[str, PackRule]:
    """The newest version of each shipped rule, by key. For checks and documents; the product reads `policies`."""
    newest: dict[str, PackRule] = {}
    for rule in sorted(read_all(), key=lambda rule: (rule.effective_from, rule.version)):
        newest[rule.key] = rule
    return newest


def _rule(file: str, told: dict[str, Any], own: dict[str, Any]) -> PackRule:
    said = {"article": "", "link": "", "verified": False, "effective_to": None, **told, **own}
    said.pop("rule")
    said.pop("standard", None)  # of an audit, read by `knowledge.standards`
    said.setdefault("verified_on", None)
    if not said["verified"]:
        said["verified_on"] = None
    try:
        rule = PackRule(**said)
        _check(rule)
    except (TypeError, ValueError) as wrong:
        raise BrokenPack(f"{file}: {own.get('key', 'a rule without key')}: {wrong}") from wrong
    return rule


def _check(rule: PackRule) -> None:
    Unit(rule.unit)
    for name in NUMBERS:
        if type(getattr(rule, name)) is not int or getattr(rule, name) < 0:
            raise ValueError(f"{name} is a whole number, zero or more")
    for name in DATES:
        if not isinstance(getattr(rule, name), date | None):
            raise ValueError(f"{name} is a date")
    if rule.kind not in KINDS or rule.counts_from not in COUNTS_FROM:
        raise ValueError(f"unknown kind {rule.kind!r} or start {rule.counts_from!r}")
    if rule.kind == "law" and not (rule.article and rule.link):
        raise ValueError("a rule of law names its article and where it can be read")
    if rule.verified and rule.verified_on is None:
        raise ValueError("a verified rule says when it was verified")
