"""The only clock of the house. Demo, drills and tests set it; nothing else asks the machine for the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

# Process-wide and not per thread on purpose: a live test server answers in other threads and must see the same moment.
_standing_at: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC; the moment it was set to while it is set."""
    return datetime.now(UTC) if _standing_at is None else _standing_at


def set_to(moment: datetime | None) -> None:
    """Let the clock stand at an aware moment, or run again (None). ValueError for a naive moment."""
    global _standing_at
    if moment is not None and moment.utcoffset() is None:
        raise ValueError("The clock takes moments with a time zone only.")
    _standing_at = None if moment is None else moment.astimezone(UTC)


class Hand:
    """What `at` hands out: moves the standing clock."""

    def to(self, moment: datetime) -> datetime:
        """Stand at this aware moment; returns it in UTC."""
        set_to(moment)
        return now()

    def advance(self, **span: float) -> datetime:
        """Move on by timedelta's own words (`minutes=5`, `days=2`); returns the new moment in UTC."""
        return self.to(now() + timedelta(**span))


@contextmanager
def at(moment: datetime) -> Iterator[Hand]:
    """Let the clock stand inside the block, then do as it did before."""
    before = _standing_at
    set_to(moment)
    try:
        yield Hand()
    finally:
        set_to(before)
