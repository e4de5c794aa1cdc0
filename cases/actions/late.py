"""What comes late: the card becomes known, the customer changes his mind about the stop, or neither."""

from django.utils.translation import gettext as _

from cases import free_text, kinds_door, rules
from cases.actions import states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Card
from record.history import untold


def card_found(turn: Turn, *, card: Card) -> Card:
    """The card of the case is known now, before the decision was told. CaseError: known before, or told already."""
    states.undecided(turn)
    if turn.case.card_id is not None:
        raise CaseError(_("The card of this case is known already."), field="last_four")
    turn.case.card = card
    turn.case.save(update_fields=["card"])
    changed = [turn.case, *([card] if untold(card) else [])]
    turn.tell(kinds_door.CARD_FOUND, data={"card": str(card.uuid)}, changed=changed)
    return card


def card_not_found(turn: Turn, *, reason: str) -> None:
    """The card could not be found out; the transactions are typed from paper. CaseError: no reason, or completed."""
    states.still_open(turn)
    reason = free_text.written(reason, field="reason", required=True)
    turn.tell(kinds_door.CARD_NOT_FOUND, personal={"reason": reason})


def want_stop(turn: Turn) -> None:
    """The last word on the stop is yes. CaseError: no card is known, or completed."""
    states.still_open(turn)
    if not rules.has_card(turn.case):
        raise CaseError(_("The card must be known before it can be stopped."), field="last_four")
    turn.case.stop_wanted_at = turn.now
    turn.case.save(update_fields=["stop_wanted_at"])
    turn.tell(kinds_door.STOP_WANTED, changed=[turn.case])


def refuse_stop(turn: Turn, *, reason: str, warned: bool) -> None:
    """Asked again and warned, the customer still does not want it (法释〔2021〕10号 art. 7.4).

    When he first refused stays on record. CaseError: completed, not warned, or no reason.
    """
    states.still_open(turn)
    reason = free_text.written(reason, field="reason", required=True)
    if not warned:
        raise CaseError(_("Warn the customer first, then tick this."), field="warned")
    changed = []
    if not rules.is_stop_declined(turn.case):
        turn.case.stop_declined_at = turn.now
        turn.case.save(update_fields=["stop_declined_at"])
        changed = [turn.case]
    turn.tell(kinds_door.STOP_STILL_REFUSED, data={"warned": True}, personal={"reason": reason}, changed=changed)
