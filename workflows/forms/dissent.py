"""不满意, by word: taken down, and answered by three levels 三级响应."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions import dissent
from cases.actions.turn import Turn
from cases.models import Dissent, DissentAnswer

from .base import line, moment, paragraph
from .beside import MatterForm, OpeningForm


class OpenForm(OpeningForm):
    """Where he said that he is not content, when, and what he said. An authority has its own number."""

    source = forms.ChoiceField(label=_("Where the customer said so"), choices=Dissent.Source.choices)
    said_at = moment(_("Said or received at"))
    what = paragraph(_("What the customer says"))
    number = line(
        _("The authority's own number"),
        required=False,
        max_length=64,
        machine=True,
        help_text=_("Only when an authority passed it on; its clock of 15 days runs from the receipt"),
    )

    def open(self, turn: Turn) -> Dissent:
        return dissent.open_dissent(turn, **self.cleaned_data)


class AnswerForm(MatterForm):
    """What the customer was told, and whether he is content with it. If not, the next level answers."""

    result = forms.ChoiceField(
        label=_("Is the customer content?"), choices=DissentAnswer.Result.choices, widget=forms.RadioSelect
    )
    happened_at = moment(_("Spoken at"))
    words = paragraph(_("What was said on both sides"))

    def save(self, turn: Turn) -> None:
        dissent.answer(turn, self.matter, **self.cleaned_data)
