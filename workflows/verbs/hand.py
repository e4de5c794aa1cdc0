"""Whose hand may do a step: by a post of his own or of whom he stands in for; never against four eyes or interest."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from viewflow.workflow import STATUS

from accounts.models import Standing, User
from accounts.permissions import Place, Reach, Verb, allowed, reach_of, refusal, standing, within
from cases.actions.turn import Turn
from cases.errors import NotAllowed, SomeoneWasFirst
from cases.models import Duty, Interest
from record import journal
from record.rows import Rows

from .. import kinds
from ..flows import FLOWS
from ..models import CaseProcess, StepTask
from ..nodes import Step


@dataclass(frozen=True)
class Hand:
    """A person for a step, and whom he stands in for, if anybody."""

    user: User
    for_whom: User | None = None

    @property
    def persons(self) -> list[User]:
        return [person for person in (self.user, self.for_whom) if person]


def task_in(turn: Turn, uuid: UUID | None) -> StepTask:
    """The step of the locked case, bound to this turn. Raises StepTask.DoesNotExist."""
    if turn.step is not None and turn.step.uuid == uuid:
        named: StepTask = turn.step
        named.process.turn = turn
        return named
    rows, statement = _statement()
    for task, process in rows.read("default", statement, [uuid, turn.case.pk]):
        task.process = process
        task.case = process.case = turn.case
        process.turn = turn
        found: StepTask = task
        return found
    raise StepTask.DoesNotExist


@cache
def _statement() -> tuple[Rows, str]:
    rows = Rows(t=StepTask, p=CaseProcess)
    return rows, (
        f"SELECT {rows.columns} FROM {StepTask._meta.db_table} t"  # noqa: S608 (columns and tables are the models' own)
        f" JOIN {CaseProcess._meta.db_table} p ON p.id = t.process_id WHERE t.uuid = %s AND t.case_id = %s"
    )


def open_task(turn: Turn, uuid: UUID) -> StepTask:
    """As `task_in`, refusing a step that is over; the sentence says who ended it and when."""
    task = task_in(turn, uuid)
    if task.status == STATUS.CANCELED:
        who = _who_cancelled(task)
        raise SomeoneWasFirst(_("This step was cancelled: %(who)s.") % {"who": who}, who=who, when=task.finished)
    if not task.is_open:
        who = task.owner.display_name if task.owner else _("the system")
        raise SomeoneWasFirst(_("This step is already finished: %(who)s.") % {"who": who}, who=who, when=task.finished)
    return task


def _who_cancelled(task: StepTask) -> str:
    """As the journal tells it: whoever had the step in hand need not be who took it from him."""
    told = journal.entries(task.case.stream).filter(kind=kinds.STEP_CANCELLED.name).order_by("-number")
    for entry in told:
        if entry.data.get("task") == str(task.uuid) and entry.actor_number != journal.SYSTEM.number:
            return str(entry.actor_name)
    return _("the system")


def hand_for(task: StepTask, user: User, verb: Verb = Verb.CLAIM) -> Hand:
    """The hand in which this person may take the step. Raises NotAllowed with the sentence he reads.

    Of several people he stands in for one may be kept from the step and another not, so each is looked at.
    """
    refused = NotAllowed(refusal(user, verb, task, step_role=task.role))
    for right in rights(user, verb, task):
        hand = Hand(user, right.for_whom)
        try:
            check_four_eyes(task, hand)
        except NotAllowed as no:
            refused = no
        else:
            return hand
    raise refused


def act_by(hand: Turn, verb: Verb, place: Place) -> None:
    """What happens in this turn is done by the post that gives the verb, for whomever it is his. Raises NotAllowed."""
    if hand.user is None:
        raise NotAllowed
    if (held := standing(hand.user, verb, place)) is None:
        raise NotAllowed(refusal(hand.user, verb, place))
    hand.role, hand.for_whom = held.post.role, held.for_whom


def rights(user: User, verb: Verb, task: StepTask) -> Iterator[Standing]:
    """The posts by which the person may do this on the step, his own first, then those of people he stands in for."""
    for held in user.standings_now() if user.is_active else ():
        role, branch = held.post.role, held.post.branch
        if allowed(role, verb, step_role=task.role) and (
            reach_of(role, verb) is Reach.BANK or within(branch.pk, branch.level, task)
        ):
            yield held


def check_four_eyes(task: StepTask, hand: Hand) -> None:
    """Refuse a hand that did a duty kept apart from this one, for itself or another, or has an interest in the case."""
    duty = Duty.objects.barring(task.case, hand.persons, kept_apart(task.flow_task))
    if duty is None:
        return
    if not duty:
        raise NotAllowed(_("An interest in this case is on record; another person has to do this step."))
    raise NotAllowed(
        _("“%(step)s” on this case was done by you or for you; this step needs another person.")
        % {"step": _title_of(duty)}
    )


def barred_from(task: StepTask) -> set[int]:
    """Ids of everybody whom a duty on the case, done or in hand for whomever, or an interest keeps from the step."""
    duties = Duty.objects.filter(
        case=task.case, duty__in=kept_apart(task.flow_task), state__in=[Duty.State.HELD, Duty.State.DONE]
    )
    barred = {pk for pair in duties.values_list("person_id", "for_whom_id") for pk in pair if pk}
    return barred | set(Interest.objects.filter(case=task.case).values_list("person_id", flat=True))


def kept_apart(node: Step) -> set[str]:
    """Names of the duties whose doer may not do this step, on whichever of the two, in whichever flow declared."""
    declared = {other.name for other in node.apart}
    return declared | {other.name for other in _all_steps() if node in other.apart}


@cache
def _all_steps() -> list[Step]:
    return [node for flow in FLOWS for node in flow.instance.nodes() if isinstance(node, Step)]


def _title_of(duty: str) -> Any:
    return next(node.task_title for node in _all_steps() if node.name == duty)


def held_by(task: StepTask) -> SomeoneWasFirst:
    """The sentence that says who has the step in hand, and since when."""
    who = task.owner.display_name if task.owner else ""
    return SomeoneWasFirst(_("%(who)s has this step in hand.") % {"who": who}, who=who, when=task.assigned)


def check_holder(task: StepTask, user: User, verb: Verb | None = None) -> Hand:
    """The person has the step in hand, and (with `verb`) the post in which he took it still gives it to him.

    Raises SomeoneWasFirst or NotAllowed.
    """
    if task.owner_id is None:
        raise NotAllowed(_("Claim this step first."))
    if task.owner_id != user.pk:
        raise held_by(task)
    if not user.is_active:
        raise NotAllowed(refusal(user, verb or Verb.RELEASE, task))
    if verb is not None and not any(right.for_whom in (None, task.for_whom) for right in rights(user, verb, task)):
        # The post or the substitution has ended since; another one, for somebody else, is not what he took it in.
        raise NotAllowed(refusal(user, verb, task, step_role=task.role))
    return Hand(user, task.for_whom)
