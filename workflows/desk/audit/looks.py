"""谁看过谁: reads, clear values, files, searches and files taken along, from the access streams of the readers."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, UUIDField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from cases import kinds, kinds_audit, kinds_call, kinds_export, kinds_reception
from cases.models import Case, CasePerson, Duty
from record.models import Entry
from record.models.journal import ABOUT_CASE, ABOUT_CASES, LOOKS, SEARCHES

from .. import timeline
from ..ledger_bar import TITLES
from . import names
from .entries import OfEntries, whose
from .forms import AuditForm, OfPerson, ReferenceField, choice
from .listed import Cell, Marked, to_case

READ, CLEAR, FILES, SEARCHED, TAKEN = "read", "clear", "files", "searched", "taken"
NAMED: Final = {**TITLES, **names.FILES}
TAKEN_ALONG: Final = (kinds.LEDGER_EXPORTED, kinds_export.CASES_EXPORTED, kinds_export.CASE_EXPORTED)
WHAT: Final = {
    READ: (gettext_lazy("Case read"), (kinds.CASE_READ, kinds.RISK_READ, kinds_reception.RECEPTION_READ)),
    CLEAR: (gettext_lazy("Shown in clear"), (kinds.CASE_SHOWN, kinds_reception.RECEPTION_SHOWN)),
    FILES: (gettext_lazy("File opened"), (kinds.EVIDENCE_READ,)),
    SEARCHED: (gettext_lazy("Looked up"), (kinds_call.CALLER_LOOKED_UP, kinds_audit.WORDS_LOOKED_FOR)),
    TAKEN: (gettext_lazy("List taken along as a file"), TAKEN_ALONG),
}
KINDS: Final = {name: tuple(kind.name for kind in told) for name, (_words, told) in WHAT.items()}
FEW: Final = 50  # people whose streams are read one by one; the looks of more are read along the time
STRANGERS: Final = "strangers"


class LooksForm(OfPerson):
    """What kind of look, of whom, at which case, and whether by people without a part in it."""

    what = choice(gettext_lazy("Kind of look"), [(name, words) for name, (words, _kinds) in WHAT.items()])
    case = ReferenceField(label=gettext_lazy("Case number"))
    part = choice(gettext_lazy("Part in the case"), [(STRANGERS, gettext_lazy("None: only these"))])


class Looks(OfEntries):
    """Newest first. By period alone each kind is read along its own index; by person the streams of his days; by case
    along the index of what was looked at, and of what a search showed.
    """

    name = names.LOOKS
    form = LooksForm
    about = Cast(ABOUT_CASE, UUIDField())
    heads = (
        gettext_lazy("When"),
        gettext_lazy("Who"),
        gettext_lazy("What"),
        gettext_lazy("Case"),
        gettext_lazy("Part in the case"),
    )
    nothing = gettext_lazy("Nobody looked in this period.")

    def parts(self, form: Any) -> list[QuerySet[Any]]:
        asked = form.asked()
        kinds_of = KINDS[asked["what"]] if "what" in asked else sum(KINDS.values(), ())
        rows = Entry.objects.filter(LOOKS, form.within("recorded_at"))
        people = _people(form)
        if people is not None:
            rows = rows.filter(_theirs(people, form.days()))
        parts = _at_case(rows, asked["case"], kinds_of) if "case" in asked else _by_kind(rows, kinds_of, people)
        return [_strangers(part) for part in parts] if asked.get("part") == STRANGERS else parts

    def told(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return super().told(rows).annotate(has_part=_has_part())

    def cells(self, row: Any) -> list[Cell]:
        return [
            row.recorded_at,
            whose(row),
            _said(row),
            to_case(row.about, row.reference),
            _part(row),
        ]


def _people(form: AuditForm) -> list[User] | None:
    """Whose looks were asked for: one person's, or those of a branch with few people; none for all. One query."""
    asked, below = form.asked(), form.below("branch__")
    if "person" not in asked and not below:
        return None
    found = User.objects.filter(below).only("uuid", "staff_number")
    if "person" in asked:
        found = found.filter(staff_number=asked["person"])
    return list(found.order_by("pk"))


def _theirs(people: Sequence[User], days: tuple[date | None, date | None]) -> Q:
    """The entries of these people: in their streams while they are few, else by their numbers."""
    if len(people) > FEW:
        return Q(actor_number__in=[person.staff_number for person in people])
    first, last = (day.isoformat() if day else end for day, end in zip(days, ("0001-01-01", "9999-12-31"), strict=True))
    found = Q(pk__in=())
    for person in people:
        stream = f"access:{person.uuid}:"
        found |= Q(stream__gte=stream + first, stream__lte=stream + last)
    return found


def _by_kind(rows: QuerySet[Any], kinds_of: Sequence[str], people: list[User] | None) -> list[QuerySet[Any]]:
    if people is not None and len(people) <= FEW:
        return [rows.filter(kind__in=kinds_of)]
    return [rows.filter(kind=kind) for kind in kinds_of]


def _at_case(rows: QuerySet[Any], reference: str, kinds_of: Sequence[str]) -> list[QuerySet[Any]]:
    """Looks at one case, and searches that showed it. One query for the case."""
    uuid = Case.objects.filter(reference=reference).values_list("uuid", flat=True).first()
    if uuid is None:
        return [rows.none()]
    looked = rows.alias(at=ABOUT_CASE).filter(at=str(uuid), kind__in=kinds_of)
    shown = rows.alias(these=ABOUT_CASES).filter(kind__in=SEARCHES, these__contains=[str(uuid)])
    return [looked, shown] if set(SEARCHES) & set(kinds_of) else [looked]


def _strangers(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Looks at one case by somebody who has no part in it."""
    return rows.annotate(about=Looks.about, has_part=_has_part()).filter(about__isnull=False, has_part=False)


def _has_part() -> Any:
    """Whether the person ever took a part in the case, or held one of its steps."""
    here = {"case__uuid": OuterRef("about")}
    took = CasePerson.objects.filter(**here, user__staff_number=OuterRef("actor_number"))
    held = Duty.objects.filter(**here, person__staff_number=OuterRef("actor_number"))
    return Exists(took) | Exists(held)


def _said(row: Any) -> str:
    """The sentence of the entry, and of a list taken along which one it was."""
    said = timeline.said(row)
    return f"{said} {NAMED.get(row.data.get('ledger', ''), '')}".strip()


def _part(row: Any) -> Cell:
    if row.about is None:
        return ""
    return _("has a part") if row.has_part else Marked(_("No part in the case"), "now")
