"""和解: customer and bank agree before the decision is told; sum, date and way follow (CBIRC 2020 No.3 art. 21.5).

The agreed date leads while the agreement stands; the statutory limit is kept, sounds no alarm and leads again, as it
was, when the agreement ends. What was proposed and drafted before falls both times: it said something else.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from cases import free_text, kinds_terms, settled, sums
from cases.actions import deadline_moves, deadlines, drafting, evidence, proposal, states
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Deadline, Evidence, Interest, Letter, Settlement
from knowledge.evidence import EvidenceKind
from record.history import Tracked
from record.journal import money, stamp

BY_PEOPLE = (Settlement.Ending.CUSTOMER, Settlement.Ending.BROKEN)


def settle(
    turn: Turn, *, number: str, amount: Decimal, answer_by: date, way: str, text: str, agreed_at: datetime
) -> Settlement:
    """Record what was agreed at `agreed_at`: `amount` in all, told by the end of the day `answer_by`, the way `way`.

    `number` is the agreement's on file, `text` what it says. CaseError names the field: told already, one stands
    already, a sum above what is in dispute, a day that is past. NotAllowed: somebody with an interest, the system.
    """
    _undecided_by_somebody_free(turn)
    if settled.standing(turn.case) is not None:
        raise CaseError(_("An agreement stands already; end that first."), field="number")
    made = Settlement(
        case=turn.case,
        person_key=turn.case.person_key,
        amount=_within_dispute(turn, amount),
        currency=turn.case.currency,
        due_at=_end_of(turn, answer_by),
        way=_chosen(way),
        agreed_at=states.happened(agreed_at, turn, field="agreed_at", since=turn.case.received_at),
        by=turn.user,
        recorded_at=turn.now,
    )
    text = free_text.written(text, field="text", required=True)
    made.seal(text=text)
    made.agreement = _on_file(turn, number, agreed_at)
    _lead(turn, made)
    made.save(force_insert=True)
    changed = [made, *_fall(turn)]
    turn.tell(kinds_terms.SETTLED, data=_said(made), personal={"text": text}, changed=changed, happened_at=agreed_at)
    return made


def end(turn: Turn, *, ending: str, reason: str, ended_at: datetime) -> Settlement:
    """The customer withdrew from it, or it was not kept to: the clock is as it was. CaseError names the field."""
    _undecided_by_somebody_free(turn)
    standing = settled.standing(turn.case)
    if standing is None:
        raise CaseError(_("No agreement stands."), field="ending")
    if ending not in BY_PEOPLE:
        raise CaseError(_("Choose one of the list."), field="ending")
    states.happened(ended_at, turn, field="ended_at", since=standing.agreed_at)
    reason = free_text.written(reason, field="reason", required=True)
    standing.seal(ending_reason=reason)
    return _end(turn, standing, ending, at=max(ended_at, standing.agreed_at), fallen=_fall(turn), reason=reason)


def over(turn: Turn, ending: Settlement.Ending) -> None:
    """What it stood on is gone: new facts came in, or the complaint was withdrawn."""
    standing = settled.standing(turn.case)
    if standing is not None:
        _end(turn, standing, ending, at=turn.now, fallen=[])


def _end(
    turn: Turn, standing: Settlement, ending: str, *, at: datetime, fallen: list[Tracked], reason: str = ""
) -> Settlement:
    standing.ending, standing.ended_at, standing.ended_by = ending, at, turn.user
    standing.save()
    data = {**_said(standing), "ending": str(ending)}
    personal = {"reason": reason} if reason else {}
    turn.tell(kinds_terms.SETTLEMENT_ENDED, data=data, personal=personal, changed=[standing, *fallen], happened_at=at)
    if standing.deadline is not None:
        deadlines.stop(turn, deadline=standing.deadline, outcome=Deadline.Outcome.CANCELLED)
    for statutory in _own_clocks(turn):
        deadline_moves.lead_again(turn, statutory)
    return standing


def _lead(turn: Turn, made: Settlement) -> None:
    """The agreed date leads in place of the case's own statutory limits. An authority's letter keeps its clock."""
    for statutory in _own_clocks(turn):
        deadline_moves.give_way(turn, statutory)
    made.deadline = deadlines.agreed(turn, due_at=made.due_at)


def _own_clocks(turn: Turn) -> list[Deadline]:
    running = Deadline.objects.filter(case=turn.case, kind=Deadline.Kind.LAW, subject=None, ended_at=None)
    return list(running.order_by("id"))


def _fall(turn: Turn) -> list[Tracked]:
    return [*proposal.drop(turn), *drafting.fall(turn)]


def _undecided_by_somebody_free(turn: Turn) -> None:
    states.undecided(turn)
    if turn.user is None:
        raise NotAllowed
    if Interest.objects.filter(case=turn.case, person__in=turn.persons).exists():
        raise NotAllowed(_("An interest in this case is on record; another person has to do this."))


def _within_dispute(turn: Turn, amount: Decimal) -> Decimal:
    amount = sums.exact(amount, field="amount", zero=True)
    disputed = turn.case.disputed_total
    if disputed is None:
        raise CaseError(_("What is in dispute is not known yet; finish the trace first."), field="amount")
    if amount > disputed:
        raise CaseError(
            _("Only %(disputed)s is in dispute; no more can be agreed.") % {"disputed": sums.spoken(disputed)},
            field="amount",
        )
    return amount


def _end_of(turn: Turn, day: date) -> datetime:
    """The first moment after the day, in the case's zone."""
    due_at = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(turn.case.zone))
    if due_at <= turn.now:
        raise CaseError(_("This day is already past."), field="answer_by")
    return due_at


def _chosen(way: str) -> str:
    if way not in Letter.Way.values:
        raise CaseError(_("Choose one of the list."), field="way")
    return way


def _on_file(turn: Turn, number: str, at: datetime) -> Evidence:
    """The agreement by its number: what is on file under it, else a new entry."""
    number = free_text.code(number, field="number")
    known = turn.case.evidence.filter(kind=EvidenceKind.SETTLEMENT, reference=number).first()
    return known or evidence.add_reference(turn, kind=EvidenceKind.SETTLEMENT, reference=number, happened_at=at)


def _said(made: Settlement) -> dict[str, object]:
    return {
        "settlement": str(made.uuid),
        "number": made.agreement.reference,
        "amount": money(made.amount, made.currency),
        "due_at": stamp(made.due_at),
        "way": str(made.way),
    }
