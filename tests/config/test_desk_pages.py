"""Every desk page and every page that stands alone, drawn from plain values and read as a browser would."""

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from record import clock
from tests.config.sample_case import NOW
from tests.config.sample_pages import PAGES

ALONE = [
    "400.html",
    "403.html",
    "404.html",
    "500.html",
    "403_csrf.html",
    "account_locked.html",
    "registration/logged_out.html",
]
FRAME = {
    "csrf_token": "x",
    "has_permission": True,
    "can_register": True,
    "nav": [("Desk", "/", True, None), ("Approvals", "/a/", False, 5)],
}
POINTERS = ("for", "aria-describedby", "aria-labelledby")


class Reader(HTMLParser):
    """What a page is made of: tags with attributes, ids, pointers to ids, and whatever a strict policy would block."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.pointers: set[str] = set()
        self.blocked: list[str] = []
        self.tables: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one tag."""
        values = dict(attrs)
        self.tags[tag] += 1
        if values.get("id"):
            self.ids[str(values["id"])] += 1
        for name in POINTERS:
            self.pointers |= set((values.get(name) or "").split())
        if str(values.get("href", "")).startswith("#") and tag == "a":
            self.pointers.add(str(values["href"])[1:])
        inline = tag == "style" or (tag == "script" and not values.get("src"))
        if inline or any(name == "style" or name.startswith("on") for name in values):
            self.blocked.append(f"{tag} {attrs}")
        if tag == "table":
            self.tables.append(values)


def drawn(name: str, language: str) -> Reader:
    """One sample page in one language."""
    template, context = PAGES[name]
    request = RequestFactory().get("/")
    with translation.override(language), clock.at(NOW):
        return Reader(render_to_string(template, FRAME | {"request": request} | context()))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_desk_page_is_sound_and_has_nothing_inline(name: str, language: str) -> None:
    # when the page is drawn
    page = drawn(name, language)

    # then a strict policy blocks none of it, one heading names it, and everything pointed to is there once
    assert page.blocked == []
    assert page.tags["h1"] == 1
    assert page.tags["main"] == 1
    assert [name for name, count in page.ids.items() if count > 1] == []
    assert page.pointers - set(page.ids) == set()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_table_keeps_its_meaning_when_it_becomes_cards(name: str) -> None:
    assert all(table.get("role") == "table" for table in drawn(name, "en").tables)


@pytest.mark.parametrize("template", ALONE)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_page_that_stands_alone_needs_no_context(template: str, language: str) -> None:
    with translation.override(language):
        page = Reader(render_to_string(template))
    assert page.blocked == []
    # home, the way on, the source code
    assert (page.tags["h1"], page.tags["p"], page.tags["a"]) == (1, 1, 3)
