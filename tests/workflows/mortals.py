"""Workers that die: a process with Django loaded forks one worker a life, each killed (-9) at a chosen moment.

A moment is just before or just after a statement, a commit, or a call to a bank system. Used as a script by `Mortals`;
a round is a line of JSON on stdin, {"at": ISO time, "lives": [{"job", "dies_at"}]}, and one on stdout: what ended them.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
NEVER = 0


@dataclass(frozen=True)
class Life:
    """One worker: what it does over and over until nothing is left, and the moment at which it is killed."""

    job: str  # "deliver" or "sweep"
    dies_at: int = NEVER


class Mortals:
    """The process that forks them. `database` is the test's; `bank` the address of both bank systems."""

    def __init__(self, database: str, bank: str = "") -> None:
        environment = {
            **os.environ,
            "MORTAL_DATABASE": database,
            "CARD_SYSTEM_URL": bank,
            "CORE_LEDGER_URL": bank,
            "BANK_TIMEOUT_SECONDS": "5",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.workflows.mortals"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()

    def live(self, at: datetime, lives: Sequence[Life]) -> list[int]:
        """These workers at once, the clock standing at this moment; the signal that ended each, 0 for a natural end."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"at": at.isoformat(), "lives": [asdict(life) for life in lives]}) + "\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline()
        assert said, "the process that forks the workers has died"
        ends: list[int] = json.loads(said)
        return ends


# in the process of its own --------------------------------------------------------------------------------------------


class Fate:
    """Counts the moments of a life and ends it at the one it was given."""

    def __init__(self, dies_at: int) -> None:
        self.left = dies_at

    def moment(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """The act with a moment on either side."""

        def both_sides(*args: Any, **kwargs: Any) -> Any:
            self.moment()
            result = act(*args, **kwargs)
            self.moment()
            return result

        return both_sides

    def statement(self, execute: Callable[..., Any], *args: Any) -> Any:
        """As Django's execute wrappers are called."""
        return self.around(execute)(*args)


def live_through(life: Life) -> None:
    """One worker, from its first statement to its end."""
    import stamina
    from django.db import connection

    from cases.gateways.http import HttpBank
    from workflows.verbs.orders import deliver_orders
    from workflows.verbs.sweeps import sweep_deadlines

    fate = Fate(life.dies_at)
    connection.execute_wrappers.append(fate.statement)
    connection._commit = fate.around(connection._commit)  # type: ignore[method-assign]
    HttpBank._call = fate.around(HttpBank._call)  # type: ignore[method-assign]
    with stamina.set_testing(True, attempts=3, cap=True):
        while {"deliver": deliver_orders, "sweep": sweep_deadlines}[life.job]():
            continue


def fork(life: Life) -> int:
    """Begin a life; its process id."""
    if pid := os.fork():
        return pid
    try:
        live_through(life)
        os._exit(0)
    except BaseException:
        import traceback

        traceback.print_exc()
    os._exit(1)


def main() -> None:
    import logging

    import django
    from django.conf import settings

    django.setup()
    logging.disable(logging.CRITICAL)
    settings.DATABASES["default"]["NAME"] = os.environ["MORTAL_DATABASE"]

    from record import clock

    for line in sys.stdin:
        wish = json.loads(line)
        clock.set_to(datetime.fromisoformat(wish["at"]))
        pids = [fork(Life(**life)) for life in wish["lives"]]
        ends = [os.waitpid(pid, 0)[1] for pid in pids]
        sys.stdout.write(
            json.dumps([os.WTERMSIG(end) if os.WIFSIGNALED(end) else -os.WEXITSTATUS(end) for end in ends])
        )
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
