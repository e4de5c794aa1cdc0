"""What waits for a person: keyset pages by time left, each read off one partial index however many cases there are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from viewflow.workflow import STATUS

from accounts.models import User
from accounts.models.post import Standing
from accounts.permissions import Verb, reach_of
from accounts.roles import LEVEL_OF, Level
from cases.models import Duty, HandOver
from record import clock

from ..models import HANDED, StepTask
from ..nodes import Approval, Step
from ..verbs.hand import all_steps, kept_apart

PAGE = 20
FAR = datetime(9999, 1, 1, tzinfo=UTC)  # where a step without a limit stands: behind all that have one
URGENT = (F("due_at").asc(nulls_last=True), "pk")
SHOWN = ("process", "case__customer", "case__card", "returned_by")  # what a row of a list shows beside the step


@dataclass(frozen=True)
class Place:
    """Where a page of a list begins: after this row, due then (UTC)."""

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

    @classmethod
    def of(cls, task: StepTask) -> "Place":
        """Where a step stands; one without a limit stands behind all that have one, and is reached from there."""
        return cls(task.due_at or FAR, task.uuid)

    def __str__(self) -> str:
        return f"{self.due_at.astimezone(UTC).isoformat().replace('+00:00', 'Z')}_{self.step}"


class Mine(NamedTuple):
    """What a person has in hand: a page, most urgent first, one more than its size when a further page follows.

    `not_signed` are those somebody else gave him that he has not signed for, the longest waiting first; `returned`
    those sent back to him. Both are one more than a page when there are more. Approvals stand with what waits for his
    yes or no; what he has not signed for stands there alone.
    """

    page: list[StepTask]
    not_signed: list[StepTask]
    returned: list[StepTask]


def in_hand(user: User) -> QuerySet[StepTask]:
    """Steps he works on: open, his, signed for; no approvals."""
    return _held(user).exclude(HANDED).exclude(flow_task__in=_approvals())


def not_signed(user: User) -> QuerySet[StepTask]:
    """Steps somebody else gave him that he has not signed for, approvals among them; not those of a shift."""
    with_shift = HandOver.objects.waiting().filter(task=OuterRef("uuid"), to=user)
    return _held(user).filter(HANDED).exclude(Exists(with_shift))


def to_pass_on(user: User) -> QuerySet[StepTask]:
    """What he would leave behind at the end of his shift: all he holds and signed for, approvals among it."""
    return _held(user).exclude(HANDED)


def due_by_tonight(user: User) -> QuerySet[StepTask]:
    """What he has in hand, approvals among it, that is late or due today."""
    return to_pass_on(user).filter(due_at__lte=tonight(clock.now()))


def mine(user: User, after: Place | None = None, *, size: int = PAGE) -> Mine:
    """Steps in the person's hands. One query for all lists: what is not signed for may stand on any page."""
    work, beyond = in_hand(user), _beyond(after)
    given = not_signed(user).order_by("handed_at", "pk").values_list("pk", flat=True)[: size + 1]
    back = work.filter(returned_by__isnull=False)
    parts = [_urgent(part, size).values_list("pk", flat=True) for part in (work.filter(beyond), back)]
    tasks = StepTask.objects.filter(pk__in=parts[0].union(parts[1], given)).select_related(*SHOWN, "handed_by")
    found = list(tasks.annotate(is_beyond=ExpressionWrapper(beyond, BooleanField())).order_by(*URGENT))
    unsigned = [task for task in found if task.waits_for_signature]
    rest = [task for task in found if not task.waits_for_signature]
    return Mine(
        [task for task in rest if task.is_beyond][: size + 1],
        sorted(unsigned, key=lambda task: (task.handed_at, task.pk)),
        [task for task in rest if task.returned_by_id][: size + 1],
    )


class Waiting(NamedTuple):
    """What this person may take: steps nobody holds, and approvals, those he has taken already among them.

    `came_back` are those to claim that were sent back and that he, or whoever stood in for him, had finished before.
    """

    to_claim: list[StepTask]
    approvals: list[StepTask]
    came_back: list[StepTask]


def claimable(user: User) -> list[QuerySet[StepTask]]:
    """Steps nobody holds that a post of the person may take, one list a post; without those barred by four eyes."""
    works = [part for held, part in _for_posts(user) if _has_work(held.post.role)]
    return [_free(user, part.exclude(flow_task__in=_approvals())) for part in works]


def approvable(user: User) -> list[QuerySet[StepTask]]:
    """What waits for his yes or no: what a post of his may take, one list a post, and what he has in hand."""
    held = _held(user).exclude(HANDED).filter(flow_task__in=_approvals())
    asked = [(_approvals(standing.post.role), part) for standing, part in _for_posts(user)]
    return [held, *(_free(user, part.filter(flow_task__in=nodes)) for nodes, part in asked if nodes)]


def waiting(user: User, *, size: int = PAGE) -> Waiting:
    """What he may take or answer, most urgent first, each one more than `size` when there are more.

    Two queries however many posts he acts by, each post along the index of its tier; a third when something came back.
    """
    found = first_of([*claimable(user), *approvable(user)], size=size, each=True)
    approvals = [task for task in found if isinstance(task.flow_task, Approval)]
    to_claim = [task for task in found if not isinstance(task.flow_task, Approval)][: size + 1]
    back = [task for task in to_claim if task.returned_by_id]
    duties = _duties(user, back)
    came_back = [task for task in back if task.flow_task.name in duties.get(task.case_id, set())]
    return Waiting(to_claim, approvals[: size + 1], came_back)


def first_of(
    lists: list[QuerySet[StepTask]], after: Place | None = None, *, size: int = PAGE, each: bool = False
) -> list[StepTask]:
    """The most urgent steps of several lists as one, each step once, after a place; one more than `size`.

    With `each` all that the lists give, which are up to so many of every one. One query.
    """
    ids = [_urgent(part.filter(_beyond(after)), size).values_list("pk", flat=True) for part in lists]
    if not ids:
        return []
    tasks = StepTask.objects.filter(pk__in=[*ids[0].union(*ids[1:])]).select_related(*SHOWN)
    found = sorted(tasks, key=lambda task: (task.due_at or FAR, task.pk))
    return found if each else found[: size + 1]


def _held(user: User) -> QuerySet[StepTask]:
    return StepTask.objects.open().filter(owner=user)


def _for_posts(user: User) -> Iterator[tuple[Standing, QuerySet[StepTask]]]:
    """The steps nobody holds that each post of the person asks for."""
    for held in user.standings_now():
        role, branch = held.post.role, held.post.branch
        if reach_of(role, Verb.CLAIM) is not None:
            tasks = StepTask.objects.filter(status=STATUS.NEW, flow_task_type="HUMAN", role=role)
            at_top = branch.level == Level.HEAD_OFFICE
            yield held, tasks if at_top else tasks.filter(**{branch.level: branch})


@cache
def _approvals(role: str = "") -> tuple[Approval, ...]:
    """The approvals of every flow; with a post those it can be asked for."""
    nodes = (node for node in all_steps() if isinstance(node, Approval))
    return tuple(node for node in nodes if not role or _may_be_asked(node, role))


@cache
def _has_work(role: str) -> bool:
    """Whether any step of any flow but an approval asks for this post; of a head's long list none is looked for."""
    return any(str(node.role) == role for node in all_steps() if not isinstance(node, Approval))


def _may_be_asked(node: Approval, role: str) -> bool:
    return role in LEVEL_OF if node.sum_of is not None else str(node.role) == role


@cache
def _apart() -> dict[frozenset[str], list[Step]]:
    """The steps by the duties kept apart from them."""
    found: dict[frozenset[str], list[Step]] = {}
    for node in all_steps():
        if others := kept_apart(node):
            found.setdefault(frozenset(others), []).append(node)
    return found


def _free(user: User, tasks: QuerySet[StepTask]) -> QuerySet[StepTask]:
    """Without those an earlier duty on the case bars him from; the claim checks it again."""
    his = _duties_of(user).filter(case=OuterRef("case"))
    barred = Q(pk__in=())
    for duties, nodes in _apart().items():
        barred |= Q(flow_task__in=nodes) & Q(Exists(his.filter(duty__in=sorted(duties))))
    return tasks.exclude(barred)


def page_of(tasks: QuerySet[StepTask], after: Place | None, *, size: int = PAGE) -> list[StepTask]:
    """The most urgent of these after a place, one more than `size` when a further page follows; one query."""
    return list(_urgent(tasks.filter(_beyond(after)), size).select_related(*SHOWN))


def _beyond(after: Place | None) -> Q:
    """Steps that follow a place, those without a limit last; all of them when there is none."""
    if after is None:
        return Q(pk__isnull=False)
    place = Subquery(StepTask.objects.filter(uuid=after.step).values("pk"))
    if after.due_at >= FAR:
        return Q(due_at=None, pk__gt=place)
    return Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, pk__gt=place) | Q(due_at=None)


def _urgent(tasks: QuerySet[StepTask], size: int) -> QuerySet[StepTask]:
    """The most urgent ones, one more than `size`."""
    return tasks.order_by(*URGENT)[: size + 1]


def _duties_of(user: User) -> QuerySet[Duty]:
    """What this person holds or has done, for himself or through a substitute."""
    return Duty.objects.filter(Q(person=user) | Q(for_whom=user), state__in=[Duty.State.HELD, Duty.State.DONE])


def _duties(user: User, tasks: Iterable[StepTask]) -> dict[int, set[str]]:
    """His duties on the cases of these steps."""
    duties: dict[int, set[str]] = {}
    cases = {task.case_id for task in tasks}
    if cases:
        for case, duty in _duties_of(user).filter(case__in=cases).values_list("case_id", "duty"):
            duties.setdefault(case, set()).add(duty)
    return duties


def tonight(now: datetime) -> datetime:
    """24:00 of the bank's day: a limit that ends today ends then, which is the first moment of tomorrow."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def groups(tasks: Iterable[StepTask]) -> dict[str, list[StepTask]]:
    """Late, due today (bank's day), later: keys "late", "today", "later" in this order, empty ones left out."""
    now = clock.now()
    end = tonight(now)
    parts: dict[str, list[StepTask]] = {"late": [], "today": [], "later": []}
    for task in tasks:
        if task.due_at is None or task.due_at > end:
            parts["later"].append(task)
        else:
            parts["late" if task.due_at <= now else "today"].append(task)
    return {name: rows for name, rows in parts.items() if rows}
