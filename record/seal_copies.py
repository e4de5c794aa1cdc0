"""Seals outside the database: a line in a file, a POST to an address. What could not be copied is copied next time.

A line is the RFC 8785 text of {"number", "body", "hash", "signature"}; SEAL_FILE only ever grows by whole lines.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings

from record.body import canonical
from record.models import Seal, SealCopy

Place = SealCopy.Place
TIMEOUT_SECONDS = 10.0


def line(row: Seal) -> bytes:
    """What is kept of a seal outside, without the end of the line."""
    return canonical({"number": row.number, "body": row.body, "hash": row.hash, "signature": row.signature})


def make() -> dict[str, str]:
    """Copy every seal that is not yet at a place, oldest first, to each place that is set; by place why one failed.

    A seal may arrive twice (a process killed between arriving and noting it), and never out of order.
    """
    failed = {}
    for place, send in _places().items():
        for row in _outstanding(place).iterator():
            try:
                send(line(row))
            except (OSError, httpx.HTTPError) as error:
                failed[str(place)] = type(error).__name__  # never an address, it may hold a secret
                break
            SealCopy.objects.bulk_create([SealCopy(seal=row, place=place)], ignore_conflicts=True)
    return failed


def missing() -> list[Any]:
    """Places that are set and lack a seal."""
    return [place for place in _places() if _outstanding(place).exists()]


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file of copies that can be read, as objects; a torn one is passed over. OSError."""
    with path.open("rb") as file:
        for text in file:
            try:
                told = json.loads(text)
            except ValueError:
                continue
            if isinstance(told, dict) and isinstance(told.get("number"), int):
                yield told


def _outstanding(place: Any) -> Any:
    return Seal.objects.exclude(copies__place=place).order_by("number")


def _places() -> dict[Any, Callable[[bytes], None]]:
    set_up = {
        Place.FILE: (settings.REDRESS["SEAL_FILE"], _append),
        Place.ADDRESS: (settings.REDRESS["SEAL_URL"], _post),
    }
    return {place: send for place, (where, send) in set_up.items() if where}


def _append(text: bytes) -> None:
    path = Path(settings.REDRESS["SEAL_FILE"])
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if file.seek(0, os.SEEK_END) and _last_byte(file) != b"\n":
            text = b"\n" + text  # a line torn by a crash stays where it is: the file is only added to
        file.write(text + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        _sync_folder(path.parent)


def _last_byte(file: Any) -> bytes:
    file.seek(-1, os.SEEK_END)
    last: bytes = file.read(1)
    return last


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _post(text: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(settings.REDRESS["SEAL_URL"], content=text, headers=headers, timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
