"""Whose hand may do a step: by a post of his own or of whom he stands in for; never against four eyes or interest."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, Value
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


def task_in(turn: Turn, uuid: UUID | None) -> StepTask:
    """The step of the locked case, bound to this turn. Raises StepTask.DoesNotExist."""
    task = StepTask.objects.select_related("process", "owner", "for_whom").get(uuid=uuid, case=turn.case)
    task.case = task.process.case = turn.case
    task.process.turn = turn
    return task


def open_task(turn: Turn, uuid: UUID) -> StepTask:
    """As `task_in`, refusing a step that is over; the sentence says who ended it and when."""
    task = task_in(turn, uuid)
    if not task.is_open:
        who = task.owner.display_name if task.owner else _("the system")
        raise SomeoneWasFirst(_("This step is already finished: %(who)s.") % {"who": who}, who=who, when=task.finished)
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
    persons = hand.persons
    done = Duty.objects.filter(
        Q(person__in=persons) | Q(for_whom__in=persons),
        case=task.case,
        duty__in=kept_apart(task.flow_task),
        state__in=[Duty.State.HELD, Duty.State.DONE],
    )
    interests = Interest.objects.filter(case=task.case, person__in=persons)
    barred = list(interests.values_list(Value("")).union(done.values_list("duty"))[:1])
    if not barred:
        return
    if not (duty := barred[0][0]):
        raise NotAllowed(_("An interest in this case is on record; another person has to do this step."))
    raise NotAllowed(
        _("“%(step)s” on this case was done by you or for you; this step needs another person.")
        % {"step": task.flow_task.flow_class.instance.node(duty).task_title}
    )


def barred_from(task: StepTask) -> set[int]:
    """Ids of everybody whom a duty on the case, done or in hand for whomever, or an interest keeps from the step."""
    duties = Duty.objects.filter(
        case=task.case, duty__in=kept_apart(task.flow_task), state__in=[Duty.State.HELD, Duty.State.DONE]
    )
    barred = {pk for pair in duties.values_list("person_id", "for_whom_id") for pk in pair if pk}
    return barred | set(Interest.objects.filter(case=task.case).values_list("person_id", flat=True))


def kept_apart(node: Step) -> set[str]:
    """Names of the duties whose doer may not do this step, on whichever of the two it is declared."""
    declared = {other.name for other in node.apart}
    return declared | {other.name for other in steps_of(node) if node in other.apart}


def steps_of(node: Step) -> list[Step]:
    """All steps of the node's flow."""
    return [other for other in node.flow_class.instance.nodes() if isinstance(other, Step)]


def held_by(task: StepTask) -> SomeoneWasFirst:
    """The sentence that says who has the step in hand, and since when."""
    who = task.owner.display_name if task.owner else ""
    return SomeoneWasFirst(_("%(who)s has this step in hand.") % {"who": who}, who=who, when=task.assigned)


def check_holder(task: StepTask, user: User) -> Hand:
    """The person has the step in hand. Raises SomeoneWasFirst or NotAllowed."""
    if task.owner_id is None:
        raise NotAllowed(_("Claim this step first."))
    if task.owner_id != user.pk:
        raise held_by(task)
    if (sentence := refusal(user, Verb.COMPLETE, task, step_role=task.role)) is not None:
        raise NotAllowed(sentence)  # the post or the substitution has ended since
    return Hand(user, task.for_whom)
