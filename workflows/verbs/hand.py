"""Whose hand may do a step: his own post, or that of somebody he stands in for; never against four eyes or an interest."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, refusal, standing
from cases.actions.turn import Turn
from cases.errors import NotAllowed, SomeoneWasFirst
from cases.models import Duty, Interest

from ..models import StepTask
from ..nodes import Step


@dataclass(frozen=True)
class Hand:
    """A person for a step, and whom he stands in for, if anybody."""

    user: User
    for_whom: User | None = None

    @property
    def persons(self) -> list[User]:
        return [person for person in (self.user, self.for_whom) if person]


def task_in(turn: Turn, uuid: UUID) -> StepTask:
    """The step of the locked case, bound to this turn. Raises StepTask.DoesNotExist."""
    task = StepTask.objects.select_related("process", "owner").get(uuid=uuid, case=turn.case)
    task.case = task.process.case = turn.case
    task.process.turn = turn
    return task


def open_task(turn: Turn, uuid: UUID) -> StepTask:
    """As `task_in`, refusing a step that is over; the sentence says who ended it and when."""
    task = task_in(turn, uuid)
    if not task.is_open:
        who = task.owner.display_name if task.owner else _("the system")
        raise SomeoneWasFirst(
            _("This step is already finished: %(who)s.") % {"who": who}, who=who, when=task.finished
        )
    return task


def hand_for(task: StepTask, user: User, verb: Verb = Verb.CLAIM) -> Hand:
    """The hand in which this person may take the step. Raises NotAllowed with the sentence he reads."""
    held = standing(user, verb, task, step_role=task.role)
    if held is None:
        raise NotAllowed(refusal(user, verb, task, step_role=task.role))
    hand = Hand(user, held.for_whom)
    check_four_eyes(task, hand)
    return hand


def check_four_eyes(task: StepTask, hand: Hand) -> None:
    """Refuse a hand that did a duty kept apart from this one, for itself or another, or has an interest in the case."""
    node: Step = task.flow_task
    persons = hand.persons
    names = [other.name for other in node.apart] + [
        other.name for other in steps_of(node) if node in getattr(other, "apart", ())
    ]
    if names:
        done = Duty.objects.filter(
            Q(person__in=persons) | Q(for_whom__in=persons),
            case=task.case,
            duty__in=names,
            state__in=[Duty.State.HELD, Duty.State.DONE],
        ).first()
        if done is not None:
            title = getattr(type(task.process.flow_class.instance), done.duty).task_title
            raise NotAllowed(
                _("“%(step)s” on this case was done by you or for you; this step needs another person.")
                % {"step": title}
            )
    if Interest.objects.filter(case=task.case, person__in=persons).exists():
        raise NotAllowed(_("An interest in this case is on record; another person has to do this step."))


def steps_of(node: Step) -> list[Step]:
    """All steps of the node's flow."""
    return [other for other in node.flow_class.instance.nodes() if isinstance(other, Step)]


def check_holder(task: StepTask, user: User) -> Hand:
    """The person has the step in hand. Raises SomeoneWasFirst or NotAllowed."""
    if task.owner_id is None:
        raise NotAllowed(_("Claim this step first."))
    if task.owner_id != user.pk:
        raise SomeoneWasFirst(
            _("%(who)s has this step in hand.") % {"who": task.owner.display_name},
            who=task.owner.display_name,
            when=task.assigned,
        )
    if not user.is_active:
        raise NotAllowed()
    duty = Duty.objects.select_related("for_whom").get(task=task.uuid, state=Duty.State.HELD)
    return Hand(user, duty.for_whom)
