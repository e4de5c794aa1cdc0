"""The Chinese catalogue: what the sources say in English, and whether each text has its Chinese. Development only."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

APPS = ("config", "workflows", "cases", "knowledge", "accounts", "record", "sandbox_bank")
SOURCES = ("*.py", "*.html", "*.txt")
LOCALE = "zh_Hans"

PERCENT = re.compile(r"%\(\w+\)[sdif]|%[sd]")
BRACES = re.compile(r"\{\w*\}")


def has_gettext() -> bool:
    """True when the machine can collect texts from sources (Debian's package gettext)."""
    return shutil.which("xgettext") is not None


def collect(base: Path) -> polib.POFile:
    """Every text our sources mark, read from a copy: makemessages leaves files beside templates while it works."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for app in APPS:
            _copy(base / app, copy / app)
        (copy / "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "--locale", LOCALE, "--add-location", "file"]
        subprocess.run(command, cwd=copy, check=True, capture_output=True, timeout=300, env=_environment())
        return polib.pofile(str(catalogue(copy / "locale")))


def catalogue(locale: Path) -> Path:
    """The .po file of a locale folder."""
    return locale / LOCALE / "LC_MESSAGES" / "django.po"


def faults(base: Path) -> Iterator[str]:
    """One sentence for each fault of the two catalogues, ours and the one that fills our packages' gaps."""
    words = list(forbidden(base / "locale" / "glossary.csv"))
    for name in ("locale", "locale_vendor"):
        path = catalogue(base / name)
        if not path.exists():
            yield f"{name}: there is no catalogue {path.relative_to(base)}"
            continue
        entries = polib.pofile(str(path))
        for entry in entries:
            yield from (f"{name}: {fault}: {entry.msgid!r}" for fault in _entry_faults(entry, words))
        if _compiled(path) != _texts(entries):
            yield f"{name}: the .mo file does not hold what the .po file says: run compilemessages"
    if has_gettext() and catalogue(base / "locale").exists():
        yield from _missing(base)


def forbidden(glossary: Path) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Words that mean something else to bank staff, with the texts in which they are right nevertheless."""
    with glossary.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for word in filter(None, row["forbidden"].split()):
                yield word, re.compile("|".join(map(re.escape, row["except"].split())) or r"(?!)")


def _missing(base: Path) -> Iterator[str]:
    ours = {_key(entry) for entry in polib.pofile(str(catalogue(base / "locale"))) if not entry.obsolete}
    marked = {_key(entry): entry for entry in collect(base)}
    for key in marked.keys() - ours:
        yield f"locale: not in the catalogue: {marked[key].msgid!r} ({_places(marked[key])})"


def _places(entry: polib.POEntry) -> str:
    return ", ".join(place for place, _line in entry.occurrences)


def _entry_faults(entry: polib.POEntry, words: list[tuple[str, re.Pattern[str]]]) -> Iterator[str]:
    if entry.obsolete:
        yield "no longer used"
        return
    if entry.fuzzy:
        yield "a guess nobody has looked at (fuzzy)"
    for text in _translations(entry):
        if not text.strip():
            yield "not translated"
        elif _placeholders(text, entry) != _placeholders(entry.msgid_plural or entry.msgid, entry):
            yield "other placeholders than the English"
        for word, allowed in words:
            if word in allowed.sub("", text):
                yield f"holds {word}"


def _translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _placeholders(text: str, entry: polib.POEntry) -> list[str]:
    found = PERCENT.findall(text)
    return sorted(found + BRACES.findall(text)) if "python-brace-format" in entry.flags else sorted(found)


def _key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def _texts(entries: polib.POFile | polib.MOFile) -> dict[tuple[str | None, str], list[str]]:
    return {_key(entry): _translations(entry) for entry in entries if not entry.obsolete and any(_translations(entry))}


def _compiled(path: Path) -> dict[tuple[str | None, str], list[str]]:
    compiled = path.with_suffix(".mo")
    return _texts(polib.mofile(str(compiled))) if compiled.exists() else {}


def _copy(source: Path, target: Path) -> None:
    for pattern in SOURCES:
        for path in source.rglob(pattern):
            if "__pycache__" not in path.parts:
                place = target / path.relative_to(source)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)


def _environment() -> dict[str, str]:
    # without settings makemessages writes into the locale folder it stands in
    return {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
