"""The money of a case in a dossier: every line with its booking, and what the customer gets in figures and words."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from cases.models import Booking, MoneyEntry, PointsEntry
from cases.models.money import NOT_DECIDED

from .blocks import Block, Table, Total
from .seeing import Seeing, money, shown, when
from .trail import entries_head, numbers


def blocks(seeing: Seeing) -> Iterator[Block]:
    """Lines, the sum decided, the sum booked, and points."""
    lines = list(MoneyEntry.objects.filter(case=seeing.case).prefetch_related("bookings").order_by("pk"))
    heads = [
        _("Kind"),
        _("Amount"),
        _("State"),
        _("Recorded at"),
        _("Booked by"),
        _("Receipt number"),
        _("Booked at"),
        entries_head(),
    ]
    yield Table(heads, [row for one in lines for row in _rows(one, seeing)], "money", none=_("No money."), sums=(1,))
    decided = [one for one in lines if one.kind not in NOT_DECIDED and one.state != MoneyEntry.State.DROPPED]
    if decided:
        yield Total(_("For the customer, as decided"), _sum(decided), seeing.case.currency)
        booked = [one for one in decided if one.state == MoneyEntry.State.BOOKED]
        yield Total(_("Booked of it"), _sum(booked), seeing.case.currency)
    points = PointsEntry.objects.filter(case=seeing.case).order_by("pk")
    if rows := [_points(one, seeing) for one in points]:
        yield Table(
            [_("Points"), _("State"), _("Receipt number"), _("Restored at"), entries_head()], rows, "points", sums=(0,)
        )


def _sum(lines: list[MoneyEntry]) -> Decimal:
    return sum((one.amount for one in lines), Decimal(0))


def _rows(one: MoneyEntry, seeing: Seeing) -> Iterator[list[str]]:
    """One a booking; what was reversed says so."""
    bookings: list[Booking | None] = [*one.bookings.all()]
    for booking in bookings or (None,):
        way = booking.get_way_display() if booking else ""
        at = when(booking.booked_at) if booking else ""
        if booking and booking.reversed_at:
            at += "\n" + _("reversed %(at)s") % {"at": when(booking.reversed_at)}
        yield [
            *(one.get_kind_display(), money(one.amount, one.currency), one.get_state_display(), when(one.recorded_at)),
            *(way, booking.receipt if booking else "", at),
            numbers(seeing.trail.of(one), seeing.trail.of(booking)),
        ]


def _points(one: PointsEntry, seeing: Seeing) -> list[str]:
    return [f"{one.points:,}", shown(one, "state"), one.receipt, when(one.restored_at), numbers(seeing.trail.of(one))]
