"""调单, 退单, 拒付: opened, slip asked for and received, charged back, answered by the scheme, ended."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.roles import Role
from cases import free_text, kinds
from cases.actions import deadlines, evidence, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Case, Chargeback, DisputedTransaction, Ending
from knowledge import limits, policies
from knowledge.evidence import EvidenceKind
from record.journal import Kind, money, stamp

Stage = Chargeback.Stage
WARNINGS = (limits.WINDOW_FIRST, limits.WINDOW_SECOND, limits.WINDOW_LAST)
FINAL = {
    Ending.WON: Stage.WON,
    Ending.LOST: Stage.LOST,
    Ending.MISSED: Stage.MISSED,
    Ending.DROPPED: Stage.GIVEN_UP,
    Ending.CALLED_OFF: Stage.GIVEN_UP,
}


def open_chargeback(turn: Turn, *, transaction: DisputedTransaction, scheme: str) -> Chargeback:
    """Begin on one transaction. CaseError: of another case, or one is running on it already."""
    states.not_archived(turn)
    if transaction.case_id != turn.case.pk:
        raise CaseError(_("This transaction belongs to another case."), field="transaction")
    if scheme not in Chargeback.Scheme.values:
        raise CaseError(_("Choose one of the list."), field="scheme")
    if turn.case.chargebacks.filter(transaction=transaction, ended_at=None).exists():
        raise CaseError(_("A slip request or chargeback of this transaction is running already."), field="transaction")
    matter = Chargeback(
        case=turn.case,
        person_key=turn.case.person_key,
        transaction=transaction,
        scheme=scheme,
        opened_by=turn.user,
        opened_at=turn.now,
        recorded_at=turn.now,
    )
    matter.save()
    turn.tell(kinds.CHARGEBACK_OPENED, data=_about(matter), changed=[matter])
    return matter


def window_end(case: Case, settled_on: date) -> datetime:
    """When the scheme's window ends (UTC), by the policy the case pinned: the settlement day and the house's days."""
    rule = policies.rule(limits.CHARGEBACK_WINDOW, case.policy_version or None)
    return rule.due(datetime.combine(settled_on, time(12), ZoneInfo(case.zone)), case.zone)


def ask_slip(turn: Turn, matter: Chargeback, *, number: str, settled_on: date, asked_at: datetime) -> Chargeback:
    """The slip was asked for under this number of the scheme; from the settlement day the window is computed.

    CaseError: asked already, a settlement day to come, or a wrong time.
    """
    _must_be(turn, matter, Stage.OPENED)
    states.happened(asked_at, turn, field="asked_at")
    if settled_on > turn.now.astimezone(ZoneInfo(turn.case.zone)).date():
        raise CaseError(_("This day is still to come."), field="settled_on")
    matter.scheme_number = free_text.code(number, field="number")
    matter.settled_on, matter.asked_at, matter.stage = settled_on, asked_at, Stage.ASKED
    matter.window_ends_at = window_end(turn.case, settled_on)
    _saved(turn, matter, kinds.SLIP_ASKED, "scheme_number", "settled_on", "asked_at", "window_ends_at", at=asked_at)
    days = [policies.rule(key, turn.case.policy_version or None).amount for key in WARNINGS]
    deadlines.window(
        turn,
        limits.CHARGEBACK_WINDOW,
        subject=matter.uuid,
        due_at=matter.window_ends_at,
        warnings=[timedelta(days=number) for number in days],
        role=Role.DISPUTE,
    )
    return matter


def slip_came(turn: Turn, matter: Chargeback, *, reference: str, came_at: datetime, pursue: bool) -> Chargeback:
    """The slip is here, under this number; it is to be charged back or not. CaseError: none asked for, wrong time."""
    _must_be(turn, matter, Stage.ASKED)
    states.happened(came_at, turn, field="came_at", since=matter.asked_at)
    evidence.add_reference(turn, kind=EvidenceKind.SLIP, reference=reference, happened_at=came_at)
    matter.slip_at, matter.stage, matter.pursued = came_at, Stage.GOT, pursue
    return _saved(turn, matter, kinds.SLIP_CAME, "slip_at", "pursued", at=came_at)


def no_slip(turn: Turn, matter: Chargeback, *, pursue: bool) -> Chargeback:
    """No slip came in the scheme's time; it is to be charged back for that, or not. CaseError: none was asked for."""
    _must_be(turn, matter, Stage.ASKED)
    matter.stage, matter.pursued = Stage.NO_SLIP, pursue
    return _saved(turn, matter, kinds.SLIP_NOT_COME, "pursued")


def charge_back(turn: Turn, matter: Chargeback, *, amount: Decimal, number: str, charged_at: datetime) -> Chargeback:
    """Charged back through the scheme. CaseError: above the transaction, after the window, or a wrong time."""
    _must_be(turn, matter, Stage.GOT, Stage.NO_SLIP)
    states.happened(charged_at, turn, field="charged_at", since=matter.asked_at)
    if matter.window_ends_at is not None and charged_at >= matter.window_ends_at:
        raise CaseError(_("The window ended before; record it as missed, with the reason."), field="charged_at")
    if not 0 < amount <= matter.transaction.amount:
        raise CaseError(_("No more can be charged back than the transaction took."), field="amount")
    kind = EvidenceKind.SCHEME_RECORD
    evidence.add_reference(turn, kind=kind, reference=number, happened_at=charged_at)
    matter.amount, matter.charged_at, matter.stage = amount, charged_at, Stage.CHARGED
    _saved(turn, matter, kinds.CHARGED_BACK, "amount", "charged_at", at=charged_at)
    deadlines.stop_of(turn, matter.uuid)
    return matter


def scheme_said(turn: Turn, matter: Chargeback, *, stage: str, number: str, said_at: datetime) -> Chargeback:
    """What the scheme answered: presented again, arbitration, won or lost. CaseError: not charged back, wrong time."""
    _must_be(turn, matter, Stage.CHARGED, Stage.REPRESENTED, Stage.ARBITRATION)
    told = {
        Stage.REPRESENTED: kinds.CHARGEBACK_REPRESENTED,
        Stage.ARBITRATION: kinds.CHARGEBACK_ARBITRATION,
        Stage.WON: kinds.CHARGEBACK_WON,
        Stage.LOST: kinds.CHARGEBACK_LOST,
    }
    if stage not in told:
        raise CaseError(_("Choose one of the list."), field="stage")
    states.happened(said_at, turn, field="said_at", since=matter.charged_at)
    evidence.add_reference(turn, kind=EvidenceKind.SCHEME_RECORD, reference=number, happened_at=said_at)
    matter.stage = Stage(stage)
    return _saved(turn, matter, told[Stage(stage)], at=said_at)


def end(turn: Turn, matter: Chargeback, *, ending: str, note: str = "") -> Chargeback:
    """How it ended. Anything but won or lost at the scheme needs a note; a missed window is an operational loss event.

    CaseError names the field; a chargeback the scheme decided ends as it decided.
    """
    states.not_archived(turn)
    if ending not in FINAL or matter.ended_at is not None:
        raise CaseError(_("Choose one of the list."), field="ending")
    decided = {Stage.WON: Ending.WON, Stage.LOST: Ending.LOST}.get(Stage(matter.stage))
    if (decided or ending in (Ending.WON, Ending.LOST)) and ending != decided:
        raise CaseError(_("It ends as the scheme decided, and as nothing else."), field="ending")
    note = free_text.written(note, field="note", required=decided is None, longest=500)
    matter.ending, matter.ended_at, matter.stage = ending, turn.now, FINAL[Ending(ending)]
    matter.seal(ending_note=note)
    kind = kinds.CHARGEBACK_MISSED if ending == Ending.MISSED else kinds.CHARGEBACK_ENDED
    _saved(turn, matter, kind, "ending", "ended_at", "ending_note", personal={"note": note} if note else {})
    deadlines.stop_of(turn, matter.uuid, outcome=None if ending == Ending.MISSED else "cancelled")
    return matter


def _must_be(turn: Turn, matter: Chargeback, *stages: str) -> None:
    states.not_archived(turn)
    if matter.ended_at is not None or matter.stage not in stages:
        words = _("This does not follow on where it stands: %(stage)s.")
        raise CaseError(words % {"stage": matter.get_stage_display()})


def _saved(
    turn: Turn,
    matter: Chargeback,
    kind: Kind,
    *fields: str,
    at: datetime | None = None,
    personal: dict[str, str] | None = None,
) -> Chargeback:
    matter.save(update_fields=["stage", *fields])
    turn.tell(kind, data=_about(matter), personal=personal, changed=[matter], happened_at=at)
    return matter


def _about(matter: Chargeback) -> dict[str, object]:
    asked = {"window_ends_at": stamp(matter.window_ends_at)} if matter.window_ends_at else {}
    return {
        "matter": str(matter.uuid),
        "transaction": matter.transaction.bank_id,
        "stage": str(matter.stage),
        "ending": str(matter.ending),
        "amount": money(matter.amount or matter.transaction.amount, matter.transaction.currency),
        "number": matter.scheme_number,
        **asked,
    }
