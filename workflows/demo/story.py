"""One demo case on its way: from where the case stands follows what is done next, when and by whom.

Nothing is remembered between two moves but what the database holds, so a load that was killed goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Final

from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from cases import gateways
from cases.actions import intake, people, triage
from cases.actions.turn import Turn
from cases.errors import NotAllowed
from cases.models import Card, Case, Customer, Duty, EvidenceItem
from knowledge import signs
from knowledge.models import TaxonomyCode
from record.models import Order

from .. import verbs
from ..flows import CardFraudFlow
from ..models import StepTask
from ..nodes import Approval, Instruct
from . import words
from .answers import Asked, answers, fate_of_item
from .left import Left
from .orders import Courier, Trouble, trouble_of
from .plans import Plan, local
from .sides import Side
from .staff import Staff

Move = tuple[datetime, Callable[[], None]]
BY_THE_MINUTE: Final = ("stop_by_hand", "hold_by_hand")
MOST_ASKED: Final = 3  # so often the worker of the demo asks a silent bank system; then it waits for the limit


@dataclass
class Story:
    """A plan, its case as far as it has come, and what else is still to happen on it."""

    plan: Plan
    staff: Staff
    courier: Courier
    case: Case | None = None
    sides: list[Side] = field(default_factory=list)
    ahead: Move | None = None  # the next move of a step, read once and kept while nothing else happens to the step

    def __post_init__(self) -> None:
        if self.case is not None:
            self._meet_trouble(self.case)

    def next(self) -> Move | None:
        """The next thing that happens on this case; None when nothing will."""
        if self.case is None:
            return self.plan.received_at + timedelta(seconds=self._chance("call").randint(70, 230)), self._open
        self.ahead = self.ahead or self._step()
        moves = [(self.ahead[0], self._do_step)] if self.ahead else []
        moves += [(self.sides[0].at, self._do_side)] if self.sides else []
        return min(moves, key=lambda move: move[0], default=None)

    def _do_step(self) -> None:
        move, self.ahead = self.ahead, None
        if move is not None:
            move[1]()

    # beside the steps -------------------------------------------------------------------------------------------------

    def _do_side(self) -> None:
        side, case = self.sides.pop(0), self._again()
        if case.is_open or (side.outlives and case.state == Case.State.DONE):
            who = self.staff.numbered(side.who) if side.who else self.staff.agent(self.plan.unit, self.plan.number)
            side.do(case, who, self.staff)

    # the call ---------------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        """The call: the card is looked for, the case opened and its first step done, as the desk does it."""
        plan, card = self.plan, self.plan.card
        agent = self.staff.agent(plan.unit, plan.number)
        self.courier.bank.keep_time()
        self.courier.bank.seed(card.seed())
        token = gateways.find_card(first_six=card.first_six, last_four=card.last_four, phone=plan.caller.phone)
        with transaction.atomic():
            customer = intake.find_or_add_customer(
                name=plan.caller.name, phone=plan.caller.phone, kind=plan.caller.kind, care=plan.caller.care
            )
            known = intake.find_or_add_card(
                token=token or "", first_six=card.first_six, last_four=card.last_four, kind=card.kind, customer=customer
            )
            self.case = self._opened(agent, customer, known)
        self._meet_trouble(self.case)

    def _meet_trouble(self, case: Case) -> None:
        self.courier.troubles[case.uuid] = trouble_of(self.plan)

    def _opened(self, agent: User, customer: Customer, card: Card) -> Case:
        plan, unit = self.plan, self.staff.unit(self.plan.unit)
        demand, demand_text = plan.demand()
        answers = {"caller_check": plan.recording}
        if plan.fate.event == "declined":
            answers |= {"decline": self._chance("decline").choice(words.STOP_DECLINED), "warned": "on"}

        def begin(turn: Turn) -> None:
            self._spokesman(turn, customer)
            proposal = signs.propose(f"{demand_text}\n{plan.narrative()}", record=plan.caller.care)
            triage.confirm(turn, proposal=proposal, severity=proposal.severity)
            verbs.start_with(turn, CardFraudFlow, **answers)

        return intake.open_case(
            user=agent,
            role=Role.AGENT,
            kind=Case.Kind.CARD_FRAUD,
            channel=plan.channel,
            received_at=plan.received_at,
            handling_unit=unit,
            complained_unit=unit,
            narrative=plan.narrative(),
            demand=demand,
            demand_text=demand_text,
            customer=customer,
            card=card,
            facets=_facets(plan.card.kind),
            then=begin,
        )

    def _spokesman(self, turn: Turn, customer: Customer) -> None:
        """Behind an organisation somebody calls for it; now and then an agent calls for a person."""
        left = self.plan.fate.left
        is_left = left is not None and left.step == "obtain_mandate"
        if is_left or customer.kind == Customer.Kind.ORGANISATION or self._chance("who calls").random() < 0.06:
            kind = "company" if customer.kind == Customer.Kind.ORGANISATION else "agent"
            people.represent(turn, kind=kind, name=self._chance("spokesman").choice(words.SPOKESMEN), phone="")

    # the steps --------------------------------------------------------------------------------------------------------

    def _step(self) -> Move | None:
        found = StepTask.objects.open().filter(case=self.case, process__subject=None)  # see demo.beside for the others
        tasks = list(found.select_related("process").order_by("id"))
        for task in tasks:
            task.case = self.case
        people = [task for task in tasks if task.flow_task_type == "HUMAN"]
        orders = [task for task in tasks if isinstance(task.flow_task, Instruct)]
        trouble = trouble_of(self.plan)
        moves = [self._person(task) for task in people]
        # a twin beside its order is done by hand, unless the answer is to come after all
        twins = {task.flow_task.relieves for task in people}
        moves += [self._order(one, trouble) for one in orders if one.flow_task not in twins or trouble.answers_late]
        if not any(task.flow_task.name == "keep_evidence" for task in people):
            moves.append(self._items_left())
        return min(filter(None, moves), key=lambda move: move[0], default=None)

    def _items_left(self) -> Move | None:
        """What was asked for after the preservation was finished comes one by one, within hours."""
        left = EvidenceItem.objects.open().filter(case=self.case, case__withdrawn_at=None)
        item = left.select_related("transaction").order_by("id").first()
        if item is None:
            return None
        of = item.transaction.bank_id if item.transaction else ""
        hours = self._chance("item", item.kind, of).randint(2, 20)
        return item.ordered_at + timedelta(hours=hours), lambda: self._answer_item(item)

    def _answer_item(self, item: EvidenceItem) -> None:
        kept = StepTask.objects.filter(case=self.case, flow_task=CardFraudFlow.keep_evidence).latest("id")
        verbs.answer_item(item.uuid, user=kept.owner, **dict(fate_of_item(self.plan, item)))

    def _order(self, task: StepTask, trouble: Trouble) -> Move:
        order = Order.objects.get(task=task.uuid)
        soon = order.placed_at + timedelta(seconds=self._chance("order", task.flow_task.name).randint(2, 6))
        if order.attempts < MOST_ASKED:
            return max(soon, order.next_attempt_at, order.claimed_until or soon), self.courier.deliver
        limit = (task.due_at or soon) + timedelta(seconds=1)
        until = max(limit, order.placed_at + trouble.late) if trouble.answers_late else limit
        return max(until, order.next_attempt_at), self.courier.deliver

    def _person(self, task: StepTask) -> Move | None:
        step, visit = task.flow_task.name, self._visit(task)
        done_at = self._done_at(task, step, visit)
        if (left := self.plan.fate.left) and self._is_left_here(left, step, visit):
            is_claimed = left.in_hand and task.owner_id is None
            return (task.created + timedelta(minutes=25), lambda: self._claim(task)) if is_claimed else None
        if self.plan.fate.event == "withdrawn" and step == "trace":
            return done_at, self._withdraw
        if task.owner_id is None and not isinstance(task.flow_task, Approval):
            return self._claimed_at(task, done_at), lambda: self._claim(
                task, (done_at, lambda: self._finish(task, visit))
            )
        if self.plan.fate.event == "handed_over" and step == "trace" and not self._handed_over(task):
            return done_at - timedelta(minutes=1), lambda: self._hand_over(task)
        return done_at, lambda: self._finish(task, visit)

    @staticmethod
    def _is_left_here(left: Left, step: str, visit: int) -> bool:
        return left.step == step and (visit > 1 or left.event != "returned")

    def _visit(self, task: StepTask) -> int:
        """How often this step has come; asked only where it can come twice."""
        if self.plan.fate.event not in ("returned", "refused"):
            return 1
        return StepTask.objects.filter(case=self.case, flow_task=task.flow_task).count()

    def _done_at(self, task: StepTask, step: str, visit: int) -> datetime:
        chance = self._chance("done", step, visit)
        soonest = task.created + timedelta(
            minutes=chance.randint(5, 12) if step in BY_THE_MINUTE else chance.randint(9, 50)
        )
        if step in BY_THE_MINUTE:
            return soonest
        day = task.created + timedelta(days=self.plan.fate.gap(step, visit))
        return max(soonest, local(day, time(chance.randint(9, 16), chance.randrange(60), chance.randrange(60))))

    def _claimed_at(self, task: StepTask, done_at: datetime) -> datetime:
        return max(
            task.created + timedelta(minutes=1), done_at - timedelta(minutes=self._chance("claim").randint(3, 90))
        )

    def _claim(self, task: StepTask, then: Move | None = None) -> None:
        def claim(user: User) -> None:
            verbs.claim(task.uuid, user=user)
            task.owner = user

        self._by_somebody(task, claim, known=self.plan.fate.left is not None)
        if self.plan.fate.event != "handed_over":
            self.ahead = then

    def _finish(self, task: StepTask, visit: int) -> None:
        if isinstance(task.flow_task, Approval):
            self._by_somebody(task, lambda user: self._answer(task, visit, user))
            return
        # what the answers follow from is read off the case's rows, not off its own columns: it need not be read again
        asked = Asked(self.plan, task.case, task, visit, self.courier.bank)
        verbs.complete(task.uuid, user=self.staff.holder(task), answers=answers(asked))

    def _answer(self, task: StepTask, visit: int, user: User) -> None:
        """The head says yes; the first time no, or not yet, when that is the fate of the case."""
        is_sum = task.flow_task.name == "approve"
        chance, event = self._chance("approve", visit), self.plan.fate.event if visit == 1 and is_sum else ""
        if event == "returned":
            verbs.send_back(task.uuid, user=user, reason=chance.choice(words.RETURNED))
        elif event == "refused":
            verbs.refuse(task.uuid, user=user, reason=chance.choice(words.REFUSED))
        else:
            verbs.approve(task.uuid, user=user, reason=chance.choice(words.APPROVED))

    def _withdraw(self) -> None:
        reason = self._chance("withdraw").choice(words.WITHDRAWN)
        agent = self.staff.agent(self.plan.unit, self.plan.number)
        verbs.withdraw(self._again(), user=agent, reason=reason, means=f"{self.plan.recording}-2")

    def _handed_over(self, task: StepTask) -> bool:
        return Duty.objects.filter(task=task.uuid, state=Duty.State.RELEASED).exists()

    def _hand_over(self, task: StepTask) -> None:
        holder = self.staff.holder(task)
        others = [user for user in self.staff.for_step(task, task.case, 0) if user != holder]
        verbs.hand_over(task.uuid, user=holder, to=others[0], note=words.HANDED_OVER)

    def _by_somebody(self, task: StepTask, act: Callable[[User], object], *, known: bool = False) -> None:
        """Let the one whose turn it is do it; if an earlier duty keeps him from it, the next one."""
        refused: NotAllowed | None = None
        for user in self.staff.for_step(task, task.case, self.plan.number, known=known):
            try:
                act(user)
            except NotAllowed as no:
                refused = no
            else:
                return
        raise refused or LookupError(f"nobody is in office for {task.flow_task.name} on case {self.plan.number}")

    def _again(self) -> Case:
        """The case as it stands."""
        self.case = Case.objects.select_related("person_key", "card", "customer").get(pk=self.case and self.case.pk)
        return self.case

    def _chance(self, *what: object) -> Random:
        return self.plan.fate.chance(*what)


def _facets(kind: str) -> dict[str, TaxonomyCode]:
    codes = {"business": f"B_CARD_{kind.upper()}_FRAUD", "cause": "C_FUND_SAFE"}
    return {name: TaxonomyCode.objects.get(local_code=code) for name, code in codes.items()}
