"""Cases that go any way people, banks and time can take them: every step of the way is sound, and every way ends."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Absence, User
from accounts.roles import Role
from cases import gateways
from cases.errors import CaseError
from cases.models import Booking, Card, Case, Representative
from record import clock
from record.models import Order
from tests.factories import person
from tests.factories.accounts import AbsenceFactory
from tests.journey import Journey, Staff
from tests.workflows.doors import FOUND, refused, reported_by, unnamed
from tests.workflows.roads import ANSWERS, Deaf, sound, typed, whole
from workflows import verbs
from workflows.models import StepTask
from workflows.nodes import Approval
from workflows.verbs import late
from workflows.verbs.casework import declare_interest
from workflows.verbs.sweeps import sweep_deadlines

pytestmark = pytest.mark.django_db

WALKS, STRIDES = 12, 45
NO = {"result": "refused", "warned": "on", "reason": "还要用卡"}
LATE: dict[str, list[dict[str, str]]] = {
    "find_card": [
        *({**FOUND, "card_kind": kind} for kind in Card.Kind.values),
        {**FOUND, **NO, "card_kind": "debit"},
        {"result": "unknown", "reason": "找不到"},
    ],
    "offer_stop": [{"result": "stop"}, NO],
}


@dataclass
class Walker:
    """Chance at work on one case: each act is one thing somebody might do, sensible or not."""

    journey: Journey
    seconds: dict[str, User]
    luck: random.Random
    time: clock.Hand
    went: list[str] = field(default_factory=list)

    @property
    def staff(self) -> Staff:
        return self.journey.staff

    def step(self) -> StepTask | None:
        """A step that waits for a person."""
        return next((task for task in self.journey.open_tasks() if task.flow_task_type == "HUMAN"), None)

    def who(self, role: str) -> User:
        """Somebody of this post; now and then of none that fits. As he would sign in: with the posts of this moment."""
        right = [self.staff.people[role], self.seconds[role]]
        chosen = self.luck.choice([*right * 4, *self.staff.people.values()])
        return User.objects.get(pk=chosen.pk)

    # acts ------------------------------------------------------------------------------------------------------------

    def work(self) -> None:
        """Whoever has it, or takes it, does the step with answers that fit."""
        if (task := self.step()) is None:
            return
        user = task.owner or self.who(task.role)
        if isinstance(task.flow_task, Approval):
            answer = self.luck.choices([verbs.approve, verbs.send_back, verbs.refuse], [6, 1, 1])[0]
            answer(task.uuid, user=user, reason="见意见")
            return
        answers = self.asked() if task.flow_task.name == "ask_core" else ANSWERS[task.flow_task.name](self.journey)
        if late_words := LATE.get(task.flow_task.name):
            answers = self.luck.choice(late_words)
        if task.flow_task.name == "draft_letter":
            answers = {**answers, "way": self.luck.choice(["phone", "written"])}
        if task.owner is None:
            verbs.claim(task.uuid, user=user)
        verbs.complete(task.uuid, user=user, answers=answers)

    def asked(self) -> dict[str, str]:
        """What the core says of the order."""
        order = Order.objects.filter(subject=self.journey.case.uuid, operation="credit").latest("id")
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
        if (task := self.step()) and self.journey.case.interests.count() < 3:
            declare_interest(self.journey.case, user=self.who(task.role), why="亲属")

    def go_away(self) -> None:
        """Somebody is away for some days, with a substitute or without."""
        user = self.luck.choice(list(self.staff.people.values()))
        substitute = self.luck.choice([None, *self.seconds.values()])
        if not Absence.objects.filter(user=user).exists():
            AbsenceFactory(user=user, substitute=substitute, since=clock.now(), until=clock.now() + timedelta(days=3))

    def change_his_mind(self) -> None:
        """The customer wants the stop he refused, or finds his card; whoever is asked to take it."""
        late.offer_stop(self.journey.case, user=self.who(Role.AGENT))

    def call_again(self) -> None:
        """Somebody else calls on the same matter, for whom no mandate is on file yet."""
        if self.luck.random() < 0.3:
            said = {"represented": {"kind": self.luck.choice(Representative.Kind.values), "name": "李梅"}}
            late.add_call(
                self.journey.case,
                user=self.who(Role.AGENT),
                channel="phone",
                note="家属再次来电",
                happened_at=clock.now(),
                said=said,
            )

    def leave_unhandled(self) -> None:
        if self.luck.random() < 0.2:
            late.leave_unhandled(
                self.journey.case, user=self.who(Role.SUPERVISOR), reason="无授权", notice="SMS-7", told_at=clock.now()
            )

    def withdraw(self) -> None:
        if self.luck.random() < 0.1:
            verbs.withdraw(self.journey.case, user=self.who(Role.AGENT), reason="已核实", means="REC-77")

    def bank_answers(self) -> None:
        with self.journey.connected():
            verbs.deliver_orders(self.luck.randint(1, 3))

    def bank_is_deaf(self) -> None:
        with gateways.using(card=Deaf(), core=Deaf()):
            verbs.deliver_orders(2)

    def bank_refuses(self) -> None:
        orders = Order.objects.filter(subject=self.journey.case.uuid)
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

    ACTS: tuple[tuple[str, int], ...] = (
        ("work", 16),
        ("bank_answers", 6),
        ("wait", 4),
        ("take", 2),
        ("give_back", 2),
        ("pass_on", 2),
        ("reassign", 2),
        ("cancel", 1),
        ("be_biased", 1),
        ("go_away", 1),
        ("withdraw", 1),
        ("change_his_mind", 2),
        ("call_again", 1),
        ("leave_unhandled", 1),
        ("bank_is_deaf", 3),
        ("bank_refuses", 1),
        ("bank_repeats", 2),
    )

    def stride(self) -> None:
        """One act; a refusal with a sentence is as good an outcome as any."""
        names, weights = zip(*self.ACTS, strict=True)
        name = self.luck.choices(names, weights)[0]
        self.went.append(name)
        act: Callable[[], None] = getattr(self, name)
        self.journey.again()
        with suppress(CaseError):
            act()

    def home(self) -> None:
        """Everybody is back, the bank answers, whoever may does what waits: the case comes to its end."""
        self.time.advance(days=4)
        for _ in range(100):
            if not (tasks := self.journey.open_tasks()):
                return
            if (task := self.step()) is None:
                self.time.advance(minutes=10)
                self.bank_answers()
                continue
            self.journey.again()
            self.finish(task)
        raise AssertionError(f"a dead end at {[task.flow_task.name for task in tasks]}")

    def finish(self, task: StepTask) -> None:
        """By its holder, else by anybody of the post who is free; a new colleague when nobody is."""
        role, outlet = task.role, self.staff.bank.outlet
        if task.owner is not None:
            verbs.reassign(task.uuid, user=self.staff.service_manager, to=person(role, outlet), why="收尾")
            task.refresh_from_db()
        owner = task.owner or person(role, outlet)
        if isinstance(task.flow_task, Approval):
            verbs.approve(task.uuid, user=owner)
        elif task.flow_task.name == "ask_core":
            with suppress(CaseError):
                self.journey.does("ask_core", owner, **self.asked())
        else:
            self.journey.does(task.flow_task.name, owner, **ANSWERS[task.flow_task.name](self.journey))


@pytest.mark.parametrize("number", range(WALKS))
def test_a_case_that_goes_any_way_stays_sound_and_ends(staff, time, number):
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  shown when the test fails
    luck = random.Random(seed)
    seconds = {role: person(role, staff.bank.outlet) for role in Role.values}
    journey = Journey.begin(staff, kind=luck.choice(Card.Kind.values))
    walker = Walker(journey, seconds, luck, time)

    for _ in range(STRIDES):
        walker.stride()
        sound(journey)
    walker.home()

    print(" ".join(walker.went))  # noqa: T201
    whole(journey)
    paid_once(journey)


@pytest.mark.parametrize("door", [refused, unnamed, lambda staff: reported_by(staff, "other", kind=Card.Kind.CREDIT)])
def test_so_does_one_that_began_without_stop_card_or_mandate(staff, time, door):
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  shown when the test fails
    seconds = {role: person(role, staff.bank.outlet) for role in Role.values}
    journey = door(staff)
    walker = Walker(journey, seconds, random.Random(seed), time)

    for _ in range(STRIDES):
        walker.stride()
        sound(journey)
    walker.home()

    print(" ".join(walker.went))  # noqa: T201
    whole(journey)
    paid_once(journey)


def paid_once(journey: Journey) -> None:
    """What was approved is with the customer, by order or by hand, once; nothing was paid on a withdrawn complaint."""
    case: Case = journey.again()
    approved = sum((proposal.total for proposal in case.proposals.filter(state="approved")), Decimal(0))
    bookings = Booking.objects.filter(entry__case=case, reversed_at=None)
    by_order = sum((booking.entry.amount for booking in bookings if booking.way == "order"), Decimal(0))
    by_hand = sum((booking.entry.amount for booking in bookings if booking.way == "receipt"), Decimal(0))
    assert by_order + by_hand == approved
    assert sum(journey.credited(), Decimal(0)) == by_order
    if case.withdrawn_at is not None:
        assert approved == 0
