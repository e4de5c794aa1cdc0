"""The statutory clock stands, runs again, begins anew; an authority's clock joins it. The steps' own limits follow."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.permissions import Verb
from cases.actions import law_clock
from cases.actions.turn import Turn, turn
from cases.models import Case, Deadline, NewFacts, Referral, Standstill

from .. import kinds
from ..models import CaseProcess, StepTask
from ..nodes import Approval, Gather
from .hand import act_by
from .stepwork import about, activation


def stand_still(
    case: Case, *, user: User, why: str, body: str, notice: str, began_at: datetime, note: str
) -> Standstill:
    """The clock stands for an appraisal or mediation (art. 18.2, 23). Raises CaseError."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.MOVE_CLOCK, hand.case)
        return law_clock.stand_still(hand, why=why, body=body, notice=notice, began_at=began_at, note=note)


def run_again(case: Case, *, user: User, ended_at: datetime, result: str) -> Standstill:
    """The clock runs again; steps whose limit stood with it get their new one. Raises CaseError."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.MOVE_CLOCK, hand.case)
        ended = law_clock.run_again(hand, ended_at=ended_at, result=result)
        limits_follow(hand)
    return ended


def take_new_facts(case: Case, *, user: User, why: str, material: str, received_at: datetime, notice: str) -> NewFacts:
    """New facts restart the clock; what was decided on the old ones is decided anew, from the trace on (art. 18.3)."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.ACCEPT_NEW_FACTS, hand.case)
        facts = law_clock.take_new_facts(hand, why=why, material=material, received_at=received_at, notice=notice)
        lead_back(hand, "on_new_facts", "new facts")
    return facts


def join_referral(case: Case, *, user: User, source: str, number: str, received_at: datetime, what: str) -> Referral:
    """An authority passes the complaint on; its clock runs beside ours. Raises CaseError."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.JOIN_REFERRAL, hand.case)
        return law_clock.join_referral(hand, source=source, number=number, received_at=received_at, what=what)


def report_back(referral: Referral, *, user: User, reported_at: datetime, number: str) -> Referral:
    """The authority was told how it ended. Raises CaseError."""
    with turn(referral.case, user=user) as hand:
        act_by(hand, Verb.JOIN_REFERRAL, hand.case)
        return law_clock.report_back(hand, referral=referral, reported_at=reported_at, number=number)


def limits_follow(hand: Turn) -> None:
    """What lists are ordered by is the limit as it is now."""
    ends: dict[UUID | None, datetime] = dict(
        Deadline.objects.filter(case=hand.case, ended_at=None).exclude(subject=None).values_list("subject", "due_at")
    )
    for task in StepTask.objects.open().filter(case=hand.case, uuid__in=ends):
        task.due_at = ends[task.uuid]
        task.save(update_fields=["due_at"])


def lead_back(hand: Turn, where: str, why: str) -> None:
    """Every running process that names a node `where` (see CaseFlow) goes back to it, when it has gone past it."""
    for process in hand.case.processes.filter(finished=None):
        process.case, process.turn = hand.case, hand
        if name := getattr(process.flow_class, where):
            _lead_back(hand, process, process.flow_class.instance.node(name), why)


def _lead_back(hand: Turn, process: CaseProcess, begin: Any, why: str) -> None:
    """Go back to the node; what was open past it falls with what it stood on."""
    tasks = list(process.steptask_set.open().order_by("id"))
    before = process.steptask_set.filter(flow_task=begin, status="DONE").order_by("-id").first()
    if before is None or any(task.flow_task == begin for task in tasks):
        return
    past = _ahead_of(begin)
    fallen = [task for task in tasks if task.flow_task.name in past and not _keeps_waiting(task.flow_task)]
    if not fallen and not any(task.flow_task == begin._next for task in tasks):
        return  # it has not come that far, or was sent back before it
    for task in fallen:
        task.process, task.case = process, hand.case
        fell = activation(task)
        fell.cancel()
        fell.drop_stretches()
        hand.tell(kinds.STEP_CANCELLED, data={**about(task), "why": why})
    before.process, before.case = process, hand.case
    last = activation(before)
    last._activate_next({begin._create(last, before.token)})


def _ahead_of(node: Any) -> frozenset[str]:
    """Names of the nodes the case gets to from this one unless somebody sends it back."""
    seen: set[str] = set()
    todo = [node]
    while todo:
        for edge in todo.pop()._outgoing():
            sent_back = isinstance(edge.src, Approval) and edge.edge_class == "cond_false"
            if not sent_back and edge.dst.name not in seen:
                seen.add(edge.dst.name)
                todo.append(edge.dst)
    return frozenset(seen)


def _keeps_waiting(node: Any) -> bool:
    """A place at which roads come together waits on for those that begin anew; of a round, it begins anew itself."""
    return isinstance(node, Gather) and not node.roads
