"""A value as a cell of a table that spreadsheets open: text alone, and nothing a spreadsheet would reckon with."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

# What a spreadsheet would reckon with instead of showing it; some read the full-width forms alike.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST: Final = 32_767  # characters a cell of a spreadsheet holds


def safe(text: str) -> str:
    """The text; what a spreadsheet would run is only told."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def cell(value: Any) -> str:
    """One value: moments in the bank's time to the second, sums as figures, yes and no in words, nothing as nothing."""
    if isinstance(value, str):
        return safe(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal | date):
        return str(value)
    return safe(str(value))


def cells(values: Iterable[Any]) -> list[str]:
    """A row of them."""
    return [cell(value) for value in values]
