"""Verbs on a case that move no step by themselves but change who may."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases import named
from cases.actions import burden, first_hop, naming, people
from cases.actions.turn import Turn, turn
from cases.errors import CaseError, NotAllowed
from cases.models import BurdenFinding, Case, DisputedTransaction, Duty

from .. import kinds
from ..models import StepTask
from ..nodes import Approval
from .hand import act_by, task_in
from .stepwork import about, activation


def declare_interest(case: Case, *, user: User, why: str) -> None:
    """Put an interest on record; steps in the person's hands go back (CBIRC 2020 No.3 art. 17).

    So do steps somebody has in hand for him; an approval left without anybody who may sign goes to the next level.
    """
    with turn(case, user=user) as hand:
        act_by(hand, Verb.DECLARE_INTEREST, hand.case)
        people.declare_interest(hand, person=user, why=why)
        for uuid in StepTask.objects.open().filter(case=hand.case).order_by("id").values_list("uuid", flat=True):
            task = task_in(hand, uuid)
            if user in (task.owner, task.for_whom):
                activation(task).unassign()
                hand.tell(kinds.STEP_RELEASED, data=about(task))
            if isinstance(task.flow_task, Approval):
                activation(task).look_for_another_level()


def join(case: Case, *, user: User, joining: User, part: str) -> None:
    """Give somebody a part in the case: 主办 follows the former one, 协办 and 督办 join."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.REASSIGN, hand.case)
        if not may_somewhere(joining, Verb.ADD_EVIDENCE):
            # whoever is on a case sees it: administrators see none, auditors change none
            raise CaseError(_("This person's post has no part in complaints."), field="staff_number")
        people.take_part(hand, user=joining, part=part)


def find_burden(case: Case, *, user: User, **found: Any) -> BurdenFinding:
    """Put on record what was found of an element of the burden board (see `cases.actions.burden.find`).

    Not by whoever has an interest in the case: art. 17 speaks of verifying, not of deciding alone.
    """
    with turn(case, user=user) as hand:
        act_by(hand, Verb.JUDGE_PROOF, hand.case)
        _without_interest(hand)
        return burden.find(hand, **found)


def find_first_hop(case: Case, *, user: User, **found: Any) -> list[DisputedTransaction]:
    """Put on record where the money of some transactions went first (see `cases.actions.first_hop.find`).

    Verifying, too: not by whoever has an interest in the case.
    """
    with turn(case, user=user) as hand:
        act_by(hand, Verb.FOLLOW_MONEY, hand.case)
        _without_interest(hand)
        return first_hop.find(hand, **found)


def name_transactions(case: Case, *, user: User, **said: Any) -> named.Named:
    """Take down which transactions the customer says were not his (see `cases.actions.naming.name`).

    By whoever may register what he says; it judges nothing, so that an interest does not bar it.
    """
    with turn(case, user=user) as hand:
        act_by(hand, Verb.REGISTER, hand.case)
        return naming.name(hand, **said)


def _without_interest(hand: Turn) -> None:
    """Neither he nor whom he stands in for has an interest on record (CBIRC 2020 No.3 art. 17). NotAllowed."""
    who = [person for person in (hand.user, hand.for_whom) if person]
    if Duty.objects.barring(hand.case, who, []) is not None:
        raise NotAllowed(_("An interest in this case is on record; another person has to judge it."))
