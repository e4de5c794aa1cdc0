"""What the morning board counts below a branch: seven lists of open steps, each with its words and what follows it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from viewflow.workflow import STATUS

from accounts.models import Branch, User
from accounts.permissions import Verb
from accounts.roles import Level
from cases.models import Case, Customer, Proceeding, Referral, RepeatCall
from cases.models.case import SENSITIVE
from knowledge import limits, policies

from ..models import HANDED, StepTask
from ..rulebook import amount_words

TOLD_BY_TIME = ("today", "late")  # their first row is the first of the index
COUNTED = 10_000  # what is more is said to be more, not counted


class CountUpTo(Subquery):
    """How many rows a sliced query has: a count that ends where the slice does."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Tile:
    """One list: `name` in addresses, its words, what counts in it, and the tile to look at when there is nothing."""

    name: str
    title: str | Promise
    counts: str | Promise
    nothing: str | Promise
    next: str
    of: Callable[[datetime], Q]

    def rows(self, tasks: QuerySet[StepTask], now: datetime) -> QuerySet[StepTask]:
        """Those of these steps that belong here."""
        return tasks.filter(self.of(now))

    def words(self) -> str:
        """What counts, with the house's time where there is one."""
        time = amount_words(policies.rule(limits.UNCLAIMED))
        return str(self.counts) % {"time": time} if "%(time)s" in str(self.counts) else str(self.counts)


def below(user: User, unit: Branch | None = None) -> QuerySet[StepTask]:
    """Open steps of people where this person may reassign: his branches and below, or only `unit` and below.

    A part of what `visible_to` gives him: a step he merely takes part in elsewhere is not his to give away.
    """
    tasks = StepTask.objects.open().human()
    tasks = tasks.filter(tasks.in_reach_of(user, Verb.REASSIGN))
    if unit is None or unit.level == Level.HEAD_OFFICE:
        return tasks
    return tasks.filter(**{unit.level: unit})


@dataclass(frozen=True)
class Count:
    """How many steps a tile has, COUNTED + 1 for whatever is more; `first_due` of the most urgent where time tells."""

    number: int
    first_due: datetime | None = None

    def __str__(self) -> str:
        return f"{self.number:,}" if self.number <= COUNTED else f"{COUNTED:,}+"


def counts(user: User, tasks: QuerySet[StepTask], now: datetime, *, of: Iterable[str] = ()) -> dict[str, Count]:
    """What each tile, or each of those named, has. One query."""
    found: dict[str, Any] = User.objects.filter(pk=user.pk).values(**columns(tasks, now, of=of)).get()
    return told(found, of=of)


def columns(tasks: QuerySet[StepTask], now: datetime, *, of: Iterable[str] = ()) -> dict[str, Any]:
    """The same as columns of a statement that counts more."""
    asked: dict[str, Any] = {}
    for name in of or TILES:
        rows = TILES[name].rows(tasks, now).order_by()
        asked[f"n_{name}"] = CountUpTo(rows.values(one=Value(1))[: COUNTED + 1])
        if name in TOLD_BY_TIME:
            asked[f"due_{name}"] = Subquery(rows.order_by("due_at").values("due_at")[:1])
    return asked


def told(found: dict[str, Any], *, of: Iterable[str] = ()) -> dict[str, Count]:
    """What a statement with `columns` gave."""
    return {name: Count(found[f"n_{name}"], found.get(f"due_{name}")) for name in of or TILES}


def with_facts(tasks: QuerySet[StepTask]) -> QuerySet[StepTask]:
    """Each step with what is shown of its case: letter of an authority, proceeding, how often reported again."""
    of_case = OuterRef("case_id")
    letters = Referral.objects.filter(case=of_case).order_by("-id")
    going_on = Proceeding.objects.filter(case=of_case, ended_at=None).order_by("-id")
    return tasks.select_related("owner", "handed_by").annotate(
        letter_from=Subquery(letters.values("source")[:1]),
        proceeding=Subquery(going_on.values("kind")[:1]),
        calls=CountUpTo(RepeatCall.objects.filter(case=of_case).order_by().values(one=Value(1))),
        is_second=Exists(RepeatCall.objects.filter(second=of_case)),
    )


def _ends(now: datetime, days: int = 0) -> datetime:
    """24:00 of the bank's day, or so many days later; a limit that ends then belongs to the day that ends."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1 + days)


def _not_signed(now: datetime) -> Q:
    """Claimed by nobody for the house's time (counted in minutes or hours), or given to somebody who has not signed."""
    waits = policies.rule(limits.UNCLAIMED).due(now, settings.TIME_ZONE) - now
    return HANDED | Q(status=STATUS.NEW, created__lte=now - waits)


def _repeated(now: datetime) -> Q:
    calls = RepeatCall.objects.order_by()
    return Q(case_id__in=calls.values("case_id").union(calls.exclude(second=None).values("second_id")))


def _sensitive(now: datetime) -> Q:
    """One list of cases for five facts, so that it is found once and not asked of every step."""
    marked = Case.objects.filter(SENSITIVE).order_by()
    cared_for = Case.objects.filter(archived_at=None).order_by()
    cared_for = cared_for.filter(customer__in=Customer.objects.exclude(care="").values("pk"))
    letters = Referral.objects.order_by().values("case_id")
    going_on = Proceeding.objects.filter(ended_at=None).order_by().values("case_id")
    return Q(case_id__in=marked.values("pk").union(cared_for.values("pk"), letters, going_on))


TILES: dict[str, Tile] = {
    tile.name: tile
    for tile in (
        Tile(
            "today",
            gettext_lazy("Due today"),
            gettext_lazy("Due from now until 24:00; what is late already is counted there."),
            gettext_lazy("Nothing more is due today"),
            "unsigned",
            lambda now: Q(due_at__gt=now, due_at__lte=_ends(now)),
        ),
        Tile(
            "tomorrow",
            gettext_lazy("Due tomorrow"),
            gettext_lazy("Due tomorrow until 24:00."),
            gettext_lazy("Nothing is due tomorrow"),
            "repeated",
            lambda now: Q(due_at__gt=_ends(now), due_at__lte=_ends(now, 1)),
        ),
        Tile(
            "late",
            gettext_lazy("Late"),
            gettext_lazy("The time limit of the step has passed."),
            gettext_lazy("Nothing is late"),
            "today",
            lambda now: Q(due_at__lte=now),
        ),
        Tile(
            "unsigned",
            gettext_lazy("Not signed for"),
            gettext_lazy("Claimed by nobody for %(time)s, or given to somebody who has not signed for it yet."),
            gettext_lazy("Everything is signed for"),
            "returned",
            _not_signed,
        ),
        Tile(
            "returned",
            gettext_lazy("Sent back"),
            gettext_lazy("Returned for change and not yet handed in again."),
            gettext_lazy("Nothing was sent back"),
            "tomorrow",
            lambda now: Q(returned_by__isnull=False),
        ),
        Tile(
            "repeated",
            gettext_lazy("Repeated"),
            gettext_lazy(
                "The matter was reported again while the case was open: as a call on the case, or as a second case"
                " opened on purpose. Tell these customers today how far it is."
            ),
            gettext_lazy("No matter was reported again"),
            "sensitive",
            _repeated,
        ),
        Tile(
            "sensitive",
            gettext_lazy("Sensitive"),
            gettext_lazy(
                "From a regulator or with an authority's letter; customers recorded as needing special care (elderly,"
                " disabled); confirmed as urgent; mediation, arbitration or lawsuit going on, or a legal hold. Press"
                " and threats count when they made a complaint urgent: ask the shift about others."
            ),
            gettext_lazy("No sensitive complaint is open"),
            "late",
            _sensitive,
        ),
    )
}
FIRST = TILES["late"]


def tags_of(task: StepTask) -> list[dict[str, str]]:
    """What `with_facts` found on the case of a step, as badges."""
    tags = []
    facts: Any = task
    if facts.letter_from:
        tags.append({"words": str(Referral.Source(facts.letter_from).label), "tone": "hot"})
    if facts.proceeding:
        tags.append({"words": str(Proceeding.Kind(facts.proceeding).label), "tone": "hot"})
    if facts.calls:
        tags.append({"words": _("Reported again: %(n)s") % {"n": facts.calls}, "tone": ""})
    if facts.is_second:
        tags.append({"words": _("Second case on one matter"), "tone": ""})
    return tags
