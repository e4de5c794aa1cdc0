"""A unit or a person of the bank, typed by number: a list of two thousand branches is no help on a call."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, User


class UnitField(forms.CharField):
    """The number of a branch in operation; cleans to the Branch, or None when left empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, required=False, help_text=_("Number of the branch"), **kwargs)

    def clean(self, value: Any) -> Branch | None:
        code = str(super().clean(value)).strip()
        if not code:
            return None
        branch: Branch | None = Branch.objects.open().filter(code=code).first()
        if branch is None:
            raise ValidationError(_("No branch in operation has this number."), code="unknown")
        return branch


class StaffField(forms.CharField):
    """The staff number of a person in service; cleans to the User, or None when left empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=32, required=False, help_text=_("Staff number"), **kwargs)

    def clean(self, value: Any) -> User | None:
        number = str(super().clean(value)).strip()
        if not number:
            return None
        person: User | None = User.objects.filter(staff_number=number, is_active=True).first()
        if person is None:
            raise ValidationError(_("Nobody in service has this staff number."), code="unknown")
        return person
