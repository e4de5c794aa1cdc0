"""Who starts the handling of a new case, by its kind: cases cannot import workflows, so workflows registers here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.actions.turn import Turn

Starter = Callable[["Turn"], None]

# Kinds that are cases without a flow for now.
WITHOUT_A_FLOW = frozenset({"general"})

_starters: dict[str, Starter] = {}


class NoStarter(LookupError):
    """Nobody registered for this kind of case: it would be taken in and never handled."""


def register(kind: str, starter: Starter) -> None:
    """Name who starts the handling of cases of this kind, within the turn that makes the case."""
    _starters[str(kind)] = starter


def starter(kind: str) -> Starter | None:
    """Who starts this kind; None for a kind that has no flow. NoStarter when there should be one and is none."""
    if str(kind) in WITHOUT_A_FLOW:
        return None
    if str(kind) not in _starters:
        raise NoStarter(f"Nothing is registered to start cases of kind {kind}.")
    return _starters[str(kind)]
