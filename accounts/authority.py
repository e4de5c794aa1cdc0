"""Up to which sum whose signature is enough, read from the limits in force on a day of the bank."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from accounts.models.authority import AuthorityLimit, LimitKind
from accounts.models.branch import Branch, chain
from accounts.permissions import Place
from accounts.roles import APPROVAL_ORDER, Level, Role


def bank_day(at: datetime) -> date:
    """The day it is in the bank's time zone at a moment."""
    return at.astimezone(ZoneInfo(settings.BANK_TIME_ZONE)).date()


def limit_of(
    role: str, branch: Place | None, *, kind: str = LimitKind.COMPENSATION, at: datetime, currency: str = "CNY"
) -> Decimal | None:
    """The largest sum the role may approve there at a moment; None = no authority at all.

    The limit set nearest to the place counts: its own branch, then each one above, then "everywhere".
    """
    return limits_of(role, branch, kinds=(kind,), at=at, currency=currency).get(kind)


def limits_of(
    role: str, branch: Place | None, *, kinds: Iterable[str], at: datetime, currency: str = "CNY"
) -> dict[str, Decimal]:
    """By their kinds the limits the role has there at a moment, as `limit_of`; a kind without one is left out.

    One query.
    """
    found = list(_in_force([role], branch, kinds=kinds, at=at, currency=currency))
    of_kind = {kind: [limit for limit in found if limit.kind == kind] for kind in {limit.kind for limit in found}}
    return {kind: _nearest(limits, branch)[role] for kind, limits in of_kind.items()}


def quarter_begins(at: datetime) -> datetime:
    """The first moment of the bank's calendar quarter in which a moment lies."""
    local = at.astimezone(ZoneInfo(settings.BANK_TIME_ZONE))
    month = local.month - (local.month - 1) % 3
    return local.replace(month=month, day=1, hour=0, minute=0, second=0, microsecond=0)


def approving_roles(
    amount: Decimal,
    *,
    at: datetime,
    place: Place | None = None,
    kind: str = LimitKind.COMPENSATION,
    currency: str = "CNY",
) -> list[Role]:
    """The roles whose limit covers the sum, lowest level first; empty when it exceeds every limit. One query.

    With a place the limits set for its branches count before those set for everywhere.
    """
    limits = _nearest(_in_force(APPROVAL_ORDER, place, kinds=(kind,), at=at, currency=currency), place)
    return [role for role in APPROVAL_ORDER if role in limits and amount <= limits[role]]


def _in_force(
    roles: Iterable[str], place: Place | None, *, kinds: Iterable[str], at: datetime, currency: str
) -> Iterable[AuthorityLimit]:
    day = bank_day(at)
    here = Q(branch=None) | Q(branch__in=chain(place)) | Q(branch__level=Level.HEAD_OFFICE)
    return AuthorityLimit.objects.filter(
        here,
        Q(valid_to=None) | Q(valid_to__gte=day),
        role__in=list(roles),
        kind__in=list(kinds),
        currency=currency,
        valid_from__lte=day,
    ).select_related("branch")


def _nearest(limits: Iterable[AuthorityLimit], place: Place | None) -> dict[str, Decimal]:
    near = chain(place)

    def distance(branch: Branch | None) -> int:
        if branch is None:
            return len(Level) + 1
        return near.index(branch.pk) if branch.pk in near else len(Level)

    found = sorted(limits, key=lambda limit: distance(limit.branch), reverse=True)
    return {limit.role: limit.amount for limit in found}
