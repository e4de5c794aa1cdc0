"""What is seen in a ledger as a CSV file: all rows of its filter, written one by one, and recorded before the first."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from cases import access, kinds
from cases.exports.cells import FORMULA, safe
from record import clock

from .ledger import Cell, Left

__all__ = ["FORMULA", "Sheet", "plain", "taken"]

CHUNK = 500  # rows in memory at once


@dataclass(frozen=True)
class Sheet:
    """One export: which ledger, its filters as codes, the heads, all rows in their order, and the cells of a row.

    `said` are the filters in words, which the last line tells.
    """

    ledger: str
    filters: Mapping[str, str]
    heads: Sequence[str | Promise]
    rows: QuerySet[Any]
    cells: Callable[[Any], Iterable[Cell]]
    said: str = ""


class _Line:
    """Where the writer writes: it hands back the line instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def taken(user: User, sheet: Sheet) -> StreamingHttpResponse:
    """The file, in the reader's language and the bank's time. Who took what is on record before a row leaves the house.

    The last line names who took it, when, how many rows it holds, and the filter: a file without it was broken off.
    """
    told = {"ledger": sheet.ledger, "count": sheet.rows.count(), "filters": dict(sheet.filters)}
    access.exported(user, kinds.LEDGER_EXPORTED, told)
    zone, language = timezone.get_current_timezone(), translation.get_language()
    lines = _lines(sheet, user, language or "", zone)
    today = timezone.localtime(clock.now())
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{sheet.ledger}-{today:%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(sheet: Sheet, user: User, language: str, zone: Any) -> Iterator[str]:
    """Read by a cursor of the server, which lives as long as the transaction; neither side holds all rows."""
    writer = csv.writer(_Line())
    with translation.override(language), timezone.override(zone), transaction.atomic():
        yield "\ufeff"  # a spreadsheet reads it as Unicode only with this
        yield writer.writerow(map(str, sheet.heads))
        count = 0
        for row in sheet.rows.iterator(chunk_size=CHUNK):
            count += 1
            yield writer.writerow(map(plain, sheet.cells(row)))
        yield writer.writerow([_mark(user, count, sheet.said)])


def _mark(user: User, count: int, said: str) -> str:
    """What the watermark is on a page, and by what the rows were chosen."""
    about = {"who": f"{user.staff_number} {user.display_name}", "at": plain(clock.now()), "count": count}
    filters = _("Filter: %(filter)s.") % {"filter": said} if said else _("No filter.")
    mark = _("Taken by %(who)s at %(at)s; rows: %(count)s.") % about
    return f"{mark} {filters}"


def plain(cell: Cell) -> str:
    """A cell as text; what a spreadsheet would run is only told."""
    if isinstance(cell, Left):
        cell = cell.day or cell.due_at
    if isinstance(cell, datetime):
        return f"{timezone.localtime(cell):%Y-%m-%d %H:%M:%S}"
    return safe(str(cell or ""))
