"""A bank system in this process, for tests, the bench and building the demonstration: the same reading, no socket."""

import json
from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from cases.gateways.answers import read_enquiry, read_finding, read_order
from cases.gateways.protocol import NO_ANSWER, Answer, Finding, Instruction, body

JSON = "application/json"


class Ledger(Protocol):
    """Whatever answers (HTTP status, JSON body); `sandbox_bank.ledger.Bank` fits. ConnectionError = no answer came."""

    def order(self, key: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]: ...

    def enquire(self, key: str) -> tuple[int, dict[str, Any]]: ...

    def find(self, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]: ...


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

    def find_card(self, *, first_six: str, last_four: str, phone: str) -> Finding:
        """Ask which card is meant."""
        try:
            status, said = self._ledger.find({"first6": first_six, "last4": last_four, "phone": phone})
        except ConnectionError:
            return Finding("unknown", reason=NO_ANSWER)
        return read_finding(status, JSON, json.dumps(said).encode(), first_six, last_four)
