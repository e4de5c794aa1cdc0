"""The lists of the audit as an auditor opens them."""

import re
from typing import Any

from django.http import HttpResponse

REFERENCE = re.compile(r">(\d\d-\d{7}-\d)<")
CELL = re.compile(r'<td role="cell".*?>(.*?)</td>', re.DOTALL)
ROW = re.compile(r'<tr role="row" data-row>(.*?)</tr>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def rows_of(answer: HttpResponse) -> list[list[str]]:
    """What stands in each row, cell by cell, without tags."""
    assert answer.status_code == 200
    rows = ROW.findall(answer.content.decode())
    return [[" ".join(TAG.sub(" ", cell).split()) for cell in CELL.findall(row)] for row in rows]


def listed(inside: Any, which: str, **asked: str) -> list[list[str]]:
    """The rows of the first page of a list with these filters."""
    return rows_of(inside.get(f"/audit/{which}/", asked))
