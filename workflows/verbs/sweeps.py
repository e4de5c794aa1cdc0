"""Time limits looked after: reminder at 80 %, overdue, escalation; orders nobody answered. Any number of workers."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts import people
from accounts.models import User
from accounts.permissions import Place
from accounts.roles import Role
from cases.actions import deadlines, formal_loss, official
from cases.actions.turn import Turn
from cases.models import Case, Deadline, Notice, Promise
from knowledge import limits
from record import clock
from record.history import acting

from ..models import StepTask
from ..nodes import Approval, Gather, Instruct

log = logging.getLogger(__name__)

BATCH, PURGE = 100, 1000
KEEP_NOTICES = timedelta(days=30)
SUPERVISORS = (Role.SUPERVISOR, Role.SERVICE_MANAGER)
KEEPING = "keep_evidence"
HEADS = (Role.OUTLET_HEAD, Role.TIER2_HEAD, Role.TIER1_HEAD, Role.CARD_CENTRE_HEAD)


def sweep_deadlines() -> int:
    """Sound every alarm that is due, each once per limit and level. Returns how many cases were looked after.

    Claims cases, not deadlines, one a transaction and skipping those in other hands; a killed worker leaves its case
    as it was and the next sweep takes it.
    """
    looked_after = 0
    for uuid in _due_cases():
        try:
            looked_after += _sweep_case(uuid)
        except Exception as error:
            # One case that cannot be looked after, for whatever reason, must not silence all that follow it. Its class
            # alone: a text may hold what a log must not.
            log.error("The limits of case %s could not be looked after: %s", uuid, type(error).__name__)
    return looked_after


def _due_cases() -> Iterator[UUID]:
    """Each case with an alarm due now, once; what is locked or fails waits for the next sweep and holds up nobody."""
    due, after = Deadline.objects.filter(ended_at=None, next_alarm_at__lte=clock.now()), 0
    while page := list(
        due.filter(case_id__gt=after).order_by("case_id").values_list("case_id", "case__uuid").distinct()[:BATCH]
    ):
        yield from (uuid for _pk, uuid in page)
        after = page[-1][0]


def purge_notices() -> int:
    """Delete notices that are no news: seen, or their limit ended, KEEP_NOTICES ago; how many. The journal has them.

    An alarm without a limit goes when it is as old.
    """
    before = clock.now() - KEEP_NOTICES
    over = Q(seen_at__lt=before) | Q(deadline__ended_at__lt=before) | Q(deadline=None, made_at__lt=before)
    old = Notice.objects.filter(over).order_by("id").values("pk")[:PURGE]
    return Notice.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]


def _sweep_case(uuid: UUID) -> int:
    with transaction.atomic():
        case = (
            Case.objects.filter(uuid=uuid)
            .select_related("person_key")
            .select_for_update(no_key=True, skip_locked=True, of=("self",))
            .first()
        )
        if case is None:
            return 0
        hand = Turn(case, cause="sweep")
        due = Deadline.objects.filter(case=case, ended_at=None, next_alarm_at__lte=hand.now).order_by("due_at", "id")
        with acting(hand.actor):
            for deadline in due:
                _alarm(hand, deadline)
        hand.write()
    return 1


def _alarm(hand: Turn, deadline: Deadline) -> None:
    task = _task_of(hand, deadline)
    deadlines.alarm(
        hand,
        deadline,
        holder=_keepers(hand.case) if deadline.key in limits.OF_EVIDENCE else _holders(hand.case, task, deadline),
        supervisors=_people(SUPERVISORS, hand.case),
        heads=_lowest(HEADS, hand.case),
    )
    if deadline.key == limits.PAYEE_LAPSE and deadline.due_at <= hand.now:
        official.lapsed_by_law(hand, deadline.subject)
    if deadline.key == limits.ORAL_LOSS:
        formal_loss.before_lapse(hand, deadline.subject)
    if task is None or not task.is_open:
        return
    if isinstance(task.flow_task, Instruct) and deadline.due_at <= hand.now:
        task.flow_task.activation_class(task).silence()
    elif isinstance(task.flow_task, Gather) and deadline.due_at <= hand.now:
        task.flow_task.activation_class(task).limit_passed()
    elif isinstance(task.flow_task, Approval):
        task.flow_task.activation_class(task).look_for_another_level()


def _task_of(hand: Turn, deadline: Deadline) -> StepTask | None:
    if deadline.subject is None:
        return None
    task = StepTask.objects.select_related("process", "owner").filter(uuid=deadline.subject).first()
    if task is not None:
        task.case = task.process.case = hand.case
        task.process.turn = hand
    return task


def _holders(case: Case, task: StepTask | None, deadline: Deadline) -> list[User]:
    """Whoever has the step in hand, else everybody it waits for; whoever promised; the limit's own post; the case's
    people. For who is away that is his substitute, where he has one.
    """
    if task is not None and task.owner is None:
        return _people((Role(task.role),), task) if task.role else []
    if task is None and deadline.role:
        return _people((Role(deadline.role),), case)
    return list(
        dict.fromkeys(people.stand_in(person, clock.now()) or person for person in _by_name(case, task, deadline))
    )


def _by_name(case: Case, task: StepTask | None, deadline: Deadline) -> list[User]:
    if task is not None and task.owner is not None:
        return [task.owner]
    promises = Promise.objects.filter(uuid=deadline.subject) if deadline.subject else Promise.objects.none()
    if promise := promises.select_related("by").first():
        return [promise.by]
    return [person.user for person in case.people.filter(until=None).select_related("user")]


def _keepers(case: Case) -> list[User]:
    """Whoever has or had the preservation of evidence in hand; else everybody in the investigators' post."""
    kept = StepTask.objects.filter(case=case, role=Role.FRAUD, owner__is_active=True).select_related("owner")
    steps = [task for task in kept.order_by("-id") if task.flow_task.name == KEEPING]
    return [steps[0].owner] if steps else _people((Role.FRAUD,), case)


def _people(roles: tuple[Role, ...], case: Place) -> list[User]:
    """Who can act in one of these posts now; for who is away that is his substitute."""
    offices = (office for role in roles for office in people.in_office(role, case, clock.now()))
    return list({office.person.pk: office.person for office in offices}.values())


def _lowest(roles: tuple[Role, ...], case: Case) -> list[User]:
    """The head nearest to the case who is in office."""
    return next((found for role in roles if (found := _people((role,), case))), [])
