"""日清: what is still to be done before the day is clear at 17:30, for oneself and for whom one leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Final

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import Branch, User
from accounts.permissions import Verb, may_somewhere
from accounts.roles import Level
from accounts.scope import reach
from cases.models import HandOver, Promise
from record import clock

from ..models import HANDED
from . import overview, tiles
from .counting import UpTo
from .overview import DUE, PROMISES, UNSIGNED
from .worklists import tonight

# 日清 in the bank's zone, and how long before it the desk begins to remind. No branch has hours of its own on record.
CLEAR_AT: Final = time(17, 30)
REMIND_FROM: Final = time(16, 30)
MOST: Final = 50  # people named on the board


def is_near(now: datetime) -> bool:
    """Whether the desk speaks of the day's end already: from the hour it reminds until midnight."""
    return timezone.localtime(now).time() >= REMIND_FROM


def of(user: User, lists: Mapping[str, Mapping[str, Any]], shifts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """For home: what this person has left, each with where it stands; nothing left is clear. None before the hour.

    Costs no query: `lists` are the counts of home, `shifts` its hand-overs.
    """
    if not is_near(clock.now()) or not may_somewhere(user, Verb.COMPLETE):
        return None
    to_sign = UpTo(lists[UNSIGNED]["n"].number + sum(one["mine"] for one in shifts), lists[UNSIGNED]["n"].most)
    left = [
        (lists[PROMISES]["n"], _promises, overview.address(PROMISES)),
        (lists[DUE]["n"], _due, ""),
        (to_sign, _to_sign, overview.address(UNSIGNED) if lists[UNSIGNED]["n"].number else ""),
    ]
    return {
        "left": [{"words": words(n), "url": url} for n, words, url in left if n.number],
        "at": CLEAR_AT,
        "board": f"{reverse('admin:morning')}#not-clear" if may_somewhere(user, Verb.REASSIGN) else "",
    }


def _promises(n: UpTo) -> str:
    return ngettext("%(n)s promise to keep", "%(n)s promises to keep", n.number) % {"n": n}


def _due(n: UpTo) -> str:
    return ngettext("%(n)s step due today or late", "%(n)s steps due today or late", n.number) % {"n": n}


def _to_sign(n: UpTo) -> str:
    return ngettext("%(n)s hand-over to sign for", "%(n)s hand-overs to sign for", n.number) % {"n": n}


@dataclass
class NotClear:
    """Somebody whose day is not clear: how much of each he has left."""

    name: str
    number: str
    left: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.left.values())

    @property
    def words(self) -> list[str]:
        said = {"promises": _promises, "due": _due, "to_sign": _to_sign}
        return [words(UpTo(n, n)) for name, words in said.items() if (n := self.left.get(name))]


def below(user: User, unit: Branch | None) -> dict[str, Any] | None:
    """Of the board: who below is not clear, whoever has most first, at most MOST of them. None before the hour.

    Three queries, however many people there are.
    """
    now = clock.now()
    if not is_near(now):
        return None
    end = tonight(now)
    found: dict[int, NotClear] = {}
    steps = tiles.below(user, unit).exclude(owner=None).filter(Q(due_at__lte=end) | HANDED)
    due = Count("pk", filter=Q(due_at__lte=end) & ~HANDED)
    alone = Count("pk", filter=HANDED)
    _add(found, steps.values("owner", "owner__display_name", "owner__staff_number"), "owner", due=due, to_sign=alone)
    here = _here(user, unit)
    promises = Promise.objects.filter(here, kept_at=None, due_at__lt=end)
    _add(found, promises.values("by", "by__display_name", "by__staff_number"), "by", promises=Count("pk"))
    given = HandOver.objects.waiting().filter(here, task=None)
    _add(found, given.values("to", "to__display_name", "to__staff_number"), "to", to_sign=Count("pk"))
    people = sorted(found.values(), key=lambda one: (-one.total, one.number))
    return {"people": people[:MOST], "n": len(people), "at": CLEAR_AT}


def _here(user: User, unit: Branch | None) -> Q:
    """Cases he leads, or those of the branch he looks at."""
    his = reach(user, Verb.REASSIGN, prefix="case__")
    return his if unit is None or unit.level == Level.HEAD_OFFICE else his & Q(**{f"case__{unit.level}": unit})


def _add(found: dict[int, NotClear], rows: Any, who: str, **counted: Count) -> None:
    """What a statement counts for each person, to what is known of him."""
    for row in rows.order_by().annotate(**{f"n_{name}": count for name, count in counted.items()}):
        one = found.setdefault(row[who], NotClear(row[f"{who}__display_name"], row[f"{who}__staff_number"]))
        for name in counted:
            if row[f"n_{name}"]:
                one.left[name] = one.left.get(name, 0) + row[f"n_{name}"]
