"""As whom the server runs, and which folders that account can reach."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WINDOWS = sys.platform == "win32"


class UnsafeFolderError(PermissionError):
    """A folder below a shared one (/tmp, /var/tmp) was made by somebody else first."""


@dataclass(frozen=True)
class Owner:
    """The unprivileged account a server started by root runs as."""

    uid: int
    gid: int

    def as_subprocess(self) -> dict[str, Any]:
        """Arguments of subprocess.run that drop root for good."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_owner() -> Owner | None:
    """The account to run as when we are root (PostgreSQL refuses root); None: as ourselves."""
    if WINDOWS or os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(account.pw_uid, account.pw_gid)
    raise LookupError("neither a `postgres` nor a `nobody` account exists: set DATABASE_URL, or start as another user")


def reachable(folder: Path) -> bool:
    """True when every account may pass through the folder and all its parents (those that exist)."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents) if path.is_dir())


def shared_folder(folder: Path, owner: Owner | None, *, make: bool = True) -> Path:
    """A private folder below a world-writable one; UnsafeFolderError when it exists and is not ours."""
    if make:
        folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or (folder.exists() and folder.stat().st_uid not in _ours(owner)):
        raise UnsafeFolderError(f"{folder} belongs to somebody else")
    return folder


def _ours(owner: Owner | None) -> set[int]:
    if WINDOWS:
        return {0}
    return {os.geteuid()} if owner is None else {os.geteuid(), owner.uid}
