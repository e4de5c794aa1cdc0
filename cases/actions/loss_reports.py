"""A loss report outside the steps: an older one taken over, one made formal before it lapses, one that lapsed unasked.

Each is typed from a receipt, and a second person looks at it. Nothing here releases a card.
"""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from cases import free_text, kinds
from cases.actions import control, evidence, lapses, orders, states
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import CardControl
from knowledge.evidence import EvidenceKind
from record.journal import stamp

Kind, End, Source = CardControl.Kind, CardControl.End, CardControl.Source
FORMAL, REPLACED = "formal", "replaced"
FORMAL_LOSS: Final = "formal_loss"  # the order whose twin is `convert_control`
WAYS: Final = (FORMAL, REPLACED)


def take_over_control(
    turn: Turn,
    *,
    kind: str,
    source: str,
    receipt: str,
    effective_at: datetime,
    lapses_at: datetime | None = None,
) -> CardControl:
    """A loss report made elsewhere (app, hotline, counter, risk engine) counts, with its own time `effective_at`.

    Before a younger stop of ours it takes that one's place: the card was stopped since then (card-fraud.md 2).
    `lapses_at` is what the card system says; else the house's days. CaseError: not a loss report, lapsed by now, or
    the stop on record is as old.
    """
    states.still_open(turn)
    receipt = free_text.code(receipt, field="receipt")
    states.happened(effective_at, turn, field="effective_at")
    if kind not in (Kind.ORAL_LOSS, Kind.FORMAL_LOSS) or source not in Source.values:
        raise CaseError(_("Choose one of the list."), field="kind" if source in Source.values else "source")
    older = control.running(turn)
    if older is not None and older.effective_at <= effective_at:
        raise CaseError(_("The stop on record is as old as this one, or older."), field="effective_at")
    found = _in_place_of(turn, older, kind)
    found.source, found.receipt, found.effective_at, found.by_hand = Source(source), receipt, effective_at, True
    if source == Source.RISK_ENGINE:
        found.ordered_by = CardControl.OrderedBy.BANK
    found.lapses_at = _until(turn, found, lapses_at)
    _typed(turn, found)
    evidence.add_reference(turn, kind=EvidenceKind.STOP_RECEIPT, reference=receipt, happened_at=effective_at)
    lapses.watch(turn, found)
    data = {"receipt": receipt, "effective_at": stamp(effective_at), "source": str(source), "kind": str(found.kind)}
    turn.tell(kinds.CONTROL_TAKEN_OVER, data=data, changed=[found], happened_at=effective_at)
    return found


def _in_place_of(turn: Turn, older: CardControl | None, kind: str) -> CardControl:
    if older is None:
        return control.begun(turn, Kind(kind))
    if older.follows_id is not None:
        raise CaseError(_("The loss report was made formal already."), field="kind")
    lapses.unwatch(turn, older, in_time=True)
    older.kind = Kind(kind)
    return older


def _until(turn: Turn, found: CardControl, said: datetime | None) -> datetime | None:
    if found.kind != Kind.ORAL_LOSS:
        if found.ordered_by != CardControl.OrderedBy.CUSTOMER:
            raise CaseError(_("Only the customer makes a formal loss report."), field="source")
        return None
    until = said or lapses.lapse_of(turn, found.kind, found.effective_at)
    if until is None or until <= turn.now:
        raise CaseError(_("This loss report has lapsed by now: report the loss anew."), field="lapses_at")
    return until


def convert_control(turn: Turn, *, to: str, receipt: str, happened_at: datetime) -> CardControl:
    """Before it lapses the temporary loss report is made formal, or the card replaced, done on the card terminal.

    Its limit runs on until a second person has looked (`see_control`). CaseError: no temporary loss report runs, it has
    no receipt, or the card is to be replaced when its own step already waits (decision told, or withdrawn).
    """
    states.still_open(turn)
    old = control.must_run(control.running(turn))
    if old.kind != Kind.ORAL_LOSS or to not in WAYS:
        raise CaseError(_("Only a temporary loss report is made formal, or the card replaced instead."), field="to")
    receipt = free_text.code(receipt, field="receipt")
    states.happened(happened_at, turn, field="happened_at", since=old.effective_at)
    happened_at = max(happened_at, old.effective_at)  # typed to the minute
    orders.void_aside(turn, about=old.uuid, operation=FORMAL_LOSS, why="done by hand")
    if to == REPLACED:
        states.undecided(turn)
        return _replaced(turn, old, receipt, happened_at)
    evidence.add_reference(turn, kind=EvidenceKind.STOP_RECEIPT, reference=receipt, happened_at=happened_at)
    old.end, old.ended_at, old.end_receipt = End.CONVERTED, happened_at, receipt
    old.save(update_fields=["end", "ended_at", "end_receipt"])
    formal = control.begun(turn, Kind.FORMAL_LOSS)
    formal.receipt, formal.effective_at, formal.by_hand, formal.follows = receipt, happened_at, True, old
    formal.chosen_end = old.chosen_end
    _typed(turn, formal)
    data = {"receipt": receipt, "effective_at": stamp(happened_at)}
    turn.tell(kinds.CONTROL_CONVERTED, data=data, changed=[old, formal], happened_at=happened_at)
    return formal


def _replaced(turn: Turn, old: CardControl, receipt: str, at: datetime) -> CardControl:
    evidence.add_reference(turn, kind=EvidenceKind.CARD_END_RECEIPT, reference=receipt, happened_at=at)
    old.chosen_end = old.end = End.REPLACED
    old.end_receipt, old.ended_at = receipt, at
    _typed(turn, old)
    turn.tell(kinds.CARD_REPLACED, data={"receipt": receipt, "ended_at": stamp(at)}, changed=[old], happened_at=at)
    return old


def control_lapsed(turn: Turn, *, found: CardControl, ended_at: datetime, proof: str = "") -> CardControl:
    """The bank system let the stop lapse, unasked: typed with the number of the enquiry, or told by the system.

    A loss report that lapsed leaves the card not stopped, which is an alarm. CaseError: it has ended, cannot lapse,
    or did not last so long.
    """
    found = locked(turn, found)
    if not found.can_lapse or found.ended_at is not None:
        raise CaseError(_("This stop has ended, or does not lapse by itself."))
    states.happened(ended_at, turn, field="ended_at", since=found.effective_at)
    ended_at = max(ended_at, found.effective_at)
    if found.kind == Kind.PAYEE_STOP and found.lapses_at is not None:
        ended_at = min(ended_at, found.lapses_at)  # the law ends it, however late somebody looks
    if turn.user is not None:
        proof = free_text.code(proof, field="proof")
    found.end, found.ended_at = End.LAPSED, ended_at
    found.save(update_fields=["end", "ended_at"])
    lapses.unwatch(turn, found, at=ended_at, in_time=found.kind == Kind.PAYEE_STOP)
    kind = kinds.CONTROL_LAPSED if found.is_loss else kinds.PAYEE_LAPSED
    data = {"control": str(found.uuid), "ended_at": stamp(ended_at), "proof": proof}
    turn.tell(kind, data=data, changed=[found], happened_at=ended_at)
    return found


def see_control(turn: Turn, *, found: CardControl) -> CardControl:
    """A second person compared what was typed with its paper; only now the limit of a converted report ends.

    NotAllowed: he or whoever he stands in for typed it. CaseError: nothing waits for a second person.
    """
    found = locked(turn, found)
    if not found.waits_for_eyes:
        raise CaseError(_("Nothing waits for a second person here."))
    if turn.user is None or turn.persons & {found.typed_by_id, found.typed_for_id}:
        raise NotAllowed(_("It was typed by you or for you; another person has to look at it."))
    found.seen_by = turn.user
    found.save(update_fields=["seen_by"])
    if found.end == End.REPLACED or found.follows_id is not None:
        lapses.unwatch(turn, found, at=found.ended_at or found.effective_at)
    data = {"control": str(found.uuid), "person": turn.user.display_name}
    turn.tell(kinds.CONTROL_SEEN, data=data, changed=[found])
    return found


def locked(turn: Turn, found: CardControl) -> CardControl:
    """The control as it stands under the lock of its case. CaseError: another case's."""
    if found.case_id != turn.case.pk:
        raise CaseError(_("This stop belongs to another complaint."))
    fresh: CardControl = CardControl.objects.select_related("person_key", "follows").get(pk=found.pk)
    return fresh


def _typed(turn: Turn, found: CardControl) -> None:
    """Save what somebody typed; whoever looked at an earlier state has not seen this one."""
    found.typed_by, found.typed_for, found.seen_by = turn.user, turn.for_whom, None
    found.save()
