"""A case's way through a flow, told in business words: who does what, what waits, what the bank system says.

journey = Journey.begin(staff)
journey.does("trace", staff.fraud, **journey.all_counterfeit())
assert journey.waiting == {"decide"}
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.utils import timezone

from accounts.models import AuthorityLimit, Branch, Post, User
from accounts.roles import Role
from cases import gateways
from cases.actions import intake
from cases.gateways.memory import MemoryBank
from cases.models import Card, Case
from record import clock, journal
from record.models import Order
from sandbox_bank.ledger import Bank as SandboxBank
from tests.factories import Bank, bank, person
from workflows import verbs
from workflows.flows import CardFraudFlow
from workflows.models import StepTask

# What waits for nothing on the road of stop, trace, decision and money: begun with the call beside the stop, or with
# the telling beside the money; and the order among it.
BESIDE = frozenset(
    {
        *("check_real_card", "keep_evidence", "first_contact", "stop_companions"),
        *("hold_by_hand", "stop_collection", "mark_credit_record"),
        *("obtain_mandate", "find_card", "offer_stop", "late_stop_by_hand", "list_late_by_hand"),
        *("correct_credit_record", "judge_risk", "end_collection", "end_credit_mark", "repair_debits"),
    }
)
ORDERED_BESIDE = frozenset({"order_hold", "order_late_stop", "list_late"})
LOCAL = "%Y-%m-%dT%H:%M:%S"


@dataclass
class Staff:
    """One person a post, at the places a Chinese bank has them; heads at every level with limits."""

    bank: Bank
    people: dict[str, User] = field(default_factory=dict)

    @classmethod
    def hired(cls) -> Self:
        staff = cls(bank())
        where = {Role.OUTLET_HEAD: "outlet", Role.TIER2_HEAD: "tier2", Role.TIER1_HEAD: "tier1"}
        where[Role.AGENT] = where[Role.SUPERVISOR] = "outlet"
        for role in Role:
            branch = getattr(staff.bank, where.get(role, "head_office"))
            staff.people[role.value] = person(role, branch)
        for role, amount in (
            (Role.OUTLET_HEAD, 50_000),
            (Role.TIER2_HEAD, 200_000),
            (Role.TIER1_HEAD, 1_000_000),
            (Role.CARD_CENTRE_HEAD, 100_000_000),
        ):
            AuthorityLimit(role=role, amount=Decimal(amount), valid_from=date(2000, 1, 1)).save()
        return staff

    @classmethod
    def found(cls) -> Self:
        """The people hired earlier in this database, one a post."""
        head_office = Branch.objects.get(level="head_office")
        branches = {branch.name: branch for branch in Branch.objects.all()}
        staff = cls(
            Bank(
                head_office=head_office,
                tier1=branches["上海分行"],
                tier2=branches["浦东支行"],
                outlet=branches["陆家嘴网点"],
                sister_outlet=branches["张江网点"],
                other_tier1=branches["杭州分行"],
                other_outlet=branches["西湖网点"],
            )
        )
        staff.people = {post.role: post.user for post in Post.objects.select_related("user")}
        return staff

    def __getattr__(self, name: str) -> User:
        people = self.__dict__.get("people", {})
        if name in people:
            return people[name]
        raise AttributeError(name)


@dataclass
class Journey:
    """One case on its way."""

    staff: Staff
    case: Case
    ledger: SandboxBank

    @classmethod
    def begin(
        cls, staff: Staff, ledger: SandboxBank | None = None, *, kind: str = Card.Kind.CREDIT, **card: Any
    ) -> Self:
        """A call comes in at the outlet; the customer and his card are known; the flow has started."""
        customer = intake.find_or_add_customer(name="张三", phone="13816262207")
        token = card.get("token", f"tok-{Card.objects.count()}")
        known = intake.find_or_add_card(token=token, first_six="622126", last_four="4417", kind=kind, customer=customer)
        case = intake.open_case(
            user=staff.agent,
            role=Role.AGENT,
            kind=Case.Kind.CARD_FRAUD,
            channel=Case.Channel.PHONE,
            received_at=clock.now(),
            handling_unit=staff.bank.outlet,
            narrative="两笔境外交易不是本人所为。",
            demand=Case.Demand.REFUND,
            customer=customer,
            card=known,
            then=lambda turn: verbs.start(turn, CardFraudFlow),
        )
        return cls(staff, case, ledger or SandboxBank(":memory:", clock=clock.now))

    @property
    def waiting(self) -> set[str]:
        """Names of the steps that wait for a person on the road of stop, trace, decision and money."""
        return self.steps - BESIDE

    @property
    def beside(self) -> set[str]:
        """Names of the steps that wait for a person on the roads beside that one."""
        return self.steps & BESIDE

    @property
    def steps(self) -> set[str]:
        """Names of all steps that wait for a person."""
        return {task.flow_task.name for task in self.open_tasks() if task.flow_task_type == "HUMAN"}

    @property
    def ordered(self) -> set[str]:
        """Names of the orders that wait for an answer on the road of stop, trace, decision and money."""
        return self.all_ordered - ORDERED_BESIDE

    @property
    def all_ordered(self) -> set[str]:
        """Names of all orders that wait for an answer."""
        return {task.flow_task.name for task in self.open_tasks() if task.flow_task_type not in ("HUMAN", "JOIN")}

    @property
    def gathering(self) -> set[str]:
        """Names of the places at which roads that are done wait for others."""
        return {task.flow_task.name for task in self.open_tasks() if task.flow_task_type == "JOIN"}

    def open_tasks(self) -> list[StepTask]:
        return list(StepTask.objects.open().filter(case=self.case).select_related("process").order_by("id"))

    def task(self, step: str) -> StepTask:
        """The open task of a step."""
        found = [task for task in self.open_tasks() if task.flow_task.name == step]
        assert found, f"{step} is not open; open: {self.waiting | self.ordered}"
        return found[0]

    def does(self, step: str, who: User, **answers: Any) -> Self:
        """Claim the step unless it is in his hands, and finish it with these answers."""
        task = self.task(step)
        if task.owner_id != who.pk:
            verbs.claim(task.uuid, user=who)
        verbs.complete(task.uuid, user=who, answers=answers)
        return self

    def bank_answers(self, orders: int = 20) -> int:
        """Deliver what is due to the bank in memory, and what follows from its answers, at most so many orders."""
        with self.connected():
            return verbs.deliver_orders(orders)

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Both bank systems are the ledger in memory."""
        memory = MemoryBank(self.ledger)
        with gateways.using(card=memory, core=memory):
            yield

    def again(self) -> Case:
        """The case as it stands."""
        self.case = Case.objects.select_related("person_key", "card", "customer").get(pk=self.case.pk)
        return self.case

    def told_kinds(self) -> list[str]:
        """Names of the facts in the case's stream, in order."""
        return [entry.kind for entry in journal.entries(self.case.stream)]

    def orders(self) -> list[Order]:
        return list(Order.objects.filter(subject=self.case.uuid).order_by("id"))

    def credited(self) -> list[Decimal]:
        """Sums the core ledger has credited to the card's account, one an order."""
        booked = [
            order for order in self.ledger.orders() if order["operation"] == "credit" and order["state"] == "booked"
        ]
        return [Decimal(json.loads(order["answer"])["amount"]) for order in booked]

    # answers of the main path -----------------------------------------------------------------------------------------

    def disputes(self, *amounts: str, type: str = "counterfeit") -> dict[str, str]:
        """Mark the listed transactions of these amounts, or the last one, as disputed."""
        listed = list(self.case.transactions.all())
        wanted = [row for row in listed if str(row.amount) in amounts] or listed[-1:]
        return {f"type_{row.uuid.hex}": type for row in wanted}

    def bank_bears_all(self, ground: str = "L1") -> dict[str, str]:
        answers = {}
        for row in self.case.transactions.filter(is_disputed=True):
            key = row.uuid.hex
            answers |= {
                f"ground_{key}": ground,
                f"bank_{key}": str(row.amount),
                f"reason_{key}": "境外磁条交易，真卡在沪",
            }
            answers |= {f"holder_{key}": "0.00", f"merchant_{key}": "0.00"}
        return answers

    def holder_bears_all(self, ground: str = "L8") -> dict[str, str]:
        answers = self.bank_bears_all(ground)
        for row in self.case.transactions.filter(is_disputed=True):
            key = row.uuid.hex
            answers |= {f"bank_{key}": "0.00", f"holder_{key}": str(row.amount)}
        return answers

    def principal(self, **extras: str) -> dict[str, str]:
        """Propose what the bank bears; goodwill of the case, other lines (by kind) and points of the first of them."""
        answers = {"reasons": "发卡行承担，法释〔2021〕10号第七条"}
        borne = list(self.case.transactions.filter(is_disputed=True, bank_share__gt=0))
        for row in borne:
            answers[f"principal_{row.uuid.hex}"] = str(row.bank_share)
        names = {kind: "extra_goodwill" if kind == "goodwill" else f"{kind}_{borne[0].uuid.hex}" for kind in extras}
        return answers | {names[kind]: amount for kind, amount in extras.items()}

    def secured(self) -> dict[str, str]:
        """Everything asked for was secured, each under a number of its own."""
        answers = {}
        for n, item in enumerate(self.case.evidence_items.open(), start=1):
            key, shows = item.uuid.hex, item.transaction.booked_at if item.transaction else item.ordered_at
            answers |= {f"became_{key}": "kept", f"answered_by_{key}": "赵工", f"reference_{key}": f"BQ-{n}"}
            answers[f"happened_at_{key}"] = timezone.localtime(shows).strftime(LOCAL)
        return answers

    def secures_the_rest(self) -> Self:
        """What was asked for after the step was finished is answered on the case page."""
        for n, item in enumerate(self.case.evidence_items.open().select_related("transaction"), start=1):
            shows = item.transaction.booked_at if item.transaction else item.ordered_at
            rest = {"answered_by": "赵工", "reference": f"BQ-{n}", "happened_at": shows}
            verbs.answer_item(item.uuid, user=self.staff.fraud, became="kept", **rest)
        return self

    def drafting(self, way: str = "phone") -> dict[str, str]:
        """The letter's contents; read on the phone unless it goes out in writing."""
        return {
            "findings": "真卡在上海，交易在境外",
            "reasons": "法释〔2021〕10号第七条第二款",
            "decision": "全额退回",
            "way": way,
        }

    def telling(self, means: str = "phone") -> dict[str, str]:
        return {
            "means": means,
            "told_at": clock.now().strftime("%Y-%m-%dT%H:%M:%S"),
            "proof": "REC-20261122-7",
        }
