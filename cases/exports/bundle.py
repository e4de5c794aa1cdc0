"""The ZIP of an export, written member by member to a file: nothing is held but the list of what is in it."""

import csv
import hashlib
import io
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from record.body import canonical

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
BLOCK: Final = 1 << 20
# What a name in a bundle may be: no way out of the folder it is unpacked into, on any system.
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
_PLAIN: Final = 0o600 << 16
FASTEST: Final = 1  # of zlib's levels: a third larger than the usual one, in a third of the time
_LEVEL: Final = "compress_level" if sys.version_info >= (3, 13) else "_compresslevel"  # public since 3.13


@dataclass
class Member(io.BufferedIOBase):
    """One file of the bundle while it is written. `rows` is what its writer counted, none for files without rows."""

    name: str
    _to: Any
    size: int = 0
    rows: int | None = None
    _hashed: Any = field(default_factory=hashlib.sha256)

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._to.write(data)
        self._hashed.update(data)
        self.size += len(data)
        return len(data)

    def line(self, value: Any) -> None:
        """One row of a JSON Lines file, as RFC 8785 text."""
        self.write(canonical(value) + b"\n")
        self.count()

    def count(self, rows: int = 1) -> None:
        """So many rows more."""
        self.rows = (self.rows or 0) + rows

    def copy(self, path: Path) -> None:
        """The whole of a file, block by block."""
        with path.open("rb") as source:
            while block := source.read(BLOCK):
                self.write(block)

    @contextmanager
    def table(self) -> Iterator[Callable[[list[str]], Any]]:
        """A writer of CSV rows: UTF-8 with the mark by which spreadsheets know it; rows are not counted here."""
        text = io.TextIOWrapper(self, "utf-8", newline="", write_through=False)
        text.write("\ufeff")
        yield csv.writer(text).writerow
        text.detach()  # flushes, and leaves the member to its bundle

    def told(self) -> dict[str, Any]:
        """What the manifest says of it."""
        rows = {} if self.rows is None else {"rows": self.rows}
        return {"name": self.name, "size": self.size, "sha256": self._hashed.hexdigest(), **rows}


class Bundle:
    """A ZIP being written. ValueError for a name that could leave its folder, or comes twice."""

    def __init__(self, path: Path, at: datetime) -> None:
        self.path, self.folder = path, path.parent
        self.members: list[Member] = []
        self._stamp = at.timetuple()[:6]
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._names: set[str] = set()

    @contextmanager
    def member(self, name: str) -> Iterator[Member]:
        """The next file; one at a time."""
        if not NAME.fullmatch(name) or name in self._names:
            raise ValueError(f"{name!r} is no new name in a bundle.")
        self._names.add(name)
        about = zipfile.ZipInfo(name, self._stamp)
        about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, _PLAIN
        setattr(about, _LEVEL, FASTEST)
        with self._zip.open(about, "w", force_zip64=True) as to:
            made = Member(name, to)
            yield made
        if name not in (MANIFEST, SIGNATURE):
            self.members.append(made)

    def whole(self, name: str, data: bytes) -> None:
        """A small file at once."""
        with self.member(name) as member:
            member.write(data)

    def close(self) -> None:
        """End the ZIP."""
        self._zip.close()
