"""真卡核验: has the holder the card, and where is it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions import real_card
from cases.actions.turn import Turn
from cases.models import RealCardCheck
from knowledge import card_words

from .base import StepForm, line, moment

NOTHING = ("", "—")


class RealCardForm(StepForm):
    """What was found, how it was seen, where and when. Nothing the customer answers here bars the complaint."""

    sometimes = ("means", "country", "proof")
    places = {"reference": "proof", "happened_at": "checked_at"}

    finding = forms.ChoiceField(
        label=_("What the check found"), choices=RealCardCheck.Finding.choices, widget=forms.RadioSelect
    )
    checked_at = moment(_("Checked at"))
    means = forms.ChoiceField(
        label=_("How the card was seen"),
        choices=[NOTHING, *RealCardCheck.Means.choices],
        required=False,
        help_text=_("Needed when the holder has the card"),
    )
    country = forms.ChoiceField(
        label=_("Country the card was in"), required=False, help_text=_("Needed when the holder has the card")
    )
    place = line(
        _("Place"), required=False, help_text=_("Town, or counter; distance to each transaction is judged by it")
    )
    proof = line(
        _("Number of what shows it"),
        required=False,
        help_text=_("Reading record, photo or recording; files go to the evidence beside this form"),
        machine=True,
    )

    def build(self) -> None:
        here = (card_words.HOME, _("China"))
        self.fields["country"].choices = [NOTHING, here, *card_words.COUNTRIES.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("finding") != RealCardCheck.Finding.HELD:
            return answers
        for name, words in (("means", _("Say how the card was seen.")), ("country", _("Say in which country it was."))):
            if not answers.get(name) and name not in self.errors:
                self.add_error(name, words)
        said = answers.get("means") in ("", None, RealCardCheck.Means.SAID)
        if not said and not answers.get("proof") and "proof" not in self.errors:
            self.add_error("proof", _("Give the number of what shows it: reading record, photo or recording."))
        return answers

    def save(self, turn: Turn) -> None:
        real_card.check_real_card(turn, **self.cleaned_data)
