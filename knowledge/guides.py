"""Guides for the people who do the steps: Markdown files, one a step and language, shown as safe HTML.

`guides/<language>/<slug>.md`: a heading, numbered points, then a second heading with the risk notes as a list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import markdown
import nh3
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).with_name("guides")
LANGUAGES = ("zh-hans", "en")
FALLBACK = "en"
RISK_HEADINGS = frozenset({"Risk", "风险提示"})
TAGS = {"p", "ol", "ul", "li", "strong", "em", "code", "a", "br"}
_SLUG = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")

# Every human step, and its twins by hand.
CARD_FRAUD = tuple(
    f"card-fraud/{step}"
    for step in (
        "register",
        "stop-loss",
        "stop-by-hand",
        "real-card",
        "keep-evidence",
        "first-contact",
        "companions",
        "mandate",
        "find-card",
        "offer-stop",
        "trace",
        "liability",
        "panel",
        "panel-minutes",
        "proposal",
        "approval",
        "draft-letter",
        "check-letter",
        "issue-letter",
        "seal-letter",
        "tell",
        "pay",
        "check-payment",
        "pay-by-hand",
        "restore-account",
        "credit-record",
        "risk",
        "hold-account",
        "stop-collection",
        "mark-credit-record",
        "end-collection",
        "end-credit-mark",
        "repair-debits",
        "end-card",
        "close",
        "call-back",
        "archive",
    )
)

# Complaints without a flow of their own; the steps they share with card fraud share its pages.
GENERAL = ("general/look-into", "general/draft-letter")

# What runs beside the case; several steps share a page.
AFTER = ("dissent", *(f"review-{step}" for step in ("admit", "check", "decide", "approve", "tell", "pay")))
BESIDE = tuple(
    f"beside/{page}"
    for page in (
        *("slip", "chargeback", "recovery", "inquiry", "payee-stop", "police"),
        *("ask-advance", "approve-advance", "pay-advance", "advance-by-hand", "advance-back", "write-off"),
        *AFTER,
    )
)


class GuideMissing(LookupError):
    """There is no guide of that name in any language."""


class BrokenGuide(ValueError):
    """A guide lacks its title, its points or its risk notes."""


@dataclass(frozen=True)
class Guide:
    """One guide: title, the points as HTML, and the risk notes as HTML, one each. All of it is safe to print."""

    title: str
    html: SafeString
    risks: tuple[SafeString, ...]
    language: str


@cache
def guide(slug: str, language: str) -> Guide:
    """The guide in this language, or in English when it is missing there. GuideMissing, BrokenGuide."""
    if not _SLUG.fullmatch(slug):
        raise GuideMissing(f"{slug!r} is not the name of a guide")
    for asked in (_folder(language), FALLBACK):
        path = FOLDER / asked / f"{slug}.md"
        if path.is_file():
            return parse(path.read_text(encoding="utf-8"), asked)
    raise GuideMissing(f"no guide {slug}")


def slugs(language: str) -> set[str]:
    """The names of all guides there are in this language."""
    folder = FOLDER / _folder(language)
    return {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.md")}


def parse(text: str, language: str) -> Guide:
    """A guide from its Markdown. BrokenGuide: not of the shape above."""
    heading, _, rest = text.lstrip().partition("\n")
    points, risks = _split(rest)
    if not heading.startswith("# ") or not points or not risks:
        raise BrokenGuide(f"a guide has a title, numbered points and risk notes: {heading[:60]}")
    return Guide(heading[2:].strip(), _html(points), tuple(_inline(risk) for risk in risks), language)


def _split(text: str) -> tuple[str, list[str]]:
    """The points, and the risk notes one by one."""
    points, found, notes = text.partition("\n## ")
    title, _, listed = notes.partition("\n")
    if not found or title.strip() not in RISK_HEADINGS:
        return points.strip(), []
    return points.strip(), [note.strip() for note in re.split(r"^- ", listed, flags=re.MULTILINE)[1:]]


def _folder(language: str) -> str:
    return "zh-hans" if language.lower().startswith("zh") else FALLBACK


def _html(text: str) -> SafeString:
    return mark_safe(nh3.clean(markdown.markdown(text), tags=TAGS))  # noqa: S308  (cleaned the line it is made)


def _inline(text: str) -> SafeString:
    return mark_safe(_html(text).removeprefix("<p>").removesuffix("</p>"))  # noqa: S308  (a part of cleaned HTML)
