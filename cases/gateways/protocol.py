"""The words in which a case speaks with a bank system: an instruction goes out, an answer comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from uuid import UUID

from django.utils.translation import gettext_noop as _

State = Literal["confirmed", "rejected", "unknown", "never_heard", "pending"]

UNREACHABLE = _("The bank system could not be reached.")
NO_ANSWER = _("The bank system did not answer in time.")
UNREADABLE = _("The bank system's answer could not be read.")
TROUBLE = _("The bank system reported trouble.")
KEY_TAKEN = _("The bank system knows this key from another order.")


class InterfaceOff(Exception):
    """No address is set for this bank system: the manual twin is the only way."""


@dataclass(frozen=True)
class Answer:
    """What a bank system said about one order.

    state: "confirmed" booked, final · "rejected" refused, final · "pending" taken, not yet booked · "never_heard" the
    system itself said so, the only state that allows a resend · "unknown" anything else: enquire, never resend.
    data: the fields of a confirmed (when told, of a rejected) answer that `answers` knows; no floats, journal-safe.
    Whoever confirms money compares `amount` and `currency` with what was ordered.
    reason: a sentence for people; ours are English and in the catalogue, a rejection's is the bank's own words.
    """

    state: State
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    @property
    def never_left(self) -> bool:
        """The order did not leave us in *this* call; an earlier call under the same key may have arrived."""
        return self.state == "unknown" and self.reason == UNREACHABLE


@dataclass(frozen=True)
class Finding:
    """What the card system said about a card's digits. "found" comes with its token; "unknown" is every doubt."""

    state: Literal["found", "not_found", "unknown"]
    token: str = ""
    reason: str = ""


class Instruction(Protocol):
    """What a gateway needs of an order; `record.models.Order` fits. The payload holds tokens, never personal data.

    Only `texts` adds a telephone number, on the way out.
    """

    @property
    def key(self) -> UUID: ...

    @property
    def operation(self) -> str: ...

    @property
    def payload(self) -> Mapping[str, Any]: ...


class BankSystem(Protocol):
    """Card system, core ledger or SMS gateway. Neither method raises for what the other side does; see `Answer`."""

    def send(self, order: Instruction) -> Answer:
        """Hand over an order under its idempotency key, once."""
        ...

    def enquire(self, key: UUID) -> Answer:
        """Ask what became of an order."""
        ...


class CardSystem(BankSystem, Protocol):
    """The card system also knows which card somebody means. Like the others it never raises; see `Finding`."""

    def find_card(self, *, first_six: str, last_four: str, phone: str) -> Finding:
        """Ask for the token of the card with these digits whose holder has this phone; ten digits alone are shared."""
        ...


def body(order: Instruction) -> dict[str, Any]:
    """The order as it travels: {"operation", …payload}. The same order always gives the same body."""
    if "operation" in order.payload:
        raise ValueError("a payload must not name the operation")
    return {"operation": order.operation, **order.payload}
