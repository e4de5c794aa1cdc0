"""What a page shows and what the database holds, read as a suspicious person would."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Final

from django.apps import apps
from django.db import connection
from django.http import HttpResponse

OURS: Final = ("record", "accounts", "knowledge", "cases", "workflows")
LOOKS: Final = {
    "record_entry": "WHERE kind NOT IN ('case.read', 'reception.read')",
    "record_stream": "WHERE key NOT LIKE 'access:%'",
}


def everything() -> dict[str, str]:
    """The content of every table of ours, as digests: whatever is saved, changed or gone shows. One query.

    That somebody looked is told each time and is no change: left out, with the streams it is told in.
    """
    tables = sorted(model._meta.db_table for model in apps.get_models() if model._meta.app_label in OURS)
    content = "md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
    parts = (f"SELECT '{table}', {content} FROM {table} t {LOOKS.get(table, '')}" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


@contextmanager
def nothing_changes(about: object = "") -> Iterator[None]:
    """Nothing may be saved meanwhile."""
    before = everything()
    yield
    after = everything()
    if changed := [table for table in after if after[table] != before[table]]:
        raise AssertionError(f"{about} changed {', '.join(changed)}")


class Page(HTMLParser):
    """A page: its language, title, headings, fields with their errors, and whatever a strict policy would block."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.status = answer.status_code
        self.language = ""
        self.counted: Counter[str] = Counter()
        self.blocked: list[str] = []
        self.texts: dict[str, str] = {}
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.values: dict[str, list[str]] = {}
        self.ticked: dict[str, list[str]] = {}
        self._open: list[str] = []
        self._textarea = ""
        self.source = answer.content.decode()
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one tag."""
        values = {name: value or "" for name, value in attrs}
        self.counted[tag] += 1
        self._open.append(tag)
        if "id" in values:
            self.ids.add(values["id"])
        self._note_what_is_blocked(tag, values)
        match tag:
            case "html":
                self.language = values.get("lang", "")
            case "a":
                self.links.append(values.get("href", ""))
            case "input" if values.get("type") not in ("checkbox", "radio"):
                self.values.setdefault(values.get("name", ""), []).append(values.get("value", ""))
            case "input" if "checked" in values:
                self.ticked.setdefault(values.get("name", ""), []).append(values.get("value", ""))
            case "textarea":
                self._textarea = values.get("name", "")
                self.values.setdefault(self._textarea, []).append("")

    def _note_what_is_blocked(self, tag: str, values: dict[str, str]) -> None:
        if tag == "style" or (tag == "script" and not values.get("src")):
            self.blocked.append(f"inline {tag}")
        for name, value in values.items():
            if name == "style" or name.startswith("on") or value.strip().lower().startswith("javascript:"):
                self.blocked.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        """Collect the words of titles, headings and text areas."""
        if self._open and self._open[-1] in ("title", "h1"):
            self.texts[self._open[-1]] = (self.texts.get(self._open[-1], "") + data).strip()
        if self._textarea and self._open and self._open[-1] == "textarea":
            self.values[self._textarea][-1] += data

    def handle_endtag(self, tag: str) -> None:
        """Close the tag, and with it void ones above it."""
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "textarea" and self._textarea:
            # a browser drops the line end the page puts behind the tag
            self.values[self._textarea][-1] = self.values[self._textarea][-1].removeprefix("\n")
            self._textarea = ""

    def error_at(self, name: str) -> bool:
        """Whether the page marks an error at this field."""
        return f"id_{name}_error" in self.ids
