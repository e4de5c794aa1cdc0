"""口头挂失转正式挂失 by order: asked of the card system where the customer agreed, typed from a receipt otherwise.

The order has no step of its own: the limit of the temporary report goes on reminding people until the report is formal,
so that a bank system that refuses or is silent changes nothing (docs/decisions/0027).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from cases import free_text, gateways
from cases.actions import control, evidence, lapses, loss_reports, orders, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.kinds_systems import FORMAL_AGREED, FORMAL_BY_ITSELF, FORMAL_CONFIRMED, FORMAL_ORDERED, FORMAL_REJECTED
from cases.models import CardControl, Case
from knowledge.evidence import EvidenceKind
from record.journal import stamp
from record.models import Order

Kind = CardControl.Kind
OPERATION: Final = loss_reports.FORMAL_LOSS


def agree(turn: Turn, *, proof: str, agreed_at: datetime) -> Case:
    """The customer agreed, at `agreed_at`, that his loss report is made formal; `proof` is the recording or paper.

    Only then the watchdog orders it by itself. CaseError: completed, no card, no proof, or a time that cannot be.
    """
    states.still_open(turn)
    orders.card_id_of(turn)
    proof = free_text.code(proof, field="proof")
    states.happened(agreed_at, turn, field="agreed_at")
    turn.case.formal_loss_agreed_at = agreed_at
    turn.case.save(update_fields=["formal_loss_agreed_at"])
    turn.tell(FORMAL_AGREED, data={"proof": proof}, changed=[turn.case], happened_at=agreed_at)
    return turn.case


def order(turn: Turn) -> Order:
    """Tell the card system to make the temporary loss report formal.

    CaseError: none runs, the customer did not agree, it was ordered before, or there is no interface.
    """
    states.still_open(turn)
    found = control.must_run(control.running(turn))
    if found.kind != Kind.ORAL_LOSS:
        raise CaseError(_("The loss report was made formal already."))
    if turn.case.formal_loss_agreed_at is None:
        raise CaseError(_("The customer has not agreed to a formal loss report. Record that first."))
    if not gateways.is_on("card"):
        raise CaseError(_("There is no interface to the card system: make it formal by hand."))
    if order_of(found) is not None:
        raise CaseError(_("This was ordered before. Make it formal by hand if the card system does not answer."))
    payload = {"token": orders.card_of(turn).token}
    placed = orders.place_aside(turn, system=Order.System.CARD, operation=OPERATION, payload=payload, about=found.uuid)
    turn.tell(FORMAL_ORDERED, data={"order": str(placed.key)})
    return placed


def order_of(found: CardControl) -> Order | None:
    """The order given on this loss report, if one was."""
    return Order.objects.filter(key=orders.key_aside(found.uuid, OPERATION)).first()


def before_lapse(turn: Turn, uuid: UUID | None) -> Order | None:
    """The watchdog: a report about to lapse is made formal by order where the customer agreed; else people are asked.

    None when nothing was ordered. Never more than one order a report, and none once the end was chosen.
    """
    found = turn.case.controls.running().filter(uuid=uuid, kind=Kind.ORAL_LOSS, chosen_end="").first()
    agreed = turn.case.formal_loss_agreed_at is not None and turn.case.is_open
    if found is None or not agreed or not gateways.is_on("card") or order_of(found) is not None:
        return None
    turn.tell(FORMAL_BY_ITSELF, data={"control": str(found.uuid)})
    return order(turn)


def is_wanted(turn: Turn, order: Order) -> bool:
    """Whether an order the card system never heard of should still go: the temporary report still runs."""
    return _asked_about(turn, order) is not None


def confirmed(turn: Turn, *, order: Order, data: Mapping[str, Any]) -> None:
    """The loss report is formal since the card system's own time. One that had lapsed begins anew as formal."""
    at, receipt = datetime.fromisoformat(data["effective_at"]), data["receipt"]
    old = _asked_about(turn, order)
    if old is None and control.running(turn) is not None:
        return  # a person was first, or the system answers twice
    last = turn.case.controls.losses().order_by("-id").first()
    if old is None and (last is None or last.end != CardControl.End.LAPSED):
        return  # replaced or released meanwhile: nothing is to be stopped any more
    evidence.add_reference(turn, kind=EvidenceKind.STOP_RECEIPT, reference=receipt, happened_at=at)
    formal = formalised(turn, old, receipt=receipt, at=at)
    told = {"receipt": receipt, "effective_at": stamp(formal.effective_at)}
    changed = [formal] if old is None else [old, formal]
    turn.tell(FORMAL_CONFIRMED, data=told, changed=changed, happened_at=at)


def rejected(turn: Turn, *, order: Order, reason: str) -> None:
    """The card system does not do it; the limit of the temporary report runs on, and people do it by hand."""
    turn.tell(FORMAL_REJECTED, data={"order": str(order.key)}, personal={"reason": reason} if reason else {})


def formalised(turn: Turn, old: CardControl | None, *, receipt: str, at: datetime) -> CardControl:
    """The formal report in the temporary one's place, by the card system's own word; its limit ends."""
    formal = control.begun(turn, Kind.FORMAL_LOSS)
    formal.receipt, formal.effective_at = receipt, at
    if old is not None:
        formal.effective_at = max(at, old.effective_at)
        old.end, old.ended_at, old.end_receipt = CardControl.End.CONVERTED, formal.effective_at, receipt
        old.save(update_fields=["end", "ended_at", "end_receipt"])
        formal.follows, formal.chosen_end = old, old.chosen_end
    formal.save()
    lapses.unwatch(turn, formal, at=formal.effective_at)
    return formal


def _asked_about(turn: Turn, order: Order) -> CardControl | None:
    """The temporary report this order was given on, while it runs."""
    running = turn.case.controls.running().filter(kind=Kind.ORAL_LOSS)
    return next((found for found in running if orders.key_aside(found.uuid, OPERATION) == order.key), None)
