"""Stopping the card, and how the stop ends: the card is replaced, or the loss report lifted (card-fraud.md 3 and 4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _

from cases import free_text, kinds
from cases.actions import lapses, orders, states, texts
from cases.actions.intake import find_or_add_card
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Card, CardControl
from knowledge.messages import Template
from record.history import untold
from record.journal import stamp
from record.models import Order

End = CardControl.End
UNASKED = (End.LAPSED, End.RELEASED)
OPERATIONS = {End.REPLACED: "replace_card", End.RELEASED: "release_card"}


def order_loss_report(turn: Turn, *, task: UUID) -> Order:
    """Order the card system to stop the card; stopping twice is harmless. CaseError: no card, or archived."""
    states.not_archived(turn)
    card = orders.card_of(turn)
    return orders.place(turn, system=Order.System.CARD, operation="stop_card", payload={"token": card.token}, task=task)


def decline_stop(turn: Turn, *, reason: str, warned: bool = False) -> None:
    """The customer, warned of the loss that may grow, does not want the card stopped; or the card is not known yet.

    Who bears what follows is decided later (法释〔2021〕10号 art. 7.4), so the warning is on record with the refusal.
    CaseError: completed, no reason, or a known card whose holder was not warned.
    """
    states.still_open(turn)
    reason = free_text.written(reason, field="decline", required=True)
    refused = turn.case.card_id is not None
    if refused and not warned:
        raise CaseError(_("Warn the customer first, then tick this."), field="warned")
    turn.case.stop_declined_at = turn.now
    turn.case.save(update_fields=["stop_declined_at"])
    kind, data = (kinds.CONTROL_REFUSED, {"warned": True}) if refused else (kinds.CONTROL_DECLINED, {})
    turn.tell(kind, data=data, personal={"reason": reason}, changed=[turn.case])


def loss_reported(turn: Turn, *, receipt: str, effective_at: datetime, by_hand: bool = False) -> CardControl:
    """The card is stopped since `effective_at` by the card system's own clock; one open stop a card.

    A second answer changes nothing, except that the card system's own time replaces one typed by hand; an older loss
    report that was taken over keeps its own. CaseError: no card, no receipt, or (typed by hand) a time still to come.
    """
    receipt = free_text.code(receipt, field="receipt", typed=by_hand)
    if by_hand:
        states.happened(effective_at, turn, field="effective_at")
    data = {"receipt": receipt, "effective_at": stamp(effective_at)}
    control = running(turn)
    if control is None:
        control = begun(turn, CardControl.Kind.ORAL_LOSS)
        kind = kinds.CONTROL_TYPED if by_hand else kinds.CONTROL_STARTED
    elif not by_hand and _is_corrected_by(control, effective_at):
        kind = kinds.CONTROL_CORRECTED
        lapses.unwatch(turn, control, in_time=True)
    else:
        turn.tell(kinds.CONTROL_REPEATED, data=data, happened_at=effective_at)
        return control
    control.receipt, control.effective_at, control.by_hand = receipt, effective_at, by_hand
    control.lapses_at = lapses.lapse_of(turn, control.kind, effective_at)
    control.save()
    lapses.watch(turn, control)
    turn.tell(kind, data=data, changed=[control], happened_at=effective_at)
    texts.write(turn, Template.CARD_STOPPED)
    return control


def begun(turn: Turn, kind: str) -> CardControl:
    """A new loss report on the case's card, not saved yet. CaseError while the card is not known."""
    return CardControl(
        case=turn.case,
        person_key=turn.case.person_key,
        card_id=orders.card_id_of(turn),
        kind=kind,
        recorded_at=turn.now,
    )


def _is_corrected_by(control: CardControl, effective_at: datetime) -> bool:
    """The card system knows better than whoever typed it; a report taken over or made formal gets no younger by it."""
    taken_over = bool(control.source) and control.effective_at <= effective_at
    return control.by_hand and control.kind == CardControl.Kind.ORAL_LOSS and not taken_over


def choose_card_end(turn: Turn, *, end: str, reason: str) -> CardControl:
    """Say what becomes of the stopped card: `replaced`, or `released` and why.

    A card that was forged, stolen online or lost is replaced; released only for the holder's own payment or a false
    alarm. CaseError: no stop runs, another end, no reason, or release of a compromised card.
    """
    states.not_archived(turn)
    control = must_run(_to_end(turn))
    if end not in OPERATIONS:
        raise CaseError(_("Choose whether the card is replaced or the loss report lifted."), field="end")
    reason = free_text.written(reason, field="reason", required=end == End.RELEASED)
    if end == End.RELEASED and turn.case.transactions.compromising().exists():
        raise CaseError(_("The card is compromised: it is replaced, the loss report is not lifted."), field="end")
    control.chosen_end = End(end)
    control.save(update_fields=["chosen_end"])
    kind = kinds.CARD_TO_REPLACE if end == End.REPLACED else kinds.CARD_TO_RELEASE
    turn.tell(kind, data={"end": str(end)}, personal={"reason": reason} if reason else {}, changed=[control])
    return control


def order_card_end(turn: Turn, *, task: UUID) -> Order:
    """Order the card system to do what was chosen. CaseError: nothing was chosen, or no stop runs."""
    control = _with_end_chosen(_to_end(turn))
    operation = OPERATIONS[End(control.chosen_end)]
    payload = {"token": orders.card_of(turn).token}
    return orders.place(turn, system=Order.System.CARD, operation=operation, payload=payload, task=task)


def card_ended(
    turn: Turn, *, receipt: str, ended_at: datetime, new_card: Mapping[str, Any] | None = None
) -> CardControl:
    """The stop ended as chosen, at `ended_at`. `new_card`: token, first_six (or first6), last_four (or last4).

    A second answer is told and changes nothing. CaseError: nothing was chosen, no receipt, or an end before the stop.
    """
    receipt = free_text.code(receipt, field="receipt", typed=turn.user is not None)
    data = {"receipt": receipt, "ended_at": stamp(ended_at)}
    control = _to_end(turn)
    if control is None and (ended := turn.case.controls.losses().order_by("-id").first()) is not None:
        turn.tell(kinds.CARD_END_REPEATED, data=data, happened_at=ended_at)
        return ended
    control = _with_end_chosen(control)
    states.happened(ended_at, turn, field="ended_at")
    if ended_at < control.effective_at:
        raise CaseError(_("The stop cannot end before it began."), field="ended_at")
    control.end_receipt = receipt
    if control.ended_at is None:  # one that lapsed has its end, and the card is replaced all the same
        control.end, control.ended_at = control.chosen_end, ended_at
    control.save(update_fields=["end", "end_receipt", "ended_at"])
    lapses.unwatch(turn, control, at=ended_at)
    changed = [control, *_replaced(control, new_card)]
    kind = kinds.CARD_REPLACED if control.chosen_end == End.REPLACED else kinds.CARD_RELEASED
    turn.tell(kind, data=data, changed=changed, happened_at=ended_at)
    return control


def _replaced(control: CardControl, new_card: Mapping[str, Any] | None) -> list[Card]:
    """The old card with its successor named, and that one when it was not known before.

    Nothing when the card came back as it was or the new one is not known.
    """
    if control.chosen_end != End.REPLACED or not new_card:
        return []
    old = Card.objects.select_related("customer").get(pk=cast(int, control.card_id))
    old.replaced_by = new = find_or_add_card(
        token=new_card["token"],
        first_six=new_card.get("first_six") or new_card["first6"],
        last_four=new_card.get("last_four") or new_card["last4"],
        kind=old.kind,
        customer=old.customer,
    )
    old.save(update_fields=["replaced_by"])
    return [old, new] if untold(new) else [old]


def running(turn: Turn) -> CardControl | None:
    """The open loss report on the case's card. CaseError while the card is not known."""
    open_ones = turn.case.controls.losses().running().filter(card=orders.card_id_of(turn))
    return open_ones.first()


def _to_end(turn: Turn) -> CardControl | None:
    """The open loss report, else the last when it ended unasked: that leaves a card to be replaced all the same.

    Unasked it lapsed, or was lifted outside; an end of ours has a receipt.
    """
    if (control := running(turn)) is not None:
        return control
    last: CardControl | None = turn.case.controls.losses().order_by("-id").first()
    return last if last is not None and last.end in UNASKED and not last.end_receipt else None


def must_run(control: CardControl | None) -> CardControl:
    """The loss report that runs. CaseError when none does."""
    if control is None:
        raise CaseError(_("No stop of this card is running."))
    return control


def _with_end_chosen(control: CardControl | None) -> CardControl:
    if not must_run(control).chosen_end:
        raise CaseError(_("Choose whether the card is replaced or the loss report lifted."), field="end")
    return must_run(control)
