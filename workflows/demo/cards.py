"""The card a demo case is about, with the payments its card system lists: a month of everyday life, then the loss."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from record.journal import stamp

from .scenarios import EVERYDAY, Scenario, Shop

FIRST_SIX = {"debit": ("621468", "622126"), "credit": ("625912", "628310")}
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Payment:
    """One payment by the card; `amount` in CNY."""

    id: str
    booked_at: datetime
    shop: Shop
    amount: Decimal

    def listed(self) -> dict[str, str]:
        """As the practice bank takes it."""
        abroad = (self.amount / Decimal(self.shop.rate)).quantize(CENT)
        return {
            "id": self.id,
            "booked_at": stamp(self.booked_at),
            "amount": f"{abroad:.2f}",
            "currency": self.shop.currency,
            "billed_amount": f"{self.amount:.2f}",
            "billed_currency": "CNY",
            "merchant": self.shop.merchant,
            "channel": self.shop.channel,
            "entry_mode": self.shop.entry_mode,
            "country": self.shop.country,
            "verification": self.shop.verification,
        }


@dataclass(frozen=True)
class DemoCard:
    """A card, its everyday payments and those the customer disputes."""

    token: str
    first_six: str
    last_four: str
    kind: str
    everyday: tuple[Payment, ...]
    disputed: tuple[Payment, ...]

    def seed(self) -> Mapping[str, Any]:
        """What the practice bank is told about it."""
        rows = [payment.listed() for payment in (*self.everyday, *self.disputed)]
        return {"token": self.token, "first6": self.first_six, "last4": self.last_four, "transactions": rows}

    @property
    def total(self) -> Decimal:
        """What the customer disputes, in CNY."""
        return sum((payment.amount for payment in self.disputed), Decimal(0))


def card_for(
    number: int,
    chance: Random,
    *,
    series: str,
    kind: str,
    scenario: Scenario,
    amounts: list[Decimal],
    told_at: datetime,
) -> DemoCard:
    """The card of demo case `number`, whose loss the bank was told of at `told_at`.

    `series` tells loads apart: the sandbox bank's books may outlive the database.
    """
    name = f"{series}{number:04d}"
    return DemoCard(
        token=f"tok_demo_{name}",
        first_six=FIRST_SIX[kind][number % 2],
        # 37 and 10,000 share no divisor: no two cards of a demo have the same digits
        last_four=f"{(number * 37 + 1003) % 10_000:04d}",
        kind=kind,
        everyday=tuple(_everyday(name, chance, told_at)),
        disputed=tuple(_disputed(name, chance, scenario, amounts, told_at)),
    )


def split(total: Decimal, parts: int, chance: Random) -> list[Decimal]:
    """A sum in so many parts, none below a fifth of an even share."""
    weights = [chance.uniform(0.2, 1) for _ in range(parts)]
    found = [(total * Decimal(weight / sum(weights))).quantize(CENT) for weight in weights[1:]]
    return [total - sum(found), *found]


def _everyday(name: str, chance: Random, told_at: datetime) -> Iterator[Payment]:
    for count in range(chance.randint(2, 4)):
        booked_at = told_at - timedelta(minutes=chance.randrange(2 * 24 * 60, 30 * 24 * 60))
        amount = Decimal(chance.randrange(600, 46_000)) / 100
        yield Payment(f"T{name}E{count}", booked_at, chance.choice(EVERYDAY), amount)


def _disputed(
    name: str, chance: Random, scenario: Scenario, amounts: list[Decimal], told_at: datetime
) -> Iterator[Payment]:
    shop = chance.choice(scenario.shops)
    first = told_at - timedelta(minutes=chance.randrange(15, 7 * 60))
    for count, amount in enumerate(amounts):
        booked_at = min(first + timedelta(minutes=3 * count), told_at - timedelta(minutes=2))
        yield Payment(f"T{name}D{count}", booked_at, shop, amount)
