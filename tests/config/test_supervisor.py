"""Children are kept running and none is left behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config.supervisor import Supervisor

FOR_EVER = [sys.executable, "-c", "import signal; signal.pause()"]
AT_ONCE = [sys.executable, "-c", ""]


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return tmp_path / "children"


@pytest.fixture
def supervisor(register: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor({"steady": FOR_EVER}, register)
    yield supervisor
    supervisor.stop()


def process_of(supervisor: Supervisor) -> subprocess.Popen[bytes]:
    process = supervisor.children[0].process
    assert process is not None
    return process


def wait_dead(process: psutil.Process) -> bool:
    """True when it ends within ten seconds; a zombie nobody reaps is dead, too."""
    try:
        process.wait(timeout=10)
    except psutil.TimeoutExpired:
        return process.status() == psutil.STATUS_ZOMBIE
    return True


def test_a_killed_child_is_started_again_after_a_pause(supervisor: Supervisor) -> None:
    supervisor.start()
    first = process_of(supervisor)
    first.kill()
    first.wait()

    supervisor.look()
    child = supervisor.children[0]

    assert child.process is None
    assert child.pause == 1.0

    child.start_at = 0.0  # the pause is over
    supervisor.look()

    assert child.running
    assert process_of(supervisor).pid != first.pid


def test_what_a_killed_child_started_goes_with_it(register: Path, tmp_path: Path) -> None:
    note = tmp_path / "grandchild"
    begets = (
        "import pathlib, signal, subprocess, sys\n"
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
        f"pathlib.Path({str(note) + '.new'!r}).write_text(str(grandchild.pid))\n"
        f"pathlib.Path({str(note) + '.new'!r}).rename({str(note)!r})\n"
        "signal.pause()\n"
    )
    supervisor = Supervisor({"parent": [sys.executable, "-c", begets]}, register)
    supervisor.start()
    try:
        while not note.exists():
            assert process_of(supervisor).poll() is None
        grandchild = psutil.Process(int(note.read_text()))
        process_of(supervisor).kill()
        process_of(supervisor).wait()

        supervisor.look()

        assert wait_dead(grandchild)
    finally:
        supervisor.stop()


def test_a_child_that_keeps_dying_waits_longer_each_time(register: Path) -> None:
    supervisor = Supervisor({"ill": AT_ONCE}, register)
    child = supervisor.children[0]
    pauses = []
    for _ in range(7):
        child.start_at = 0.0
        supervisor.look()
        process_of(supervisor).wait()
        supervisor.look()
        pauses.append(child.pause)

    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_stop_ends_every_child_and_forgets_them(supervisor: Supervisor, register: Path) -> None:
    supervisor.start()
    process = process_of(supervisor)

    supervisor.stop()

    assert process.returncode is not None
    assert not register.exists()


def test_orphans_of_a_killed_supervisor_are_ended_by_the_next(supervisor: Supervisor, register: Path) -> None:
    supervisor.start()
    orphan = process_of(supervisor)

    Supervisor({}, register).end_orphans()

    assert orphan.wait(timeout=10) is not None


def test_a_process_that_got_an_orphans_number_is_left_alone(supervisor: Supervisor, register: Path) -> None:
    supervisor.start()
    pid = process_of(supervisor).pid
    register.write_text(f'{{"{pid}": 1.0}}')

    Supervisor({}, register).end_orphans()

    assert psutil.pid_exists(pid)
    assert process_of(supervisor).poll() is None
