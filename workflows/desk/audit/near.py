"""临界审批: approvals at 95 to 100 % of what the approver could approve alone, by the limit in force on that day."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db.models import (
    Case as Choice,
    DecimalField,
    ExpressionWrapper,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import AuthorityLimit, LimitKind
from accounts.roles import Level
from cases import sums
from cases.approved import NOT_APPROVED
from cases.models import Advance, Proposal, Review

from ..timeline import role_words
from . import names
from .forms import AuditForm, OfPerson, choice
from .listed import Cell, Found, Listed, OfRows, to_case

LEAST: Final = Decimal("0.95")
PROPOSALS, ADVANCES, REVIEWS = "", "advances", "reviews"
WHAT: Final = [
    (PROPOSALS, gettext_lazy("Proposals of compensation")),
    (ADVANCES, gettext_lazy("Advance payments")),
    (REVIEWS, gettext_lazy("Review decisions")),
]
NEAREST: Final = (Level.OUTLET, Level.TIER2, Level.TIER1)
SUM: Final = DecimalField(max_digits=16, decimal_places=2)


class NearForm(OfPerson):
    """Which approvals, and whose."""

    what = choice(gettext_lazy("What was approved"), WHAT, empty=False)


class _Approvals(OfRows):
    """Approvals of one kind, newest first: who gave it when, and its sum, by the columns of its table."""

    order = ("-at", "-pk")

    def __init__(self, model: type[Model], granted: Q, *, at: str, by: str, total: str, currency: str) -> None:
        self.model, self.granted, self.when, self.by, self.total = model, granted, at, by, total
        self.currency = currency

    def parts(self, form: Any) -> list[QuerySet[Any]]:
        rows = self.model._default_manager.filter(self.granted, form.within(self.when), form.below("case__"))
        if person := form.asked().get("person"):
            rows = rows.filter(**{f"{self.by}__staff_number": person})
        least = ExpressionWrapper(F("limit_then") * Value(LEAST), output_field=SUM)
        rows = self.ranked(rows.filter(self._in_a_band())).annotate(limit_then=self._limit())
        return [rows.filter(**{f"{self.total}__gte": least, f"{self.total}__lte": F("limit_then")})]

    def ranked(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        zone = timezone.get_current_timezone()
        return rows.annotate(at=F(self.when), day_then=TruncDate(self.when, tzinfo=zone))

    def told(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(self.by, "case").annotate(sum=F(self.total))

    def cells_of(self, row: Any) -> list[Cell]:
        """The cells of one approval."""
        person = getattr(row, self.by)
        return [
            row.at,
            f"{person.display_name} {person.staff_number}",
            role_words(row.approver_role),
            to_case(row.case.uuid, row.case.reference, "decision"),
            sums.spoken(row.sum),
            sums.spoken(row.limit_then),
            f"{row.sum * 100 / row.limit_then:.2f} %",
        ]

    def _in_a_band(self) -> Q:
        """Sums that are near some limit the post ever had anywhere: what the index of posts and sums finds. One query.

        Only of these is it asked which limit was in force at that place on that day.
        """
        found = Q(pk__in=())
        limits = AuthorityLimit.objects.filter(kind=LimitKind.COMPENSATION, amount__gt=0).order_by("role", "amount")
        for role, bands in groupby(limits.values_list("role", "amount").distinct(), key=itemgetter(0)):
            for low, high in together((amount * LEAST, amount) for _role, amount in bands):
                found |= Q(**{"approver_role": role, f"{self.total}__gte": low, f"{self.total}__lte": high})
        return found

    def _limit(self) -> Subquery:
        """The limit of that post at the place of the case on that day: the one set nearest, as `authority` reads it."""
        day = OuterRef("day_then")
        here = Q(branch=None) | Q(branch__level=Level.HEAD_OFFICE)
        for level in NEAREST:
            here |= Q(branch=OuterRef(f"case__{level}"))
        near = Choice(
            *(When(branch__level=level, then=Value(rank)) for rank, level in enumerate(NEAREST)),
            When(branch__level=Level.HEAD_OFFICE, then=Value(len(NEAREST))),
            default=Value(len(Level)),
            output_field=IntegerField(),
        )
        limits = AuthorityLimit.objects.filter(
            here,
            Q(valid_to=None) | Q(valid_to__gte=day),
            role=OuterRef("approver_role"),
            kind=LimitKind.COMPENSATION,
            currency=OuterRef(self.currency),
            valid_from__lte=day,
            amount__gt=0,
        )
        return Subquery(limits.order_by(near).values("amount")[:1], output_field=SUM)


KINDS: Final = {
    PROPOSALS: _Approvals(
        Proposal, Q(state="approved"), at="answered_at", by="answered_by", total="total", currency="currency"
    ),
    ADVANCES: _Approvals(
        Advance,
        Q(answered_at__isnull=False) & ~Q(stage__in=NOT_APPROVED),
        at="answered_at",
        by="answered_by",
        total="amount",
        currency="case__currency",
    ),
    REVIEWS: _Approvals(
        Review,
        Q(approved_at__isnull=False),
        at="approved_at",
        by="approved_by",
        total="total",
        currency="case__currency",
    ),
}


def together(bands: Iterable[tuple[Decimal, Decimal]]) -> list[tuple[Decimal, Decimal]]:
    """Bands in the order of their ends, those that overlap as one."""
    joined: list[tuple[Decimal, Decimal]] = []
    for low, high in bands:
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], high)
        else:
            joined.append((low, high))
    return joined


class Near(Listed):
    """Newest first: one kind of approval at a time, as `what` says."""

    name = names.NEAR
    form = NearForm
    heads = (
        gettext_lazy("Approved at"),
        gettext_lazy("Approved by"),
        gettext_lazy("Post"),
        gettext_lazy("Case"),
        gettext_lazy("Sum"),
        gettext_lazy("Limit then"),
        gettext_lazy("Part of the limit"),
    )
    right = frozenset({4, 5, 6})
    nothing = gettext_lazy("No approval came near a limit in this period.")

    def found(self, form: AuditForm, after: str) -> Found:
        return _of(form).found(form, after)

    def whole(self, form: AuditForm) -> QuerySet[Any]:
        return _of(form).whole(form)

    def cells(self, row: Any) -> list[Cell]:
        return next(kind for kind in KINDS.values() if isinstance(row, kind.model)).cells_of(row)


def _of(form: AuditForm) -> _Approvals:
    return KINDS[form.asked().get("what", PROPOSALS)]
