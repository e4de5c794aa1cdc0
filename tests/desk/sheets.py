"""A file taken from a ledger, as a spreadsheet reads it."""

import csv
from io import StringIO
from typing import NamedTuple

from django.test import Client


class Sheet(NamedTuple):
    """Heads, rows, and the last line that says who took it."""

    heads: list[str]
    rows: list[list[str]]
    mark: str


def sheet(inside: Client, address: str, **asked: str) -> Sheet:
    """Take the file with these filters."""
    answer = inside.get(address, {**asked, "as": "csv"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    content = answer.getvalue()
    assert content.startswith(b"\xef\xbb\xbf"), "a spreadsheet knows it as Unicode"
    heads, *rows, (mark,) = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""))
    assert {len(row) for row in rows} <= {len(heads)}
    return Sheet(heads, rows, mark)
