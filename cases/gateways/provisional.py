"""A token of our own for a card whose token the card system could not be asked for.

The loss must be stopped in the call, whatever is down. A card with a provisional token is stopped, and later paid and
ended, by the manual steps: while the interface is off no order leaves, and once it is back the card system rejects a
token it never gave, which opens the manual step too.
"""

from typing import Final
from uuid import UUID, uuid5

from record.sealed import blind_index

PREFIX: Final = "manual-"
_NAMESPACE: Final = UUID("5b0f6c0e-6c57-4c0b-9d0b-8e0d5a5f6f3a")
_LABEL: Final = "card.provisional"


def token_for(*, first_six: str, last_four: str, phone: str) -> str:
    """The same for the same digits and phone, so that a second call finds the same card.

    Digits alone are shared by many cards, hence the phone; both go through the keyed blind index, so nobody without the
    key can try numbers against the token. A new index key gives new tokens.
    """
    # Written with or without the country, a Chinese number is one number.
    number = "".join(sign for sign in phone if sign.isdigit())[-11:]
    name = blind_index(f"{first_six}|{last_four}|{number}", label=_LABEL)
    return f"{PREFIX}{uuid5(_NAMESPACE, name).hex}"


def is_provisional(token: str) -> bool:
    """Whether the card system has never heard of this token."""
    return token.startswith(PREFIX)
