"""What a list of the audit is: its rows in their order, what each says, and where its further pages begin."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from .. import counting
from .forms import AuditForm
from .keyset import beyond

PAGE: Final = 25


@dataclass(frozen=True)
class Link:
    """A cell that leads somewhere: to a case, or to another list."""

    words: str
    url: str

    def __str__(self) -> str:
        """What a file says."""
        return self.words


@dataclass(frozen=True)
class Marked:
    """A cell that stands out, because somebody ought to look: `tone` as tags have it."""

    words: str
    tone: str = "hot"

    def __str__(self) -> str:
        """What a file says."""
        return self.words


@dataclass(frozen=True)
class Several:
    """A cell of several links."""

    links: tuple[Link, ...]

    def __str__(self) -> str:
        """What a file says."""
        return " ".join(link.words for link in self.links)


Cell = str | datetime | Link | Marked | Several | None


@dataclass(frozen=True)
class Found:
    """One page: its rows, the place further ones begin after (none at the end), and how many rows there are."""

    rows: Sequence[Any]
    last: str
    count: counting.Count | None


class Listed:
    """One list. `heads` stand above its columns, `money` and `numbers` are those to the right; `nothing` is said when
    there is no row.
    """

    name: str
    form: type[AuditForm] = AuditForm
    heads: ClassVar[tuple[str | Promise, ...]]
    right: ClassVar[frozenset[int]] = frozenset()
    nothing: str | Promise

    def found(self, form: AuditForm, after: str) -> Found:
        """The page after a place; what is no place is the beginning."""
        raise NotImplementedError

    def whole(self, form: AuditForm) -> QuerySet[Any]:
        """All rows in their order, for a file."""
        raise NotImplementedError

    def cells(self, row: Any) -> list[Cell]:
        """What stands in the row, one for each head."""
        raise NotImplementedError


class OfRows(Listed):
    """Rows of one table, each told as it is. `parts` may be several: each gives its first rows along its own index."""

    model: type[Model]
    order: ClassVar[tuple[str, ...]]

    def parts(self, form: Any) -> list[QuerySet[Any]]:
        """The rows these answers leave; together they are the list."""
        raise NotImplementedError

    def told(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with what their cells say."""
        return rows

    def place_of(self, row: Any) -> str:
        """How an address names the row."""
        return str(row.uuid)

    def at(self, place: str) -> Q | None:
        """The row of a place; none when it is no place."""
        try:
            return Q(uuid=UUID(place))
        except ValueError:
            return None

    def page(self, form: Any, after: str) -> QuerySet[Any]:
        """The first rows after a place, one more than a page when a further one follows; each with `counted`."""
        parts = self.parts(form)
        last = self._row_at(parts, after)
        left = [beyond(part, self.order, last) for part in parts] if last else parts
        if len(left) == 1:
            rows = self.told(left[0])
        else:
            firsts = [part.order_by(*self.order).values("pk")[: PAGE + 1] for part in left]
            rows = self.told(self.model._default_manager.filter(pk__in=counting.joined(firsts)))
        return rows.annotate(counted=counting.up_to(parts)).order_by(*self.order)[: PAGE + 1]

    def found(self, form: Any, after: str) -> Found:
        rows = list(self.page(form, after))
        last = self.place_of(rows[PAGE - 1]) if len(rows) > PAGE else ""
        if not rows:
            return Found([], "", None if after else counting.Count(0))
        return Found(rows[:PAGE], last, counting.told(rows[0].counted, self.parts(form)))

    def after(self, form: Any, place: str) -> QuerySet[Any]:
        """All rows of the one part after a place, in their order."""
        (part,) = self.parts(form)
        last = self._row_at([part], place)
        return (beyond(part, self.order, last) if last else part).order_by(*self.order)

    def whole(self, form: Any) -> QuerySet[Any]:
        parts = self.parts(form)
        if len(parts) == 1:
            return self.told(parts[0]).order_by(*self.order)
        ids = [part.order_by().values("pk") for part in parts]
        return self.told(self.model._default_manager.filter(pk__in=counting.joined(ids))).order_by(*self.order)

    def _row_at(self, parts: Sequence[QuerySet[Any]], place: str) -> dict[str, Any] | None:
        """What the row of a place is ordered by, whether or not the filter still leaves it. One query."""
        named = self.at(place) if place else None
        if named is None:
            return None
        names = [column.removeprefix("-") for column in self.order]
        row: dict[str, Any] | None = self.ranked(self.model._default_manager.filter(named)).values(*names).first()
        return row

    def ranked(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with the columns of the order that are reckoned."""
        return rows


class Grouped(Listed):
    """Rows reckoned from others: dicts, in the order of `order`, whose values name the row in an address."""

    order: ClassVar[tuple[str, ...]]
    read: ClassVar[tuple[Callable[[str], Any], ...]]

    def groups(self, form: AuditForm) -> QuerySet[Any, dict[str, Any]]:
        """All of them, in no order."""
        raise NotImplementedError

    def found(self, form: AuditForm, after: str) -> Found:
        groups, last = self.groups(form), self._values(after)
        left = beyond(groups, self.order, last) if last else groups
        rows = list(left.order_by(*self.order)[: PAGE + 1])
        place = self._place(rows[PAGE - 1]) if len(rows) > PAGE else ""
        return Found(rows[:PAGE], place, counting.Count(groups.count()))

    def whole(self, form: AuditForm) -> QuerySet[Any]:
        return self.groups(form).order_by(*self.order)

    def _place(self, row: Mapping[str, Any]) -> str:
        return "~".join(str(row[column.removeprefix("-")]) for column in self.order)

    def _values(self, place: str) -> dict[str, Any] | None:
        words = place.split("~")
        if len(words) != len(self.order):
            return None
        try:
            return dict(self._read(words))
        except ValueError:
            return None

    def _read(self, words: Sequence[str]) -> Iterator[tuple[str, Any]]:
        for column, read, word in zip(self.order, self.read, words, strict=True):
            yield column.removeprefix("-"), read(word)


def to_case(uuid: UUID | None, reference: str | None, part: str = "") -> Link | None:
    """A cell that opens a case."""
    if uuid is None or not reference:
        return None
    return Link(reference, reverse("admin:case", args=[uuid]) + (f"#{part}" if part else ""))
