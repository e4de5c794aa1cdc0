"""What is asked when the statutory clock stands, runs again or begins anew, and when an authority joins."""

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from cases.models import Referral, Standstill

from .base import line, moment, paragraph

NOTICE = _("Recording, mail or message number; the customer is told promptly")


class StandStillForm(forms.Form):
    """Why the clock stands, with whom the matter is, since when, and the proof that the customer was told."""

    why = forms.ChoiceField(label=_("Why the clock stands"), choices=Standstill.Why.choices, widget=forms.RadioSelect)
    body = line(_("Who appraises or mediates"))
    began_at = moment(_("Since"))
    notice = line(_("Number of the proof that the customer was told"), max_length=64, help_text=NOTICE, machine=True)
    note = paragraph(_("What is asked"), required=False, rows=2)


class RunAgainForm(forms.Form):
    """What came of it, and when."""

    ended_at = moment(_("Ended at"))
    result = paragraph(pgettext_lazy("while the clock stood", "What came of it"), rows=2)


class NewFactsForm(forms.Form):
    """What is new, where the material is on file, when it came, and the proof that the customer was told."""

    why = paragraph(_("What is new"), rows=3, help_text=_("The same matter told again is no new fact"))
    material = line(_("Number of the material on file"), max_length=64, machine=True)
    received_at = moment(_("Received at"), help_text=_("The clock begins anew here"))
    notice = line(_("Number of the proof that the customer was told"), max_length=64, help_text=NOTICE, machine=True)


class ReferralForm(forms.Form):
    """Which authority, its number, when the bank received it."""

    source = forms.ChoiceField(label=_("Authority"), choices=Referral.Source.choices)
    number = line(_("Its number"), max_length=64, machine=True)
    received_at = moment(_("Received by the bank at"), help_text=_("Its clock runs from here, beside the case's own"))
    what = paragraph(_("What it asks"), required=False, rows=2)


class ReportBackForm(forms.Form):
    """When and under which number the authority was told how it ended."""

    reported_at = moment(_("Reported at"))
    number = line(_("Number of the report"), max_length=64, machine=True)
