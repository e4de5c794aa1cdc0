"""The reference a complaint is known by: `26-0000123-3`, that is year, running number of the year, check digit.

The check digit is ISO 7064 MOD 11,10 over the nine digits: it finds every single wrong digit and nearly every pair
that changed places, so a number heard on the phone is right or refused.
"""

import re
import unicodedata
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from stdnum.iso7064 import mod_11_10

_SHAPE: Final = re.compile(r"(\d{2})-(\d{7})-(\d)", re.ASCII)
_SHORT: Final = re.compile(r"(\d{2})-?(\d{7})-?", re.ASCII)


def next_reference(at: datetime) -> str:
    """The next reference of the bank's year at `at`. A number once taken is never given again, so there may be gaps."""
    year = at.astimezone(ZoneInfo(settings.BANK_TIME_ZONE)).year
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_next_number(%s)", [year])
        (number,) = cursor.fetchone()
    return written(year % 100, number)


def written(year: int, number: int) -> str:
    """A reference from its two-digit year and its number within the year."""
    digits = f"{year:02d}{number:07d}"
    return f"{digits[:2]}-{digits[2:]}-{mod_11_10.calc_check_digit(digits)}"


def read(text: str) -> str | None:
    """The reference as it is stored from what somebody typed, in any width, with or without hyphens; None for none."""
    digits = "".join(
        sign for sign in unicodedata.normalize("NFKC", text) if sign not in " -\u2010\u2011\u2012\u2013\u2014"
    )
    reference = f"{digits[:2]}-{digits[2:9]}-{digits[9:]}"
    return reference if is_reference(reference) else None


def without_check_digit(text: str) -> str | None:
    """The reference whose year and number somebody typed and whose check digit he left out; None for anything else."""
    parts = _SHORT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return written(int(parts[1]), int(parts[2])) if parts else None


def is_misread(text: str) -> bool:
    """Whether it is written like a reference and its check digit does not fit: a digit was misheard."""
    typed = unicodedata.normalize("NFKC", text).strip()
    return _SHAPE.fullmatch(typed) is not None and not is_reference(typed)


def is_reference(text: str) -> bool:
    """Whether the text is exactly a reference with a right check digit."""
    parts = _SHAPE.fullmatch(text)
    return parts is not None and bool(mod_11_10.is_valid("".join(parts.groups())))
