"""Where sealed evidence lies: a small gateway, and one store that keeps files in a folder outside the web root.

The store knows names and sealed bytes, nothing of cases. Another store (S3) is another class with the same three verbs.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_NAME: Final = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{28}")
_UNFINISHED: Final = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{28}\.[0-9a-f]{8}\.begun")


class NotStored(LookupError):
    """No such file in the store."""


class Store(Protocol):
    """What evidence needs of a place to lie."""

    def put(self, uuid: UUID, data: bytes) -> str:
        """Keep sealed bytes for good before returning; the name to ask for them by. FileExistsError: kept before."""

    def get(self, name: str) -> bytes:
        """The bytes. NotStored when there are none."""

    def drop(self, name: str) -> None:
        """Take the file away; nothing happens when it is gone."""

    def older_than(self, moment: float) -> Iterator[str]:
        """Names of files (and of unfinished ones) written before this machine time (seconds since 1970)."""


class FileStore:
    """Files under one folder: `ab/cd/abcd…` by uuid, readable by the owner only, each written whole or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, uuid: UUID, data: bytes) -> str:
        """Write beside, force to disk, then rename: a crash leaves either the whole file or an unfinished one."""
        name = f"{uuid.hex[:2]}/{uuid.hex[2:4]}/{uuid.hex}"
        path = self.root / name
        self._make_folder(path.parent)
        if path.exists():
            raise FileExistsError(name)
        begun = path.with_name(f"{uuid.hex}.{uuid4().hex[:8]}.begun")
        try:
            self._write(begun, data)
            begun.replace(path)
        except BaseException:
            begun.unlink(missing_ok=True)
            raise
        self._settle(path.parent)
        return name

    def get(self, name: str) -> bytes:
        """The bytes of a name that `put` gave."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise NotStored(name) from None

    def drop(self, name: str) -> None:
        """Take a file or an unfinished one away."""
        path = self.root / name if _UNFINISHED.fullmatch(name) else self._path(name)
        path.unlink(missing_ok=True)

    def older_than(self, moment: float) -> Iterator[str]:
        """By the file's own time: how old a file is is a fact of the machine, not of the record's clock."""
        for path in self.root.glob("??/??/*"):
            with contextlib.suppress(FileNotFoundError):  # another worker sweeps too
                if path.stat().st_mtime < moment:
                    yield path.relative_to(self.root).as_posix()

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise NotStored(name)
        return self.root / name

    def _make_folder(self, folder: Path) -> None:
        # One by one: with `parents` the mode would be kept for the last alone.
        for place in (self.root, folder.parent, folder):
            place.mkdir(mode=0o700, parents=place is self.root, exist_ok=True)

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def _settle(self, folder: Path) -> None:
        # The names on the way must be on disk too, or a crash could lose a file whose row is committed.
        for place in (folder, folder.parent, self.root):
            handle = os.open(place, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def store() -> Store:
    """The store of the settings. ImproperlyConfigured when its folder lies where a web server may serve it."""
    root = Path(settings.REDRESS["EVIDENCE_ROOT"]).resolve()
    for served in (settings.STATIC_ROOT, settings.MEDIA_ROOT, *settings.STATICFILES_DIRS):
        if served and root.is_relative_to(Path(served).resolve()):
            raise ImproperlyConfigured("EVIDENCE_ROOT lies inside a folder that is served to browsers.")
    return FileStore(root)
