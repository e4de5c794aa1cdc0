"""Keep a handful of child processes running, and leave none behind."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

log = logging.getLogger(__name__)

STOP_SECONDS = 10.0
LOOK_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0


@dataclass
class Child:
    """One program to keep running."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    pause: float = 0.0  # seconds before the next start
    start_at: float = field(default=0.0)  # monotonic

    @property
    def running(self) -> bool:
        """True while the process lives."""
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Starts children, restarts those that die (after 1, 2, 4 … 30 s), stops them all.

    `register` is a file with the children's process numbers: a supervisor killed with -9 leaves orphans, which the
    next one finds there and ends.
    """

    def __init__(self, commands: Mapping[str, Sequence[str]], register: Path) -> None:
        self.children = [Child(name, command) for name, command in commands.items()]
        self.register = register
        self.stopping = False

    def end_orphans(self) -> None:
        """End what a killed supervisor with the same register left running."""
        orphans = []
        for pid, born in _read(self.register).items():
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(int(pid))
                if process.create_time() == born:  # else the number was given anew
                    orphans.append(process)
        _end(orphans)

    def start(self) -> None:
        """Start every child."""
        for child in self.children:
            self._start(child)

    def watch(self) -> None:
        """Restart what dies until `request_stop` is called."""
        while not self.stopping:
            self.look()
            time.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Restart the dead whose pause is over."""
        for child in self.children:
            if not child.running:
                self._revive(child)

    def request_stop(self, *_signal: object) -> None:
        """Make `watch` return; usable as a signal handler."""
        self.stopping = True

    def stop(self) -> None:
        """Ask every child to end, last started first; kill those that do not within STOP_SECONDS."""
        self.stopping = True
        processes = [child.process for child in reversed(self.children) if child.running and child.process]
        _end([psutil.Process(process.pid) for process in processes if psutil.pid_exists(process.pid)])
        for process in processes:
            process.wait()
        self.register.unlink(missing_ok=True)

    def _revive(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is not None:
            log.warning("%s ended with code %s, starting it again", child.name, child.process.returncode)
            _kill_group(child.process.pid)
            lived = now - child.start_at
            child.pause = (
                1.0 if lived > LONGEST_PAUSE_SECONDS else min(max(child.pause * 2, 1.0), LONGEST_PAUSE_SECONDS)
            )
            child.process, child.start_at = None, now + child.pause
        elif now >= child.start_at:
            self._start(child)

    def _start(self, child: Child) -> None:
        # a session of its own: Ctrl-C reaches the supervisor alone, which stops its children in order
        child.process = subprocess.Popen(
            child.command, start_new_session=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
        )
        child.start_at = time.monotonic()
        self._note()

    def _note(self) -> None:
        born = {}
        for child in self.children:
            if child.process is not None:
                with contextlib.suppress(psutil.NoSuchProcess):
                    born[child.process.pid] = psutil.Process(child.process.pid).create_time()
        self.register.parent.mkdir(parents=True, exist_ok=True)
        self.register.write_text(json.dumps(born))


def _read(register: Path) -> dict[str, float]:
    try:
        return dict(json.loads(register.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def _end(processes: list[psutil.Process]) -> None:
    """Terminate, wait, kill: the processes and whatever they started."""
    family = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            family += process.children(recursive=True)
            process.terminate()
    _gone, alive = psutil.wait_procs([*processes, *family], timeout=STOP_SECONDS)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    for process in processes:
        _kill_group(process.pid)


def _kill_group(leader: int) -> None:
    """Kill what a child started and left: a killed web server's own workers would go on answering."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)
