"""Verbs in a contest over one case: where it stands, who does what, and what is left for whoever comes second."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.roles import Role
from cases.actions import contacts, evidence, intake
from cases.actions.turn import turn
from cases.models import Case
from knowledge.evidence import EvidenceKind
from record import clock
from tests.factories import person
from tests.journey import Journey, Staff
from tests.workflows.roads import bank_says, does, limit_passes
from workflows import verbs
from workflows.models import StepTask
from workflows.verbs import casework, terms
from workflows.verbs.casework import declare_interest
from workflows.verbs.sweeps import sweep_deadlines

ANSWERS = ("approve", "send_back", "refuse")  # the ends of an approval
VERBS = (
    "claim",
    "release",
    "hand_over",
    "reassign",
    "complete",
    *ANSWERS,
    "cancel",
    "withdraw",
    "answer",
    "sweep",
    "declare_interest",
    "add_evidence",
    "add_contact",
    "promise",
    "describe",
    "join",
    "ask_extension",
    "settle",
)
BESIDE_THE_STEP = ("add_evidence", "add_contact", "promise", "describe", "join")
ONE, TWO = "one", "two"  # who has the step in hand, and a colleague of the same post


@dataclass(frozen=True)
class State:
    """What the verbs of a contest depend on. `step` is open, done or cancelled; `waits` an order that is unanswered."""

    context: str
    step: str = "open"
    holder: str | None = ONE
    withdrawn: bool = False
    interest: bool = False
    waits: bool = False
    asked: bool = False
    settled: bool = False


def after(state: State, verb: str) -> tuple[State, bool]:
    """The state after the verb, and whether it had its way: the verbs as a table, without a database."""
    possible, change = RULES[verb]
    if not possible(state):
        return state, False
    return replace(state, **change(state)), True


def _open(state: State) -> bool:
    return state.step == "open"


def _held(state: State) -> bool:
    return _open(state) and state.holder == ONE


def _answers(state: State) -> bool:
    """Nobody has it in hand: it is claimed on the way."""
    free = _open(state) and state.holder is None and not state.interest
    return state.context == "approve" and (_held(state) or free)


def _gone(state: State) -> dict[str, Any]:
    return {"step": "cancelled" if _open(state) else state.step, "waits": False}


# verb → when it has its way, and what it changes; ONE does it unless another is named
RULES: dict[str, tuple[Callable[[State], bool], Callable[[State], dict[str, Any]]]] = {
    "claim": (lambda state: _open(state) and state.holder in (None, TWO), lambda state: {"holder": TWO}),  # TWO
    "release": (_held, lambda state: {"holder": None}),
    "hand_over": (_held, lambda state: {"holder": TWO}),
    "reassign": (  # a manager
        lambda state: _open(state) and state.holder != TWO,
        lambda state: {"holder": TWO},
    ),
    "complete": (
        lambda state: _held(state) and state.context != "approve",
        lambda state: {"step": "done", "waits": False},
    ),
    **{answer: (_answers, lambda state: {"step": "done"}) for answer in ANSWERS},
    "cancel": (_open, lambda state: {"step": "cancelled"}),  # a manager
    "withdraw": (lambda state: not state.withdrawn, lambda state: {**_gone(state), "withdrawn": True}),  # an agent
    "answer": (lambda state: state.waits, _gone),  # the bank
    "declare_interest": (
        lambda state: not state.interest,
        lambda state: {"holder": None if state.holder == ONE else state.holder, "interest": True},
    ),
    "ask_extension": (
        lambda state: not state.withdrawn and not state.asked and not state.settled,
        lambda state: {"asked": True},
    ),
    # what waits for approval, or was approved, is proposed anew
    "settle": (
        lambda state: not state.withdrawn and not state.settled,
        lambda state: {"settled": True, "step": "cancelled" if _open(state) else state.step},
    ),
    **{verb: (lambda state: True, lambda state: {}) for verb in ("sweep", *BESIDE_THE_STEP)},
}


@dataclass
class Ring:
    """A case ready for a contest: `task` is the step in ONE's hands."""

    journey: Journey
    start: State
    people: dict[str, User]
    task: UUID

    def acts(self) -> dict[str, Callable[[], object]]:
        """The verbs, each by whoever would do it."""
        staff, case, task = self.journey.staff, self.journey.case, self.task
        one, two = (User.objects.get(pk=self.people[who].pk) for who in (ONE, TWO))
        answers: dict[str, str] = {}
        if self.start.context == "trace":
            answers = self.journey.disputes()
        elif self.start.context == "stop_by_hand":
            answers = {"receipt": "K-HAND-1", "effective_at": "2026-11-20T04:00:00"}
        return {
            "claim": partial(verbs.claim, task, user=two),
            "release": partial(verbs.release, task, user=one),
            "hand_over": partial(verbs.hand_over, task, user=one, to=two, note="下午接着办"),
            "reassign": partial(verbs.reassign, task, user=staff.service_manager, to=two, why="分流"),
            "complete": partial(verbs.complete, task, user=one, answers=answers),
            "approve": partial(verbs.approve, task, user=one),
            "send_back": partial(verbs.send_back, task, user=one, reason="补充利息"),
            "refuse": partial(verbs.refuse, task, user=one, reason="责任不符"),
            "cancel": partial(verbs.cancel, task, user=staff.service_manager, why="重做"),
            "withdraw": partial(verbs.withdraw, case, user=staff.agent, reason="已核实", means="REC-77"),
            "answer": partial(bank_says, self.journey, "stop_card"),
            "sweep": sweep_deadlines,
            "declare_interest": partial(declare_interest, case, user=one, why="亲属"),
            "add_evidence": partial(
                self._adds, evidence.add_reference, kind=EvidenceKind.CALLER_CHECK, reference="R-9"
            ),
            "add_contact": partial(self._adds, contacts.add_contact, direction="in", channel="phone", note="追问"),
            "promise": partial(self._adds, contacts.promise, what="回电", due_at=clock.now() + timedelta(days=1)),
            "describe": partial(self._adds, intake.describe, narrative="两笔境外交易不是本人所为，卡在身上。"),
            "ask_extension": partial(
                terms.ask_extension, case, user=staff.consumer_protection, reason="交易在境外，需调单"
            ),
            "settle": partial(
                terms.settle,
                case,
                user=staff.consumer_protection,
                number="HJ-7",
                amount=Decimal("1.00"),
                answer_by=(clock.now() + timedelta(days=30)).date(),
                way="phone",
                text="各让一步",
                agreed_at=clock.now(),
            ),
            "join": partial(casework.join, case, user=staff.service_manager, joining=self.people[TWO], part="assist"),
        }

    def _adds(self, action: Callable[..., object], **what: object) -> None:
        with turn(self.journey.case, user=self.journey.staff.agent, role=Role.AGENT) as hand:
            action(hand, **what)

    def found(self) -> State:
        """The state the database is in."""
        task, case = StepTask.objects.get(uuid=self.task), Case.objects.get(pk=self.journey.case.pk)
        names = {user.pk: name for name, user in self.people.items()}
        step = {"DONE": "done", "CANCELED": "cancelled"}.get(task.status, "open")
        return State(
            context=self.start.context,
            step=step,
            holder=names.get(task.owner_id or 0),
            withdrawn=case.withdrawn_at is not None,
            interest=case.interests.exists(),
            asked=case.extensions.exists(),
            settled=case.settlements.exists(),
            waits=case.tasks.open().filter(flow_task__endswith=".order_stop").exists(),
        )


def context_of(pair: tuple[str, str]) -> str:
    """The step over which both verbs can mean something."""
    if set(pair) & {*ANSWERS, "settle"}:
        return "approve"
    return "stop_by_hand" if "answer" in pair else "trace"


def _straight_to(journey: Journey, context: str) -> None:
    """To the trace or the approval, leaving open what runs beside and is not waited for."""
    does(journey, "stop_loss")
    while "trace" not in journey.waiting:
        assert journey.bank_answers(1)
    for step in ("trace", "check_real_card", "keep_evidence", "decide", "propose") if context == "approve" else ():
        does(journey, step)


class Rings:
    """Rings for one contest after another; a case that can be made ready again is used again."""

    POSTS = {"trace": Role.FRAUD, "approve": Role.OUTLET_HEAD, "stop_by_hand": Role.SUPERVISOR}

    def __init__(self, staff: Staff, time) -> None:
        self.staff, self.time = staff, time
        self.seconds = {step: person(role, staff.bank.outlet) for step, role in self.POSTS.items()}
        self.used: dict[str, Journey] = {}
        self.journeys: list[Journey] = []

    def ready(self, context: str) -> Ring:
        """A case with this step in ONE's hands."""
        journey = self._again(context) or self._new(context)
        people = {ONE: self.staff.people[self.POSTS[context]], TWO: self.seconds[context]}
        task = journey.task(context)
        if task.owner_id != people[ONE].pk:
            verbs.reassign(task.uuid, user=self.staff.service_manager, to=people[ONE], why="就绪")
        return Ring(journey, State(context, waits=context == "stop_by_hand"), people, task.uuid)

    def _new(self, context: str) -> Journey:
        journey = Journey.begin(self.staff)
        if context == "stop_by_hand":
            does(journey, "stop_loss")
            limit_passes(journey, "order_stop", self.time)
        else:
            _straight_to(journey, context)
        self.used[context] = journey
        self.journeys.append(journey)
        return journey

    def _again(self, context: str) -> Journey | None:
        """The case used last, when what happened to it can be done over."""
        journey = self.used.get(context)
        if journey is None:
            return None
        case = journey.again()
        if case.withdrawn_at is not None or case.interests.exists():
            return None
        if case.extensions.exists() or case.settlements.exists():
            return None
        for step in ("decide", "propose") if context == "approve" else ():
            if journey.waiting == {step}:
                does(journey, step)
        waits = journey.ordered == {"order_stop"} or context != "stop_by_hand"
        return journey if journey.waiting == {context} and waits else None
