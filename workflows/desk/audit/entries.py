"""Journal entries as rows of a list: the case each is about, and how an address names one."""

from typing import Any, Final

from django.db.models import Case as Choice, OuterRef, Q, QuerySet, Subquery, TextField, UUIDField, Value, When
from django.db.models.functions import Cast, Concat, Substr

from cases.models import Case
from record.models import Entry

from .forms import AuditForm
from .listed import Cell, OfRows

CASE_STREAM: Final = "case:"
# A CASE, so that no other stream's name is read as a uuid, whatever the planner does first.
ABOUT_ITS_STREAM: Final = Choice(
    When(stream__startswith=CASE_STREAM, then=Cast(Substr("stream", len(CASE_STREAM) + 1), UUIDField())),
    default=None,
    output_field=UUIDField(),
)


class OfEntries(OfRows):
    """Entries, newest first by when they were recorded; `about` tells the uuid of the case of each."""

    model = Entry
    order = ("-recorded_at", "-pk")
    about: Any = ABOUT_ITS_STREAM

    def told(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        cases = Case.objects.filter(uuid=OuterRef("about"))
        return rows.annotate(about=self.about).annotate(reference=Subquery(cases.values("reference")[:1]))

    def place_of(self, row: Any) -> str:
        return f"{row.stream}~{row.number}"

    def at(self, place: str) -> Q | None:
        stream, _tilde, number = place.rpartition("~")
        is_place = stream and "\0" not in stream and number.isascii() and number.isdigit() and len(number) < 19
        return Q(stream=stream, number=int(number)) if is_place else None

    def of_branch(self, rows: QuerySet[Any], form: AuditForm) -> QuerySet[Any]:
        """Entries about cases of the branch that was asked for."""
        below = form.below()
        if not below:
            return rows
        # As the streams of the branch's cases: a small branch is read by its cases, a large one along the time.
        streams = Case.objects.filter(below).annotate(
            name=Concat(Value(CASE_STREAM, TextField()), Cast("uuid", TextField()))
        )
        return rows.filter(stream__in=streams.values("name"))


def whose(entry: Any) -> Cell:
    """Who did it, with the staff number."""
    return f"{entry.actor_name} {entry.actor_number}".strip()
