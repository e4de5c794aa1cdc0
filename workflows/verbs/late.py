"""What comes late: a road is opened beside the others, a case without a mandate left unhandled, a call repeated."""

from collections.abc import Set
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from viewflow.workflow import STATUS
from viewflow.workflow.token import Token

from accounts.models import User
from accounts.permissions import Verb
from cases import rules
from cases.actions import mandate, people, repeats
from cases.actions.turn import Turn, turn
from cases.errors import CaseError
from cases.models import Case, RepeatCall

from .. import kinds
from ..models import CaseProcess, StepTask
from .hand import act_by
from .leading import lead_out
from .stepwork import about, activation, finish_in, take_in

STOPPING = ("stop_loss", "order_stop", "stop_by_hand", "order_late_stop", "late_stop_by_hand")
TAKING = frozenset({"find_card", "offer_stop"})
FORK, GATHERED = "at_once", "whole"


def offer_stop(case: Case, *, user: User) -> StepTask:
    """The customer changes his mind, or the card turns up after it was given up: the step that takes it opens again.

    Whoever may stop a card may say so. CaseError: stopped or wanted already, or completed.
    """
    with turn(case, user=user) as hand:
        act_by(hand, Verb.STOP_LOSS, hand.case)
        return _late_step(hand)


def represent(hand: Turn, **said: Any) -> None:
    """Somebody speaks for the customer from now on; the step that obtains his mandate opens with it."""
    people.represent(hand, **said)
    open_mandate(hand)


def open_mandate(hand: Turn) -> None:
    """The mandate is obtained beside the other roads, once, on a case whose flow is past its fork."""
    process = _main(hand)
    if process is not None and rules.awaits_mandate(hand.case) and _open(process, "obtain_mandate") is None:
        _begin(hand, process, "obtain_mandate")


def leave_unhandled(case: Case, *, user: User, reason: str, notice: str, told_at: datetime) -> Case:
    """No mandate came: the case ends without a decision, whoever reported was told (CBIRC 2020 No.3 art. 18 para 4).

    What protects the customer is undone by his own wish, as after a withdrawal. Raises NotAllowed, CaseError.
    """
    with turn(case, user=user) as hand:
        act_by(hand, Verb.LEAVE_UNHANDLED, hand.case)
        mandate.leave_unhandled(hand, reason=reason, notice=notice, told_at=told_at)
        for process in hand.case.processes.filter(finished=None):
            lead_out(hand, process, why="unhandled")
    return hand.case


def add_call(
    case: Case, *, user: User, channel: str, note: str, happened_at: datetime, said: dict[str, Any]
) -> RepeatCall:
    """The matter is reported again: a contact on the open case, whoever's case it is, and the stop if none stands.

    `said["stop"]` gives the answers for the step that takes a late card or stop, `said["represented"]` who calls for
    the holder, `said["confirm"]` keeps how urgent it was found. Whoever may stop a card may add a call: he learns
    nothing of the case by it.
    """
    with turn(case, user=user) as hand:
        act_by(hand, Verb.STOP_LOSS, hand.case)
        call = repeats.add_call(hand, by=user, channel=channel, note=note, happened_at=happened_at)
        if (speaks := said.get("represented")) is not None:
            represent(hand, **speaks)
        if (confirm := said.get("confirm")) is not None:
            confirm(hand)
        if (answers := said.get("stop")) is not None and needs_stop(hand.case):
            _finish(hand, _late_step(hand), answers(hand.case))
    return call


def tell_first(case: Case, *, user: User, second: Case, why: str) -> RepeatCall:
    """The open case says that a second one was opened on purpose, and why."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.STOP_LOSS, hand.case)
        return repeats.tell_first(hand, second=second, by=user, why=why)


def needs_stop(case: Case) -> bool:
    """No stop of the card stands and none is under way: not known, refused, lapsed or lifted. A query or two."""
    if rules.is_card_stopped(case):
        return False
    if not rules.wants_stop(case):
        return True
    if any(control.is_loss and control.end == "replaced" for control in case.controls.all()):
        return False
    return not any(task.is_open and task.flow_task.name in STOPPING for task in case.tasks.all())


def _is_under_way(case: Case) -> bool:
    """The flow is past its fork, and the customer's side is not whole yet. One query."""
    done = {task.flow_task.name for task in case.tasks.all() if task.status == STATUS.DONE}
    return FORK in done and GATHERED not in done


def may_offer_stop(case: Case, waiting: Set[str]) -> bool:
    """There is a card or a stop to take up: the card before the telling, the stop until all is whole.

    `waiting`: names of the steps that wait for a person. No query on a completed case, one while the card is stopped.
    """
    if not case.is_open or waiting & {*TAKING, *STOPPING}:
        return False
    if rules.lacks_card(case) and rules.is_over(case):
        return False
    return needs_stop(case) and _is_under_way(case)


def _late_step(hand: Turn) -> StepTask:
    """The open step that takes the card or the stop; a new one when it was finished."""
    case, process = hand.case, _main(hand)
    if process is None or not case.is_open:
        raise CaseError(_("The customer's side of this case is whole. Open a new one: “Stop the loss first”."))
    if not needs_stop(case):
        raise CaseError(_("The card is stopped, or its stop is on its way."))
    if rules.lacks_card(case) and rules.is_over(case):
        raise CaseError(_("The decision was told. Stop the card by a case of its own: “Stop the loss first”."))
    name = "find_card" if rules.lacks_card(case) else "offer_stop"
    return _open(process, name) or _begin(hand, process, name)


def _finish(hand: Turn, task: StepTask, answers: Any) -> None:
    """Done in this very turn by whoever has the caller on the line; a colleague's hold on it falls."""
    if task.owner_id is not None:
        activation(task).unassign()
        hand.tell(kinds.STEP_RELEASED, data=about(task))
    take_in(hand, task, by=Verb.STOP_LOSS)
    finish_in(hand, task, answers)


def _main(hand: Turn) -> CaseProcess | None:
    """The flow that leads to the answer, past its first fork and not yet whole, bound to the turn."""
    process: CaseProcess | None = CaseProcess.objects.main().filter(case=hand.case, finished=None).first()
    if process is None or not _is_under_way(hand.case):
        return None
    process.case, process.turn = hand.case, hand
    return process


def _fork(process: CaseProcess) -> Any:
    """The node from which the late roads leave; flows without one have none."""
    return process.flow_class.instance.node(FORK)


def _open(process: CaseProcess, name: str) -> StepTask | None:
    node = process.flow_class.instance.node(name)
    task = process.steptask_set.open().filter(flow_task=node).first()
    if task is not None:
        task.process, task.case = process, process.case
    return task


def _begin(hand: Turn, process: CaseProcess, name: str) -> StepTask:
    """Open the step on a road of its own, as if the fork had led there."""
    fork = process.steptask_set.filter(flow_task=_fork(process), status="DONE").latest("id")
    fork.process, fork.case = process, hand.case
    before = activation(fork)
    roads = process.steptask_set.filter(previous=fork).count()
    token = Token(f"{fork.token}/{fork.pk}_{roads + 1}")
    opened = process.flow_class.instance.node(name)._create(before, token)
    before._activate_next({opened})
    task: StepTask = opened.task
    task.process, task.case = process, hand.case
    return task
