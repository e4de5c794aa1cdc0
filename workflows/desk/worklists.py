"""What waits for a person: keyset pages by time left, each read off one partial index however many cases there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet, Subquery
from viewflow.workflow import STATUS

from accounts.models import User
from accounts.models.post import Standing
from accounts.permissions import Verb, reach_of
from accounts.roles import Level
from cases.models import Duty
from record import clock

from ..models import StepTask
from ..nodes import Approval
from ..verbs.hand import kept_apart

PAGE = 20
FAR = datetime(9999, 1, 1, tzinfo=UTC)
URGENT = (F("due_at").asc(nulls_last=True), "pk")
SHOWN = ("process", "case__customer", "case__card", "returned_by")  # what a row of a list shows beside the step


@dataclass(frozen=True)
class Place:
    """Where a page of a list begins: after this step, due then (UTC)."""

    due_at: datetime
    step: UUID

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """From a URL; a place that is no place is the beginning."""
        stamp, _, step = text.partition("_")
        try:
            due_at = datetime.fromisoformat(stamp)
            return cls(due_at.astimezone(UTC), UUID(step)) if due_at.tzinfo else None
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        return f"{self.due_at.astimezone(UTC).isoformat().replace('+00:00', 'Z')}_{self.step}"


class Mine(NamedTuple):
    """What a person has in hand: a page, most urgent first, one more than its size when a further page follows.

    `not_signed` are those somebody else gave him that he has not signed for, the longest waiting first, at most a page.
    """

    page: list[StepTask]
    not_signed: list[StepTask]


def mine(user: User, after: Place | None = None, *, size: int = PAGE) -> Mine:
    """Steps in the person's hands. One query for both lists: what is not signed for may stand on any page."""
    tasks = StepTask.objects.open().filter(owner=user)
    beyond = _beyond(after)
    not_signed = tasks.not_signed().order_by("handed_at", "pk").values_list("pk", flat=True)[:size]
    page = _urgent(tasks.filter(beyond), size).values_list("pk", flat=True)
    both = StepTask.objects.filter(pk__in=page.union(not_signed)).select_related(*SHOWN, "handed_by")
    found = list(both.annotate(is_beyond=ExpressionWrapper(beyond, BooleanField())).order_by(*URGENT))
    given = sorted((task for task in found if task.waits_for_signature), key=lambda task: (task.handed_at, task.pk))
    return Mine([task for task in found if task.is_beyond][: size + 1], given[:size])


class Waiting(NamedTuple):
    """What nobody holds and this person may take: steps to claim, and approvals.

    `came_back` are those to claim that were sent back and that he, or whoever stood in for him, had finished before.
    """

    to_claim: list[StepTask]
    approvals: list[StepTask]
    came_back: list[StepTask]


def waiting(user: User, *, size: int = PAGE) -> Waiting:
    """Steps nobody holds that a post of the person may take, most urgent first; without those barred by four eyes.

    Three queries however many posts he acts by: which steps, each post along the index of its tier; the steps; the
    duties on their cases.
    """
    found = _steps([_urgent(_for_post(held), 2 * size) for held in user.standings_now()])
    duties = _duties(user, found)
    # What an earlier duty on the case bars him from is left out; the claim checks it again.
    free = [task for task in found if not duties.get(task.case_id, set()) & kept_apart(task.flow_task)]
    approvals = [task for task in free if isinstance(task.flow_task, Approval)]
    to_claim = [task for task in free if not isinstance(task.flow_task, Approval)][: size + 1]
    back = [task for task in to_claim if task.returned_by_id and task.flow_task.name in duties.get(task.case_id, set())]
    return Waiting(to_claim, approvals[: size + 1], back)


def _steps(lists: list[QuerySet[StepTask]]) -> list[StepTask]:
    """The steps of several lists as one, most urgent first."""
    ids = [found.values_list("pk", flat=True) for found in lists]
    if not ids:
        return []
    tasks = StepTask.objects.filter(pk__in=[*ids[0].union(*ids[1:])]).select_related(*SHOWN)
    return sorted(tasks, key=lambda task: (task.due_at or FAR, task.pk))


def _for_post(held: Standing) -> QuerySet[StepTask]:
    role, branch = held.post.role, held.post.branch
    if reach_of(role, Verb.CLAIM) is None:
        return StepTask.objects.none()
    tasks = StepTask.objects.filter(status=STATUS.NEW, flow_task_type="HUMAN", role=role)
    return tasks if branch.level == Level.HEAD_OFFICE else tasks.filter(**{branch.level: branch})


def page_of(tasks: QuerySet[StepTask], after: Place | None, *, size: int = PAGE) -> list[StepTask]:
    """The most urgent of these after a place, one more than `size` when a further page follows; one query."""
    return list(_urgent(tasks.filter(_beyond(after)), size).select_related(*SHOWN))


def _beyond(after: Place | None) -> Q:
    """Steps that follow a place; all of them when there is none."""
    if after is None:
        return Q(pk__isnull=False)
    place = Subquery(StepTask.objects.filter(uuid=after.step).values("pk"))
    return Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, pk__gt=place)


def _urgent(tasks: QuerySet[StepTask], size: int) -> QuerySet[StepTask]:
    """The most urgent ones, one more than `size`."""
    return tasks.order_by(*URGENT)[: size + 1]


def _duties(user: User, tasks: Iterable[StepTask]) -> dict[int, set[str]]:
    """The duties this person holds or has done on the cases of these steps, for himself or through a substitute."""
    duties: dict[int, set[str]] = {}
    cases = {task.case_id for task in tasks}
    if cases:
        done = Duty.objects.filter(
            Q(person=user) | Q(for_whom=user), case__in=cases, state__in=[Duty.State.HELD, Duty.State.DONE]
        )
        for case, duty in done.values_list("case_id", "duty"):
            duties.setdefault(case, set()).add(duty)
    return duties


def groups(tasks: Iterable[StepTask]) -> dict[str, list[StepTask]]:
    """Late, due today (bank's day), later: keys "late", "today", "later" in this order, empty ones left out."""
    from django.utils import timezone

    now = clock.now()
    # A limit that ends today ends at 24:00, which is the first moment of tomorrow.
    tonight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    parts: dict[str, list[StepTask]] = {"late": [], "today": [], "later": []}
    for task in tasks:
        if task.due_at is None or task.due_at > tonight:
            parts["later"].append(task)
        else:
            parts["late" if task.due_at <= now else "today"].append(task)
    return {name: rows for name, rows in parts.items() if rows}
