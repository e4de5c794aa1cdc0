"""Orders to bank systems: sent outside any lock, answered once under the case's lock."""

import logging
from datetime import timedelta
from uuid import UUID

from cases import gateways, rules
from cases.actions.turn import Turn, turn
from cases.errors import CaseError
from cases.gateways import Answer
from cases.kinds import ORDER_LATE_CONFIRMATION, ORDER_REPEATED
from record import clock, outbox
from record.models import Order

from .. import kinds
from ..models import OPEN, StepTask
from ..nodes.instruct import HARMLESS
from .asides import answer_aside, drop_aside, is_still_wanted
from .ending import tell_end
from .hand import task_in

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
PAUSES = (2, 5, 15, 30, 60, 120, 300)  # seconds between enquiries, the last one for ever


def deliver_orders(limit: int = 20) -> int:
    """Send or enquire about what is due. Any number of workers; killed anywhere, nothing is lost or doubled."""
    for delivered in range(limit):
        # One at a time: a slow answer must not use up the lease of the orders behind it.
        if not (claimed := outbox.claim(1, LEASE)):
            return delivered
        deliver(claimed[0])
    return limit


def deliver(order: Order) -> None:
    """One claimed order: what may have arrived before is asked about, never sent blindly again."""
    try:
        bank = gateways.system(order.system)
    except gateways.InterfaceOff:
        postpone(order)
        return
    reply = bank.enquire(order.key) if order.state == Order.State.UNKNOWN else bank.send(order)
    if reply.state == "never_heard":
        if not _is_waited_for(order):
            drop(order)
            return
        if not outbox.extend(order, LEASE):
            return
        reply = bank.send(order)
    if reply.state in ("confirmed", "rejected"):
        _take(order, reply)
    else:
        postpone(order)


def _is_waited_for(order: Order) -> bool:
    """Somebody still needs it: a step waits, or what no step waits for is still wanted."""
    if order.task is None:
        return is_still_wanted(order)
    return StepTask.objects.open().filter(uuid=order.task).exists()


def _take(order: Order, reply: Answer) -> None:
    """Take the answer to the case. One the case cannot stand must not keep the orders behind it from leaving.

    It is asked for again; past its limit the wait goes to a person, as with a bank system that is silent.
    """
    try:
        answer(order, reply)
    except CaseError as error:
        log.error("The answer to order %s cannot be recorded: %s", order.key, type(error).__name__)
        postpone(order)


def drop(order: Order) -> None:
    """The bank has never heard of it and nobody waits for it any more: it is not sent again."""
    if order.task is None:
        drop_aside(order)
        return
    with turn(order.subject, cause=f"order {order.key}") as hand:
        task = task_in(hand, order.task)
        outbox.postpone(order, hand.now)  # lets go of it: what a worker holds cannot be voided
        if outbox.void(order, "nobody waits for it"):
            hand.tell(kinds.ORDER_DROPPED, data={"step": task.flow_task.name, "order": str(order.key)})


def postpone(order: Order) -> None:
    """Ask again later, with growing pauses."""
    pause = PAUSES[min(order.attempts, len(PAUSES) - 1)]
    outbox.postpone(order, clock.now() + timedelta(seconds=pause))


def answer(order: Order, reply: Answer) -> bool:
    """Take a bank system's answer. A second one, or one nobody waits for any more, is journaled and changes nothing.

    Returns whether this answer was the one that counted.
    """
    if order.task is None:
        return answer_aside(order, reply)
    with turn(order.subject, step=order.task, cause=f"order {order.key}") as hand:
        task = task_in(hand, order.task)
        about = {"step": task.flow_task.name, "order": str(order.key), "state": reply.state}
        counted = outbox.answered(order, state=reply.state, answer=reply.data)
        if not counted or task.status not in OPEN:
            unheard = counted or order.state in (Order.State.VOID, Order.State.REJECTED)
            if reply.state == "confirmed" and unheard and not _is_harmless(order, hand):
                hand.tell(ORDER_LATE_CONFIRMATION, data={**about, "receipt": reply.data["receipt"]})
            else:
                hand.tell(ORDER_REPEATED, data=about)
            return False
        activation = task.flow_task.activation_class(task)
        activation.answer(order, confirmed=reply.state == "confirmed", data=reply.data, reason=reply.reason)
        tell_end(hand, task.process)
    return True


def _is_harmless(order: Order, hand: Turn) -> bool:
    """The bank did what a person did meanwhile, or what nobody wanted any more, and nothing has to be undone."""
    if order.operation == "stop_card":
        return rules.is_card_stopped(hand.case)
    if order.operation == "hold_account":
        return rules.is_account_held(hand.case)
    return order.operation in HARMLESS


def silence(step: UUID) -> None:
    """An order's limit passed: open the manual twin beside the wait."""
    with turn(step=step, cause="order silent") as hand:
        task: StepTask = task_in(hand, step)
        if task.is_open:
            task.flow_task.activation_class(task).silence()
