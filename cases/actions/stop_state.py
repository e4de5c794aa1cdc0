"""What the card system says of a loss report we believe in force: lapsed, lifted at a counter, made formal elsewhere.

It is asked about once a day, by a quiet order that changes nothing there. Nothing here ends a stop at the bank: what
has ended there is mirrored, with an alarm.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from cases import gateways
from cases.actions import evidence, formal_loss, lapses, loss_reports, orders
from cases.actions.turn import Turn
from cases.kinds_systems import FORMAL_OUTSIDE, STOP_GONE
from cases.models import CardControl, Case, Notice
from knowledge.evidence import EvidenceKind
from record.journal import stamp
from record.models import Order

OPERATION: Final = "stop_state"
EVERY: Final = timedelta(days=1)
LAPSED, FORMAL, NONE = "lapsed", "formal", "none"


def ask(turn: Turn, found: CardControl, *, at_once: bool = False) -> Order | None:
    """Ask about this loss report; None when it was asked today, has ended, or there is no interface.

    `at_once`: the card system says that something changed, so it is asked again, at most once a minute.
    """
    found = loss_reports.locked(turn, found)
    if found.ended_at is not None or found.card is None or not gateways.is_on("card"):
        return None
    about = _question(found, turn.now, often=at_once)
    if Order.objects.filter(key=orders.key_aside(about, OPERATION)).exists():
        return None
    payload = {"token": found.card.token}
    return orders.place_aside(
        turn, system=Order.System.CARD, operation=OPERATION, payload=payload, about=about, quiet=True
    )


def is_wanted(turn: Turn, order: Order) -> bool:
    """A question that never arrived is asked anew as long as anything is stopped."""
    return _believed(turn, order) is not None


def told(turn: Turn, *, order: Order, data: Mapping[str, Any]) -> None:
    """Mirror what the card system says, unless an end of ours is under way or the stop is younger than the answer."""
    found, seen_at = _believed(turn, order), datetime.fromisoformat(data["effective_at"])
    if found is None or found.chosen_end or seen_at < found.effective_at:
        return
    if data["stop"] == NONE:
        _gone(turn, found, data, seen_at)
    elif data["stop"] == FORMAL and found.kind == CardControl.Kind.ORAL_LOSS:
        _formal(turn, found, data, seen_at)


def rejected(turn: Turn, *, order: Order, reason: str) -> None:
    """The card system does not say (a token it never gave): people look, as before."""


def _gone(turn: Turn, found: CardControl, data: Mapping[str, Any], seen_at: datetime) -> None:
    """It ended there, unasked: our row ends then, and those on the case are told that the card is not stopped."""
    ended_at = max(datetime.fromisoformat(data["ended_at"]) if data["ended_at"] else seen_at, found.effective_at)
    lapsed = data["why"] == LAPSED and found.can_lapse
    found.end = CardControl.End.LAPSED if lapsed else CardControl.End.RELEASED
    found.ended_at = ended_at
    found.save(update_fields=["end", "ended_at"])
    lapses.unwatch(turn, found, at=ended_at, in_time=False if found.can_lapse else None)
    about = {"control": str(found.uuid), "receipt": data["receipt"], "ended_at": stamp(ended_at), "why": data["why"]}
    turn.tell(STOP_GONE, data=about, changed=[found], happened_at=ended_at)
    for person in turn.case.people.filter(until=None).values_list("user", flat=True).distinct():
        Notice.objects.create(case=turn.case, level=0, kind=Notice.Kind.UNSTOPPED, to_id=person, made_at=turn.now)


def _formal(turn: Turn, found: CardControl, data: Mapping[str, Any], seen_at: datetime) -> None:
    at = datetime.fromisoformat(data["since"]) if data["since"] else seen_at
    evidence.add_reference(turn, kind=EvidenceKind.STOP_RECEIPT, reference=data["receipt"], happened_at=seen_at)
    formal = formal_loss.formalised(turn, found, receipt=data["receipt"], at=at)
    told = {"control": str(found.uuid), "effective_at": stamp(formal.effective_at)}
    turn.tell(FORMAL_OUTSIDE, data=told, changed=[found, formal], happened_at=formal.effective_at)


def _believed(turn: Turn, order: Order) -> CardControl | None:
    """The loss report on this card that we believe in force."""
    running = turn.case.controls.losses().running().select_related("person_key", "follows")
    found: CardControl | None = running.filter(card__token=order.payload["token"]).first()
    return found


def _question(found: CardControl, now: datetime, *, often: bool) -> UUID:
    """One question a day, or (told that something changed) a minute."""
    return uuid5(found.uuid, now.isoformat(timespec="minutes") if often else now.date().isoformat())


def on_card(token: str) -> list[CardControl]:
    """Loss reports in force here on this card; one query."""
    running = CardControl.objects.losses().running().filter(card__token=token)
    return list(running.select_related("case").order_by("case_id"))


def due(now: datetime, most: int) -> list[CardControl]:
    """Loss reports to be asked about: in force for a day here, and not asked about in a day. One query."""
    asked = Order.objects.filter(operation=OPERATION, placed_at__gt=now - EVERY).values("subject")
    running = CardControl.objects.losses().running().filter(recorded_at__lte=now - EVERY, card__isnull=False)
    still = running.exclude(case__uuid__in=asked).exclude(case__state=Case.State.ARCHIVED)
    return list(still.select_related("case").order_by("id")[:most])
