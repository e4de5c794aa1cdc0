"""The standards of an internal quality audit, as a pack holds them. Plain Python over `packs/*.toml`, no Django."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("packs") / "quality-audit-house.toml"
PROCESS, WORDING, SYSTEM = "process", "wording", "system"
AREAS: Final = (PROCESS, WORDING, SYSTEM)
WHOLE: Final = 100
MET, PARTLY, UNMET, DOES_NOT_APPLY = "met", "partly", "unmet", "none"
# What of a standard's weight a mark gives; what does not apply is left out of what can be had.
WORTH: Final[Mapping[str, Decimal]] = {MET: Decimal(1), PARTLY: Decimal("0.5"), UNMET: Decimal(0)}


class BrokenStandards(ValueError):
    """The standards cannot be read; the message names what is wrong."""


@dataclass(frozen=True)
class Standard:
    """One thing to look for, in both languages, with its weight of 100 and where it comes from."""

    key: str
    area: str
    weight: int
    name: str
    name_en: str
    look: str
    look_en: str
    source: str
    source_en: str

    def says(self, language: str) -> tuple[str, str, str]:
        """Its name, what to look for and its source, in the reader's language."""
        if language.lower().startswith("zh"):
            return self.name, self.look, self.source
        return self.name_en, self.look_en, self.source_en

    def kept(self) -> dict[str, Any]:
        """As a sample keeps it."""
        return asdict(self)


@dataclass(frozen=True)
class Standards:
    """All standards of one version; `version` is the pack and its number, as a sample names it."""

    version: str
    all: tuple[Standard, ...]


@cache
def current() -> Standards:
    """The standards a sample that is drawn now is audited by. BrokenStandards."""
    return read(FILE)


def read(path: Path) -> Standards:
    """The standards of a pack file. BrokenStandards: unreadable, an unknown area, a key twice, weights not 100."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        of_pack = {"source": told["source"], "source_en": told["source_en"]}
        rows = tuple(Standard(**{**of_pack, **row}) for row in told["standard"])
        version = f"{told['pack']} {told['version']}"
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise BrokenStandards(f"{path.name}: {broken}") from broken
    _check(path.name, rows)
    return Standards(version, rows)


def kept(rows: list[dict[str, Any]]) -> tuple[Standard, ...]:
    """The standards as a sample kept them."""
    return tuple(Standard(**row) for row in rows)


def score(weights: Mapping[str, int], marks: Mapping[str, str]) -> Decimal | None:
    """What was reached of what could be, 0 to 100 with one decimal; None when nothing applies.

    `weights` of the standards by key; `marks` by key, MET to DOES_NOT_APPLY.
    """
    counted = {key: weights[key] for key, mark in marks.items() if mark in WORTH}
    could = sum(counted.values())
    if not could:
        return None
    reached = sum((WORTH[marks[key]] * weight for key, weight in counted.items()), Decimal(0))
    return (reached * WHOLE / could).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _check(name: str, rows: tuple[Standard, ...]) -> None:
    keys = [row.key for row in rows]
    if wrong := [row.key for row in rows if row.area not in AREAS or row.weight <= 0]:
        raise BrokenStandards(f"{name}: unknown area or no weight: {', '.join(wrong)}")
    if len(set(keys)) != len(keys) or {row.area for row in rows} != set(AREAS):
        raise BrokenStandards(f"{name}: a standard stands twice, or an area has none")
    if (total := sum(row.weight for row in rows)) != WHOLE:
        raise BrokenStandards(f"{name}: the weights are {total} together, not {WHOLE}")
