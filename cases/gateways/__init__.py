"""The doors to the bank's own systems: `system("card").send(order)`; `using(card=…)` puts another behind a door."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import cast

from django.conf import settings

from cases.gateways import provisional
from cases.gateways.http import HttpBank
from cases.gateways.protocol import Answer, BankSystem, CardSystem, Finding, Instruction, InterfaceOff
from cases.gateways.texts import Texts

__all__ = [
    "Answer",
    "BankSystem",
    "CardSystem",
    "Finding",
    "Instruction",
    "InterfaceOff",
    "find_card",
    "is_on",
    "system",
    "using",
]

ADDRESSES = {"card": "CARD_SYSTEM_URL", "core": "CORE_LEDGER_URL", "sms": "SMS_URL"}

# For the whole process, not for one thread: a live server under test answers from threads of its own.
# Layers, the newest last: whoever leaves takes away his own, in whatever order threads come and go.
_put_in: list[dict[str, BankSystem | None]] = []


def system(name: str) -> BankSystem:
    """The bank system "card", "core" or "sms". InterfaceOff when it has no address, KeyError for another name."""
    return Texts(_reached(name)) if name == "sms" else _reached(name)


def _reached(name: str) -> BankSystem:
    address = ADDRESSES[name]
    if (layer := _layer(name)) is not None:
        gateway = layer[name]
        if gateway is None:
            raise InterfaceOff(name)
        return gateway
    if not (url := settings.REDRESS[address]):
        raise InterfaceOff(name)
    return _at(url, float(settings.REDRESS["BANK_TIMEOUT_SECONDS"]))


def find_card(*, first_six: str, last_four: str, phone: str) -> str | None:
    """The token of the card with these digits whose holder has this phone; None when the card system knows none.

    With the interface off, or in any doubt, a provisional token (see `provisional`): the stop is never held up. Asked
    before anything is locked or written; the phone travels in the body and is not logged.
    """
    try:
        found = cast(CardSystem, system("card")).find_card(first_six=first_six, last_four=last_four, phone=phone)
    except InterfaceOff:
        found = Finding("unknown")
    if found.state == "unknown":
        return provisional.token_for(first_six=first_six, last_four=last_four, phone=phone)
    return found.token or None


def is_on(name: str) -> bool:
    """Whether orders can be sent to this system at all."""
    layer = _layer(name)
    return bool(settings.REDRESS[ADDRESSES[name]] if layer is None else layer[name])


@contextmanager
def using(**gateways: BankSystem | None) -> Iterator[None]:
    """Put other gateways in: `using(card=…, core=…, sms=…)`; None switches the interface off. For the whole process."""
    if unknown := set(gateways) - set(ADDRESSES):
        raise KeyError(f"no such bank system: {', '.join(sorted(unknown))}")
    _put_in.append(gateways)
    try:
        yield
    finally:
        _put_in.remove(gateways)  # an equal one of another thread is as good


def _layer(name: str) -> dict[str, BankSystem | None] | None:
    return next((layer for layer in reversed(_put_in) if name in layer), None)


@lru_cache(maxsize=8)
def _at(url: str, timeout: float) -> HttpBank:
    return HttpBank(url, timeout=timeout)
