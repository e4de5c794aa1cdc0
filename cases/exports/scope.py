"""What one export covers, and how far it is: handed to every writer, the same for all of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.functional import Promise

from accounts.models import User
from cases.models import Case
from record.models import Entry, Seal, SealedHead

Row = TypeVar("Row", bound=Model)
AT_ONCE: Final = 200  # cases read together

# How a scope that is no list of cases is found again when the export runs: name → (person, filters) → his cases.
# `workflows` registers the complaint ledger; another list is one more line.
LISTS: Final[dict[str, Callable[[User, Mapping[str, str]], QuerySet[Case]]]] = {}
# The same in words: name → (person, filters) → one line.
IN_WORDS: Final[dict[str, Callable[[User, Mapping[str, str]], str]]] = {}
# What may be asked of it: name → (person, what was sent) → codes, whatever was sent.
CODES: Final[dict[str, Callable[[User, Any], dict[str, str]]]] = {}
TITLES: Final[dict[str, "str | Promise"]] = {}


def found(user: User, asked: Mapping[str, Any]) -> QuerySet[Case]:
    """The cases a scope means for this person now; of a list that is gone, none."""
    if "cases" in asked:
        cases: QuerySet[Case] = Case.objects.visible_to(user).filter(uuid__in=asked["cases"])
        return cases
    list_of = LISTS.get(asked.get("list", ""))
    return Case.objects.none() if list_of is None else list_of(user, asked.get("filters", {}))


@dataclass
class Scope:
    """The cases by their ids, in order, and the names of their streams in the order of code points, under one seal.

    `clear` are ids of cases whose personal values may be opened, `files` of those whose evidence may be taken along.
    """

    user: User
    language: str
    cases: Sequence[int]
    streams: Sequence[str]
    seal: Seal
    clear: frozenset[int] = frozenset()
    files: frozenset[int] = frozenset()
    purpose: str = ""
    done: int = 0
    beat: Callable[[int], None] = field(default=lambda done: None)

    def chunks(self) -> Iterator[list[int]]:
        """Ids of cases, some at a time; after each of them the person who waits is told, and may have cancelled."""
        for at in range(0, len(self.cases), AT_ONCE):
            ids = list(self.cases[at : at + AT_ONCE])
            yield ids
            self.progress(len(ids))

    def progress(self, cases: int) -> None:
        """So many cases more are through."""
        self.done += cases
        self.beat(self.done)

    def in_clear(self, case: int) -> bool:
        """Whether personal values of the case with this id may be opened."""
        return case in self.clear

    def entries(self, ids: Sequence[int]) -> QuerySet[Entry]:
        """What the streams of these cases hold up to the seal, in the order of streams and numbers."""
        names = [f"case:{uuid}" for uuid in Case.objects.filter(pk__in=ids).values_list("uuid", flat=True)]
        return self.sealed(Entry.objects.filter(stream__in=names)).order_by("stream", "number")

    def sealed(self, entries: QuerySet[Row]) -> QuerySet[Row]:
        """Those of the rows, named by stream and number, that the seal covers."""
        heads = SealedHead.objects.filter(seal=self.seal.pk, stream=OuterRef("stream"), length__gte=OuterRef("number"))
        return entries.filter(Exists(heads))
