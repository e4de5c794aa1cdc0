"""A person's work on a step: 签收, 退回待办, 转派, 改派, 签收交接, 完成."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb
from cases import free_text
from cases.actions import shift
from cases.actions.turn import Turn, turn
from cases.errors import CaseError, NotAllowed
from record.history import Tracked

from .. import kinds, kinds_handing
from ..models import StepTask
from ..nodes.approval import Approval
from .ending import tell_end
from .hand import Hand, act_by, check_holder, hand_for, held_by, open_task
from .leading import follow_decision


class AnswersRefused(CaseError):
    """The answers typed into a step do not hold; `form` says which and why."""

    sentence = _("Some answers need to be mended.")

    def __init__(self, form: Any) -> None:
        self.form = form
        super().__init__()


def claim(step: UUID, *, user: User) -> StepTask:
    """Take a waiting step in hand. Raises NotAllowed, SomeoneWasFirst."""
    with turn(step=step, user=user) as hand:
        task = open_task(hand, step)
        if task.owner_id is not None:
            if task.owner_id == user.pk:
                return task
            raise held_by(task)
        take_in(hand, task)
    return task


def release(step: UUID, *, user: User) -> StepTask:
    """Give a step back to those waiting for it; whoever holds it may, also when his post has ended meanwhile."""
    with turn(step=step, user=user) as hand:
        task = open_task(hand, step)
        act_as(hand, task, check_holder(task, user))
        activation(task).unassign()
        hand.tell(kinds.STEP_RELEASED, data=about(task))
    return task


def hand_over(step: UUID, *, user: User, to: User, note: str, shift_of: UUID | None = None) -> StepTask:
    """The holder passes the step to a colleague who may do it (转派). Raises NotAllowed when he may not.

    `shift_of` names the shift hand-over it is a part of.
    """
    note = free_text.written(note, field="note")
    with turn(step=step, user=user) as hand:
        task = open_task(hand, step)
        act_as(hand, task, check_holder(task, user, Verb.HAND_OVER))
        with_shift = [shift.give(hand, shift=shift_of, to=to, note=note, task=step)] if shift_of else []
        _pass_on(hand, task, to, kinds.STEP_HANDED_OVER, {"note": note} if note else {}, with_shift)
    return task


def reassign(step: UUID, *, user: User, to: User, why: str, seen_with: str | None = None) -> StepTask:
    """A supervisor moves a step to somebody else, held or not (改派), and says why.

    `seen_with` is whom he saw it with, as a uuid, empty for nobody: who took it since keeps it. Raises SomeoneWasFirst.
    """
    why = free_text.written(why, field="why", required=True)
    with turn(step=step, user=user) as hand:
        task = open_task(hand, step)
        act_by(hand, Verb.REASSIGN, task)
        if seen_with is not None and task.owner is not None and str(task.owner.uuid) != seen_with:
            raise held_by(task)
        _pass_on(hand, task, to, kinds.STEP_REASSIGNED, {"why": why})
    return task


def sign(step: UUID, *, user: User) -> StepTask:
    """Whoever a step was handed over or reassigned to signs for it; signing twice tells nothing more.

    Raises SomeoneWasFirst when it is in other hands by now, NotAllowed when it is in nobody's.
    """
    with turn(step=step, user=user) as hand:
        task = open_task(hand, step)
        act_as(hand, task, check_holder(task, user))
        if task.waits_for_signature:
            task.signed_at = hand.now
            task.save(update_fields=["signed_at"])
            row = shift.of_step(hand, step, to=user)
            signed = [shift.answer(hand, row, shift.Outcome.SIGNED)] if row else []
            hand.tell(kinds_handing.STEP_SIGNED, data=about(task), changed=signed)
    return task


def hand_back(step: UUID, *, user: User, reason: str) -> StepTask:
    """Whoever a step was handed to with a shift does not take it: it is with whoever handed it over again.

    When that person may not have it any more, it waits for all of the post. Raises SomeoneWasFirst when it is in other
    hands, NotAllowed when it was not handed over so, or is signed for.
    """
    reason = free_text.written(reason, field="reason", required=True)
    with turn(step=step, user=user) as hand:
        task = open_task(hand, step)
        act_as(hand, task, check_holder(task, user))
        row = shift.of_step(hand, step, to=user)
        if row is None or not task.waits_for_signature:
            raise NotAllowed(_("There is no hand-over here that waits for your signature."))
        told = shift.answer(hand, row, shift.Outcome.REFUSED, reason=reason)
        data = {**about(task), **_given_back(task, row.by)}
        hand.tell(kinds_handing.STEP_HANDED_BACK, data=data, personal={"reason": reason}, changed=[told])
    return task


def _given_back(task: StepTask, giver: User) -> dict[str, str]:
    """Into the hands it came from, without a signature; what is told of it."""
    current = activation(task)
    current.unassign()
    try:
        holder = hand_for(task, giver)
    except NotAllowed:
        return {"to": "", "to_number": ""}
    current.assign(holder.user, holder.for_whom)
    return {"to": giver.display_name, "to_number": giver.staff_number}


def complete(step: UUID, *, user: User, answers: Any = None, files: Any = None) -> StepTask:
    """Finish a step with the answers its form asks for. Raises AnswersRefused, CaseError; nothing is saved then."""
    with turn(step=step, user=user) as hand:
        task = open_task(hand, step)
        if isinstance(task.flow_task, Approval):
            raise NotAllowed(_("Approve, return or refuse; this step has no other end."))
        act_as(hand, task, check_holder(task, user, Verb.COMPLETE))
        finish_in(hand, task, answers, files)
    return task


def take_in(hand: Turn, task: StepTask, *, by: Verb = Verb.CLAIM) -> None:
    """Claim an open step for the person whose turn it is, by this right. Raises NotAllowed."""
    if hand.user is None:
        raise NotAllowed
    who = hand_for(task, hand.user, by)
    act_as(hand, task, who)
    activation(task).assign(who.user, who.for_whom)
    hand.tell(kinds.STEP_CLAIMED, data=about(task))


def finish_in(hand: Turn, task: StepTask, answers: Any, files: Any = None) -> None:
    """Finish a step held by the person whose turn it is. Raises AnswersRefused, CaseError."""
    form = task.flow_task.form_class(answers or {}, files or {}, case=hand.case, task=task)
    if not form.is_valid():
        raise AnswersRefused(form)
    form.save(hand)
    current = activation(task)
    current.complete()
    hand.tell(kinds.STEP_COMPLETED, data=about(task))
    current.activate_next()
    tell_end(hand, task.process)
    follow_decision(hand)


def activation(task: StepTask) -> Any:
    """The engine's handle on a task bound to a turn."""
    return task.flow_task.activation_class(task)


def about(task: StepTask) -> dict[str, str]:
    return {"step": task.flow_task.name, "task": str(task.uuid)}


def act_as(hand: Turn, task: StepTask, who: Hand) -> None:
    """What happens in this turn is done in the step's post, and for whom the person stands in."""
    hand.role, hand.for_whom = task.role, who.for_whom


def _pass_on(
    hand: Turn, task: StepTask, to: User, kind: Any, personal: dict[str, str], changed: Sequence[Tracked] = ()
) -> None:
    """Give the step from whoever holds it to another who may hold it and signs for it, unless he took it himself."""
    if task.owner_id == to.pk:
        raise NotAllowed(_("%(who)s has this step in hand already.") % {"who": to.display_name})
    try:
        taker = hand_for(task, to)
    except NotAllowed as no:
        sentence = _("%(who)s may not do this step: %(why)s") % {"who": to.display_name, "why": no.sentence}
        raise NotAllowed(sentence) from None
    current = activation(task)
    if task.owner_id is not None:
        current.unassign()
    current.assign(taker.user, taker.for_whom, handed_by=None if hand.user == to else hand.user)
    data = {**about(task), "to": to.display_name, "to_number": to.staff_number}
    hand.tell(kind, data=data, personal=personal, changed=changed)
