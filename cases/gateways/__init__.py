"""The doors to the bank's own systems: `system("card").send(order)`; `using(card=…)` puts another behind a door."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.conf import settings

from cases.gateways.http import HttpBank
from cases.gateways.protocol import Answer, BankSystem, Instruction, InterfaceOff

__all__ = ["Answer", "BankSystem", "Instruction", "InterfaceOff", "is_on", "system", "using"]

ADDRESSES = {"card": "CARD_SYSTEM_URL", "core": "CORE_LEDGER_URL"}

# For the whole process, not for one thread: a live server under test answers from threads of its own.
_put_in: dict[str, BankSystem | None] = {}


def system(name: str) -> BankSystem:
    """The bank system "card" or "core". InterfaceOff when it has no address, KeyError for another name."""
    address = ADDRESSES[name]
    if name in _put_in:
        gateway = _put_in[name]
        if gateway is None:
            raise InterfaceOff(name)
        return gateway
    if not (url := settings.REDRESS[address]):
        raise InterfaceOff(name)
    return _at(url, float(settings.REDRESS["BANK_TIMEOUT_SECONDS"]))


def is_on(name: str) -> bool:
    """Whether orders can be sent to this system at all."""
    return bool(_put_in[name] if name in _put_in else settings.REDRESS[ADDRESSES[name]])


@contextmanager
def using(**gateways: BankSystem | None) -> Iterator[None]:
    """Put other gateways in: `using(card=…, core=…)`; None switches the interface off. For the whole process."""
    if unknown := set(gateways) - set(ADDRESSES):
        raise KeyError(f"no such bank system: {', '.join(sorted(unknown))}")
    before = dict(_put_in)
    _put_in.update(gateways)
    try:
        yield
    finally:
        _put_in.clear()
        _put_in.update(before)


@lru_cache(maxsize=8)
def _at(url: str, timeout: float) -> HttpBank:
    return HttpBank(url, timeout=timeout)
