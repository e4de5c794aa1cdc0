"""What every form of the desk has in common: typed text holds no card number, no secret, nothing unwritable."""

from typing import Any, ClassVar

from django import forms

from cases.validators import TYPED_TEXT, no_card_number


class CardSafeForm(forms.BaseForm):
    """Mixin, first in the bases, before `forms.Form` or `forms.ModelForm`: guards every text field of the form.

    `machine_numbers` names fields for numbers a bank system made (a receipt, a transaction number): about one in forty
    of those with 16 digits looks like a card number by chance, and nobody can shorten them.
    """

    machine_numbers: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.CharField):
                checks = [
                    check for check in TYPED_TEXT if check is not no_card_number or name not in self.machine_numbers
                ]
                field.validators = [*field.validators, *checks]
