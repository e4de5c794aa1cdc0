"""The pictures of the manuals: which of them a page shows, what each says, and whether it still says so.

Beside `docs/pictures/<language>/<name>.png` lies `<name>.txt`: the words that stood on the screen, one
piece a line, figures masked. Words are compared, never pixels: another font or another day makes no
picture stale, another label does.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

BASE = Path(settings.BASE_DIR)
FOLDER = BASE / "docs" / "pictures"
PAGES = (BASE / "README.md", *sorted((BASE / "docs" / "manual").rglob("*.md")))
SHOWN = re.compile(r"!\[[^\]]*\]\(([^)\s]+\.png)\)")
FIGURES = re.compile(r"\d[\d.,:/-]*")
MEND = "run make pictures"
TOLD = 6  # lines of a difference; more helps nobody


def masked(pieces: list[str]) -> str:
    """What a screen says, piece by piece, without what differs from day to day: dates, references, sums, counts."""
    lines = (FIGURES.sub("#", " ".join(piece.split())) for piece in pieces)
    return "".join(f"{line}\n" for line in lines if line)


def seal(words: str) -> str:
    """What a picture carries of its words, so that nobody commits the one without the other."""
    return hashlib.sha256(words.encode()).hexdigest()


def shown(page: Path) -> set[str]:
    """The pictures a page shows, as `<language>/<name>`."""
    links = SHOWN.findall(page.read_text(encoding="utf-8"))
    return {str((page.parent / link).resolve().relative_to(FOLDER).with_suffix("")) for link in links}


def named() -> dict[str, str]:
    """Every picture a page shows, with the first page that does."""
    return {name: str(page.relative_to(BASE)) for page in reversed(PAGES) for name in shown(page)}


@dataclass(frozen=True)
class Album:
    """The committed pictures of one folder."""

    folder: Path = FOLDER

    def lies(self, name: str, suffix: str) -> Path:
        """Where the picture (`.png`) or its words (`.txt`) lie."""
        return self.folder / f"{name}{suffix}"

    def committed(self) -> set[str]:
        """Names of what lies there, pictures and words."""
        kept = (path for path in self.folder.rglob("*") if path.suffix in (".png", ".txt"))
        return {str(path.relative_to(self.folder).with_suffix("")) for path in kept}

    def keep(self, name: str, png: bytes, words: str) -> None:
        """A picture and its words replace those of yesterday."""
        self.lies(name, ".png").parent.mkdir(parents=True, exist_ok=True)
        self.lies(name, ".png").write_bytes(png)
        self.lies(name, ".txt").write_text(words, encoding="utf-8")

    def drop(self, name: str) -> None:
        """A picture no page shows any more."""
        for suffix in (".png", ".txt"):
            self.lies(name, suffix).unlink(missing_ok=True)

    def faults(self, taken: dict[str, str], pages: dict[str, str]) -> Iterator[str]:
        """What is wrong with the pictures: `taken` are the words of each the walk took, `pages` who shows it."""
        for name in sorted(pages.keys() - taken.keys()):
            yield f"{pages[name]} shows {name}.png, which no test takes: take it, or show it no more"
        for name in sorted(taken.keys() - pages.keys()):
            yield f"{name}.png is taken, and no page shows it: show it in a manual, or take it no more"
        for name in sorted(self.committed() - pages.keys() - taken.keys()):
            yield f"{name} lies in the folder, and no page shows it: {MEND}"
        for name in sorted(pages.keys() & taken.keys()):
            yield from self._stale(name, taken[name])

    def _stale(self, name: str, words: str) -> Iterator[str]:
        picture, text = self.lies(name, ".png"), self.lies(name, ".txt")
        if not (picture.exists() and text.exists()):
            yield f"{name}.png or its words are not there: {MEND}"
            return
        before = text.read_text(encoding="utf-8")
        if before != words:
            lines = difflib.unified_diff(before.splitlines(), words.splitlines(), lineterm="", n=0)
            told = [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")][:TOLD]
            yield f"the page of {name}.png says something else since it was taken: {MEND}\n" + "\n".join(told)
        elif seal(before).encode() not in picture.read_bytes():
            yield f"{name}.png was not taken with the words that lie beside it: {MEND}"
