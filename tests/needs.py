"""What a test may need beyond Python: `@pytest.mark.needs("chromium")`."""

from __future__ import annotations

import ctypes.util
import shutil
from collections.abc import Callable

# The shell without windows first: the same engine, and a quarter less of the processor for the same pages.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The browser's path, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def missing(what: str) -> str | None:
    """Why a test cannot run here, or None when it can. KeyError: no such need is known."""
    present, reason = KNOWN[what]
    return None if present() else reason


KNOWN: dict[str, tuple[Callable[[], object], str]] = {
    "chromium": (chromium, "Chromium is not installed"),
    "gettext": (lambda: shutil.which("xgettext"), "gettext is not installed"),
    "pango": (lambda: ctypes.util.find_library("pango-1.0"), "Pango is not installed"),
}
