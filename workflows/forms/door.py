"""Who stands at the door: the mandate of whoever reported in the customer's place."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.actions import mandate
from cases.actions.parties import IDENTITY_SHAPE, shaped
from cases.actions.turn import Turn
from cases.card_numbers import refuse_code
from cases.errors import CaseError
from cases.models import Mandate, Representative
from record import clock

from .base import StepForm, line, moment, paragraph

# 18 signs with a date of birth in the middle; no card number has that length and shape.
RESIDENT: Final = re.compile(r"[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]", re.ASCII)
GIVEN, CONFIRMED = Mandate.Outcome.GIVEN, Mandate.Outcome.CONFIRMED


class MandateForm(StepForm):
    """The paper lies before us, or the holder says himself that he complains. Without either the step stays open."""

    sometimes = ("identity_number", "note")
    places = {"reference": "record", "happened_at": "settled_at"}
    NEEDED: ClassVar[Mapping[str, tuple[str, ...]]] = {GIVEN: ("identity_number",), CONFIRMED: ("note",)}

    result = forms.ChoiceField(
        label=_("How it was settled"),
        choices=[(GIVEN, GIVEN.label), (CONFIRMED, CONFIRMED.label)],
        widget=forms.RadioSelect,
    )
    record = line(
        _("Number of the paper or recording"),
        help_text=_(
            "Agent: signed power of attorney. Heir: proof of succession. Organisation: proof of its legal "
            "representative or authorisation. Holder: the recording."
        ),
        machine=True,
    )
    settled_at = moment(_("Seen or confirmed at"))
    identity_number = forms.CharField(
        label=_("Number of his identity card"),
        max_length=30,
        required=False,
        help_text=_("Of whoever speaks for the customer; only with a mandate"),
    )
    note = paragraph(
        _("What the holder said"), rows=2, required=False, help_text=_("Only when the holder confirmed it himself")
    )

    def build(self) -> None:
        """An heir's complaint is confirmed by nobody: his paper is all that is asked for."""
        self.fields["settled_at"].initial = clock.now  # nearly always just now
        person = mandate.waiting(self.case)
        if person is not None and person.kind == Representative.Kind.HEIR:
            result: Any = self.fields["result"]
            result.choices, result.initial = [(GIVEN, GIVEN.label)], GIVEN
            del self.fields["note"]

    def clean_identity_number(self) -> str:
        """As it is kept: a resident's number may look like a card's by chance, any other that does is refused."""
        typed: str = self.cleaned_data["identity_number"]
        if not typed:
            return ""
        try:
            number = shaped(typed.upper(), IDENTITY_SHAPE, field="identity_number")
        except CaseError as error:
            raise ValidationError(str(error.sentence)) from None
        if not RESIDENT.fullmatch(number):
            refuse_code(typed)
        return number

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for name in self.NEEDED.get(answers.get("result", ""), ()):
            if not answers.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed here."))
        return answers

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        record, at = answers["record"], answers["settled_at"]
        if answers["result"] == GIVEN:
            mandate.give(turn, paper=record, identity_number=answers["identity_number"], seen_at=at)
        else:
            mandate.confirm(turn, record=record, confirmed_at=at, note=answers["note"])


class UnhandledForm(forms.Form):
    """不予办理: why, and the notice to whoever reported (CBIRC 2020 No.3 art. 18 para 4)."""

    reason = paragraph(_("Why no mandate came"), rows=2, max_length=500)
    notice = line(
        _("Proof that whoever reported was told"),
        max_length=64,
        help_text=_("Recording, mail or message number"),
        machine=True,
    )
    told_at = moment(_("Told at"))
