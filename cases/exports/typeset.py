"""A paper as PDF: HTML and a style sheet in, pages out, set by WeasyPrint in a process of its own (decision 46).

The process has no settings, no keys and no database, gives its memory back with each paper, and is killed when the
export is cancelled. Between looks the worker says that it lives.
"""

import ctypes.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .bundle import Member

TYPESETTER: Final = Path(__file__).with_name("typesetter.py")
LIBRARIES: Final = ("pango-1.0", "pangoft2-1.0")  # whose Debian packages bring what they need themselves
LOOK_SECONDS: Final = 0.5
LACKS_PANGO: Final = _("not available: Pango is not installed on this server")


class NotSet(Exception):
    """The paper could not be set; what it said stays in its process, as it may quote a customer."""


def lacks() -> "str | Promise":
    """Why no paper can be set on this machine, in words; empty when one can."""
    return "" if _is_there() else LACKS_PANGO


@cache
def _is_there() -> bool:
    return all(map(ctypes.util.find_library, LIBRARIES))


def put(member: Member, html: str, css: str, *, beat: Callable[[], None], folder: Path) -> int:
    """Set a paper into a member of the bundle; how many pages it has. NotSet; what `beat` raises ends it at once."""
    # Files without a name: a killed worker leaves no text behind.
    with (
        tempfile.TemporaryFile(dir=folder) as asked,
        tempfile.TemporaryFile(dir=folder) as paper,
        tempfile.TemporaryFile(dir=folder) as said,
    ):
        asked.write(json.dumps({"html": html, "css": css}).encode())
        asked.seek(0)
        _run(asked, paper, said, beat)
        for one in (paper, said):
            one.seek(0)
        pages: int = json.loads(said.read().splitlines()[-1])["pages"]
        while block := paper.read(1 << 20):
            member.write(block)
    return pages


def _run(asked: BinaryIO, paper: BinaryIO, said: BinaryIO, beat: Callable[[], None]) -> None:
    command = [sys.executable, "-I", str(TYPESETTER)]
    with subprocess.Popen(command, stdin=asked, stdout=paper, stderr=said, env={"LANG": "C.UTF-8"}) as setting:
        try:
            while _runs(setting):
                beat()
        finally:
            setting.kill()
    if setting.returncode:
        raise NotSet(f"The typesetter ended with {setting.returncode}.")


def _runs(setting: "subprocess.Popen[bytes]") -> bool:
    try:
        setting.wait(LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False
