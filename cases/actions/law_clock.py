"""What happens to the statutory clock while it runs: it stands, it begins anew, another one joins it.

Only the law's own reasons move it (CBIRC 2020 No.3 arts. 18 and 23), each with the notice to the customer. Extension is
not here.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases import free_text, kinds
from cases.actions import deadlines, drafting, evidence, proposal, states
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Deadline, Evidence, NewFacts, Referral, Standstill
from knowledge import limits
from knowledge.evidence import EvidenceKind

STAND_TOO = (limits.TRACE, limits.EVIDENCE_WAIT, limits.LIABILITY, limits.GENERAL_LOOK_INTO)


def stand_still(turn: Turn, *, why: str, body: str, notice: str, began_at: datetime, note: str = "") -> Standstill:
    """The clock stands while `body` appraises or mediates, from `began_at`; `notice` proves that the customer was told.

    CaseError names the field: told already, standing already, no notice, a time to come or before receipt.
    """
    states.undecided(turn)
    if why not in Standstill.Why.values:
        raise CaseError(_("Choose one of the list."), field="why")
    if turn.case.standstills.filter(ended_at=None).exists():
        raise CaseError(_("The clock stands already."), field="why")
    states.happened(began_at, turn, field="began_at", since=turn.case.received_at)
    standstill = Standstill(
        case=turn.case,
        person_key=turn.case.person_key,
        why=why,
        body=free_text.written(body, field="body", required=True, longest=120),
        notice=free_text.code(notice, field="notice", typed=turn.user is not None),
        began_at=began_at,
        by=turn.user,
        recorded_at=turn.now,
    )
    standstill.seal(note=free_text.written(note, field="note"))
    standstill.save(force_insert=True)
    data = {"standstill": str(standstill.uuid), "why": why, "notice": standstill.notice}
    turn.tell(kinds.CLOCK_STANDS, data=data, changed=[standstill], happened_at=began_at)
    for deadline in _standing(turn):
        deadlines.pause(turn, deadline, at=began_at, why=why)
    return standstill


def run_again(turn: Turn, *, ended_at: datetime, result: str) -> Standstill:
    """The appraisal is back, or the mediation over: whole natural days in between are not counted, parts of days are.

    CaseError names the field: nothing stands, no result, a time to come or before the beginning.
    """
    states.still_open(turn)
    standstill = turn.case.standstills.select_related("person_key").filter(ended_at=None).first()
    if standstill is None:
        raise CaseError(_("The clock does not stand."), field="ended_at")
    states.happened(ended_at, turn, field="ended_at", since=standstill.began_at)
    standstill.ended_at = max(ended_at, standstill.began_at)
    standstill.seal(result=free_text.written(result, field="result", required=True))
    standstill.save()
    days = left_out(standstill.began_at, standstill.ended_at, turn.case.zone)
    data = {"standstill": str(standstill.uuid), "days": days}
    turn.tell(kinds.CLOCK_RUNS, data=data, changed=[standstill], happened_at=standstill.ended_at)
    for deadline in _standing(turn):
        deadlines.resume(turn, deadline, at=standstill.ended_at, later_by=timedelta(days=days))
    return standstill


def left_out(began_at: datetime, ended_at: datetime, zone: str) -> int:
    """Whole natural days of the zone that lie wholly between; the day it began and the day it ended are counted.

    The order says the time "may" be left out: where it can be read two ways, this is the shorter one.
    """
    first, last = (moment.astimezone(ZoneInfo(zone)).date() for moment in (began_at, ended_at))
    return max(0, (last - first).days - 1)


def take_new_facts(turn: Turn, *, why: str, material: str, received_at: datetime, notice: str) -> NewFacts:
    """Accept new facts and reasons: the statutory clock begins anew at the receipt of the material (art. 18.3).

    `material` is the number under which it is on file, `notice` the proof that the customer was told. The same matter
    told again is no new fact and is merged. CaseError names the field; NotAllowed for the system.
    """
    states.undecided(turn)
    if turn.user is None:
        raise NotAllowed
    if turn.case.standstills.filter(ended_at=None).exists():
        raise CaseError(_("The clock stands; end that first."), field="received_at")
    states.happened(received_at, turn, field="received_at", since=turn.case.received_at)
    why = free_text.written(why, field="why", required=True)
    notice = free_text.code(notice, field="notice")
    facts = NewFacts(
        case=turn.case,
        person_key=turn.case.person_key,
        material=_on_file(turn, material, received_at),
        notice=notice,
        received_at=received_at,
        accepted_by=turn.user,
        recorded_at=turn.now,
    )
    facts.seal(why=why)
    facts.save(force_insert=True)
    turn.case.restarted_at = received_at
    turn.case.save(update_fields=["restarted_at"])
    fallen = [*proposal.drop(turn), *drafting.fall(turn)]  # what was proposed and drafted stood on the old facts
    data = {"facts": str(facts.uuid), "material": str(facts.material.uuid), "notice": notice}
    turn.tell(
        kinds.NEW_FACTS, data=data, personal={"why": why}, changed=[facts, turn.case, *fallen], happened_at=received_at
    )
    for deadline in _statutory(turn):
        deadlines.stop(turn, deadline=deadline, outcome=Deadline.Outcome.CANCELLED)
        deadlines.start(turn, limits.DECIDE_15, at=received_at, kind=Deadline.Kind.LAW, subject=deadline.subject)
    return facts


def join_referral(turn: Turn, *, source: str, number: str, received_at: datetime, what: str = "") -> Referral:
    """An authority passes the same complaint on: its own number and clock beside the case's (art. 18, from receipt).

    CaseError names the field: told already, joined before, a time to come.
    """
    states.undecided(turn)
    if source not in Referral.Source.values:
        raise CaseError(_("Choose one of the list."), field="source")
    number = free_text.code(number, field="number", typed=turn.user is not None)
    if turn.case.referrals.filter(source=source, number=number).exists():
        raise CaseError(_("This letter has joined the case before."), field="number")
    states.happened(received_at, turn, field="received_at")
    referral = Referral(
        case=turn.case,
        person_key=turn.case.person_key,
        source=source,
        number=number,
        received_at=received_at,
        by=turn.user,
        recorded_at=turn.now,
    )
    referral.seal(what=free_text.written(what, field="what"))
    referral.save(force_insert=True)
    data = {"referral": str(referral.uuid), "source": source, "number": number}
    turn.tell(kinds.REFERRAL_JOINED, data=data, changed=[referral], happened_at=received_at)
    deadlines.start(turn, limits.DECIDE_15, at=received_at, kind=Deadline.Kind.LAW, subject=referral.uuid)
    return referral


def report_back(turn: Turn, *, referral: Referral, reported_at: datetime, number: str) -> Referral:
    """Tell the authority how its complaint ended. CaseError: not told yet, reported before, no number."""
    if referral.case_id != turn.case.pk:
        raise CaseError(_("This letter is not on this case."))
    referral = Referral.objects.select_related("person_key").get(pk=referral.pk)
    if referral.reported_at is not None:
        raise CaseError(_("This was reported back before."), field="number")
    if turn.case.told_at is None and turn.case.withdrawn_at is None:
        raise CaseError(_("The decision must be told to the customer first."), field="reported_at")
    referral.report_number = free_text.code(number, field="number", typed=turn.user is not None)
    since = turn.case.told_at or turn.case.withdrawn_at
    referral.reported_at = states.happened(reported_at, turn, field="reported_at", since=since)
    referral.save(update_fields=["reported_at", "report_number"])
    data = {"referral": str(referral.uuid), "number": referral.report_number}
    turn.tell(kinds.REFERRAL_REPORTED, data=data, changed=[referral], happened_at=reported_at)
    return referral


def end_with_the_case(turn: Turn) -> None:
    """The complaint was taken back: nothing stands for anything any more."""
    for standstill in turn.case.standstills.select_related("person_key").filter(ended_at=None):
        standstill.ended_at = max(turn.now, standstill.began_at)
        standstill.save(update_fields=["ended_at"])
        data = {"standstill": str(standstill.uuid), "days": 0}
        turn.tell(kinds.CLOCK_RUNS, data=data, changed=[standstill])


def _statutory(turn: Turn) -> list[Deadline]:
    """The clocks of the law that still run on the case: its own and those of referrals."""
    return list(_running(turn).filter(kind=Deadline.Kind.LAW))


def _standing(turn: Turn) -> list[Deadline]:
    """What stands with them: the house's limits of the decision and of what leads to it."""
    return list(_running(turn).filter(Q(kind=Deadline.Kind.LAW) | Q(key__in=STAND_TOO)))


def _running(turn: Turn) -> "QuerySet[Deadline]":
    return Deadline.objects.filter(case=turn.case, ended_at=None).order_by("id")


def _on_file(turn: Turn, material: str, at: datetime) -> Evidence:
    """The material by its number: what is on file under it, else a new entry."""
    number = free_text.code(material, field="material")
    known = turn.case.evidence.filter(kind=EvidenceKind.CUSTOMER_STATEMENT, reference=number).first()
    if known is not None:
        return known
    return evidence.add_reference(turn, kind=EvidenceKind.CUSTOMER_STATEMENT, reference=number, happened_at=at)
