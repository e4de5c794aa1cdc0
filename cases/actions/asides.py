"""Orders no step waits for, by their operation: what an answer changes, and whether one that got lost still goes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cases.actions import formal_loss, stop_state, texts


@dataclass(frozen=True)
class Aside:
    """`confirmed(turn, order=, data=)`, `rejected(turn, order=, reason=)`, `is_wanted(turn, order)`.

    `twin`: the verb by which people do it, or record it, without the bank system.
    """

    confirmed: Callable[..., Any]
    rejected: Callable[..., Any]
    is_wanted: Callable[..., bool]
    twin: str
    asks_only: bool = False


ASIDES: Final[Mapping[str, Aside]] = {
    formal_loss.OPERATION: Aside(
        formal_loss.confirmed, formal_loss.rejected, formal_loss.is_wanted, twin="convert_control"
    ),
    stop_state.OPERATION: Aside(
        stop_state.told, stop_state.rejected, stop_state.is_wanted, twin="control_lapsed", asks_only=True
    ),
    texts.OPERATION: Aside(texts.sent, texts.rejected, texts.is_wanted, twin="tell_by_phone"),
}
