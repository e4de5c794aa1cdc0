"""现场接待登记: what is typed when somebody came, and when he left; what to see of the register."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from cases.actions.reception import MOST_VISITORS
from cases.models import Reception
from record import clock

from .base import line, moment, paragraph
from .units import UnitField

OPEN, ENDED = "open", "ended"


class ReceiveForm(forms.Form):
    """Who came, and about what."""

    received_at = moment(_("Came at"))
    visitor = line(_("Name of the visitor"), max_length=80)
    visitors = forms.IntegerField(
        label=_("How many came"),
        initial=1,
        min_value=1,
        max_value=MOST_VISITORS,
        help_text=_("At most five speak for a group"),
    )
    av_number = line(
        _("Number of the audio and video recording"),
        required=False,
        max_length=64,
        machine=True,
        help_text=_("May follow at the end of the visit"),
    )
    matter = paragraph(_("Matter, in short"), rows=3, max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_at"].initial = clock.now


class EndForm(forms.Form):
    """How the visit ended. Of a complaint that is known already only the end itself is asked."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Reception.Outcome.choices, widget=forms.RadioSelect)
    reference = line(
        _("Number of the complaint"),
        required=False,
        max_length=16,
        help_text=_("When it is about a complaint on record; for a new one use the button above"),
    )
    answer = paragraph(
        _("What he was told, or where he was sent"),
        required=False,
        rows=2,
        max_length=1000,
        help_text=_("May stay empty with a complaint"),
    )
    av_number = line(_("Number of the audio and video recording"), max_length=64, machine=True)
    ended_at = moment(_("Left at"))

    sometimes = ("reference", "answer")

    def __init__(self, data: Any = None, *, visit: Reception) -> None:
        super().__init__(data, initial={"av_number": visit.av_number})
        self.fields["ended_at"].initial = clock.now
        if visit.case_id is not None:
            del self.fields["outcome"], self.fields["reference"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        outcome = answers.get("outcome")
        if outcome == Reception.Outcome.CASE and not answers.get("reference"):
            self.add_error("reference", _("Say which complaint it led to, or open one."))
        if outcome in (Reception.Outcome.TOLD, Reception.Outcome.ELSEWHERE):
            if answers.get("reference"):
                self.add_error("reference", _("With this outcome there is no complaint: take this out."))
            if not answers.get("answer") and "answer" not in self.errors:
                self.add_error("answer", _("Please fill this in."))
        return answers


DAYS = (MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2199, 12, 31)))  # what a clock can be set to


class RegisterForm(forms.Form):
    """What to see: a period, one branch and what is below it, what is still open."""

    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}), validators=DAYS
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}), validators=DAYS
    )
    unit = UnitField(label=_("Branch"))
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("All")), (OPEN, _("Not ended")), (ENDED, _("Ended"))],
        required=False,
    )

    sometimes = ("since", "until", "unit", "state")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].help_text = ""  # the list behind it says as much

    def codes(self) -> dict[str, str]:
        """What was chosen as its address holds it: days, a unit's code, a state."""
        self.is_valid()
        return {name: str(self.data[name]).strip() for name, value in self.cleaned_data.items() if value}

    def asked(self) -> dict[str, Any]:
        """What was chosen; of what cannot be, nothing. `since` and `until` are moments, `until` the first after it."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        if "since" in asked:
            asked["since"] = _midnight(asked["since"])
        if "until" in asked:
            asked["until"] = _midnight(asked["until"] + timedelta(days=1))
        return asked


def _midnight(day: date) -> datetime:
    """When the day begins at the bank."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(settings.BANK_TIME_ZONE))
