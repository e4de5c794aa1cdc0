"""Limits of authority are begun and ended by the day, never overwritten."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import kinds
from accounts.actions.warrant import By, changing, lock_the_tree, locked, whole
from accounts.authority import bank_day
from accounts.errors import Refused
from accounts.models import AuthorityLimit, Branch, LimitKind, User
from accounts.permissions import Verb
from record import clock
from record.journal import Fact, append, money


def set_limit(
    *,
    role: str,
    amount: Decimal,
    by: By,
    branch: Branch | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    kind: str = LimitKind.COMPENSATION,
    currency: str = "CNY",
) -> AuthorityLimit:
    """From a day (None = today) on the role may approve up to this sum there (None = everywhere); days are the bank's.

    The limit that ran until then ends the day before. Raises Refused: no person may move a limit back into the past,
    where it would cover an approval already given.
    """
    with changing(by, Verb.MANAGE_LIMITS, branch) as actor:
        lock_the_tree()
        first = _not_past(valid_from, by, "valid_from")
        limit = AuthorityLimit(
            role=role, branch=branch, kind=kind, amount=amount, currency=currency, valid_from=first, valid_to=valid_to
        )
        former = _cut_former(limit)
        whole(limit)
        limit.save()
        told = {
            "role": role,
            "kind": str(kind),
            "branch": str(branch) if branch else None,
            "amount": money(limit.amount, currency),
            "valid_from": first.isoformat(),
            "valid_to": valid_to.isoformat() if valid_to else None,
        }
        append(stream_of(limit), Fact(kinds.LIMIT_SET, told, changed=[*former, limit]), actor=actor)
        return limit


def end_limit(*, limit: AuthorityLimit, by: By, last_day: date | None = None) -> AuthorityLimit:
    """The limit counts for the last time on this day (None = today). Raises Refused."""
    with changing(by, Verb.MANAGE_LIMITS, limit.branch) as actor:
        lock_the_tree()
        held = locked(limit)
        last = _not_past(last_day, by, "valid_to")
        if held.valid_to is not None and held.valid_to <= last:
            raise Refused(_("This limit ends earlier already."), field="valid_to")
        held.valid_to = max(last, held.valid_from)
        held.save()
        told = {"role": held.role, "valid_to": held.valid_to.isoformat()}
        append(stream_of(held), Fact(kinds.LIMIT_ENDED, told, changed=[held]), actor=actor)
        return held


def _cut_former(limit: AuthorityLimit) -> list[AuthorityLimit]:
    same = AuthorityLimit.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=limit.valid_from),
        role=limit.role,
        branch=limit.branch,
        kind=limit.kind,
        currency=limit.currency,
        valid_from__lt=limit.valid_from,
    )
    former = list(same.select_for_update(no_key=True, of=("self",)))
    for old in former:
        old.valid_to = limit.valid_from - timedelta(days=1)
        old.save()
    return former


def _not_past(day: date | None, by: By, field: str) -> date:
    today = bank_day(clock.now())
    if day is not None and day < today and isinstance(by, User):
        raise Refused(_("Authority cannot be changed for days already over."), field=field)
    return day or today


def stream_of(limit: AuthorityLimit) -> str:
    """Where the journal tells about a limit: its branch, or the policy of the whole bank."""
    return limit.branch.stream if limit.branch else f"policy:authority.{limit.kind}"
