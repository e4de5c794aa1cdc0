"""Workers killed anywhere, answers lost, late, doubled or no: the money arrives once, every alarm sounds once."""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from cases import gateways
from cases.errors import CaseError
from cases.gateways.http import HttpBank
from cases.models import Booking, Card, Case, Deadline, MoneyEntry, Notice
from record import clock, journal
from record.models import Order
from sandbox_bank.server import BankServer
from tests.fixtures.bank import Caller, bank_server, without_waiting
from tests.journey import Journey, Staff
from tests.workflows.mortals import Life, Mortals
from tests.workflows.roads import by_hand, does, typed, until
from workflows import verbs

__all__ = ["bank_server", "without_waiting"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("without_waiting")]

KILLS = 200
AT_ONCE = 6  # cases on their way at any time
LONGEST_LIFE = 65  # moments; an order from claim to commit takes about sixty
CHAOS = {f"{what}_{when}": 0.06 for what in ("fail", "silent") for when in ("before", "after", "enquiry")}
CHAOS |= {"late": 0.15, "slow_before": 0.05, "slow_after": 0.05, "slow_ms": 3}


class Calls:
    """Calls the bank has taken and not finished: a killed worker's last order may still be among them."""

    def __init__(self, server: BankServer) -> None:
        self._server, self._under_way, self._changed = server, 0, threading.Condition()
        self._take, self._finish = server.process_request, server.process_request_thread
        server.process_request, server.process_request_thread = self._begin, self._end  # type: ignore[method-assign,assignment]

    def _begin(self, *call: Any) -> None:
        with self._changed:
            self._under_way += 1
        self._take(*call)

    def _end(self, *call: Any) -> None:
        try:
            self._finish(*call)
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def finish(self) -> None:
        """Wait for all that were made before: the bank takes calls in the order in which they come."""
        assert Caller(self._server.url).call("GET", "/health")[0] == 200
        with self._changed:
            assert self._changed.wait_for(lambda: self._under_way == 0, timeout=30)


@dataclass
class Bank:
    """The town in which all this happens: staff, cases, the sandbox bank, and chance."""

    staff: Staff
    server: BankServer
    luck: random.Random
    journeys: list[Journey] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    happened: Counter[str] = field(default_factory=Counter)
    judged: int = 0  # the last order whose luck was drawn

    def __post_init__(self) -> None:
        self.core, self.caller, self.calls = (
            HttpBank(self.server.url, timeout=5),
            Caller(self.server.url),
            Calls(self.server),
        )

    def under_way(self) -> list[Journey]:
        open_cases = set(Case.objects.exclude(state=Case.State.ARCHIVED).values_list("pk", flat=True))
        return [journey for journey in self.journeys if journey.case.pk in open_cases]

    def lives(self, mortals: Mortals, count: int = 2) -> None:
        """Workers begin to work and are killed."""
        lives = [
            Life(self.luck.choices(["deliver", "sweep"], [9, 1])[0], self.luck.randint(1, LONGEST_LIFE))
            for _ in range(count)
        ]
        for life, end in zip(lives, mortals.live(clock.now(), lives), strict=True):
            assert end in (0, 9), f"{life} ended by {end}"
            self.kills[life.job] += end == 9
        self.calls.finish()

    def people_work(self, chance: float) -> None:
        for journey in self.under_way():
            for step in sorted(journey.steps):
                if self.luck.random() < chance:
                    self._does(journey, step)

    def _does(self, journey: Journey, step: str) -> None:
        """As a person would: whoever asks the core answers what it says."""
        answers: dict[str, str] = {}
        if step == "ask_core":
            order = Order.objects.get(subject=journey.case.uuid, operation="credit")
            seen = self.core.enquire(order.key)
            self.happened[f"asked the core: {seen.state}"] += 1
            if seen.state not in ("confirmed", "never_heard", "rejected"):
                return
            booked = seen.state == "confirmed"
            answers = {"result": "booked" if booked else "not_booked", "seen_at": typed()}
            answers["enquiry"] = seen.data["receipt"] if booked else "ENQ-1"
        # Most cards are stopped and replaced by hand: the money is what this is about.
        card = {} if journey.case.pk % 4 == 0 else {"card": None}
        # An order that a worker holds is left alone for its lease; the person tries again later.
        with suppress(CaseError), gateways.using(**card):
            does(journey, step, **answers)
            self.happened[step] += 1

    def is_moody(self) -> None:
        """One order in twelve is refused; answers come again that were given before, or that nobody waited for."""
        for order in Order.objects.filter(pk__gt=self.judged).order_by("id"):
            self.judged = order.pk
            if self.luck.random() < 1 / 12:
                self.caller.switch(key=str(order.key), reject="系统维护")
        sent = list(Order.objects.exclude(state=Order.State.NEW).order_by("id"))
        for order in self.luck.sample(sent, k=min(1, len(sent), self.luck.randint(0, 1))):
            said = self.core.enquire(order.key)
            if said.state in ("confirmed", "rejected"):
                times = self.luck.choice([1, 2])
                counted = [verbs.answer(order, said) for _ in range(times)]
                assert counted.count(True) <= 1
                self.happened["pushed answers"] += times


@pytest.fixture
def bank(staff: Staff, bank_server: BankServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  shown when the test fails
    for address in ("CARD_SYSTEM_URL", "CORE_LEDGER_URL"):
        monkeypatch.setitem(settings.REDRESS, address, bank_server.url)
    bank_server.bank.switches.clear()
    bank_server.bank.switches.set({"chaos": {"seed": seed, **CHAOS}})
    town = Bank(staff, bank_server, random.Random(seed))
    yield town
    town.core.close()
    bank_server.bank.set_clock(None)


def test_two_hundred_kills_and_every_approved_sum_is_credited_once(bank: Bank, time):
    with Mortals(connection.settings_dict["NAME"], bank.server.url) as mortals:
        while bank.kills.total() < KILLS:
            while len(bank.under_way()) < AT_ONCE:
                kind = bank.luck.choice(Card.Kind.values)
                bank.journeys.append(Journey.begin(bank.staff, kind=kind, token=f"tok-kill-{len(bank.journeys)}"))
            later(bank, time)
            bank.lives(mortals)
            bank.is_moody()
            bank.people_work(0.8)
        settle(bank, mortals, time)

    print(f"{dict(bank.kills)} kills, {len(bank.journeys)} cases, {dict(bank.happened)}")  # noqa: T201
    assert bank.kills.total() >= KILLS
    for journey in bank.journeys:
        credited_once(bank, journey)


def later(bank: Bank, time: clock.Hand) -> None:
    """Every lease and pause is over; now and then the limit of an order, too."""
    time.advance(minutes=bank.luck.choices([11, 25 * 60], [5, 1])[0])
    bank.server.bank.set_clock(clock.now())


def settle(bank: Bank, mortals: Mortals, time: clock.Hand) -> None:
    """The bank behaves, nobody is killed any more: everything comes to its end."""
    bank.server.bank.switches.clear()
    for _ in range(60):
        if not bank.under_way():
            return
        later(bank, time)
        assert mortals.live(clock.now(), [Life("deliver"), Life("sweep")]) == [0, 0]
        bank.calls.finish()
        bank.people_work(1)
    stuck = {journey.case.reference: journey.steps | journey.ordered for journey in bank.under_way()}
    raise AssertionError(f"dead ends: {stuck}")


def credited_once(bank: Bank, journey: Journey) -> None:
    """Ledger and case agree: one credit an order key, one booking a line, together the approved sum."""
    case = journey.again()
    approved = case.proposals.get(state="approved").total
    keys = {str(order.key) for order in journey.orders() if order.operation == "credit"}
    credits = [entry for entry in bank.server.bank.ledger() if entry["key"] in keys]
    assert len(credits) == len({entry["key"] for entry in credits})
    standing = Booking.objects.filter(entry__case=case, reversed_at=None)
    assert standing.count() == case.money.filter(state=MoneyEntry.State.BOOKED).count() == case.money.count()
    by_receipt = sum((booking.entry.amount for booking in standing if booking.way == "receipt"), Decimal(0))
    by_order = sum((booking.entry.amount for booking in standing if booking.way == "order"), Decimal(0))
    assert sum((Decimal(entry["amount"]) for entry in credits), Decimal(0)) == by_order
    assert by_order + by_receipt == approved
    alarms = journal.entries(case.stream).filter(kind="order.late_confirmation")
    assert keys.isdisjoint(entry.data["order"] for entry in alarms), "money paid by hand and by an order"
    assert journal.verify(case.stream) is None


# the sweep ------------------------------------------------------------------------------------------------------------


def test_a_sweep_in_two_processes_killed_again_and_again_sounds_every_alarm_once(staff, time):
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201
    luck = random.Random(seed)
    journeys = []
    with by_hand():
        for minutes in range(8):
            time.advance(minutes=minutes)
            journeys.append(until(Journey.begin(staff), luck.choice(["stop_loss", "trace", "decide"])))
    killed = 0
    with Mortals(connection.settings_dict["NAME"]) as mortals:
        for days in (4, 1, 10):
            time.advance(days=days)
            for _ in range(10):
                ends = mortals.live(clock.now(), [Life("sweep", luck.randint(1, 80)) for _ in range(2)])
                assert set(ends) <= {0, 9}
                killed += ends.count(9)
            assert mortals.live(clock.now(), [Life("sweep")] * 2) == [0, 0]

    print(f"{killed} kills")  # noqa: T201
    assert killed >= 20
    assert not Deadline.objects.filter(ended_at=None, next_alarm_at__lte=clock.now()).exists()
    for journey in journeys:
        sounded_once(journey)
    assert Notice.objects.count() > 30


def sounded_once(journey: Journey) -> None:
    """Every level up to the one a limit has reached was told once; everybody heard of each at most once."""
    told = Counter(
        (entry.data["deadline"], entry.data["level"])
        for entry in journal.entries(journey.case.stream)
        if entry.kind in ("deadline.reminded", "deadline.overdue", "deadline.escalated")
    )
    reached = {
        (str(deadline.uuid), level)
        for deadline in Deadline.objects.filter(case=journey.case)
        for level in range(1, deadline.level + 1)
    }
    assert told == Counter(reached)
    heard = Counter(Notice.objects.filter(case=journey.case).values_list("deadline", "level", "to"))
    assert set(heard.values()) <= {1}
    assert journal.verify(journey.case.stream) is None


def test_an_outage_of_every_worker_is_made_up_for(staff, time):
    """Nothing ran for a week: one sweep tells every level that came due, in order."""
    with by_hand():
        journey = until(Journey.begin(staff), "trace")
    time.advance(days=7)

    with Mortals(connection.settings_dict["NAME"]) as mortals:
        assert mortals.live(clock.now() + timedelta(seconds=1), [Life("sweep")] * 2) == [0, 0]

    sounded_once(journey)
    assert Deadline.objects.get(subject=journey.task("trace").uuid).level == 4
