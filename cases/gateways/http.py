"""A bank system over HTTP. An order's body leaves at most once a call; only questions are repeated."""

import json
import logging
import time
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import stamina

from cases.gateways.answers import read_enquiry, read_finding, read_order
from cases.gateways.protocol import NO_ANSWER, UNREACHABLE, UNREADABLE, Answer, Finding, Instruction, body

log = logging.getLogger(__name__)

ATTEMPTS = 3
LARGEST_ANSWER = 4_000_000
# Raised before a byte of the request has left: safe to repeat even for an order.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class _TooMuch(Exception):
    """The answer has no end, or trickles past the time-out."""


class _Again(Exception):
    """An enquiry got an answer that says nothing; worth asking once more."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.reason)
        self.answer = answer


class HttpBank:
    """Speaks with the bank system at `url`. `timeout` is in seconds, for every read and for the body as a whole.

    Orders: POST {url}/orders with `Idempotency-Key`; enquiries: GET {url}/orders/{key}; cards: POST {url}/cards/find,
    because what identifies a person never stands in a URL. A call lasts at most about 3 x `timeout` with its
    repetitions; an outbox lease must be longer.
    """

    def __init__(self, url: str, *, timeout: float, transport: httpx.BaseTransport | None = None) -> None:
        self._timeout = timeout
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            timeout=httpx.Timeout(timeout, connect=min(timeout, 3)),
            # A kept connection may have died unseen and would turn a good order into an unknown one.
            limits=httpx.Limits(max_keepalive_connections=0),
            # A proxy from the environment must never come between the bank's own systems.
            trust_env=False,
            follow_redirects=False,
            transport=transport,
        )

    def send(self, order: Instruction) -> Answer:
        """Hand over an order. Repeats only when no connection came about; after that every doubt is "unknown"."""
        content = json.dumps(body(order), allow_nan=False, sort_keys=True, separators=(",", ":"))
        headers = {"Idempotency-Key": str(order.key), "Content-Type": "application/json"}
        try:
            for attempt in stamina.retry_context(on=NEVER_LEFT, attempts=ATTEMPTS, timeout=self._timeout):
                with attempt:
                    said = self._call("POST", "/orders", content=content, headers=headers)
        except (httpx.HTTPError, _TooMuch) as problem:
            return self._doubt("order", order.key, problem)
        return self._noted(order.key, read_order(*said, order.key, order.operation))

    def enquire(self, key: UUID) -> Answer:
        """Ask what became of an order; asking is harmless, so it is repeated."""
        try:
            for attempt in stamina.retry_context(
                on=(httpx.TransportError, _Again), attempts=ATTEMPTS, timeout=3 * self._timeout
            ):
                with attempt:
                    answer = read_enquiry(*self._call("GET", f"/orders/{quote(str(key), safe='')}"), key)
                    if answer.state == "unknown":
                        raise _Again(answer)
        except _Again as again:
            answer = again.answer
        except (httpx.HTTPError, _TooMuch) as problem:
            return self._doubt("enquiry", key, problem)
        return self._noted(key, answer)

    def find_card(self, *, first_six: str, last_four: str, phone: str) -> Finding:
        """Ask which card is meant. A customer waits on the phone: one repetition, then it is a doubt."""
        content = json.dumps({"first6": first_six, "last4": last_four, "phone": phone})
        headers = {"Content-Type": "application/json"}
        try:
            for attempt in stamina.retry_context(on=httpx.TransportError, attempts=2, timeout=self._timeout):
                with attempt:
                    said = self._call("POST", "/cards/find", content=content, headers=headers)
        except (httpx.HTTPError, _TooMuch) as problem:
            log.warning("No answer to a search for a card: %s", type(problem).__name__)
            return Finding("unknown", reason=NO_ANSWER)
        return read_finding(*said, first_six, last_four)

    def close(self) -> None:
        """Close the client."""
        self._client.close()

    def _call(self, method: str, path: str, **details: Any) -> tuple[int, str, bytes]:
        started = time.monotonic()
        content = bytearray()
        with self._client.stream(method, path, **details) as response:
            for part in response.iter_bytes():
                content += part
                # httpx bounds each read; a drip of bytes would otherwise hold a worker for ever.
                if len(content) > LARGEST_ANSWER or time.monotonic() - started > self._timeout:
                    raise _TooMuch
        return response.status_code, response.headers.get("Content-Type", ""), bytes(content)

    def _doubt(self, what: str, key: UUID, problem: Exception) -> Answer:
        # The class of the problem only: its text could quote what was sent or answered.
        log.warning("No answer to %s %s: %s", what, key, type(problem).__name__)
        if isinstance(problem, NEVER_LEFT):
            return Answer("unknown", reason=UNREACHABLE)
        readable = isinstance(problem, httpx.TransportError)
        return Answer("unknown", reason=NO_ANSWER if readable else UNREADABLE)

    def _noted(self, key: UUID, answer: Answer) -> Answer:
        if answer.state == "unknown":
            log.warning("Order %s is unknown: %s", key, answer.reason)
        return answer
