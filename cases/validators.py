"""What typed text may not hold, as Django validators for forms; actions ask the same again (`free_text.written`)."""

from collections.abc import Callable
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases import card_numbers


def no_card_number(value: str) -> None:
    """ValidationError naming the place of a full card number, its middle masked."""
    card_numbers.refuse_numbers(value)


def no_card_number_as_code(value: str) -> None:
    """As `no_card_number`, in a field for a receipt's or recording's number; the sentence says how to write one."""
    card_numbers.refuse_code(value)


def no_secrets(value: str) -> None:
    """ValidationError naming the place of a security code, PIN or expiry date; the value is not repeated."""
    card_numbers.refuse_secrets(value)


def only_writing(value: str) -> None:
    """ValidationError for characters no record can keep: NUL, other control characters, halves of a character."""
    for at, sign in enumerate(value):
        if (sign < " " and sign not in "\t\n\r") or "\ud800" <= sign <= "\udfff":
            raise ValidationError(
                _("Character %(character)d cannot be written down. Type it again."),
                code="unwritable",
                params={"character": at + 1},
            )


TYPED_TEXT: Final[tuple[Callable[[str], None], ...]] = (only_writing, no_card_number, no_secrets)
TYPED_CODE: Final[tuple[Callable[[str], None], ...]] = (only_writing, no_card_number_as_code)
