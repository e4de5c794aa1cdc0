"""A unit or a person of the bank: typed by number, or found by name among the branches in operation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, User
from accounts.roles import Level
from cases.models import Case

NOT_IN_OPERATION = _("No branch in operation has this number or name.")
MOST_BRANCHES = 3000  # more than any bank's list is long; beyond it the number is typed


class BranchInput(forms.TextInput):
    """A line with a list behind it that the browser searches by number and name, without script. One query when drawn.

    Listed is what lies near: head office and the tier-1 branch `list_near` names with all below it. Any other branch in
    operation is typed by its number.
    """

    near: Branch | Case | None = None

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The line, and the branches near by."""
        if self.near is None:
            return super().render(name, value, attrs, renderer)
        listed = f"{(attrs or {}).get('id', name)}_list"
        typed = super().render(name, value, {**(attrs or {}), "list": listed, "autocomplete": "off"}, renderer)
        options = ((branch.code, branch.label) for branch in _branches(self.near))
        return format_html(
            '{}<datalist id="{}">{}</datalist>',
            typed,
            listed,
            format_html_join("", '<option value="{}">{}</option>', options),
        )


def list_near(form: forms.BaseForm, place: Branch | Case) -> None:
    """Let the form's branches be found among those near this branch or case."""
    for field in form.fields.values():
        if isinstance(field.widget, BranchInput):
            field.widget.near = place


def _branches(near: Branch | Case) -> list[Branch]:
    found = Branch.objects.open().only("code", "name", "name_en").order_by("code")
    if near.tier1_id is not None:
        found = found.filter(Q(tier1_id=near.tier1_id) | Q(level=Level.HEAD_OFFICE))
    return list(found[:MOST_BRANCHES])


class UnitField(forms.CharField):
    """A branch in operation by its number or its whole name; cleans to the Branch, or None when left empty.

    With `closed` one that was closed as well: what lies back is looked for by it.
    """

    widget = BranchInput

    def __init__(self, *, closed: bool = False, **kwargs: Any) -> None:
        self.closed = closed
        super().__init__(
            max_length=80,
            required=False,
            help_text=_("Number of the branch; type a part of its name to find it"),
            **kwargs,
        )

    def clean(self, value: Any) -> Branch | None:
        typed = str(super().clean(value)).strip()
        if not typed:
            return None
        known = Branch.objects.all() if self.closed else Branch.objects.open()
        known = known.filter(Q(code=typed) | Q(name=typed) | Q(name_en=typed))
        found = sorted(known[:3], key=lambda branch: branch.code != typed)
        if not found:
            unknown = _("No branch has this number or name.") if self.closed else NOT_IN_OPERATION
            raise ValidationError(unknown, code="unknown")
        if len(found) > 1 and found[0].code != typed:
            raise ValidationError(_("Several branches have this name; type the number."), code="several")
        return found[0]


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
