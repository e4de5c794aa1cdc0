"""同意, 退回修改, 不同意: the three ends of an approval."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb
from cases.actions.turn import Turn, turn
from cases.errors import CaseError, NotAllowed
from record.journal import Kind

from .. import kinds
from ..models import StepTask
from ..nodes.approval import APPROVED, REFUSED, RETURNED, Approval
from .ending import tell_end
from .hand import check_four_eyes, check_holder, hand_for, open_task
from .stepwork import about, act_as, activation


def approve(step: UUID, *, user: User, reason: str = "") -> StepTask:
    """Approve what waits at this step. Raises NotAllowed for proposer, decider and interested persons."""
    with turn(step=step, user=user) as hand:
        task = _in_hand(hand, step, user)
        task.flow_task.question.approve(hand, reason=reason)
        _end(hand, task, APPROVED, kinds.STEP_APPROVED, reason)
    return task


def send_back(step: UUID, *, user: User, reason: str) -> StepTask:
    """Return it for change, with a reason."""
    with turn(step=step, user=user) as hand:
        task = _in_hand(hand, step, user)
        task.flow_task.question.send_back(hand, reason=_said(reason))
        _end(hand, task, RETURNED, kinds.STEP_RETURNED, reason)
    return task


def refuse(step: UUID, *, user: User, reason: str) -> StepTask:
    """Refuse it, with a reason. NotAllowed where what is asked can only be approved or returned."""
    with turn(step=step, user=user) as hand:
        task = _in_hand(hand, step, user)
        question = task.flow_task.question
        if question.refuse is None:
            raise NotAllowed(_("This can be approved or returned, not refused."))
        question.refuse(hand, reason=_said(reason))
        _end(hand, task, REFUSED, kinds.STEP_REFUSED, reason)
    return task


def _said(reason: str) -> str:
    if not any(sign.isalpha() for sign in reason):
        raise CaseError(_("Say why, in words; the reason goes back with it."), field="reason")
    return reason.strip()


def _in_hand(hand: Turn, step: UUID, user: User) -> StepTask:
    """An approval may be answered straight from the list: it is claimed on the way when nobody has it."""
    task = open_task(hand, step)
    if not isinstance(task.flow_task, Approval):
        raise NotAllowed(_("This step is not an approval."))
    if task.owner_id is None:
        who = hand_for(task, user, Verb.APPROVE)
        activation(task).assign(who.user, who.for_whom)
    else:
        who = check_holder(task, user, Verb.APPROVE)
        check_four_eyes(task, who)
    act_as(hand, task, who)
    return task


def _end(hand: Turn, task: StepTask, outcome: str, kind: Kind, reason: str) -> None:
    task.outcome, reason = outcome, reason.strip()
    current = activation(task)
    current.complete()
    hand.tell(kind, data=about(task), personal={"reason": reason} if reason else {})
    current.activate_next()
    if outcome != APPROVED:
        _note_return(task, hand)
    tell_end(hand, task.process)


def _note_return(task: StepTask, hand: Turn) -> None:
    """The step that opens again says who sent it back, so that it stands under 退回给我."""
    for following in task.leading.all():
        following.process = task.process
        following.returned_by = hand.user
        following.save(update_fields=["returned_by"])
