"""What a killed server leaves behind: a pid file, a socket lock, sometimes backends that still write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil

ORPHANS_MAY_TAKE = 10.0  # seconds a backend gets to notice that its postmaster died


def is_running(data: Path) -> bool:
    """True when postmaster.pid names a live server of this folder (not a zombie, not a number used anew)."""
    pid = _pid(data)
    return pid is not None and _is_server_of(data, pid)


def clear(data: Path, sockets: Path | None) -> None:
    """Make the folder of a dead server startable.

    Backends go first: a postmaster started beside a writing orphan would ruin the rows. Then the pid file, which
    PostgreSQL itself refuses to overrule when the number belongs to a zombie or to another process by now.
    """
    _gone, alive = psutil.wait_procs(list(_processes_of(data)), timeout=ORPHANS_MAY_TAKE)
    for orphan in alive:
        orphan.kill()
    psutil.wait_procs(alive, timeout=ORPHANS_MAY_TAKE)
    (data / "postmaster.pid").unlink(missing_ok=True)
    for lock in sockets.glob(".s.PGSQL.*") if sockets else ():
        lock.unlink(missing_ok=True)


def _pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().partition("\n")[0])
    except (FileNotFoundError, ValueError):
        return None


def _processes_of(data: Path) -> Iterator[psutil.Process]:
    return (process for process in psutil.process_iter() if _is_server_of(data, process.pid, unknown=False))


def _is_server_of(data: Path, pid: int, *, unknown: bool = True) -> bool:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name():
            return False
        # every process of a server works inside its data folder
        return Path(process.cwd()) == data.resolve()
    except psutil.AccessDenied:
        return unknown
    except psutil.NoSuchProcess:
        return False
