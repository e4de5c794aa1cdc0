"""manage.py step_table: who does what in every flow, by when, with what on file."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from workflows import rulebook
from workflows.flows import FLOWS

LANGUAGES = tuple(language for language, _name in settings.LANGUAGES)


class Command(BaseCommand):
    """Prints the table, or writes it into the pages that hold it. The limits are those in force in this database."""

    help = "Print the step table of every flow, or write it between the marks in README.md and docs/manual."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", choices=LANGUAGES, default="en")
        parser.add_argument("--format", choices=["markdown", "csv"], default="markdown")
        parser.add_argument("--write", action="store_true", help="write the pages anew, each in its own language")

    def handle(self, *args: Any, language: str, **options: Any) -> None:
        if options["write"]:
            for page, text in stale():
                page.write_text(text, encoding="utf-8")
                self.stdout.write(str(page.relative_to(settings.BASE_DIR)))
        elif options["format"] == "csv":
            self._csv(language)
        else:
            self.stdout.write(rulebook.markdown(language=language))

    def _csv(self, language: str) -> None:
        sheet = csv.writer(self.stdout)
        with translation.override(language):
            sheet.writerow(map(str, rulebook.HEADS))
            for flow in FLOWS:
                sheet.writerows(words for _row, words in rulebook.cells(flow))


def stale() -> Iterator[tuple[Path, str]]:
    """The pages whose table is not the one of now, with the text they should have."""
    for page, language in _pages():
        text = page.read_text(encoding="utf-8")
        fresh = rulebook.fill(text, language=language, folder=page.parent)
        if fresh != text:
            yield page, fresh


def _pages() -> Iterator[tuple[Path, str]]:
    yield settings.BASE_DIR / "README.md", "en"
    for language in LANGUAGES:
        for page in sorted((settings.BASE_DIR / "docs" / "manual" / language).glob("*.md")):
            yield page, language
