"""报警 and 紧急止付: what the customer was told in the call, which papers came, what the platform did.

No paper and no stop bar anything. A stop of the payee's account is ordered by the police and mirrored here; it is not
ours to lift.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from cases import free_text, kinds
from cases.actions import evidence, official, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import CardControl, DisputedTransaction, Ending, PayeeStop, PoliceReport
from knowledge.evidence import EvidenceKind
from record.history import Tracked
from record.journal import Kind, stamp

Outcome, Stop = PoliceReport.Outcome, PayeeStop.Outcome
PAPERS = {
    "receipt": EvidenceKind.POLICE_RECEIPT,
    "acceptance": EvidenceKind.POLICE_ACCEPTANCE,
    "filing": EvidenceKind.POLICE_FILING,
}


def open_report(turn: Turn, *, told_at: datetime, transaction: DisputedTransaction | None = None) -> PoliceReport:
    """The customer was told at `told_at` (UTC), usually in the call, to report to the police. CaseError: wrong time."""
    states.not_archived(turn)
    states.happened(told_at, turn, field="told_at")
    if transaction is not None and transaction.case_id != turn.case.pk:
        raise CaseError(_("This transaction belongs to another case."), field="transaction")
    matter = PoliceReport(
        case=turn.case,
        person_key=turn.case.person_key,
        transaction=transaction,
        told_at=told_at,
        opened_by=turn.user,
        opened_at=turn.now,
        recorded_at=turn.now,
    )
    matter.save()
    turn.tell(kinds.POLICE_OPENED, data=_about(matter), changed=[matter], happened_at=told_at)
    return matter


def ask_payee_stop(
    turn: Turn,
    matter: PoliceReport,
    *,
    outcome: str,
    asked_at: datetime | None = None,
    number: str = "",
    account: str = "",
    payee_is_ours: bool | None = None,
) -> PayeeStop:
    """The platform was asked to stop the payee's account, or why not. In force it lapses after 48 h; twice at most.

    `account` names the payee's account masked (bank and last four), once: a second stop is of the same account.
    `payee_is_ours`: the payee's account is with this bank, which then has duties of its own (反电信网络诈骗法 art. 18).
    In force it stands in the stop ledger, too, as the police's order. CaseError names the field.
    """
    _running(turn, matter)
    if outcome not in Stop.values:
        raise CaseError(_("Choose one of the list."), field="outcome")
    asked = outcome != Stop.NOT_ASKED
    if asked and asked_at is None:
        raise CaseError(_("Say when the platform was asked."), field="asked_at")
    if asked and asked_at is not None:
        states.happened(asked_at, turn, field="asked_at")
    before = matter.payee_stops.count()
    if before >= PayeeStop.MOST:
        raise CaseError(_("The payee's account can be stopped twice and no more."))
    stop = PayeeStop(
        case=turn.case,
        report=matter,
        number=before + 1,
        outcome=outcome,
        platform_number=free_text.code(number, field="number") if asked else "",
        asked_at=asked_at if asked else None,
        recorded_at=turn.now,
        by=turn.user,
    )
    if outcome == Stop.IN_FORCE and asked_at is not None:
        stop.control = _mirrored(turn, stop, account=account_of(matter) or account, at=asked_at)
        stop.lapses_at = stop.control.lapses_at
    stop.save()
    changed: list[Tracked] = [stop]
    if payee_is_ours is not None:
        matter.payee_is_ours = payee_is_ours
        matter.save(update_fields=["payee_is_ours"])
        changed.append(matter)
    _tell_stop(turn, matter, stop, changed)
    return stop


def account_of(matter: PoliceReport) -> str:
    """The payee's account as it was named when it was first stopped, masked; "" before."""
    found = matter.payee_stops.filter(control__isnull=False).select_related("control").first()
    return str(found.control.account) if found is not None and found.control is not None else ""


def _mirrored(turn: Turn, stop: PayeeStop, *, account: str, at: datetime) -> CardControl:
    """The stop as a row of the stop ledger: the police's order, 48 hours to the second, not ours to lift."""
    return official.add_control(
        turn,
        kind=CardControl.Kind.PAYEE_STOP,
        ordered_by=CardControl.OrderedBy.POLICE,
        document=stop.platform_number,
        receipt=stop.platform_number,
        effective_at=at,
        account=account,
    )


def _tell_stop(turn: Turn, matter: PoliceReport, stop: PayeeStop, changed: list[Tracked]) -> None:
    kind = kinds.PLATFORM_STOPPED if stop.outcome == Stop.IN_FORCE else kinds.PLATFORM_NOT_STOPPED
    about = {**_about(matter), "outcome": stop.outcome, "count": stop.number, "number": stop.platform_number}
    if stop.lapses_at:
        about["lapses_at"] = stamp(stop.lapses_at)
    turn.tell(kind, data=about, changed=changed, happened_at=stop.asked_at)
    if matter.payee_is_ours:
        turn.tell(kinds.PAYEE_IS_OURS, data=_about(matter))


def reported(
    turn: Turn,
    matter: PoliceReport,
    *,
    outcome: str,
    station: str = "",
    reported_at: datetime | None = None,
    **papers: str,
) -> PoliceReport:
    """What came of the report, and the numbers of the papers by kind (`receipt`, `acceptance`, `filing`).

    CaseError: a report with a paper but none named, a report without its time, or a wrong time.
    """
    _running(turn, matter)
    if outcome not in Outcome.values or outcome == Outcome.TO_GO:
        raise CaseError(_("Choose one of the list."), field="outcome")
    went = outcome in (Outcome.RECEIPT, Outcome.NO_PAPER, Outcome.REFUSED)
    if went and reported_at is None:
        raise CaseError(_("Say when it was reported."), field="reported_at")
    if went and reported_at is not None:
        states.happened(reported_at, turn, field="reported_at")
    named = {name: number for name, number in papers.items() if number}
    if (outcome == Outcome.RECEIPT) != bool(named):
        raise CaseError(
            _("A paper belongs to a report with a paper: give its number, or choose otherwise."), field="receipt"
        )
    matter.seal(station=free_text.written(station, field="station", longest=120))
    matter.outcome, matter.reported_at = outcome, reported_at if went else None
    _saved(turn, matter, REPORTED[Outcome(outcome)], "station", "outcome", "reported_at", at=matter.reported_at)
    for name, number in named.items():
        paper(turn, matter, name, number=number, at=reported_at or turn.now)
    return matter


def paper(turn: Turn, matter: PoliceReport, name: str, *, number: str, at: datetime) -> PoliceReport:
    """A paper of the police by its kind: receipt, acceptance or filing, each once. CaseError: there already."""
    _running(turn, matter)
    if getattr(matter, name) is not None:
        raise CaseError(_("This paper is on file already."), field=name)
    states.happened(at, turn, field="at")
    try:
        kept = evidence.add_reference(turn, kind=PAPERS[name], reference=number, happened_at=at)
    except CaseError as error:
        raise CaseError(error.sentence, field=name) from error
    setattr(matter, name, kept)
    return _saved(turn, matter, CAME[name], name, at=at)


def end(turn: Turn, matter: PoliceReport, *, note: str = "", called_off: bool = False) -> PoliceReport:
    """Nothing more is expected of the police. CaseError: ended already; called off needs a note."""
    _running(turn, matter)
    note = free_text.written(note, field="note", required=called_off, longest=500)
    went_well = matter.filing is not None or matter.acceptance is not None
    matter.ending = Ending.CALLED_OFF if called_off else Ending.WON if went_well else Ending.LOST
    matter.ended_at = turn.now
    matter.seal(ending_note=note)
    fields = ("ending", "ended_at", "ending_note")
    return _saved(turn, matter, kinds.POLICE_ENDED, *fields, personal={"note": note} if note else {})


def _running(turn: Turn, matter: PoliceReport) -> None:
    states.not_archived(turn)
    if matter.ended_at is not None:
        raise CaseError(_("This report has ended."))


def _saved(
    turn: Turn,
    matter: PoliceReport,
    kind: Kind,
    *fields: str,
    at: datetime | None = None,
    personal: dict[str, str] | None = None,
) -> PoliceReport:
    matter.save(update_fields=list(fields))
    turn.tell(kind, data=_about(matter), personal=personal, changed=[matter], happened_at=at)
    return matter


def _about(matter: PoliceReport) -> dict[str, object]:
    numbers = {f"{name}_number": getattr(matter, name).reference for name in PAPERS if getattr(matter, name)}
    return {"matter": str(matter.uuid), "outcome": matter.outcome, "payee_is_ours": matter.payee_is_ours, **numbers}


REPORTED: dict[str, Kind] = {
    Outcome.RECEIPT: kinds.POLICE_REPORTED,
    Outcome.NO_PAPER: kinds.POLICE_NO_PAPER,
    Outcome.REFUSED: kinds.POLICE_REFUSED,
    Outcome.UNWILLING: kinds.POLICE_UNWILLING,
}
CAME: dict[str, Kind] = {
    "receipt": kinds.POLICE_RECEIPT,
    "acceptance": kinds.POLICE_ACCEPTANCE,
    "filing": kinds.POLICE_FILING,
}
