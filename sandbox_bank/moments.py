"""Bank-system time: ISO 8601 in UTC with milliseconds and Z."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def machine_clock() -> datetime:
    """The bank's own clock: another system's time, so deliberately not the product's clock."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """A moment as the bank writes it; the texts sort like the moments."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(value: object) -> datetime:
    """Read a moment; ValueError when it is none or tells no zone."""
    if not isinstance(value, str):
        raise ValueError("not a moment")
    read = datetime.fromisoformat(value)
    if read.tzinfo is None:
        raise ValueError("a moment without a zone")
    return read.astimezone(UTC)
