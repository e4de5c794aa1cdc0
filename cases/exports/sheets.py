"""The tables of an export: name → heads and rows. CSV and XLSX hold the same; another app adds its own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from cases import record_words
from cases.models import Case, Deadline, MoneyEntry
from knowledge import policies
from record.errors import KeyDestroyed
from record.sealed import SealedModel

from .scope import Scope

Row = Sequence[Any]


@dataclass(frozen=True)
class Sheet:
    """One table. `rows` gives those of some cases, in their order; a row has one value a head (cells.cell)."""

    name: str
    title: "str | Promise"
    heads: "tuple[str | Promise, ...]"
    rows: Callable[[Scope, list[int]], Iterator[Row]]


SHEETS: Final[dict[str, Sheet]] = {}


def register(made: Sheet) -> None:
    """Make a table known. ValueError for a name that is taken."""
    if made.name in SHEETS:
        raise ValueError(f"The sheet {made.name} is registered twice.")
    SHEETS[made.name] = made


def opened(row: SealedModel, field: str, *, purpose: str) -> str:
    """A sealed text in clear; of an erased person, that it is gone. Whoever calls asked `scope.in_clear`."""
    try:
        return row.reveal(field, purpose=purpose)
    except KeyDestroyed:
        return _("erased")


def _cases(scope: Scope, ids: list[int]) -> Iterator[Row]:
    related = ("customer__person_key", "person_key", "handling_unit", "complained_unit")
    classes = ("business_first", "business_final", "cause_first", "cause_final")
    for case in Case.objects.filter(pk__in=ids).select_related(*related, *classes).order_by("pk"):
        yield [
            *(case.reference, case.get_state_display(), case.get_kind_display(), case.get_channel_display()),
            *(case.get_demand_display(), case.handling_unit.label),
            case.complained_unit.label if case.complained_unit else "",
            *(case.business_final or case.business_first, case.cause_final or case.cause_first),
            *_customer(scope, case),
            *(case.disputed_total, case.currency, case.received_at, case.told_at, case.done_at, case.archived_at),
            *(case.withdrawn_at, case.get_severity_display(), case.policy_version, case.uuid),
        ]


def _customer(scope: Scope, case: Case) -> list[str]:
    """Name, phone, demand and narrative: whole where they may be opened, else masked and left out."""
    person, clear = case.customer, scope.in_clear(case.pk)
    texts = [opened(case, name, purpose="export") if clear else "" for name in ("demand_text", "narrative")]
    if person is None:
        return ["", "", *texts]
    if not clear:
        return [person.name_masked, person.phone_masked, *texts]
    return [*(opened(person, name, purpose="export") for name in ("name", "phone")), *texts]


def _changes(scope: Scope, ids: list[int]) -> Iterator[Row]:
    """Before and after of each field, as the entries tell it: that is proved, and names its history row by digest."""
    references = references_of(ids)
    for entry in scope.entries(ids).iterator(chunk_size=1000):
        for change in entry.changed:
            for name, pair in change["fields"].items():
                yield [
                    *(references[entry.stream], entry.number, entry.recorded_at, entry.actor_number, entry.actor_name),
                    *(_words(change["model"], name), change.get("uuid", change.get("pk"))),
                    *(f"{change['model']}.{name}", pair["before"], pair["after"], change["history"]),
                ]


def _words(label: str, name: str) -> str:
    """What people call this field of this record; its own name when there is no word for it."""
    model = record_words.model_of(label)
    if model is None or name not in {field.name for field in record_words.tells(model)}:
        return name
    return f"{record_words.record_word(model)} · {record_words.field_word(model, name)}"


def references_of(ids: list[int]) -> dict[str, str]:
    """Streams of cases → their numbers."""
    return {f"case:{uuid}": reference for uuid, reference in _names(ids)}


def _names(ids: list[int]) -> Iterator[tuple[Any, str]]:
    yield from Case.objects.filter(pk__in=ids).values_list("uuid", "reference")


def _deadlines(scope: Scope, ids: list[int]) -> Iterator[Row]:
    rows = Deadline.objects.filter(case__in=ids).select_related("case").prefetch_related("spans")
    for row in rows.order_by("case", "pk"):
        spans = [span for span in row.spans.all() if not span.counts]
        yield [
            *(row.case.reference, row.get_kind_display(), _rule(row), row.key, row.policy_version),
            *(row.started_at, row.due_at, row.ended_at, row.get_outcome_display(), len(spans) or ""),
            " · ".join(f"{span.began_at:%Y-%m-%dT%H:%MZ}/{_end(span.ended_at)} {span.why}" for span in spans),
        ]


def _end(moment: Any) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}" if moment else ""


def _rule(row: Deadline) -> str:
    if row.kind in (Deadline.Kind.PROMISE, Deadline.Kind.AGREED):
        return str(row.get_kind_display())
    try:
        return str(policies.rule(row.key, row.policy_version or None).title)
    except policies.PolicyMissing:
        return row.key


def _money(scope: Scope, ids: list[int]) -> Iterator[Row]:
    rows = MoneyEntry.objects.filter(case__in=ids).select_related("case").prefetch_related("bookings")
    for row in rows.order_by("case", "pk"):
        for booking in list(row.bookings.all()) or [None]:
            yield [
                *(row.case.reference, row.get_kind_display(), row.amount, row.currency, row.get_state_display()),
                *(row.recorded_at, row.uuid),
                *((booking.get_way_display(), booking.receipt, booking.booked_at) if booking else ("", "", "")),
                booking.reversed_at if booking else "",
            ]


NUMBER = gettext_lazy("Number")
register(
    Sheet(
        "cases",
        gettext_lazy("Complaints"),
        (
            *(NUMBER, gettext_lazy("State"), gettext_lazy("Kind"), gettext_lazy("Channel"), gettext_lazy("Demand")),
            *(gettext_lazy("Handling unit"), gettext_lazy("Unit complained of"), gettext_lazy("Kind of business")),
            *(gettext_lazy("Cause"), gettext_lazy("Customer"), gettext_lazy("Phone")),
            *(gettext_lazy("Demand in his words"), gettext_lazy("What the customer says")),
            *(
                gettext_lazy("Disputed sum"),
                gettext_lazy("Currency"),
                gettext_lazy("Received"),
                gettext_lazy("Told at"),
            ),
            *(gettext_lazy("Completed at"), gettext_lazy("Archived at"), gettext_lazy("Withdrawn at")),
            *(gettext_lazy("Severity"), gettext_lazy("Edition of the rules"), gettext_lazy("Identifier")),
        ),
        _cases,
    )
)
register(
    Sheet(
        "changes",
        gettext_lazy("Field changes"),
        (
            *(NUMBER, gettext_lazy("Entry"), gettext_lazy("Recorded at"), gettext_lazy("Staff number")),
            *(gettext_lazy("Name"), gettext_lazy("Field"), gettext_lazy("Identifier"), gettext_lazy("Column")),
            *(gettext_lazy("Before the change"), gettext_lazy("After the change"), gettext_lazy("Digest of the row")),
        ),
        _changes,
    )
)
register(
    Sheet(
        "deadlines",
        gettext_lazy("Time limits"),
        (
            *(
                NUMBER,
                gettext_lazy("Kind"),
                gettext_lazy("Limit"),
                gettext_lazy("Rule"),
                gettext_lazy("Edition of the rules"),
            ),
            *(gettext_lazy("Began at"), gettext_lazy("Due"), gettext_lazy("Ended at"), gettext_lazy("Outcome")),
            *(gettext_lazy("Times it stood"), gettext_lazy("When it stood (UTC)")),
        ),
        _deadlines,
    )
)
register(
    Sheet(
        "money",
        gettext_lazy("Money"),
        (
            *(NUMBER, gettext_lazy("Kind"), gettext_lazy("Amount"), gettext_lazy("Currency"), gettext_lazy("State")),
            *(gettext_lazy("Recorded at"), gettext_lazy("Identifier"), gettext_lazy("Booked by")),
            *(gettext_lazy("Receipt number"), gettext_lazy("Booked at"), gettext_lazy("Reversed at")),
        ),
        _money,
    )
)
