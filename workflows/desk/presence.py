"""What most cases do not have is looked for in one query, so that their page asks for nothing that is not there."""

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from django.db.models import Exists, OuterRef

from cases.models import Case

RARE: Final = (
    *("standstills", "settlements", "extensions", "new_facts", "panels"),
    *("repeat_calls", "repeats", "receptions"),
)
Row = TypeVar("Row")


def look(case: Case) -> None:
    """Find out which of RARE the case has none of. One query."""
    asked = {}
    for name in RARE:
        relation: Any = Case._meta.get_field(name)
        its = {relation.remote_field.name: OuterRef("pk")}
        asked[f"has_{name}"] = Exists(relation.related_model._default_manager.filter(**its))
    (found,) = Case.objects.filter(pk=case.pk).values(**asked)
    vars(case)["absent"] = frozenset(name for name in RARE if not found[f"has_{name}"])


def rows(case: Case, name: str, found: Iterable[Row]) -> list[Row]:
    """The rows; none, unasked, when a look has shown that the case has none of this name."""
    return [] if lacks(case, name) else list(found)


def lacks(case: Case, *names: str) -> bool:
    """A look has shown that the case has none of all these."""
    return vars(case).get("absent", frozenset()).issuperset(names)
