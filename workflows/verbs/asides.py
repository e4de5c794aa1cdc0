"""Orders no step waits for: answered once, under the case's lock, like those of a step."""

from accounts.models import User
from accounts.permissions import Verb
from cases.actions import formal_loss, stop_state, texts
from cases.actions.asides import ASIDES
from cases.actions.turn import Turn, turn
from cases.gateways import Answer
from cases.kinds import ORDER_CONFIRMED, ORDER_REJECTED, ORDER_REPEATED
from cases.kinds_systems import ORDER_NOT_WANTED
from cases.models import Case, TextMessage
from record import clock, outbox
from record.models import Order

from .hand import act_by

MOST = 100


def answer_aside(order: Order, reply: Answer) -> bool:
    """Take the answer; a second one is told and changes nothing. Returns whether this one counted."""
    aside = ASIDES[order.operation]
    with turn(order.subject, cause=f"order {order.key}") as hand:
        about = {"order": str(order.key), "state": reply.state}
        if not outbox.answered(order, state=reply.state, answer=reply.data):
            hand.tell(ORDER_REPEATED, data=about)
            return False
        if reply.state == "confirmed":
            if not aside.asks_only:
                hand.tell(ORDER_CONFIRMED, data={**about, "receipt": reply.data["receipt"]})
            aside.confirmed(hand, order=order, data=reply.data)
        else:
            reason = _reason(hand, reply)
            if not aside.asks_only:
                hand.tell(ORDER_REJECTED, data=about, personal={"reason": reason} if reason else {})
            aside.rejected(hand, order=order, reason=reason)
    return True


def _reason(hand: Turn, reply: Answer) -> str:
    """The bank system's words, unless the person was erased: then nothing can be sealed for him any more."""
    key = hand.case.person_key
    return "" if key is None or key.destroyed else reply.reason


def is_still_wanted(order: Order) -> bool:
    """Whether what the bank system never heard of should go once more."""
    with turn(order.subject, cause=f"order {order.key}") as hand:
        return ASIDES[order.operation].is_wanted(hand, order)


def drop_aside(order: Order) -> None:
    """The bank has never heard of it and it is not wanted any more: it is not sent again."""
    with turn(order.subject, cause=f"order {order.key}") as hand:
        outbox.postpone(order, hand.now)  # lets go of it: what a worker holds cannot be voided
        if outbox.void(order, "not wanted any more"):
            hand.tell(ORDER_NOT_WANTED, data={"order": str(order.key)})


def ask_about_stops() -> int:
    """Ask the card system about every loss report in force for a day and not asked about in a day; how many."""
    asked = 0
    for control in stop_state.due(clock.now(), MOST):
        with turn(control.case, cause="sweep") as hand:
            asked += stop_state.ask(hand, control) is not None
    return asked


def ask_about_card(token: str) -> int:
    """The card system says that this card's stop changed: it is asked, and only its answer counts. How many were."""
    asked = 0
    for control in stop_state.on_card(token):
        with turn(control.case, cause="knock of the card system") as hand:
            asked += stop_state.ask(hand, control, at_once=True) is not None
    return asked


def agree_formal_loss(case: Case, *, user: User, **said: object) -> Case:
    """The customer agreed that his loss report is made formal."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.STOP_LOSS, hand.case)
        return formal_loss.agree(hand, **said)  # type: ignore[arg-type]  # from the form


def order_formal_loss(case: Case, *, user: User) -> Order:
    """Tell the card system to make the loss report formal, now."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.CONTROL, hand.case)
        return formal_loss.order(hand)


def tell_by_phone(case: Case, *, user: User, **said: object) -> TextMessage:
    """The customer was told by phone what no text message told him."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.ADD_CONTACT, hand.case)
        return texts.tell_by_phone(hand, **said)  # type: ignore[arg-type]  # from the form


def wants_texts(case: Case, *, user: User, wanted: bool) -> Case:
    """The customer wants no text messages, or wants them again."""
    with turn(case, user=user) as hand:
        act_by(hand, Verb.ADD_CONTACT, hand.case)
        return texts.wants_texts(hand, wanted=wanted)
