"""A bank system in this process, for tests, the bench and building the demonstration: the same reading, no socket."""

import json
from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from cases.gateways.answers import read_enquiry, read_order
from cases.gateways.protocol import NO_ANSWER, Answer, Instruction, body

JSON = "application/json"


class Ledger(Protocol):
    """Whatever answers (HTTP status, JSON body); `sandbox_bank.ledger.Bank` fits. ConnectionError = no answer came."""

    def order(self, key: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]: ...

    def enquire(self, key: str) -> tuple[int, dict[str, Any]]: ...


class MemoryBank:
    """Speaks with a ledger in this process exactly as `HttpBank` does over a socket, without repetitions."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def send(self, order: Instruction) -> Answer:
        """Hand over an order."""
        try:
            status, said = self._ledger.order(str(order.key), body(order))
        except ConnectionError:
            return Answer("unknown", reason=NO_ANSWER)
        return read_order(status, JSON, json.dumps(said).encode(), order.key, order.operation)

    def enquire(self, key: UUID) -> Answer:
        """Ask what became of an order."""
        try:
            status, said = self._ledger.enquire(str(key))
        except ConnectionError:
            return Answer("unknown", reason=NO_ANSWER)
        return read_enquiry(status, JSON, json.dumps(said).encode(), key)
