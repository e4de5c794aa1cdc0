"""One case and everything that may happen to it: each act is one thing somebody might do, sensible or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, ClassVar

from django.db import connection

from accounts.models import Absence, Branch, User
from accounts.roles import Role
from cases import gateways
from cases.actions import advance_money
from cases.errors import CaseError
from cases.models import Card, CardControl, Case, Representative
from cases.models.control import PAYEE_TIMES
from record import clock
from record.models import Order
from tests.factories import person
from tests.factories.accounts import AbsenceFactory
from tests.journey import Journey, Staff
from tests.workflows import after, beside
from tests.workflows.doors import FOUND, refused, reported_by, unnamed
from tests.workflows.roads import ANSWERS, Deaf, typed
from workflows import verbs
from workflows.models import StepTask
from workflows.nodes import Approval
from workflows.verbs import late, law_clock
from workflows.verbs.casework import declare_interest
from workflows.verbs.sweeps import sweep_deadlines

LONGEST_WAY_HOME = 180
NO = {"result": "refused", "warned": "on", "reason": "还要用卡"}
LATE: dict[str, list[dict[str, str]]] = {
    "find_card": [
        *({**FOUND, "card_kind": kind} for kind in Card.Kind.values),
        {**FOUND, **NO, "card_kind": "debit"},
        {"result": "unknown", "reason": "找不到"},
    ],
    "offer_stop": [{"result": "stop"}, NO],
}


class Killed(BaseException):
    """The process died: nothing catches it, and what its transaction had not committed is gone."""


@contextmanager
def killed_after(statements: int) -> Iterator[None]:
    """Die before the next statement once so many were sent to the database."""
    left = statements

    def fuse(execute: Callable[..., Any], *call: Any) -> Any:
        nonlocal left
        left -= 1
        if left == -1:  # once: what rolls back afterwards is the database's own work
            raise Killed
        return execute(*call)

    with connection.execute_wrapper(fuse):
        yield


@dataclass
class Walker:
    """Chance at work on one case."""

    journey: Journey
    seconds: dict[str, User]
    luck: Random
    time: clock.Hand
    went: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, staff: Staff, luck: Random, time: clock.Hand, *, door: str) -> Walker:
        """A call comes in through one of DOORS; every post is held twice."""
        seconds = {role: person(role, staff.bank.outlet) for role in Role.values}
        return cls(DOORS[door](staff), seconds, luck, time)

    @property
    def staff(self) -> Staff:
        return self.journey.staff

    @property
    def case(self) -> Case:
        return self.journey.case

    def step(self) -> StepTask | None:
        """A step that waits for a person, of the case's flow or of one beside it."""
        waiting = [task for task in self.journey.open_tasks() if task.flow_task_type == "HUMAN"]
        return self.luck.choice(waiting) if waiting else None

    def who(self, role: str) -> User:
        """Somebody of this post; now and then of none that fits. As he would sign in: with the posts of this moment."""
        right = [self.staff.people[role], self.seconds[role]]
        chosen = self.luck.choice([*right * 4, *self.staff.people.values()])
        return User.objects.get(pk=chosen.pk)

    def answers(self, task: StepTask) -> dict[str, str]:
        """Answers that let the step pass."""
        name = task.flow_task.name
        if name == "ask_core":
            return self.asked()
        if name in LATE:
            return self.luck.choice(LATE[name])
        if name == "ask_core_advance":
            return self.asked(advance_money.order_of(self.matter(task)).key)
        if name in after.ANSWERS:
            return after.ANSWERS[name]()
        if name in ("ask_payee_stop", "stop_payee_again") and self.is_payee_stopped_twice():
            return {"outcome": "not_asked"}
        if name in beside.ANSWERS:
            task.process.case = self.journey.again()
            return beside.ANSWERS[name]() | self.ending(task) | beside.amounts(task.process, name)
        answers = ANSWERS[name](self.journey)
        if name == "draft_letter":
            return {**answers, "way": self.luck.choice(["phone", "written"])}
        return answers

    def matter(self, task: StepTask) -> Any:
        """What the process of the step is about."""
        task.process.case = self.journey.again()
        return task.process.flow_class.matter_of(task.process)

    def is_payee_stopped_twice(self) -> bool:
        """Another report had the payee's account stopped as often as the law lets it be; the form says so."""
        return self.case.controls.filter(kind=CardControl.Kind.PAYEE_STOP).count() >= PAYEE_TIMES

    def ending(self, task: StepTask) -> dict[str, str]:
        """How a matter beside the case may end is what its form offers at this moment."""
        task.process.case = task.case = self.journey.again()
        fields = task.flow_task.form_class(case=self.case, task=task).fields
        ends = {name: fields[name].choices[0][0] for name in ("ending", "cooperation") if name in fields}
        return ends and {**ends, "note": "见登记"}

    # people ----------------------------------------------------------------------------------------------------------

    def work(self) -> None:
        """Whoever has it, or takes it, does the step with answers that fit."""
        if (task := self.step()) is None:
            return
        user = task.owner or self.who(task.role)
        if isinstance(task.flow_task, Approval):
            answer = self.luck.choices([verbs.approve, verbs.send_back, verbs.refuse], [6, 1, 1])[0]
            answer(task.uuid, user=user, reason="见意见")
            return
        answers = self.answers(task)
        if task.owner is None:
            verbs.claim(task.uuid, user=user)
        verbs.complete(task.uuid, user=user, answers=answers)

    def asked(self, key: Any = None) -> dict[str, str]:
        """What the core says of the order, the last payment unless another is named."""
        orders = Order.objects.filter(subject=self.case.uuid, operation="credit")
        order = orders.get(key=key) if key else orders.latest("id")
        with self.journey.connected():
            seen = gateways.system("core").enquire(order.key)
        booked = seen.state == "confirmed"
        enquiry = seen.data["receipt"] if booked else "ENQ-1"
        return {"result": "booked" if booked else "not_booked", "enquiry": enquiry, "seen_at": typed()}

    def take(self) -> None:
        if task := self.step():
            verbs.claim(task.uuid, user=self.who(task.role))

    def give_back(self) -> None:
        if task := self.step():
            verbs.release(task.uuid, user=task.owner or self.who(task.role))

    def pass_on(self) -> None:
        if task := self.step():
            verbs.hand_over(task.uuid, user=task.owner or self.who(task.role), to=self.who(task.role), note="")

    def reassign(self) -> None:
        if task := self.step():
            verbs.reassign(task.uuid, user=self.who(Role.SERVICE_MANAGER), to=self.who(task.role), why="分流")

    def cancel(self) -> None:
        if task := self.step():
            verbs.cancel(task.uuid, user=self.who(Role.SUPERVISOR), why="重做")

    def be_biased(self) -> None:
        if (task := self.step()) and self.case.interests.count() < 3:
            declare_interest(self.case, user=self.who(task.role), why="亲属")

    def go_away(self) -> None:
        """Somebody is away for some days, with a substitute or without."""
        user = self.luck.choice(list(self.staff.people.values()))
        substitute = self.luck.choice([None, *self.seconds.values()])
        if not Absence.objects.filter(user=user).exists():
            AbsenceFactory(user=user, substitute=substitute, since=clock.now(), until=clock.now() + timedelta(days=3))

    def change_his_mind(self) -> None:
        """The customer wants the stop he refused, or finds his card; whoever is asked to take it."""
        late.offer_stop(self.case, user=self.who(Role.AGENT))

    def call_again(self) -> None:
        """Somebody else calls on the same matter, for whom no mandate is on file yet."""
        if self.luck.random() < 0.3:
            said = {"represented": {"kind": self.luck.choice(Representative.Kind.values), "name": "李梅"}}
            by, note = self.who(Role.AGENT), "家属再次来电"
            late.add_call(self.case, user=by, channel="phone", note=note, happened_at=clock.now(), said=said)

    def leave_unhandled(self) -> None:
        if self.luck.random() < 0.2:
            by = self.who(Role.SUPERVISOR)
            late.leave_unhandled(self.case, user=by, reason="无授权", notice="SMS-7", told_at=clock.now())

    def withdraw(self) -> None:
        if self.luck.random() < 0.1:
            verbs.withdraw(self.case, user=self.who(Role.AGENT), reason="已核实", means="REC-77")

    # beside the case -------------------------------------------------------------------------------------------------

    def open_beside(self) -> None:
        """A chargeback, a letter, a police report is opened, sensible or not."""
        flows = sorted(beside.OPENERS, key=lambda flow: flow.__name__)
        if self.case.processes.beside().count() < 4:
            beside.opens(self.journey, self.luck.choice(flows))

    def be_not_content(self) -> None:
        """Once told the customer says that he is not content, or asks for a review in writing."""
        if self.case.processes.beside().count() < 5:
            ask = self.luck.choice([after.complains, after.applies])
            ask(self.journey)

    def stand_still(self) -> None:
        law_clock.stand_still(
            self.case,
            user=self.who(Role.SUPERVISOR),
            why=self.luck.choice(["appraisal", "mediation"]),
            body="司法鉴定中心",
            notice="REC-88",
            began_at=clock.now(),
            note="",
        )

    def run_again(self, user: User | None = None) -> None:
        by = user or self.who(Role.SUPERVISOR)
        law_clock.run_again(self.case, user=by, ended_at=clock.now(), result="意见已出")

    def bring_new_facts(self) -> None:
        number = f"CL-{self.case.new_facts.count()}"
        law_clock.take_new_facts(
            self.case,
            user=self.who(Role.SUPERVISOR),
            why="提交新材料",
            material=number,
            received_at=clock.now(),
            notice="REC-89",
        )

    def authority_joins(self) -> None:
        number = f"ZB-{self.case.referrals.count()}"
        law_clock.join_referral(
            self.case,
            user=self.who(Role.CONSUMER_PROTECTION),
            source="nfra",
            number=number,
            received_at=clock.now(),
            what="",
        )

    # bank systems, time, and death -----------------------------------------------------------------------------------

    def bank_answers(self) -> None:
        with self.journey.connected():
            verbs.deliver_orders(self.luck.randint(1, 3))

    def bank_is_deaf(self) -> None:
        with gateways.using(card=Deaf(), core=Deaf()):
            verbs.deliver_orders(2)

    def bank_refuses(self) -> None:
        orders = Order.objects.filter(subject=self.case.uuid)
        if (order := orders.order_by("-id").first()) and order.state != Order.State.CONFIRMED:
            self.journey.ledger.switches.set({"key": str(order.key), "reject": "系统维护"})
            with self.journey.connected():
                verbs.answer(order, gateways.system(order.system).send(order))

    def bank_repeats(self) -> None:
        """An answer that was given before, or that nobody asked for any more."""
        orders = [one for one in self.journey.orders() if one.state not in (Order.State.NEW, Order.State.VOID)]
        if orders:
            order = self.luck.choice(orders)
            with self.journey.connected():
                said = gateways.system(order.system).enquire(order.key)
            if said.state in ("confirmed", "rejected"):
                verbs.answer(order, said)

    def wait(self) -> None:
        self.time.advance(minutes=self.luck.choice([5, 20, 300, 3000]))
        sweep_deadlines()

    def die(self) -> None:
        """Somebody's server process, a worker or the sweep is killed in the middle of what it does."""
        act = self.luck.choice([self.work, self.work, self.bank_answers, self.bank_answers, self.wait, self.cancel])
        with suppress(Killed), killed_after(self.luck.randint(1, 60)):
            act()

    ACTS: ClassVar[dict[str, int]] = {
        "work": 16,
        "bank_answers": 6,
        "wait": 4,
        "take": 2,
        "give_back": 2,
        "pass_on": 2,
        "reassign": 2,
        "cancel": 1,
        "be_biased": 1,
        "go_away": 1,
        "withdraw": 1,
        "change_his_mind": 2,
        "call_again": 1,
        "leave_unhandled": 1,
        "open_beside": 2,
        "be_not_content": 2,
        "stand_still": 1,
        "run_again": 1,
        "bring_new_facts": 1,
        "authority_joins": 1,
        "bank_is_deaf": 3,
        "bank_refuses": 1,
        "bank_repeats": 2,
        "die": 3,
    }

    def act(self, name: str) -> None:
        """One act; a refusal with a sentence is as good an outcome as any."""
        self.went.append(name)
        self.journey.again()
        with suppress(CaseError):
            getattr(self, name)()

    # the end ---------------------------------------------------------------------------------------------------------

    def home(self) -> None:
        """Everybody is back, the bank answers, whoever may does what waits: the case comes to its end."""
        self.went.append("home")
        self.time.advance(days=4)
        if self.journey.again().standstills.filter(ended_at=None).exists():
            self.run_again(person(Role.SUPERVISOR, self.staff.bank.outlet))
        for _ in range(LONGEST_WAY_HOME):
            if not (tasks := self.journey.open_tasks()):
                return
            self.journey.again()
            steps = [task for task in tasks if task.flow_task_type == "HUMAN"]
            # completion and archive last: they wait for advances, and the archive for all that runs beside the case
            steps.sort(key=lambda task: (task.flow_task.name in ("close", "archive"), task.pk))
            if not steps:
                self.time.advance(minutes=10)
                self.bank_answers()
                continue
            self.finish(steps[0])
        raise AssertionError(f"a dead end at {[task.flow_task.name for task in tasks]}")

    def place(self, task: StepTask) -> Branch:
        """Where the step waits: a review waits at the body above."""
        lowest = task.outlet_id or task.tier2_id or task.tier1_id
        return Branch.objects.get(pk=lowest) if lowest else self.staff.bank.head_office

    def finish(self, task: StepTask) -> None:
        """By its holder, else by anybody of the post who is free; a new colleague when nobody is."""
        role, place = task.role, self.place(task)
        if task.owner is not None:
            verbs.reassign(task.uuid, user=self.staff.service_manager, to=person(role, place), why="收尾")
            task.refresh_from_db()
        owner = task.owner or person(role, place)
        name = task.flow_task.name
        if isinstance(task.flow_task, Approval):
            verbs.approve(task.uuid, user=owner)
            return
        if name == "close":
            self.journey.secures_the_rest()
        if task.owner is None:
            verbs.claim(task.uuid, user=owner)
        verbs.complete(task.uuid, user=owner, answers=self.answers(task))


DOORS: dict[str, Callable[[Staff], Journey]] = {
    "a credit card": lambda staff: Journey.begin(staff, kind=Card.Kind.CREDIT),
    "a debit card": lambda staff: Journey.begin(staff, kind=Card.Kind.DEBIT),
    "no stop wanted": refused,
    "a card nobody can name": unnamed,
    "no mandate": lambda staff: reported_by(staff, "other", kind=Card.Kind.CREDIT),
}
