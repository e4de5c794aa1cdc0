"""责任认定会: above a sum no one person decides who bears the loss (card-fraud.md 12 and step 5).

Four seats: consumer protection, legal and compliance, risk, card business. Each member votes for himself; minutes and
dissent stay on record. How the panel is made up is common practice, no law's.
"""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts import authority
from accounts.models.authority import LimitKind
from accounts.roles import Role
from cases import free_text, kinds_panel as kinds
from cases.actions import evidence, states
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, LiabilityPanel, PanelVote
from knowledge.evidence import EvidenceKind
from record import clock
from record.journal import money

Outcome, Seat = LiabilityPanel.Outcome, PanelVote.Seat


def alone_up_to(case: Case) -> Decimal | None:
    """The disputed sum up to which the liability officer decides alone today; None when the bank has set none."""
    return authority.limit_of(Role.LIABILITY, case, kind=LimitKind.LIABILITY, at=clock.now(), currency=case.currency)


def needs_panel(case: Case) -> bool:
    """What is disputed is more than one person decides on. The whole sum counts: no shares bring a case below it."""
    limit = alone_up_to(case)
    return limit is not None and (case.disputed_total or 0) > limit


def is_adopted(case: Case) -> bool:
    """The last panel that sat on the case adopted its decision."""
    last = case.panels.order_by("-number").first()
    return last is not None and last.outcome == Outcome.ADOPTED


def call(turn: Turn) -> LiabilityPanel:
    """A panel is called on the decision as it stands. CaseError: one sits already, or no limit is set."""
    case, limit = turn.case, alone_up_to(turn.case)
    states.undecided(turn)
    if limit is None or case.panels.sitting().exists():
        raise CaseError(_("No liability panel can be called now."))
    panel = LiabilityPanel(
        case=case,
        person_key=case.person_key,
        number=case.panels.count() + 1,
        at_stake=case.disputed_total or Decimal(0),
        alone_up_to=limit,
        currency=case.currency,
        called_at=turn.now,
    )
    panel.save(force_insert=True)
    sums = {name: money(getattr(panel, name), panel.currency) for name in ("at_stake", "alone_up_to")}
    turn.tell(kinds.PANEL_CALLED, data={"number": panel.number, **sums}, changed=[panel])
    return panel


def vote(turn: Turn, *, seat: str, in_favour: bool, reason: str = "") -> PanelVote:
    """One member's vote, in his own name; against needs the reason, which is his dissent.

    CaseError (field: reason or none): no panel sits, the seat or the person has voted. NotAllowed for the system.
    """
    if turn.user is None:
        raise NotAllowed
    panel = _sitting(turn)
    if panel.votes.filter(seat=seat).exists():
        raise CaseError(_("This seat of the panel has voted."))
    if panel.votes.filter(by__in=turn.persons).exists():
        raise CaseError(_("Nobody votes twice on one panel."))
    reason = free_text.written(reason, field="reason", required=not in_favour)
    made = PanelVote(
        panel=panel,
        person_key=turn.case.person_key,
        seat=Seat(seat),
        in_favour=in_favour,
        by=turn.user,
        for_whom=turn.for_whom,
        voted_at=turn.now,
    )
    made.seal(reason=reason)
    made.save(force_insert=True)
    said = {"vote": "for" if in_favour else "against", **({"reason": reason} if reason else {})}
    turn.tell(kinds.VOTED, data={"number": panel.number, "seat": seat}, personal=said, changed=[made])
    return made


def adopts(in_favour: int, against: int) -> bool:
    """More for than against; a tie adopts nothing."""
    return in_favour > against


def record_minutes(turn: Turn, *, held_at: datetime, minutes: str, course: str) -> LiabilityPanel:
    """Minutes of the sitting: when it was held, their number, what was discussed; the result follows from the votes.

    CaseError (field): no panel sits, a seat has not voted, a time to come or before the call, no number or course.
    """
    panel = _sitting(turn)
    votes = list(panel.votes.values_list("in_favour", flat=True))
    if len(votes) < len(Seat):
        raise CaseError(_("Not every member of the panel has voted."))
    states.happened(held_at, turn, field="held_at", since=panel.called_at)
    course = free_text.written(course, field="course", required=True)
    try:
        panel.minutes = evidence.add_reference(
            turn, kind=EvidenceKind.PANEL_MINUTES, reference=minutes, happened_at=held_at
        )
    except CaseError as error:
        raise CaseError(error.sentence, field="minutes") from error
    in_favour = sum(votes)
    adopted = adopts(in_favour, len(votes) - in_favour)
    panel.outcome = Outcome.ADOPTED if adopted else Outcome.NOT_ADOPTED
    panel.held_at, panel.ended_at, panel.by = held_at, turn.now, turn.user
    panel.seal(course=course)
    panel.save()
    data = {
        "number": panel.number,
        "in_favour": in_favour,
        "against": len(votes) - in_favour,
        "minutes": panel.minutes.reference,
    }
    kind = kinds.PANEL_ADOPTED if adopted else kinds.PANEL_NOT_ADOPTED
    turn.tell(kind, data=data, personal={"course": course}, changed=[panel], happened_at=held_at)
    return panel


def fall(turn: Turn) -> list[LiabilityPanel]:
    """What the panel sits on stands no more: it ends without a result, its votes stay on record."""
    fallen = list(turn.case.panels.sitting().select_related("person_key"))
    for panel in fallen:
        panel.outcome, panel.ended_at = Outcome.FALLEN, turn.now
        panel.save(update_fields=["outcome", "ended_at"])
        turn.tell(kinds.PANEL_FELL, data={"number": panel.number}, changed=[panel])
    return fallen


def _sitting(turn: Turn) -> LiabilityPanel:
    states.undecided(turn)
    panel = turn.case.panels.sitting().select_related("person_key").first()
    if panel is None:
        raise CaseError(_("No liability panel sits on this case."))
    panel.case = turn.case
    return panel
