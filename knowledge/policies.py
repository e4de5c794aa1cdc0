"""Reading the limits: which number applies, from which source, in the edition a case pinned.

A case pins the edition in force when it was received; a pack loaded later never moves it. An edition never changes,
so each process keeps what it has read. Which edition is in force is read again after a minute at the latest.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language

from knowledge import calendars
from knowledge.calendars import Unit
from knowledge.models import PolicyEdition, PolicyRule
from record import clock

FRESH_SECONDS = 60.0


class PolicyMissing(LookupError):
    """No rule of that name, no such edition, or no edition in force yet."""


class UnverifiedLaw(RuntimeError):
    """A statutory limit nobody compared with the original: it must not drive a clock."""


@dataclass(frozen=True)
class Rule:
    """One limit as it applies: `amount` in `unit`, counted from the event `counts_from`, with its source."""

    key: str
    pack: str
    version: int
    name: str
    name_en: str
    amount: int
    unit: Unit
    counts_from: str
    kind: str
    source: str
    source_en: str
    article: str
    link: str
    verified: bool
    extension: Mapping[str, Any]
    effective_from: date
    effective_to: date | None

    def due(self, start: datetime, zone: str) -> datetime:
        """When the limit ends, in UTC, if it began at `start`. ValueError: see `calendars.due`."""
        return calendars.due(start, self.amount, self.unit, zone)

    @property
    def is_law(self) -> bool:
        """Whether the limit is the law's and not the house's."""
        return self.kind == "law"

    @property
    def title(self) -> str:
        """Its name in the language of the reader."""
        return self.name if _chinese() else self.name_en

    @property
    def basis(self) -> str:
        """Its source in the language of the reader, with the article when it has one."""
        source = self.source if _chinese() else self.source_en
        return f"{source} {self.article}".strip()


@dataclass(frozen=True)
class Edition:
    """The pack versions in force together from `since` on; `version` is its name, as a case pins it."""

    version: str
    since: date
    packs: Mapping[str, int]


@dataclass
class _Kept:
    rules: dict[str, dict[str, Rule]] = field(default_factory=dict)
    first: dict[str, Rule] = field(default_factory=dict)
    timeline: list[Edition] | None = None
    read_at: float = 0.0


_kept = _Kept()


def rule(key: str, version: str | None = None) -> Rule:
    """The rule `key` of the pinned edition `version`, or of the one in force now.

    A limit younger than the edition (a step added by a later release) applies as it was first made.
    PolicyMissing: unknown key or edition. UnverifiedLaw: a statutory rule that was not verified.
    """
    edition = current_version() if version is None else version
    found = _rules(edition).get(key) or _first(key)
    if found.is_law and not found.verified:
        raise UnverifiedLaw(f"{key} of {found.pack} {found.version} was not verified against the original")
    return found


def extension_of(key: str, version: str | None = None) -> Rule | None:
    """The rule that gives more time than `key` in the same edition, with what it asks for; None when no law does.

    Errors as `rule`.
    """
    longer = next((one for one in rules(version) if one.extension and one.extension["of"] == key), None)
    return rule(longer.key, version) if longer else None


def rules(version: str | None = None) -> list[Rule]:
    """All rules of an edition by key, unverified ones included: for showing, not for counting."""
    edition = current_version() if version is None else version
    return sorted(_rules(edition).values(), key=lambda rule: rule.key)


def pin() -> str:
    """The edition a case received now is bound to for good; at most 20 characters."""
    return current_version()


def current_version(at: datetime | None = None) -> str:
    """The name of the edition in force at `at` (by the bank's own day), or now. PolicyMissing: none yet."""
    day = (at or clock.now()).astimezone(ZoneInfo(settings.BANK_TIME_ZONE)).date()
    in_force = [edition for edition in _timeline() if edition.since <= day]
    if not in_force:
        raise PolicyMissing(f"no policy pack is in force on {day}")
    return in_force[-1].version


def clear() -> None:
    """Forget what this process has read. Loading packs does it; nobody else needs to."""
    global _kept
    _kept = _Kept()


def timeline(rows: Iterable[tuple[str, int, date, date | None]]) -> list[Edition]:
    """Which pack versions are in force together, and from which day on, oldest first.

    `rows` are (pack, version, effective from, effective to); of two versions the one that begins later wins.
    """
    packs = sorted(set(rows), key=lambda row: (row[2], row[1]))
    days = sorted({row[2] for row in packs} | {row[3] for row in packs if row[3] is not None})
    editions: list[Edition] = []
    for day in days:
        in_force = {name: version for name, version, since, until in packs if since <= day and not _ended(until, day)}
        if in_force and (not editions or editions[-1].packs != in_force):
            editions.append(Edition(_name(day, in_force), day, in_force))
    return editions


def _ended(until: date | None, day: date) -> bool:
    return until is not None and until <= day


def _name(since: date, packs: Mapping[str, int]) -> str:
    text = "+".join(f"{name}@{version}" for name, version in sorted(packs.items()))
    return f"{since:%Y%m%d}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _timeline() -> list[Edition]:
    kept = _kept
    if kept.timeline is None or time.monotonic() - kept.read_at > FRESH_SECONDS:
        columns = ("pack", "version", "effective_from", "effective_to")
        kept.timeline = timeline(PolicyRule.objects.order_by().values_list(*columns).distinct())
        kept.read_at = time.monotonic()
    return kept.timeline


def _rules(edition: str) -> dict[str, Rule]:
    # The dictionary is the one of the moment of asking: what `clear` puts in its place meanwhile stays clean.
    kept = _kept.rules
    if edition not in kept:
        packs = PolicyEdition.objects.filter(version=edition).values_list("packs", flat=True).first()
        if packs is None:
            raise PolicyMissing(f"no policy edition {edition!r}")
        rows = PolicyRule.objects.filter(pack__in=packs)
        kept[edition] = {row.key: _rule(row) for row in rows if row.version == packs[row.pack]}
    return kept[edition]


def _first(key: str) -> Rule:
    kept = _kept.first
    if key not in kept:
        row = PolicyRule.objects.filter(key=key).order_by("effective_from", "version").first()
        if row is None:
            raise PolicyMissing(f"no rule {key}")
        kept[key] = _rule(row)
    return kept[key]


def _rule(row: PolicyRule) -> Rule:
    values = {name: getattr(row, name) for name in Rule.__dataclass_fields__}
    return Rule(**values | {"unit": Unit(row.unit)})


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")
