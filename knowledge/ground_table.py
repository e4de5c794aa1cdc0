"""The decision table of liability grounds: plain Python over `grounds.csv`, no Django.

Sources: 法释〔2021〕10号 (articles 4-11) and the design of the card-fraud process, section 9. Articles 7 to 9 speak
of forged-card and online theft only, so their grounds fit no other type of transaction.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = Path(__file__).with_name("grounds.csv")


@dataclass(frozen=True)
class Shares:
    """A hint how a transaction's loss is usually borne, in whole percent; it never decides."""

    issuer: int
    holder: int
    other: int


@dataclass(frozen=True)
class GroundRow:
    """One ground of decision: its article, short rule in both languages and the types of transaction it fits."""

    code: str
    title: str
    title_zh: str
    article: str
    rule: str
    rule_zh: str
    fits: frozenset[str]
    reason_always: bool
    shares: Shares | None
    leaves_to: str

    def needs_reason(self, *, proved: bool) -> bool:
        """Whether a written reason is required; an unproved ground is never blocked, but never silent."""
        return self.reason_always or not proved

    def says(self, language: str) -> tuple[str, str]:
        """Title and short rule in the language of the reader."""
        chinese = language.lower().startswith("zh")
        return (self.title_zh, self.rule_zh) if chinese else (self.title, self.rule)


@cache
def table() -> Mapping[str, GroundRow]:
    """All grounds by code, in the order of the file."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = [_row(line) for line in csv.DictReader(lines)]
    return MappingProxyType({row.code: row for row in rows})


def fits(ground: str, transaction_type: str) -> bool:
    """Whether the ground may decide a transaction of this type. KeyError: unknown ground."""
    return str(transaction_type) in table()[str(ground)].fits


def grounds_for(transaction_type: str) -> list[GroundRow]:
    """The grounds open for this type of transaction, in the order of the table."""
    return [row for row in table().values() if str(transaction_type) in row.fits]


def _row(line: dict[str, str]) -> GroundRow:
    return GroundRow(
        code=line["code"],
        title=line["title"],
        title_zh=line["title_zh"],
        article=line["article"],
        rule=line["rule"],
        rule_zh=line["rule_zh"],
        fits=frozenset(line["fits"].split()),
        reason_always=line["reason"] == "always",
        shares=_shares(line),
        leaves_to=line["leaves"],
    )


def _shares(line: dict[str, str]) -> Shares | None:
    percents = [line["share_issuer"], line["share_holder"], line["share_other"]]
    if not all(percents):
        return None
    return Shares(*(int(percent) for percent in percents))
