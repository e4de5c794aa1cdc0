"""What event logs tell of: one event a fact, without anything personal. Writers know no flows: who does hands them in.

`workflows` knows which step a fact is about and what the step is called, so it registers both logs
(docs/decisions/0044-event-logs-and-bpmn.md).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from cases.models import Case

from .scope import Scope

COMPLETE: Final = "complete"
# Records a fact may have changed that are objects of their own: label of the model → kind of object.
OBJECTS: Final = {
    "cases.disputedtransaction": "transaction",
    "cases.proposal": "proposal",
    "cases.letter": "letter",
    "cases.moneyentry": "money",
}


@dataclass(frozen=True)
class Event:
    """One fact. `name` is the stable name of node, flow or kind, `title` the same in words of the log's language.

    `transition` is one of the standard lifecycle of XES, `instance` the uuid of the step, `resource` a staff number.
    `more` are codes and moments that belong to it; `changed` names (kind of object, id) it changed.
    """

    number: int
    kind: str
    name: str
    title: str
    at: datetime
    transition: str
    resource: str
    role: str
    flow: str = ""
    instance: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    changed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Thing:
    """A step as an object: its uuid, and codes that say what it is."""

    uuid: str
    case: int
    codes: Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """Where events come from: of some cases, one case after another; and the steps of those cases.

    `events(scope, ids, everything)` gives facts about steps and flows, and with `everything` each that changed one of
    OBJECTS.
    """

    events: Callable[[Scope, list[int], bool], Iterator[tuple[Case, Iterator[Event]]]]
    steps: Callable[[list[int]], Iterator[Thing]]


def moment(at: datetime) -> str:
    """With the bank's time zone, to the millisecond, as both formats have it."""
    return timezone.localtime(at).isoformat(timespec="milliseconds")
