"""Places in a text: seeing digits and marks as a reader does, naming a place, putting something in its stead."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

INVISIBLE: Final = "\u200b"


@dataclass(frozen=True)
class Found:
    """A place in a text: `text[start:end]`."""

    start: int
    end: int


class _Plain(dict[int, str]):
    """One character for one: digits of any script, wide letters, spaces, dashes, dots to their ASCII kin."""

    def __missing__(self, code: int) -> str:
        sign, kind = chr(code), unicodedata.category(chr(code))
        if kind == "Nd":
            sign = str(unicodedata.decimal(sign))
        elif kind == "Pd" or sign == "−":
            sign = "-"
        elif kind == "Zs":
            sign = " "
        elif kind == "Cf":
            sign = INVISIBLE
        elif sign in "·•・‧":
            sign = "."
        elif "！" <= sign <= "～":
            sign = chr(code - 0xFEE0)
        self[code] = sign
        return sign


_PLAIN: Final = _Plain()


def plain(text: str) -> str:
    """The text, character by character, as a reader of digits sees it; as long as before."""
    return text.translate(_PLAIN)


def where(text: str, place: Found) -> dict[str, int]:
    """Line and character of a place, both counted from 1, for a sentence."""
    before = text[: place.start]
    return {"line": before.count("\n") + 1, "character": place.start - (before.rfind("\n") + 1) + 1}


def replaced(text: str, places: Sequence[Found], by: Callable[[str], str]) -> tuple[str, int]:
    """The text with each place (left to right, apart) put through `by`, and how many there were."""
    for place in reversed(places):
        text = text[: place.start] + by(text[place.start : place.end]) + text[place.end :]
    return text, len(places)
