"""What our own complaints know of a caller when a call goes on into a form: his cards, chosen by a key, and his cases.

Nothing of it is told for a number that was only typed here: the page of a call, whose look-ups are on record, hands the
number on, and what the form sends back has to prove that it did (docs/decisions/0032-calls.md).
"""

from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from cases.models import Card, Case

from ..forms.intake import CallForm, Stopping
from . import callers
from .wording import summary_of

PROOF: Final = "offered"  # the hidden field


@dataclass
class Known:
    """Complaints of this caller within the person's reach, the newest first, and the cards they are about."""

    proof: str = ""
    cases: list[Case] = field(default_factory=list)

    @property
    def cards(self) -> list[Card]:
        """Each once; one that was replaced cannot be stopped any more."""
        cards = (case.card for case in self.cases if case.card and not case.card.replaced_by_id)
        return list({card.pk: card for card in cards}.values())

    def filled(self, sent: Any) -> Any:
        """What was sent, with the digits of the card that was chosen instead of them."""
        chosen = next((card for card in self.cards if sent and str(card.uuid) == sent.get("known_card")), None)
        if chosen is None or sent.get("stop") == Stopping.UNKNOWN:
            return sent
        filled = sent.copy()
        for name in ("first_six", "last_four"):
            filled[name] = getattr(chosen, name)
        filled["card_kind"] = chosen.kind
        return filled

    def offer(self, form: CallForm) -> None:
        """Ask for one of the cards, when there are any."""
        form.offer_cards(self.cards)

    def shown(self) -> dict[str, Any]:
        """Context of known.html."""
        lines = [{"case": case, "summary": summary_of(case)} for case in self.cases]
        return {"known": lines, "known_proof": self.proof}


def of(user: User, sent: QueryDict | None, begun: dict[str, Any]) -> Known:
    """Of the number that came from the page of a call, now or when the form was first shown. One query, or none."""
    said = sent if sent is not None else QueryDict()
    number = begun.get("phone", "") or callers.phone_of(said.get("phone", ""))
    if not number:
        return Known()
    proof = salted_hmac("workflows.known_cards", f"{user.pk}:{number}").hexdigest()
    if not begun and not constant_time_compare(proof, said.get(PROOF, "")):
        return Known()
    found = callers.complaints(user, number)[: callers.MOST]
    if begun and found:
        callers.record(user, callers.BEGUN, found)
    return Known(proof, found)
