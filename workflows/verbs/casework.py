"""Verbs on a case that move no step by themselves but change who may."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may_somewhere, refusal
from cases.actions import people
from cases.actions.turn import turn
from cases.errors import CaseError, NotAllowed
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
        held = StepTask.objects.open().filter(Q(owner=user) | Q(for_whom=user), case=hand.case)
        for uuid in held.values_list("uuid", flat=True):
            task = task_in(hand, uuid)
            activation(task).unassign()
            hand.tell(kinds.STEP_RELEASED, data=about(task))


def join(case: Case, *, user: User, joining: User, part: str) -> None:
    """Give somebody a part in the case: 主办 follows the former one, 协办 and 督办 join."""
    with turn(case, user=user) as hand:
        if (sentence := refusal(user, Verb.REASSIGN, hand.case)) is not None:
            raise NotAllowed(sentence)
        if not may_somewhere(joining, Verb.ADD_EVIDENCE):
            # whoever is on a case sees it: administrators see none, auditors change none
            raise CaseError(_("This person's post has no part in complaints."), field="staff_number")
        people.take_part(hand, user=joining, part=part)
