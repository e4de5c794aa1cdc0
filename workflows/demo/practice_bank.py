"""The sandbox bank as the demo drives it, over HTTP: its clock, its cards, its switches, and its own terminal.

What a person does by hand in a demo case is done on that terminal too, so that ledger and cases agree.
"""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

import httpx
import psutil
from django.conf import settings

from record import clock
from record.journal import stamp

START_SECONDS = 60
HERE = ("127.0.0.1", "localhost")


class NoPracticeBank(Exception):
    """There is no sandbox bank to build the demo with, and none can be started; the text says why."""


class PracticeBank:
    """The sandbox bank that listens at `url`."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=10, trust_env=False)
        self._stands_at: datetime | None = None

    def is_there(self) -> bool:
        """Whether it listens. NoPracticeBank when something else does: a real bank is never driven."""
        try:
            said = self._client.get("/health")
        except httpx.TransportError:
            return False
        if said.status_code != 200 or said.json() != {"bank": "sandbox"}:
            raise NoPracticeBank("What listens at CARD_SYSTEM_URL is not the sandbox bank.")
        return True

    def keep_time(self) -> None:
        """Set its clock by ours."""
        if (now := clock.now()) != self._stands_at:
            self._post("/clock", {"now": stamp(now)})
            self._stands_at = now

    def run_on(self) -> None:
        """Let its clock run again, and its switches go."""
        with contextlib.suppress(httpx.TransportError):
            self._post("/clock", {"now": None})
            self._client.delete("/switches")

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def seed(self, card: Mapping[str, Any]) -> None:
        """Put a card and its payments on the books; again is harmless."""
        self._post("/cards", card)

    def spoil(self, order: UUID, **wish: Any) -> None:
        """Have trouble with one order."""
        self._post("/switches", {"key": str(order), **wish})

    def terminal(self, task: UUID, operation: str, **details: Any) -> tuple[str, datetime]:
        """Do by hand what the step asks: receipt number and the bank system's time. Again gives the same receipt."""
        self.keep_time()
        key = {"Idempotency-Key": str(uuid5(task, "terminal"))}
        said = self._post("/orders", {"operation": operation, **details}, key)
        if said["state"] != "booked":
            raise NoPracticeBank(f"The sandbox bank refused to {operation}: {said.get('reason')}")
        return said["receipt"], datetime.fromisoformat(said["effective_at"])

    def _post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        said = self._client.post(path, json=body, headers=dict(headers or {}))
        said.raise_for_status()
        answer: dict[str, Any] = said.json()
        return answer


@contextmanager
def practice_bank() -> Iterator[PracticeBank]:
    """The sandbox bank of the settings; started for the while when nothing listens there."""
    url = settings.REDRESS["CARD_SYSTEM_URL"]
    if not url or url != settings.REDRESS["CORE_LEDGER_URL"]:
        raise NoPracticeBank("CARD_SYSTEM_URL and CORE_LEDGER_URL must both name the sandbox bank.")
    bank = PracticeBank(url)
    _end_orphan()
    try:
        with contextlib.nullcontext() if bank.is_there() else _started(url, bank):
            try:
                yield bank
            finally:
                bank.run_on()
    finally:
        bank.close()


@contextmanager
def _started(url: str, bank: PracticeBank) -> Iterator[None]:
    where = urlsplit(url)
    if where.hostname not in HERE or where.port is None:
        raise NoPracticeBank("Nothing listens at CARD_SYSTEM_URL, and it is not on this machine.")
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "sandbox_bank", "--port", str(where.port)]
    # a session of its own: Ctrl-C reaches us alone, and we stop it when we are done
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    _note(child.pid)
    try:
        until = time.monotonic() + START_SECONDS
        while not bank.is_there():
            if child.poll() is not None or time.monotonic() > until:
                raise NoPracticeBank("The sandbox bank did not start; the lines above tell why.")
            time.sleep(0.1)
        yield
    finally:
        child.terminate()
        child.wait()
        _register().unlink(missing_ok=True)


def _register() -> Path:
    return Path(settings.DATA_DIR) / "load_demo.child"


def _note(pid: int) -> None:
    _register().parent.mkdir(parents=True, exist_ok=True)
    _register().write_text(json.dumps({"pid": pid, "born": psutil.Process(pid).create_time()}))


def _end_orphan() -> None:
    """End the sandbox bank that a killed load left running: its clock stands in the past."""
    with contextlib.suppress(FileNotFoundError, ValueError, KeyError, psutil.NoSuchProcess):
        left = json.loads(_register().read_text())
        process = psutil.Process(left["pid"])
        if process.create_time() == left["born"]:  # else the number was given anew
            process.terminate()
            process.wait(10)
    _register().unlink(missing_ok=True)
