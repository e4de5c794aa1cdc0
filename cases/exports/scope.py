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
CASE: Final = "case:"

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
class Beside:
    """Streams beside those of the cases; how many are of people, and of how many people none goes along.

    `editions` are the sets of pack versions that were pinned, by their names.
    """

    streams: list[str] = field(default_factory=list)
    people: int = 0
    left_out: int = 0
    editions: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass
class Scope:
    """The cases by their ids, in order, and the names of their streams in the order of code points, under one seal.

    `clear` are ids of cases whose personal values may be opened, `files` of those whose evidence may be taken along;
    `beside` is what decided them and stands in streams of its own.
    """

    user: User
    language: str
    cases: Sequence[int]
    streams: Sequence[str]
    seal: Seal
    clear: frozenset[int] = frozenset()
    files: frozenset[int] = frozenset()
    beside: Beside = field(default_factory=Beside)
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

    def streams_in_clear(self, names: Sequence[str]) -> list[str]:
        """Those of the streams whose personal values may be opened: of cases, and only of those."""
        uuids = [name.removeprefix(CASE) for name in names if name.startswith(CASE)]
        if not self.clear or not uuids:
            return []
        rows = Case.objects.filter(uuid__in=uuids).values_list("pk", "uuid")
        return [f"{CASE}{uuid}" for pk, uuid in rows if pk in self.clear]

    def entries(self, ids: Sequence[int]) -> QuerySet[Entry]:
        """What the streams of these cases hold up to the seal, in the order of streams and numbers."""
        names = [f"case:{uuid}" for uuid in Case.objects.filter(pk__in=ids).values_list("uuid", flat=True)]
        return self.sealed(Entry.objects.all(), names).order_by("stream", "number")

    def sealed(self, entries: QuerySet[Row], names: Sequence[str]) -> QuerySet[Row]:
        """Those of the rows of these streams, named by stream and number, that the seal covers.

        Its heads are named one by one as well: some streams never cost what all streams of the seal would.
        """
        heads = SealedHead.objects.filter(seal=self.seal.pk, stream__in=names)
        here = heads.filter(stream=OuterRef("stream"), length__gte=OuterRef("number"))
        return entries.filter(Exists(here), stream__in=names)
