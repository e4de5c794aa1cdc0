"""Who starts the handling of a new case, by its kind: cases cannot import workflows, so workflows registers here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.actions.turn import Turn

Starter = Callable[["Turn"], None]

# Kinds whose imported cases wait until somebody begins their handling: a file of thousands opens no steps by itself.
WITHOUT_A_FLOW = frozenset({"general"})

_starters: dict[str, Starter] = {}


class NoStarter(LookupError):
    """Nobody registered for this kind of case: it would be taken in and never handled."""


HANDED_ON = "handed_on"  # no kind: what begins the handling of a complaint that another case hands on


def register(kind: str, starter: Starter) -> None:
    """Name who starts the handling of cases of this kind, within the turn that makes the case."""
    _starters[str(kind)] = starter


def starter(kind: str) -> Starter | None:
    """Who starts this kind; None for a kind that waits to be begun. NoStarter when there should be one and is none."""
    if str(kind) in WITHOUT_A_FLOW:
        return None
    if str(kind) not in _starters:
        raise NoStarter(f"Nothing is registered to start cases of kind {kind}.")
    return _starters[str(kind)]


def handed_on(turn: Turn) -> None:
    """Begin the handling of the complaint in hand, which another case hands on. NoStarter when nobody registered."""
    if HANDED_ON not in _starters:
        raise NoStarter("Nothing is registered to start a complaint that is handed on.")
    _starters[HANDED_ON](turn)
