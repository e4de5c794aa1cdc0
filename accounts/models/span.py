"""From when to when: the two columns of posts and absences, and how they are asked."""

from datetime import date, datetime

from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField
from django.core.exceptions import ValidationError
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

ENDS_BEFORE = _("The end lies before the beginning.")


def in_order(first: date | None, last: date | None, field: str) -> None:
    """Raises ValidationError at the field of the end when it lies before the beginning. Days or moments."""
    if first is not None and last is not None and last < first:
        raise ValidationError({field: ENDS_BEFORE})


class TimeSpan(Func):
    """`since`–`until` as a PostgreSQL range without its end; an empty end is open."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class DaySpan(Func):
    """`valid_from`–`valid_to` as a PostgreSQL range of whole days with its last day; an empty end is open."""

    function = "daterange"
    output_field = DateRangeField()


def in_force(at: datetime) -> Q:
    """Rows whose span holds the moment: `since <= at < until`."""
    return Q(since__lte=at) & (Q(until=None) | Q(until__gt=at))
