"""责任认定会: each seat's vote, and the minutes."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases.actions import panel
from cases.actions.turn import Turn
from cases.models import LiabilityPanel, PanelVote
from record.errors import KeyDestroyed
from record.sealed import SealedModel

from .base import StepForm, line, moment, paragraph

FOR, AGAINST = "for", "against"
Seat = PanelVote.Seat


class PanelShown(StepForm):
    """A form above which stands what the panel sits on: each transaction with its ground, shares and reason."""

    @cached_property
    def panel(self) -> LiabilityPanel | None:
        return self.case.panels.sitting().first()

    def rows(self) -> list[Mapping[str, Any]]:
        """Each disputed transaction with the written reason of its ground, in clear."""
        found = self.case.transactions.disputed().select_related("person_key")
        return [{"transaction": one, "reason": _clear(one, "ground_reason")} for one in found]


def _clear(row: SealedModel, field: str) -> str:
    try:
        return row.reveal(field, purpose="liability panel")
    except KeyDestroyed:
        return ""


class VoteForm(PanelShown):
    """For or against the decision as it stands. Subclasses name the seat."""

    seat: str = ""

    vote = forms.ChoiceField(
        label=_("Vote"),
        choices=[(FOR, _("For the decision")), (AGAINST, _("Against the decision"))],
        widget=forms.RadioSelect,
    )
    reason = paragraph(
        _("Reason"), required=False, rows=4, help_text=_("Needed when you vote against: it is kept as your dissent")
    )

    def save(self, turn: Turn) -> None:
        answers = self.cleaned_data
        panel.vote(turn, seat=self.seat, in_favour=answers["vote"] == FOR, reason=answers["reason"])


class ConsumerVoteForm(VoteForm):
    seat = Seat.CONSUMER


class LegalVoteForm(VoteForm):
    seat = Seat.LEGAL


class RiskVoteForm(VoteForm):
    seat = Seat.RISK


class BusinessVoteForm(VoteForm):
    seat = Seat.BUSINESS


class MinutesForm(PanelShown):
    """When it was held, the number of the minutes, what was discussed. The result follows from the votes."""

    places = {"reference": "minutes", "happened_at": "held_at"}

    held_at = moment(_("Held at"))
    minutes = line(_("Number of the minutes"), max_length=64, machine=True)
    course = paragraph(_("What was discussed"), rows=6)

    def votes(self) -> list[dict[str, Any]]:
        """How each seat voted, with the dissent in clear; the minutes tell of all of them."""
        if self.panel is None:
            return []
        return [
            {
                "seat": vote.get_seat_display(),
                "who": vote.by.display_name,
                "in_favour": vote.in_favour,
                "voted_at": vote.voted_at,
                "reason": _clear(vote, "reason"),
            }
            for vote in self.panel.votes.select_related("by", "person_key")
        ]

    def save(self, turn: Turn) -> None:
        panel.record_minutes(turn, **self.cleaned_data)
