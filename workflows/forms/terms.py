"""What is asked when more time is asked for, answered or told, and when customer and bank agree or part again."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions.settlement import BY_PEOPLE
from cases.models import Deadline, Letter
from knowledge import policies

from .base import amount, line, moment, paragraph

OWN = "own"


class AskExtensionForm(forms.Form):
    """Which clock, and why more time is needed. Only clocks to which the law gives more are offered."""

    clock = forms.ChoiceField(label=_("Which time limit"), widget=forms.RadioSelect)
    reason = paragraph(_("Why more time is needed"), max_length=2000)

    def __init__(self, data: Any = None, *, case: Any) -> None:
        super().__init__(data)
        clocks = list(extendable(case))
        self.fields["clock"].choices = [(str(one.subject or OWN), words) for one, words in clocks]  # type: ignore[attr-defined]
        if len(clocks) == 1:
            self.fields["clock"].initial = str(clocks[0][0].subject or OWN)

    def clean_clock(self) -> UUID | None:
        chosen = self.cleaned_data["clock"]
        return None if chosen == OWN else UUID(chosen)


def extendable(case: Any) -> Any:
    """(limit, words) of each statutory clock of the case that runs and to which the law gives more time."""
    letters = {letter.uuid: str(letter) for letter in case.referrals.all()}
    running = Deadline.objects.filter(case=case, kind=Deadline.Kind.LAW, ended_at=None).order_by("id")
    for one in running:
        longer = policies.extension_of(one.key, one.policy_version or None)
        if longer is not None:
            whose = letters.get(one.subject, _("An authority's letter")) if one.subject else _("The complaint itself")
            yield one, _("%(whose)s: %(limit)s") % {"whose": whose, "limit": longer.title}


class AnswerExtensionForm(forms.Form):
    """Yes or no; a no says why."""

    answer = forms.ChoiceField(
        label=_("Answer"), choices=[("grant", _("Grant")), ("refuse", _("Refuse"))], widget=forms.RadioSelect
    )
    reason = paragraph(
        _("Opinion"), required=False, rows=2, max_length=2000, help_text=_("Needed when more time is refused")
    )


class TellExtensionForm(forms.Form):
    """When and by which proof the customer was told."""

    told_at = moment(_("Told at"), help_text=_("After the approval, before the time limit passes"))
    notice = line(
        _("Number of the proof that the customer was told"),
        max_length=64,
        help_text=_("Recording, mail or message number"),
        machine=True,
    )


class SettleForm(forms.Form):
    """What customer and bank agreed: number on file, sum, date and way of telling, words."""

    number = line(
        _("Number of the settlement agreement"), max_length=64, help_text=_("Under which it is on file"), machine=True
    )
    agreed_at = moment(_("Agreed at"))
    amount = amount(_("Agreed sum"), help_text=_("In all; never more than what is in dispute"))
    answer_by = forms.DateField(
        label=_("The decision is told by"),
        help_text=_("This day leads instead of the statutory limit while the agreement stands"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    way = forms.ChoiceField(label=_("Told how"), choices=Letter.Way.choices, widget=forms.RadioSelect)
    text = paragraph(_("What was agreed"), rows=4)


class EndSettlementForm(forms.Form):
    """Why the agreement ended, and when."""

    ending = forms.ChoiceField(
        label=_("Why it ended"), choices=[(one.value, one.label) for one in BY_PEOPLE], widget=forms.RadioSelect
    )
    ended_at = moment(_("Ended at"))
    reason = paragraph(_("What happened"), rows=2)
