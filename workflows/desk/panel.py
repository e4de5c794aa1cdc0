"""责任认定会 on the case page: what each panel sat on, how it ended, each member's vote and dissent."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from cases.models import Case, LiabilityPanel, PanelVote

from . import presence
from .wording import opened

PURPOSE = "case page"


def of(case: Case) -> dict[str, Any]:
    """Context of panel.html. Two queries; none for a case that is known to have no panel."""
    votes = Prefetch("votes", PanelVote.objects.select_related("by", "person_key"))
    panels = case.panels.select_related("person_key", "minutes").prefetch_related(votes)
    return {"panels": [_panel(panel) for panel in presence.rows(case, "panels", panels)]}


def _panel(panel: LiabilityPanel) -> dict[str, Any]:
    """How somebody voted stays covered while others still vote: nobody votes after the first one."""
    votes, sitting = list(panel.votes.all()), not panel.outcome
    return {
        "number": panel.number,
        "sitting": sitting,
        "outcome": _("sitting") if sitting else panel.get_outcome_display(),
        "at_stake": panel.at_stake,
        "alone_up_to": panel.alone_up_to,
        "called_at": panel.called_at,
        "held_at": panel.held_at,
        "minutes": panel.minutes.reference if panel.minutes else "",
        "course": opened(panel, "course", purpose=PURPOSE),
        "voted": [vote.get_seat_display() for vote in votes],
        "votes": [] if sitting else [told(vote) for vote in votes],
    }


def told(vote: PanelVote) -> dict[str, Any]:
    """A vote for panel_votes.html."""
    return {
        "seat": vote.get_seat_display(),
        "who": vote.by.display_name,
        "in_favour": vote.in_favour,
        "voted_at": vote.voted_at,
        "reason": opened(vote, "reason", purpose=PURPOSE),
    }
