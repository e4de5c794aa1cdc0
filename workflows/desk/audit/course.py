"""Restarts, pauses and withdrawals, counted for each person who gave a case that turn."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext_lazy

from cases import kinds, kinds_door, kinds_terms
from record.body import SYSTEM
from record.models import Entry

from ..ledger_bar import address
from . import names
from .entries import OfEntries
from .forms import AuditForm, OfPerson
from .listed import Cell, Grouped, Link

# Of each column the fact that is counted: the one the person caused, not what followed from it.
COUNTED: Final = {
    "restarts": (kinds.NEW_FACTS.name,),
    "pauses": (kinds.CLOCK_STANDS.name,),
    "extensions": (kinds_terms.EXTENSION_ASKED.name,),
    "withdrawals": (kinds.CASE_WITHDRAWN.name,),
    "unhandled": (kinds_door.CASE_UNHANDLED.name,),
}
KINDS: Final = tuple(name for names_of in COUNTED.values() for name in names_of)


class Course(Grouped):
    """Who did it most often on top."""

    name = names.COURSE
    form = OfPerson
    order = ("-all_of_them", "actor_number")
    read = (int, str)
    heads = (
        gettext_lazy("Person"),
        gettext_lazy("Restarts"),
        gettext_lazy("Pauses"),
        gettext_lazy("More time asked for"),
        gettext_lazy("Withdrawals"),
        gettext_lazy("Left unhandled"),
        gettext_lazy("All of them"),
        gettext_lazy("Last time"),
    )
    right = frozenset({1, 2, 3, 4, 5, 6})
    nothing = gettext_lazy("No clock was stopped or begun anew and no complaint withdrawn in this period.")

    def groups(self, form: AuditForm) -> QuerySet[Any, dict[str, Any]]:
        entries = Entry.objects.filter(form.within("recorded_at"), kind__in=KINDS).exclude(actor_number=SYSTEM.number)
        if person := form.asked().get("person"):
            entries = entries.filter(actor_number=person)
        of_branch = OfEntries().of_branch(entries, form)
        counts = {name: Count("pk", filter=Q(kind__in=kinds_of)) for name, kinds_of in COUNTED.items()}
        told = of_branch.order_by().values("actor_number")
        return told.annotate(**counts, name=Max("actor_name"), all_of_them=Count("pk"), last=Max("recorded_at"))

    def cells(self, row: Mapping[str, Any]) -> list[Cell]:
        number = row["actor_number"]
        search = address(names.SEARCH, {"person": number, "course": "any"})
        return [
            Link(f"{row['name']} {number}", search),
            *(f"{row[name]:,}" for name in COUNTED),
            f"{row['all_of_them']:,}",
            row["last"],
        ]
