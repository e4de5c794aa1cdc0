"""The form of a step: knows the case and the task, says its answers, saves by case actions."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.actions.turn import Turn
from cases.models import Case
from cases.validators import TYPED_CODE, TYPED_TEXT
from record import clock

from ..models import StepTask
from .units import list_near


class StepForm(forms.Form):
    """Base of all step forms. `case` is the case as seen (locked when saving); validation changes nothing of it.

    `places`: the field that asks for what an action calls otherwise, so that its refusal stands where it was typed.
    """

    places: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self, data: Any = None, files: Any = None, *, case: Case, task: StepTask | None = None, **kwargs: Any
    ) -> None:
        self.case = case
        self.task = task
        super().__init__(data, files, **kwargs)
        self.build()
        list_near(self, case)

    @classmethod
    def asked_outside(cls, answers: Any, case: Case) -> Any:
        """The answers, with what a bank system is asked for them before the case is locked; as they are if nothing."""
        return answers

    def build(self) -> None:
        """Add fields that depend on the case."""

    def place_of(self, name: str) -> str:
        """The field an action means by this name."""
        return self.places.get(name, name)

    def save(self, turn: Turn) -> None:
        """Hand the answers to the case's actions."""
        raise NotImplementedError

    def rows(self) -> list[Mapping[str, Any]]:
        """One row a transaction for steps that ask per transaction; none otherwise."""
        return []


def printable(value: str) -> None:
    """A number is one line of signs one can see: no tab, no mark that turns the writing round."""
    if not value.isprintable():
        raise ValidationError(_("This number holds a sign that cannot be seen. Type it again."), code="unseen")


def line(
    label: Any, *, required: bool = True, max_length: int = 120, help_text: Any = "", machine: bool = False
) -> forms.CharField:
    """A one-line text in which card numbers, secrets and unprintable characters are refused at the field.

    `machine`: a number some system made (receipt, recording). The rare one that looks like a card's is typed shortened,
    and the refusal says how (docs/decisions/0012).
    """
    return forms.CharField(
        label=label,
        required=required,
        max_length=max_length,
        help_text=help_text,
        validators=[*TYPED_CODE, printable] if machine else TYPED_TEXT,
    )


def paragraph(
    label: Any, *, required: bool = True, max_length: int = 4000, help_text: Any = "", rows: int = 3
) -> forms.CharField:
    """A longer text, checked like a line."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=max_length,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        validators=TYPED_TEXT,
    )


class MoneyField(forms.DecimalField):
    """Money with two decimals, whichever way the number was written: 1e2, 100, -0."""

    def clean(self, value: Any) -> Decimal | None:
        typed: Decimal | None = super().clean(value)
        return None if typed is None else abs(typed.quantize(Decimal("0.01")))


class MomentField(forms.DateTimeField):
    """A moment typed in the bank's zone, handed on in UTC: no offset that the database cannot keep gets further."""

    def to_python(self, value: Any) -> datetime | None:
        try:
            typed: datetime | None = super().to_python(value)
            return None if typed is None else typed.astimezone(UTC)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


def amount(
    label: Any, *, required: bool = True, min_value: Decimal = Decimal(0), help_text: Any = "", **kwargs: Any
) -> MoneyField:
    """A sum of money with two decimals, never negative."""
    return MoneyField(
        label=label,
        required=required,
        min_value=min_value,
        max_digits=16,
        decimal_places=2,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "r-money", "autocomplete": "off"}),
        **kwargs,
    )


def moment(
    label: Any,
    *,
    required: bool = True,
    help_text: Any = "",
    check: Callable[[datetime], None] | None = None,
    minutes: bool = False,
) -> MomentField:
    """A moment that has been, unless another `check` is given; to the second, or to the minute where people say it."""
    return MomentField(
        label=label,
        required=required,
        help_text=help_text,
        validators=[check or not_in_the_future],
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "60" if minutes else "1"},
            format="%Y-%m-%dT%H:%M" if minutes else "%Y-%m-%dT%H:%M:%S",
        ),
        input_formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"],
    )


def not_in_the_future(value: datetime) -> None:
    """A fact has happened; clocks of two systems may differ by a minute."""
    if value > clock.now() + timedelta(minutes=1):
        raise ValidationError(_("This moment has not come yet."), code="future")
    if value.year < 2000:
        raise ValidationError(_("This moment is too long ago."), code="past")


def within_a_year(value: datetime) -> None:
    """What is promised is still to come, and soon enough to be a promise."""
    if not clock.now() < value < clock.now() + timedelta(days=366):
        raise ValidationError(_("Choose a moment still to come, within a year."), code="promise")
