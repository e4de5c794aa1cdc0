"""Questions about a case that steer its way. Plain Python: takes the case as it is in hand, changes nothing."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.models import Case


def is_card_fraud(case: "Case") -> bool:
    """A card payment was not the customer's."""
    return case.kind == case.Kind.CARD_FRAUD


def has_card(case: "Case") -> bool:
    """The card is known."""
    return case.card_id is not None


def wants_stop(case: "Case") -> bool:
    """The card is known and the customer has not refused to have it stopped."""
    return case.card_id is not None and case.stop_declined_at is None


def is_credit_card(case: "Case") -> bool:
    """The money left by a credit card: the account needs protection while the matter is open (art. 7.2)."""
    return case.card is not None and case.card.kind == case.card.Kind.CREDIT


def is_told(case: "Case") -> bool:
    """The customer has the decision; the statutory clock stands."""
    return case.told_at is not None


def is_withdrawn(case: "Case") -> bool:
    """The customer took the complaint back."""
    return case.withdrawn_at is not None


def disputes_anything(case: "Case") -> bool:
    """At least one transaction is disputed."""
    return bool(case.disputed_total)


def pays_anything(case: "Case") -> bool:
    """An approved sum is not yet with the customer."""
    return case.money.owed().exists()


def is_card_stopped(case: "Case") -> bool:
    """A loss report on the card has begun and not ended."""
    return case.controls.filter(ended_at=None).exists()


def needs_new_card(case: "Case") -> bool:
    """The card is compromised (forged, stolen online, lost): it is replaced, never just released."""
    return case.transactions.compromising().exists()

