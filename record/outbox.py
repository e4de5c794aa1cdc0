"""Orders to the bank's systems: written with the change they follow from, sent by workers, answered once.

    new ──claim──▶ sent ──answered──▶ confirmed | rejected
                    │ lease over, or postponed
                    ▼
                 unknown ──claim──▶ (ask the bank) ──answered──▶ confirmed | rejected

A worker that claims an order in the state `unknown` asks the bank about its key first. Only "never heard of it" allows
a resend, under the same key and after `extend`, which refuses when it was voided, answered or taken meanwhile.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connections, router, transaction

from record import clock
from record.body import checked
from record.models import Order
from record.rows import Rows, insert

__all__ = ["ANSWERS", "OPEN", "Order", "answered", "claim", "extend", "hasten", "place", "postpone", "void"]

State = Order.State
OPEN = (State.NEW, State.SENT, State.UNKNOWN)
ANSWERS = (State.CONFIRMED, State.REJECTED)


def place(
    *, key: UUID, system: str, operation: str, payload: Mapping[str, Any], subject: UUID, task: UUID | None = None
) -> Order:
    """Write an order into the running transaction. IntegrityError when the key was used; JournalError for floats."""
    order = Order(
        key=key,
        system=Order.System(system),
        operation=operation,
        payload=checked(payload, "payload"),
        subject=subject,
        task=task,
    )
    insert(order)
    return order


def claim(limit: int, lease: timedelta) -> list[Order]:
    """Take up to `limit` due orders for `lease`, oldest first; committed when it returns, so outside any transaction.

    A new order comes back `sent`: from here on it may have arrived. One that was taken before comes back `unknown`.
    The lease must be longer than the time-out of the call it is for.
    """
    now = clock.now()
    found, statement = _claiming()
    with transaction.atomic(durable=True):
        orders = [order for (order,) in found.read(_db(), statement, [now, now, limit, now, now + lease])]
    return sorted(orders, key=lambda order: order.pk)


def extend(order: Order, lease: timedelta) -> bool:
    """Hold on to a claimed order, just before sending it again. False: answered, void or taken; do not send."""
    now = clock.now()
    mine = "attempts = %s AND state IN ('new', 'sent', 'unknown') AND claimed_until > %s AND claimed_until = %s"
    return _changed(order, mine, [order.attempts, now, order.claimed_until], claimed_until=now + lease)


def answered(order: Order, *, state: str, answer: Mapping[str, Any]) -> bool:
    """The bank said `confirmed` or `rejected`. False when it had been answered or voided: see `order.state`."""
    if state not in ANSWERS:
        raise ValueError(f"{state!r} is no answer.")
    waiting, told = "state IN ('new', 'sent', 'unknown')", checked(answer, "answer")
    return _changed(order, waiting, [], state=State(state), answer=told, answered_at=clock.now(), claimed_until=None)


def postpone(order: Order, until: datetime) -> bool:
    """No answer yet: unknown, asked about from `until` (aware) on. False when answered, void or taken by another."""
    mine = "state IN ('sent', 'unknown') AND attempts = %s"
    return _changed(order, mine, [order.attempts], state=State.UNKNOWN, next_attempt_at=until, claimed_until=None)


def hasten(key: UUID) -> bool:
    """The bank system says that an answer is ready: ask now. False when nothing waits, or a worker asks already."""
    now = clock.now()
    waiting = Order.objects.filter(key=key, state__in=[State.SENT, State.UNKNOWN])
    return waiting.exclude(claimed_until__gt=now).update(next_attempt_at=now) == 1


def void(order: Order, why: str) -> bool:
    """It is done by hand instead. False when it was confirmed, or a worker holds it at this moment: try again later."""
    free = "state IN ('new', 'sent', 'unknown', 'rejected') AND (claimed_until IS NULL OR claimed_until <= %s)"
    return _changed(order, free, [clock.now()], state=State.VOID, why_void=why, claimed_until=None)


def _changed(order: Order, which: str, params: Sequence[Any], **values: Any) -> bool:
    """One conditional UPDATE decides every race; the order at hand is as it stands then, whoever won."""
    using = _db()
    found, statement = _changing(which, tuple(values))
    fields: list[Any] = [order._meta.get_field(name) for name in values]
    new = [field.get_db_prep_save(values[field.name], connections[using]) for field in fields]
    for (changed,) in found.read(using, statement, [*new, order.pk, *params]):
        for field in order._meta.concrete_fields:
            setattr(order, field.attname, getattr(changed, field.attname))
        return True
    order.refresh_from_db()
    return False


def _db() -> str:
    return router.db_for_write(Order)


@cache
def _changing(which: str, names: Sequence[str]) -> tuple[Rows, str]:
    found = Rows(o=Order)
    new = ", ".join(f"{name} = %s" for name in names)
    return found, f"UPDATE record_order o SET {new} WHERE id = %s AND {which} RETURNING {found.columns}"  # noqa: S608


@cache
def _claiming() -> tuple[Rows, str]:
    """The states stand in the statement, or it would not find the index of open orders."""
    found = Rows(o=Order)
    return found, (
        # One look: a plan may run a plain subquery again and take more than the limit.
        "WITH due AS MATERIALIZED ("  # noqa: S608  (our own names)
        " SELECT id FROM record_order WHERE (claimed_until IS NULL OR claimed_until <= %s) AND next_attempt_at <= %s"
        " AND state IN ('new', 'sent', 'unknown') ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)"
        " UPDATE record_order o SET state = CASE o.state WHEN 'new' THEN 'sent' ELSE 'unknown' END,"
        " sent_at = COALESCE(o.sent_at, %s), attempts = o.attempts + 1, claimed_until = %s"
        f" FROM due WHERE o.id = due.id RETURNING {found.columns}"
    )
