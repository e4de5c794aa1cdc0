"""A complaint on its way in, whatever file it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


class RowRefused(ValueError):
    """The row cannot become a case; the reason is a sentence without the row's content."""


@dataclass(frozen=True)
class Cut:
    """What was taken out of a text, by count."""

    card_numbers: int = 0
    secrets: int = 0
    characters: int = 0


@dataclass(frozen=True)
class Incoming:
    """A complaint from elsewhere, ready to become a case. `received_at` is the beginning of the day of receipt, UTC."""

    source: str
    external_id: str
    kind: str
    channel: str
    received_at: datetime
    narrative: str
    facets: Mapping[str, str]
    told: Mapping[str, str]
    personal: Mapping[str, str]
    cut: Cut = field(default_factory=Cut)
