"""CSV files and one workbook of the same tables; rows leave as they are read, neither holds more than some."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext_lazy as _

from . import formats
from .bundle import Bundle
from .cells import LONGEST, cells
from .scope import Scope
from .sheets import SHEETS, Sheet

MOST_ROWS: Final = 1_048_576  # of a sheet of a workbook, its head among them
STRINGS: Final = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}


def write_csv(scope: Scope, bundle: Bundle) -> None:
    """tables/<name>.csv, one of each; the manifest counts their rows without the head."""
    for sheet in SHEETS.values():
        write_table(sheet, scope, bundle)


def write_table(sheet: Sheet, scope: Scope, bundle: Bundle) -> None:
    """One of them."""
    with bundle.member(f"tables/{sheet.name}.csv") as member, member.table() as row:
        row(cells(sheet.heads))
        member.rows = 0
        for made in _rows(sheet, scope):
            row(made)
            member.count()


def write_xlsx(scope: Scope, bundle: Bundle) -> None:
    """tables.xlsx: a sheet of each, a further one where a sheet is full; every cell is text."""
    with tempfile.TemporaryDirectory(dir=bundle.folder) as folder:
        path = Path(folder) / "tables.xlsx"
        options: dict[str, Any] = {"constant_memory": True, "tmpdir": folder, **STRINGS}
        with xlsxwriter.Workbook(str(path), options) as book:
            counts = [_fill(book, sheet, scope) for sheet in SHEETS.values()]
        with bundle.member("tables.xlsx") as member:
            member.copy(path)
            member.rows = sum(counts)


def _fill(book: Any, sheet: Sheet, scope: Scope) -> int:
    pages, count = _pages(book, sheet), 0
    at, page = 0, next(pages)
    for row in _rows(sheet, scope):
        at += 1
        if at == MOST_ROWS:
            at, page = 1, next(pages)
        for column, text in enumerate(row):
            page.write_string(at, column, text[:LONGEST])
        count += 1
    return count


def _pages(book: Any, sheet: Sheet) -> Iterator[Any]:
    """The sheet, and others after it when it is full; each begins with the heads and keeps them in sight."""
    number = 1
    while True:
        page = book.add_worksheet(sheet.name if number == 1 else f"{sheet.name}-{number}")
        page.freeze_panes(1, 1)
        for column, head in enumerate(cells(sheet.heads)):
            page.write_string(0, column, head)
        yield page
        number += 1


def _rows(sheet: Sheet, scope: Scope) -> Iterator[list[str]]:
    for ids in scope.chunks():
        yield from map(cells, sheet.rows(scope, ids))


formats.register(formats.Format("csv", _("CSV files"), write_csv, passes=0))
formats.register(formats.Format("xlsx", _("Excel workbook"), write_xlsx, passes=0))
