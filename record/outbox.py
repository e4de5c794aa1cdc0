"""Orders to the bank's systems: written with the change they follow from, sent by workers, answered once.

    new ──claim──▶ sent ──answered──▶ confirmed | rejected
                    │ lease over, or postponed
                    ▼
                 unknown ──claim──▶ (ask the bank) ──answered──▶ confirmed | rejected

A worker that claims an order in the state `unknown` asks the bank about its key first. Only "never heard of it" allows
a resend, under the same key and after `extend`, which refuses when it was voided, answered or taken meanwhile.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from record import clock
from record.body import checked
from record.models import Order

__all__ = ["ANSWERS", "OPEN", "Order", "answered", "claim", "extend", "place", "postpone", "void"]

State = Order.State
OPEN = (State.NEW, State.SENT, State.UNKNOWN)
ANSWERS = (State.CONFIRMED, State.REJECTED)


def place(
    *, key: UUID, system: str, operation: str, payload: Mapping[str, Any], subject: UUID, task: UUID | None = None
) -> Order:
    """Write an order into the running transaction. IntegrityError when the key was used; JournalError for floats."""
    return Order.objects.create(
        key=key,
        system=Order.System(system),
        operation=operation,
        payload=checked(payload, "payload"),
        subject=subject,
        task=task,
    )


def claim(limit: int, lease: timedelta) -> list[Order]:
    """Take up to `limit` due orders for `lease`, oldest first; committed when it returns, so outside any transaction.

    A new order comes back `sent`: from here on it may have arrived. One that was taken before comes back `unknown`.
    The lease must be longer than the time-out of the call it is for.
    """
    now = clock.now()
    with transaction.atomic(durable=True):
        free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        due = Order.objects.filter(free, state__in=OPEN, next_attempt_at__lte=now)
        orders = list(due.order_by("id").select_for_update(skip_locked=True)[:limit])
        for order in orders:
            _take(order, now, now + lease)
    return orders


def _take(order: Order, now: datetime, until: datetime) -> None:
    order.state = State.SENT if order.state == State.NEW else State.UNKNOWN
    order.sent_at = order.sent_at or now
    order.attempts += 1
    order.claimed_until = until
    order.save(update_fields=["state", "sent_at", "attempts", "claimed_until"])


def extend(order: Order, lease: timedelta) -> bool:
    """Hold on to a claimed order, just before sending it again. False: answered, void or taken; do not send."""
    now = clock.now()
    mine = Order.objects.filter(
        pk=order.pk, attempts=order.attempts, state__in=OPEN, claimed_until__gt=now, claimed_until=order.claimed_until
    )
    return _changed(mine, order, claimed_until=now + lease)


def answered(order: Order, *, state: str, answer: Mapping[str, Any]) -> bool:
    """The bank said `confirmed` or `rejected`. False when it had been answered or voided: see `order.state`."""
    if state not in ANSWERS:
        raise ValueError(f"{state!r} is no answer.")
    waiting = Order.objects.filter(pk=order.pk, state__in=OPEN)
    told = checked(answer, "answer")
    return _changed(waiting, order, state=State(state), answer=told, answered_at=clock.now(), claimed_until=None)


def postpone(order: Order, until: datetime) -> bool:
    """No answer yet: unknown, asked about from `until` (aware) on. False when answered, void or taken by another."""
    mine = Order.objects.filter(pk=order.pk, state__in=(State.SENT, State.UNKNOWN), attempts=order.attempts)
    return _changed(mine, order, state=State.UNKNOWN, next_attempt_at=until, claimed_until=None)


def void(order: Order, why: str) -> bool:
    """It is done by hand instead. False when it was confirmed, or a worker holds it at this moment: try again later."""
    now = clock.now()
    held = Q(claimed_until__gt=now)
    open_or_rejected = Order.objects.filter(pk=order.pk, state__in=(*OPEN, State.REJECTED)).exclude(held)
    return _changed(open_or_rejected, order, state=State.VOID, why_void=why, claimed_until=None)


def _changed(which: Any, order: Order, **values: Any) -> bool:
    """One conditional UPDATE decides every race; the order at hand is read again, whoever won."""
    done = bool(which.update(**values))
    order.refresh_from_db()
    return done
