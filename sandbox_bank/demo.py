"""A card nobody has seeded gets a life: the same token has the same card and the same transactions everywhere."""

import hashlib
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sandbox_bank.moments import stamp
from sandbox_bank.store import Row

FIRST_SIX = ("622126", "622848", "621468", "625912", "628310", "621790")
# What one unit cost in CNY when this table was made; a practice bank needs no market.
RATES = {"CNY": "1", "HKD": "0.92", "USD": "7.15", "THB": "0.21", "JPY": "0.047", "EUR": "7.80", "KRW": "0.0052"}
WITHOUT_CENTS = ("JPY", "KRW")


class Place(NamedTuple):
    """Where a card is used: amounts are a lowest and a highest in the currency."""

    merchant: str
    channel: str
    entry_mode: str
    verification: str
    lowest: int
    highest: int
    currency: str = "CNY"
    country: str = "CN"


EVERYDAY = (
    Place("永宁百货超市·朝阳路店", "pos", "chip", "pin", 38, 460),
    Place("城市轨道交通集团", "app", "contactless", "none", 3, 9),
    Place("小满早餐铺", "app", "contactless", "none", 6, 28),
    Place("安康大药房连锁", "pos", "contactless", "none", 25, 240),
    Place("京华加油站·南三环站", "pos", "chip", "pin_signature", 200, 480),
    Place("四季鲜果生活馆", "app", "contactless", "none", 18, 130),
    Place("蓝鲸外卖平台", "app", "online_no3ds", "device", 19, 96),
    Place("云上书城", "online", "online_3ds", "otp", 35, 210),
    Place("国网电力缴费", "app", "online_no3ds", "device", 60, 380),
    Place("万和影城", "online", "online_3ds", "otp", 45, 180),
    Place("本行自助取款机·人民路支行", "atm", "chip", "pin", 500, 2000),
    Place("和悦餐饮管理有限公司", "pos", "chip", "pin_signature", 88, 620),
)
COUNTERFEIT = (
    Place("他行自助取款机·南宁江南店", "atm", "magstripe", "pin", 3000, 5000),
    Place("金满堂珠宝行", "pos", "magstripe", "signature", 6800, 28600),
    Place("恒通数码通讯城", "pos", "magstripe", "signature", 4200, 12900),
    Place("BANGKOK GOLD TRADING", "pos", "magstripe", "signature", 18000, 96000, "THB", "TH"),
    Place("HK WATCH GALLERY", "pos", "magstripe", "signature", 5200, 39800, "HKD", "HK"),
)
ONLINE = (
    Place("聚点游戏充值", "online", "online_no3ds", "none", 328, 3280),
    Place("速达话费充值", "app", "online_no3ds", "none", 500, 2000),
    Place("GLOBAL DIGITAL GOODS", "online", "online_no3ds", "none", 99, 1480, "USD", "US"),
    Place("TOKYO ONLINE STORE", "online", "online_no3ds", "none", 12000, 168000, "JPY", "JP"),
    Place("EURO TRAVEL BOOKING", "online", "online_3ds", "otp", 180, 1260, "EUR", "DE"),
)
LOST = (
    Place("小站便利超市·火车站店", "pos", "contactless", "none", 88, 300),
    Place("华瑞烟酒行", "pos", "contactless", "none", 260, 980),
    Place("鑫源加油站", "pos", "chip", "signature", 300, 800),
)


def card(token: str) -> Row:
    """The card behind a token: same token, same digits."""
    number = int.from_bytes(_digest("card", token)[:8])
    return {
        "token": token,
        "account": account(token),
        "first6": FIRST_SIX[number % len(FIRST_SIX)],
        "last4": f"{number // 7 % 10_000:04d}",
        "hold": 0,
    }


def account(token: str) -> str:
    """The account a card draws on, when nobody said."""
    return "acct-" + _digest("account", token).hex()[:12]


def transactions(token: str, until: datetime) -> Iterator[Row]:
    """A month of everyday payments before `until`, then two to four in its last hours that are not like them."""
    chance = random.Random(_digest("life", token))  # noqa: S311 (a plausible life, no secret)
    moments = sorted(until - timedelta(minutes=chance.randrange(2 * 24 * 60, 30 * 24 * 60)) for _ in range(14))
    places = [(moment, chance.choice(EVERYDAY)) for moment in moments]
    theft = chance.choice((COUNTERFEIT, ONLINE, LOST))
    start = until - timedelta(minutes=chance.randrange(90, 8 * 60))
    places += [
        (start + timedelta(minutes=11 * number), place)
        for number, place in enumerate(chance.sample(theft, k=chance.randint(2, min(4, len(theft)))))
    ]
    for number, (moment, place) in enumerate(places, start=1):
        yield _transaction(token, number, moment, place, chance)


def _transaction(token: str, number: int, moment: datetime, place: Place, chance: random.Random) -> Row:
    amount = Decimal(chance.randrange(place.lowest * 100, place.highest * 100)) / 100
    if place.currency in WITHOUT_CENTS or place.channel == "atm":
        amount = (amount / 100).to_integral_value() * 100
    return {
        "id": f"T{_digest('transaction', token).hex()[:10].upper()}{number:03d}",
        "booked_at": stamp(moment),
        "amount": f"{amount:.2f}",
        "currency": place.currency,
        "billed_amount": f"{amount * Decimal(RATES[place.currency]):.2f}",
        "billed_currency": "CNY",
        "merchant": place.merchant,
        "channel": place.channel,
        "entry_mode": place.entry_mode,
        "country": place.country,
        "verification": place.verification,
    }


def _digest(purpose: str, token: str) -> bytes:
    return hashlib.sha256(f"sandbox bank|{purpose}|{token}".encode()).digest()
