"""Who complains of what in each demo case: the same whenever it is drawn for the same number and day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from . import people, words
from .cards import DemoCard, card_for, split
from .fates import Fate, fates
from .scenarios import SCENARIOS, Decided, Scenario

OLDEST_DAYS: Final = 730
NEWEST_DAYS: Final = 50  # of a past case: what came later may still be open
CUSTOMERS: Final = 260  # fewer than cases: some people complain twice
TOTALS: Final = {
    "small": (200, 8_000),
    "outlet": (8_000, 29_000),
    "tier2": (60_000, 190_000),
    "tier1": (220_000, 950_000),
    "centre": (1_050_000, 1_950_000),
}
MIX: Final = ("small",) * 45 + ("outlet",) * 33 + ("tier2",) * 13 + ("tier1",) * 6 + ("centre",) * 3
UNITS: Final = (
    *(people.LUJIAZUI,) * 30,
    *(people.ZHANGJIANG,) * 18,
    *(people.XUJIAHUI,) * 20,
    *(people.WENSAN,) * 18,
    *(people.CHUNXI,) * 14,
)
CHANNELS: Final = ("phone",) * 12 + ("outlet",) * 4 + ("app",) * 3 + ("regulator",)
JUST_NOW: Final = timedelta(minutes=9)


@dataclass(frozen=True)
class Caller:
    """Who complains; made up."""

    name: str
    phone: str
    kind: str
    care: str


@dataclass(frozen=True)
class Plan:
    """One case: what befalls it, when the bank was told (UTC), where, by whom, of which loss, and who is to bear it."""

    fate: Fate
    received_at: datetime
    unit: str
    channel: str
    caller: Caller
    scenario: Scenario
    decided: Decided
    card: DemoCard

    @property
    def number(self) -> int:
        """The number of the case in the demo."""
        return self.fate.number

    @property
    def recording(self) -> str:
        """Number of the call's recording: by it the case is found again."""
        return f"LY{self.number:06d}"

    def narrative(self) -> str:
        """What the customer says, as the agent writes it down."""
        first = self.card.disputed[0]
        said = self.fate.chance("narrative").choice(self.scenario.narratives)
        when = first.booked_at.astimezone(_zone()).strftime("%-m月%-d日%H时许")
        return said.format(
            when=when, merchant=first.shop.merchant, amount=f"{self.card.total:,.2f}", count=len(self.card.disputed)
        )

    def demand(self) -> tuple[str, str]:
        """What he asks: the choice and his words."""
        chance = self.fate.chance("demand")
        choice = chance.choice(("refund",) * 6 + ("compensation", "explanation", "restore"))
        return choice, chance.choice(words.DEMANDS[choice])


def plans(cases: int, anchor: datetime) -> Iterator[Plan]:
    """So many cases of a demo loaded at `anchor`."""
    for fate in fates(cases):
        yield _plan(fate, anchor)


def local(day: datetime, at: time) -> datetime:
    """A time of day on the bank's own day of a moment."""
    return datetime.combine(day.astimezone(_zone()).date(), at, tzinfo=_zone())


def _plan(fate: Fate, anchor: datetime) -> Plan:
    chance = fate.chance("plan")
    received_at = _received_at(fate, chance, anchor)
    total = fate.left.total if fate.left else chance.choice(MIX)
    scenario, decided = _loss(fate, chance, TOTALS[total][0])
    kind = "debit" if scenario.name == "atm" else _kind(fate, chance)
    parts = chance.randint(1, 3 if fate.trouble == "list_rejected" else 4)
    amounts = split(_sum(chance, total, scenario), parts, chance)
    return Plan(
        fate=fate,
        received_at=received_at,
        unit=fate.left.unit if fate.left else chance.choice(UNITS),
        channel=chance.choice(CHANNELS),
        caller=_caller(fate.number % CUSTOMERS),
        scenario=scenario,
        decided=decided,
        card=card_for(
            fate.number,
            chance,
            series=f"{int(anchor.timestamp()):X}",
            kind=kind,
            scenario=scenario,
            amounts=amounts,
            told_at=received_at,
        ),
    )


def _received_at(fate: Fate, chance: Random, anchor: datetime) -> datetime:
    if fate.left is not None:
        if fate.left.days == 0:
            return anchor - JUST_NOW
        days = fate.received_days_ago()
    else:
        # more complaints with the years: the bank grows, and so does fraud
        days = NEWEST_DAYS + int((OLDEST_DAYS - NEWEST_DAYS) * chance.random() ** 1.4)
    return local(anchor - timedelta(days=days), time(chance.randint(8, 20), chance.randrange(60), chance.randrange(60)))


def _loss(fate: Fate, chance: Random, least: int) -> tuple[Scenario, Decided]:
    """What happened. Whatever is left at or behind the proposal has to be paid, or has its level by its sum."""
    fitting = [scenario for scenario in SCENARIOS if scenario.most > least]
    if fate.left or fate.trouble in ("credit_rejected", "credit_silent", "credit_late", "restore_rejected"):
        credit = fate.left is not None and fate.left.kind == "credit"  # a cash machine takes debit cards
        liable = [scenario for scenario in fitting if scenario.is_bank_liable]
        scenario = chance.choice([one for one in liable if not (credit and one.name == "atm")])
        if fate.trouble == "restore_rejected":
            scenario = next(one for one in SCENARIOS if one.name == "abroad")
        return scenario, scenario.decided[0]
    if fate.event == "withdrawn":
        scenario = next(one for one in SCENARIOS if one.name == "own")
        return (scenario if scenario in fitting else chance.choice(fitting)), scenario.decided[0]
    scenario = chance.choice(fitting)
    return scenario, chance.choice(scenario.decided)


def _kind(fate: Fate, chance: Random) -> str:
    if fate.trouble == "restore_rejected":
        return "credit"
    return (fate.left.kind if fate.left else "") or chance.choice(("debit", "credit"))


def _sum(chance: Random, total: str, scenario: Scenario) -> Decimal:
    least, most = TOTALS[total]
    return Decimal(chance.randrange(least * 100, min(most, scenario.most) * 100)) / 100


def _caller(customer: int) -> Caller:
    chance = Random(f"demo customer {customer}")  # noqa: S311  no secret
    if customer % 31 == 30:
        name, kind = words.ORGANISATIONS[customer // 31 % len(words.ORGANISATIONS)], "organisation"
    else:
        name, kind = chance.choice(words.SURNAMES) + chance.choice(words.GIVEN), "person"
    care = words.CARE[customer // 17 % len(words.CARE)] if customer % 17 == 5 else ""
    # 140 is given to machines only, so the number is nobody's
    return Caller(name, f"140{(customer * 7919 + 1234567) % 10**8:08d}", kind, care)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.BANK_TIME_ZONE)
