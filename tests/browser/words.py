"""What a page says to eyes and to screen readers, and which Latin words stand on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Final

SPOKEN: Final = ("aria-label", "placeholder", "title", "alt", "label")
VOID: Final = frozenset({"br", "img", "input", "link", "meta", "hr", "path", "rect", "col", "source"})
# Names of keys, code and digests are no words; what is marked as another language is meant to be in it.
SILENT: Final = frozenset({"script", "style", "kbd", "defs", "textarea"})

# Redress; what staff write in Latin letters themselves; types of files; the currency's code; a language by its own name
ALLOWED: Final = frozenset(
    {"Redress", "ATM", "POS", "PDF", "JPG", "JPEG", "PNG", "TIFF", "MP", "MB", "AB", "VISA"}
    | {"CSV", "Excel", "XES", "OCEL"}
    | {"CNY", "English"}
)
# References, receipts, staff numbers, grounds L0-L12, 3D: whatever holds a digit is a number to its reader.
NUMBERED: Final = re.compile(r"[A-Za-z0-9_./*-]*\d[A-Za-z0-9_./*-]*")
WORD: Final = re.compile(r"[A-Za-z][A-Za-z_'-]*")


class Page(HTMLParser):
    """`texts`: every text of a page in order; `language`: what it says it is written in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.language = ""
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag and hear what it says itself."""
        said = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = said.get("lang", "")
        foreign = said.get("lang", "zh").partition("-")[0] not in ("zh", "")
        silent = self._is_silent() or tag in SILENT or foreign or "r-hash" in said.get("class", "")
        if not silent:
            self.texts += [said[name] for name in SPOKEN if name in said]
            self.texts += [value for name, value in said.items() if name in ("data-match", "data-short", "data-unread")]
            self.texts += [said["value"]] if tag == "input" and said.get("type") in ("submit", "button") else []
        if tag not in VOID:
            self._open.append((tag, silent))

    def handle_data(self, data: str) -> None:
        """Hear a text."""
        if data.strip() and not self._is_silent():
            self.texts.append(" ".join(data.split()))

    def handle_endtag(self, tag: str) -> None:
        """Close a tag, and what was left open in it."""
        if any(tag == name for name, _silent in self._open):
            while self._open.pop()[0] != tag:
                pass

    def _is_silent(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def latin(html: str, names: Iterable[str] = ()) -> Iterator[str]:
    """Texts of a page that hold a Latin word nobody allowed, each with the word; `names`: merchants and the like."""
    for text in Page(html).texts:
        plain = text
        for name in names:
            plain = plain.replace(name, " ")
        for word in WORD.findall(NUMBERED.sub(" ", plain)):
            if word not in ALLOWED:
                yield f"{word} in “{text[:120]}”"
