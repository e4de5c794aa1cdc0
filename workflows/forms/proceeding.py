"""调解, 仲裁, 诉讼 on record, their end, and the end of the legal hold."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Proceeding

from .base import line, moment
from .beside import note


class BeginForm(forms.Form):
    """Before whom, under which number, since when. An arbitration or a lawsuit brings a legal hold."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Proceeding.Kind.choices,
        widget=forms.RadioSelect,
        help_text=_("An arbitration or a lawsuit brings a legal hold: nothing of the case is destroyed"),
    )
    body = line(_("Before whom"), help_text=_("Mediation body, arbitration commission or court"))
    number = line(_("Their number"), max_length=64, machine=True)
    began_at = moment(_("Began at"), help_text=_("The day of the summons or notice"))
    why = note(_("What is held, and why"), required=False, help_text=_("Only for an arbitration or a lawsuit"))


class EndForm(forms.Form):
    """How it came out."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Proceeding.Outcome.choices, widget=forms.RadioSelect)
    result = note(_("What was decided or agreed"))
    ended_at = moment(_("Ended at"))


class EndHoldForm(forms.Form):
    """Why nothing has to be kept for it any more."""

    reason = note(_("Why the hold ends"))
