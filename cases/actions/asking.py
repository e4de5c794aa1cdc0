"""What waits for a yes or no of somebody else: which actions its answers are, and how a page finds it again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from record.sealed import SealedModel


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for an answer: by whom, since when (UTC), and its sum where it has one."""

    by: str
    since: datetime
    total: Decimal | None = None


@dataclass(frozen=True)
class Returned:
    """The last time it was sent back: the row and field that keep the reason sealed, and when (UTC).

    `refused`: by a no, not for a change.
    """

    row: SealedModel
    field: str
    at: datetime
    refused: bool = False


@dataclass(frozen=True)
class Question:
    """Asked at an approval: `Approval(form).Of(proposal.QUESTION)`.

    `approve`, `send_back` and `refuse` take a turn and `reason=`; without `refuse` there are two answers.
    `choose_level` takes a turn, `role=` and `why=`, where limits of authority choose who answers. `waiting` and
    `returns` take ids of cases and answer in one query each, by the id of the case.
    """

    name: str
    approve: Callable[..., Any]
    send_back: Callable[..., Any]
    waiting: Callable[[Iterable[int]], Mapping[int, Waiting]]
    returns: Callable[[Iterable[int]], Mapping[int, Returned]]
    refuse: Callable[..., Any] | None = None
    choose_level: Callable[..., Any] | None = None
