"""What a population is laid out by: branch, kind of business, outcome; for the database, and in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db import connection
from django.db.models import (
    Case as Choice,
    CharField,
    Count,
    Exists,
    Expression,
    F,
    OuterRef,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Collate, Concat
from django.db.models.lookups import In
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _, gettext_lazy

from accounts.models import Branch
from cases.models import Case, MoneyEntry
from cases.sampling import Drawing
from knowledge.models import Facet, TaxonomyCode

BRANCH, PRODUCT, OUTCOME = "branch", "product", "outcome"
DIMENSIONS: Final[Mapping[str, "str | Promise"]] = {
    BRANCH: gettext_lazy("Tier-1 branch"),
    PRODUCT: gettext_lazy("Kind of business"),
    OUTCOME: gettext_lazy("Outcome of the complaint"),
}
BETWEEN: Final = "/"  # in no code of a branch or class
NONE: Final = "-"
MOST: Final = 200  # strata; more make no sample anybody can read, and would have to be held at once
OPEN, WITHDRAWN, UNHANDLED, PAID, UNPAID = "open", "withdrawn", "unhandled", "paid", "unpaid"
OUTCOMES: Final[Mapping[str, "str | Promise"]] = {
    OPEN: gettext_lazy("no decision told yet"),
    WITHDRAWN: gettext_lazy("withdrawn"),
    UNHANDLED: gettext_lazy("left unhandled"),
    PAID: gettext_lazy("told, and paid"),
    UNPAID: gettext_lazy("told, nothing paid"),
}
DECIDED: Final = (MoneyEntry.State.APPROVED, MoneyEntry.State.ORDERED, MoneyEntry.State.BOOKED)


def laid_out(cases: QuerySet[Case], dimensions: Sequence[str]) -> QuerySet[Any]:
    """The cases as rows (reference, stratum), in no order. One query for the classes, where they are asked for."""
    parts: list[Any] = []
    for name in dimensions:
        parts += [Value(BETWEEN), _COLUMNS[name]()]
    stratum: Any = Concat(*parts[1:], output_field=CharField()) if len(parts) > 2 else (parts or [None, Value("")])[1]
    return cases.order_by().annotate(stratum=stratum).values_list("reference", "stratum")


def counted(cases: QuerySet[Case], dimensions: Sequence[str]) -> dict[str, int]:
    """How many cases each stratum has, up to one stratum more than there may be. One query more than `laid_out`."""
    rows = laid_out(cases, dimensions).values("stratum").annotate(there=Count("pk")).order_by("stratum")
    return {row["stratum"]: row["there"] for row in rows[: MOST + 1]}


def drawing(cases: QuerySet[Case], dimensions: Sequence[str], *, seed: str, size: int) -> Drawing:
    """The population read once, along its references, by one statement and so as of one moment."""
    made = Drawing(seed, size)
    for reference, stratum in population(cases, dimensions):
        made.add(reference, stratum)
        if len(made.sizes) > MOST:
            break  # and nothing can be drawn: what is held stays small
    return made


def population(cases: QuerySet[Case], dimensions: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(reference, stratum) of each case, by reference; streamed by COPY, so that neither side holds all of them."""
    for text in lines(cases, dimensions):
        reference, _tab, stratum = text.rstrip("\n").partition("\t")
        yield reference, stratum


def lines(cases: QuerySet[Case], dimensions: Sequence[str]) -> Iterator[str]:
    """The same as lines `reference TAB stratum LF`: what the digest of a population is taken of."""
    rows = laid_out(cases, dimensions).order_by(Collate("reference", "C"))
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT", params) as copy:
        for row in copy:
            yield bytes(row).decode()


def in_words(dimensions: Sequence[str], strata: Iterable[str]) -> dict[str, str]:
    """What each stratum is called, in the reader's language. One query at most, for branches and classes together."""
    if not dimensions:
        return {stratum: _("all") for stratum in strata}
    split = {stratum: stratum.split(BETWEEN) for stratum in strata}
    codes = {name: {parts[at] for parts in split.values()} for at, name in enumerate(dimensions)}
    words = _words(codes)
    return {
        stratum: " · ".join(words[name].get(code, code) for name, code in zip(dimensions, parts, strict=True))
        for stratum, parts in split.items()
    }


def _words(codes: Mapping[str, set[str]]) -> dict[str, dict[str, str]]:
    """Of each dimension its codes in words."""
    found: dict[str, dict[str, str]] = {
        BRANCH: {NONE: _("Head office")},
        PRODUCT: {NONE: _("no class")},
        OUTCOME: {code: str(words) for code, words in OUTCOMES.items()},
    }
    columns = ("of", "code", "name", "name_en")
    branches = Branch.objects.filter(code__in=codes.get(BRANCH, ())).annotate(of=Value(BRANCH))
    classes = TaxonomyCode.objects.filter(facet=Facet.BUSINESS, local_code__in=codes.get(PRODUCT, ()))
    classes = classes.annotate(of=Value(PRODUCT), code=F("local_code"))
    both = branches.order_by().values_list(*columns).union(classes.order_by().values_list(*columns), all=True)
    if codes.keys() & {BRANCH, PRODUCT}:
        for of, code, name, name_en in both:
            found[of][code] = name_en if name_en and (get_language() or "").startswith("en") else name
    return found


def _branch() -> Expression:
    return Coalesce("tier1__code", Value(NONE))


def _outcome() -> Expression:
    payouts = MoneyEntry.objects.payouts().filter(case=OuterRef("pk"), state__in=DECIDED)
    return Choice(
        When(unhandled_at__isnull=False, then=Value(UNHANDLED)),
        When(withdrawn_at__isnull=False, then=Value(WITHDRAWN)),
        When(told_at=None, then=Value(OPEN)),
        When(Exists(payouts), then=Value(PAID)),
        default=Value(UNPAID),
        output_field=CharField(),
    )


def _product() -> Expression:
    """The class at the top of the tree: the final class when there is one, else the first."""
    below: dict[str, list[int]] = {}
    for pk, code in _tops().items():
        below.setdefault(code, []).append(pk)
    whens = [When(_of_class(keys), then=Value(code)) for code, keys in below.items()]
    return Choice(*whens, default=Value(NONE), output_field=CharField())


def _of_class(keys: list[int]) -> Any:
    return In(Coalesce("business_final", "business_first"), keys)


def _tops() -> dict[int, str]:
    """Each class of business → the code of the class it is below of all."""
    codes = {code.pk: code for code in TaxonomyCode.objects.filter(facet=Facet.BUSINESS)}
    found = {}
    for pk, code in codes.items():
        top = code
        while top.parent_id is not None:
            top = codes[top.parent_id]
        found[pk] = top.local_code
    return found


_COLUMNS: Final[dict[str, Callable[[], Expression]]] = {BRANCH: _branch, PRODUCT: _product, OUTCOME: _outcome}
