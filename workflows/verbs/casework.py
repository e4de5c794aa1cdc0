"""Verbs on a case that move no step by themselves but change who may."""

from accounts.models import User
from accounts.permissions import Verb, refusal
from cases.actions import people
from cases.actions.turn import turn
from cases.errors import NotAllowed
from cases.models import Case

from .. import kinds
from ..models import StepTask
from .hand import task_in
from .stepwork import about, activation


def declare_interest(case: Case, *, user: User, why: str) -> None:
    """Put an interest on record; steps in the person's hands go back (CBIRC 2020 No.3 art. 17)."""
    with turn(case, user=user) as hand:
        if (sentence := refusal(user, Verb.DECLARE_INTEREST, hand.case)) is not None:
            raise NotAllowed(sentence)
        people.declare_interest(hand, person=user, why=why)
        for uuid in StepTask.objects.open().filter(case=hand.case, owner=user).values_list("uuid", flat=True):
            task = task_in(hand, uuid)
            activation(task).unassign()
            hand.tell(kinds.STEP_RELEASED, data=about(task))
