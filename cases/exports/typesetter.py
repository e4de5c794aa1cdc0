"""Sets one paper as PDF/A-3a, alone in a process: no Django, no database, no network, no file but two fonts.

    python -I typesetter.py < {"css", "html"} as JSON > the PDF; on stderr {"pages": …}

`typeset.py` starts it, and ends it when nobody wants the paper any more. What a font has no sign for is written as its
number, so that nothing is missing without being seen. Run by its path: it imports nothing of ours.
"""

import hashlib
import json
import os
import re
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any, Final, NoReturn

VARIANT: Final = "pdf/a-3a"  # archives ask for PDF/A; `a` has the structure a screen reader needs as well
MOST_SECONDS: Final = 1800  # of a processor: whoever waited that long waits in vain
INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
# Fontconfig sees two fonts and no other, so that one text looks the same on every machine.
FONTS: Final = '<?xml version="1.0"?><fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>'


def main() -> None:
    """Read, set, write."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    asked = json.load(sys.stdin.buffer)
    with tempfile.TemporaryDirectory() as cache:
        pages, data = made(asked["html"], asked["css"], cache)
    sys.stdout.buffer.write(data)
    json.dump({"pages": pages}, sys.stderr)


def made(html: str, css: str, cache: str) -> tuple[int, bytes]:
    """How many pages it has, and the PDF: the same bytes for the same text."""
    fonts = _fonts(cache)
    import weasyprint  # loads Pango, and asks Fontconfig once

    class Nothing(weasyprint.urls.URLFetcher):
        """Fetches nothing: all of a paper is in it, and what a customer wrote opens no file and no address."""

        def fetch(self, url: str, headers: Any = None) -> NoReturn:
            raise ValueError("A paper fetches nothing.")

    html = _seen(html, fonts)
    options: dict[str, Any] = {"pdf_variant": VARIANT, "pdf_tags": True}
    options["pdf_identifier"] = hashlib.sha256(html.encode()).digest()[:16]
    page = weasyprint.HTML(string=html, url_fetcher=Nothing())
    paper = page.render(stylesheets=[weasyprint.CSS(string=css, url_fetcher=Nothing())], **options)
    return len(paper.pages), paper.write_pdf(**options)


def _fonts(cache: str) -> list[str]:
    import pylopdf_fonts_zh_cn as fonts

    paths = [str(fonts.serif_path()), str(fonts.sans_path())]
    told = Path(cache, "fonts.conf")
    told.write_text(FONTS.format(fonts=Path(paths[0]).parent, cache=cache), encoding="utf-8")
    os.environ.update(FONTCONFIG_FILE=str(told), HOME=cache, XDG_CACHE_HOME=cache)
    return paths


def _seen(html: str, fonts: list[str]) -> str:
    """The text without what nobody sees; a sign neither font has becomes its number."""
    from fontTools.ttLib import TTFont

    html = INVISIBLE.sub("", html)
    known = {10, 13, 9}
    for path in fonts:
        with TTFont(path, lazy=True) as font:
            known |= font.getBestCmap().keys()
    unknown = {sign for sign in set(html) if ord(sign) not in known}
    return html.translate({ord(sign): f"[U+{ord(sign):04X}]" for sign in unknown})


if __name__ == "__main__":
    main()
