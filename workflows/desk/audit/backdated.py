"""补录/倒签: what a person typed long after it happened, from the two times of each journal entry."""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from record.models import Entry
from record.models.journal import BY_PEOPLE_LATE, GAP, LATE_BY

from .. import timeline
from . import names
from .entries import OfEntries, whose
from .forms import OfPerson
from .listed import Cell, to_case

LEAST: Final = int(GAP.total_seconds() // 60)
MOST: Final = 60 * 24 * 366 * 10
HOUR, DAY = 60, 24 * 60


class BackdatedForm(OfPerson):
    """How late at least; below half an hour a fact counts as told at once."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Later by more than (minutes)"), min_value=LEAST, max_value=MOST, required=False
    )

    def later_by(self) -> timedelta:
        """The least gap that was asked for."""
        return timedelta(minutes=self.asked().get("minutes", LEAST))


class Backdated(OfEntries):
    """Newest first."""

    name = names.BACKDATED
    form = BackdatedForm
    heads = (
        gettext_lazy("Recorded at"),
        gettext_lazy("Happened at"),
        gettext_lazy("Later by"),
        gettext_lazy("Case"),
        gettext_lazy("What"),
        gettext_lazy("Recorded by"),
        gettext_lazy("Post"),
    )
    nothing = gettext_lazy("Nobody typed anything so late in this period.")

    def parts(self, form: Any) -> list[QuerySet[Any]]:
        rows = Entry.objects.filter(BY_PEOPLE_LATE, form.within("recorded_at"))
        if (least := form.later_by()) > GAP:
            rows = rows.alias(late_by=LATE_BY).filter(late_by__gt=least)
        if person := form.asked().get("person"):
            rows = rows.filter(actor_number=person)
        return [self.of_branch(rows, form)]

    def cells(self, row: Any) -> list[Cell]:
        return [
            row.recorded_at,
            row.happened_at,
            span_words(row.recorded_at - row.happened_at),
            to_case(row.about, row.reference, "timeline"),
            timeline.said(row),
            whose(row),
            timeline.role_words(row.actor_role),
        ]


def span_words(span: timedelta) -> str:
    """``45 min``, ``3 h 20 min``, ``2 d 4 h``: the two largest units."""
    minutes = int(span.total_seconds() // 60)
    if minutes < HOUR:
        return _("%(minutes)s min") % {"minutes": minutes}
    if minutes < DAY:
        return _("%(hours)s h %(minutes)s min") % {"hours": minutes // HOUR, "minutes": minutes % HOUR}
    return _("%(days)s d %(hours)s h") % {"days": minutes // DAY, "hours": minutes % DAY // HOUR}
