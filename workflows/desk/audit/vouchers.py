"""赔付台账 ↔ 核心凭证: each payment with its voucher, and whether sum and day agree with what the core ledger said."""

from decimal import Decimal
from typing import Any, Final

from django.db.models import (
    Case as Choice,
    CharField,
    DateTimeField,
    DecimalField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy

from cases import sums
from cases.models import Booking, MoneyEntry
from cases.models.money import IS_BOOKED, OUTGOING
from record.models import Order

from . import names
from .forms import AuditForm, choice
from .listed import Cell, Marked, OfRows, to_case

SUM: Final = DecimalField(max_digits=16, decimal_places=2)
WITHOUT, UNBOOKED, DIFFERENT, UNTOLD = "without", "lost", "different", "untold"
TYPED, OFFSET, AGREES = "typed", "offset", "agrees"
# What is said of a payment; the first three want looking at.
FINDINGS: Final = {
    UNBOOKED: gettext_lazy("Booked, and no voucher"),
    DIFFERENT: gettext_lazy("Does not agree with the core ledger"),
    WITHOUT: gettext_lazy("No voucher yet"),
    TYPED: gettext_lazy("Typed by hand and checked; the core ledger told no sum"),
    UNTOLD: gettext_lazy("Read at the core ledger by a person; it told no sum"),
    OFFSET: gettext_lazy("Set off against an advance; no money moved"),
    AGREES: gettext_lazy("Sum and day agree"),
}
TONES: Final = {UNBOOKED: "hot", DIFFERENT: "hot", WITHOUT: "now"}


class VouchersForm(AuditForm):
    """What was found of a payment; the period is that of the moment it was entered."""

    finding = choice(gettext_lazy("Finding"), FINDINGS.items())


class Vouchers(OfRows):
    """What has no voucher first, then the newest."""

    name = names.VOUCHERS
    model = MoneyEntry
    form = VouchersForm
    order = ("is_booked", "-recorded_at", "-pk")
    heads = (
        gettext_lazy("Finding"),
        gettext_lazy("Case"),
        gettext_lazy("Kind"),
        gettext_lazy("Sum"),
        gettext_lazy("Voucher"),
        gettext_lazy("Booked at"),
        gettext_lazy("Sum of the order, core ledger"),
        gettext_lazy("Day of the core ledger"),
        gettext_lazy("Entered at"),
    )
    right = frozenset({3, 6})
    nothing = gettext_lazy("No payment in this period has that finding.")

    def parts(self, form: Any) -> list[QuerySet[Any]]:
        rows: QuerySet[Any] = MoneyEntry.objects.filter(OUTGOING, form.within("recorded_at"), form.below("case__"))
        rows = self.ranked(rows)
        if finding := form.asked().get("finding"):
            rows = compared(rows).filter(finding=finding)
        return [rows]

    def ranked(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.annotate(is_booked=IS_BOOKED)

    def told(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return compared(rows).select_related("case").defer("case__narrative", "case__demand_text")

    def cells(self, row: Any) -> list[Cell]:
        words, tone = str(FINDINGS[row.finding]), TONES.get(row.finding)
        return [
            Marked(words, tone) if tone else words,
            to_case(row.case.uuid, row.case.reference, "money"),
            row.get_kind_display(),
            sums.spoken(row.amount),
            row.receipt,
            row.booked_at,
            _both(row.paid_together, row.core_sum),
            row.core_at,
            row.recorded_at,
        ]


def compared(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Each payment with its standing booking, what the core ledger answered to its order, and what follows: `finding`.

    One order pays several lines: their sum is compared with what the ledger says it booked.
    """
    standing = Booking.objects.filter(entry=OuterRef("pk"), reversed_at=None)
    orders = Order.objects.filter(key=OuterRef("order_key"))
    together = Booking.objects.filter(
        entry__case=OuterRef("case"), order_key=OuterRef("order_key"), reversed_at=None
    ).order_by()
    zone = timezone.get_current_timezone()
    return (
        rows.annotate(**{name: Subquery(standing.values(name)[:1]) for name in ("receipt", "way", "order_key")})
        .annotate(booked_at=Subquery(standing.values("booked_at")[:1]))
        .annotate(
            core_sum=Cast(_answered(orders, "amount"), SUM),
            core_currency=_answered(orders, "currency"),
            core_receipt=_answered(orders, "receipt"),
            core_at=Cast(_answered(orders, "effective_at"), DateTimeField()),
            paid_together=Subquery(
                together.values("order_key").annotate(all=Sum("entry__amount")).values("all"), output_field=SUM
            ),
        )
        .annotate(booked_on=TruncDate("booked_at", tzinfo=zone), core_on=TruncDate("core_at", tzinfo=zone))
        .annotate(finding=_finding())
    )


def _answered(orders: QuerySet[Order], name: str) -> Subquery:
    """One value of the answer to the order, as text; none when it told none."""
    return Subquery(orders.values(one=KeyTextTransform(name, "answer"))[:1], output_field=CharField())


def _finding() -> Choice:
    differs = ~Q(core_sum=F("paid_together")) | ~Q(core_receipt=F("receipt")) | ~Q(core_on=F("booked_on"))
    return Choice(
        When(Q(receipt=None, state=MoneyEntry.State.BOOKED), then=Value(UNBOOKED)),
        When(receipt=None, then=Value(WITHOUT)),
        When(way=Booking.Way.OFFSET, then=Value(OFFSET)),
        When(way=Booking.Way.RECEIPT, then=Value(TYPED)),
        When(core_sum=None, then=Value(UNTOLD)),
        When(differs | ~Q(core_currency=F("currency")), then=Value(DIFFERENT)),
        default=Value(AGREES),
        output_field=CharField(),
    )


def _both(ordered: Decimal | None, core: Decimal | None) -> str:
    if ordered is None or core is None:
        return ""
    return f"{sums.spoken(ordered)} · {sums.spoken(core)}"
