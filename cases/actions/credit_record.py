"""征信更正: bad records withdrawn, or proved that none existed (法释〔2021〕10号 art. 14)."""

from datetime import datetime

from django.utils.translation import gettext as _

from cases import kinds
from cases.actions import evidence, states
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import CreditCorrection, Evidence
from knowledge.evidence import EvidenceKind


def correct_credit_record(
    turn: Turn,
    *,
    found: bool,
    report_before: str,
    report_after: str = "",
    withdrawn_at: datetime | None = None,
    objection_at: datetime | None = None,
) -> CreditCorrection:
    """Record what the report showed, and with `found` the report after the withdrawal at `withdrawn_at` (UTC).

    `objection_at`: when the customer's objection was received, if he made one. CaseError names the field: not told yet,
    a number missing, a time to come, or withdrawn without anything found.
    """
    states.told(turn)
    if turn.user is None:
        raise NotAllowed
    if objection_at is not None:
        states.happened(objection_at, turn, field="objection_at")
    if found:
        withdrawn_at = _must_be_withdrawn(turn, withdrawn_at, report_after)
    elif withdrawn_at or report_after:
        raise CaseError(_("Nothing was found, so nothing was withdrawn."), field="found")
    correction = CreditCorrection(
        case=turn.case,
        person_key=turn.case.person_key,
        found=found,
        report_before=_report(turn, report_before, "report_before"),
        report_after=_report(turn, report_after, "report_after", at=withdrawn_at) if found else None,
        withdrawn_at=withdrawn_at,
        objection_at=objection_at,
        by=turn.user,
        recorded_at=turn.now,
    )
    correction.save()
    kind = kinds.CREDIT_RECORD_CORRECTED if found else kinds.CREDIT_RECORD_CLEAN
    data = {"correction": str(correction.uuid), "report": correction.report_before.reference}
    turn.tell(kind, data=data, changed=[correction], happened_at=withdrawn_at or turn.now)
    return correction


def _must_be_withdrawn(turn: Turn, withdrawn_at: datetime | None, report_after: str) -> datetime:
    if withdrawn_at is None:
        raise CaseError(_("Say when the bad records were withdrawn."), field="withdrawn_at")
    if not report_after.strip():
        raise CaseError(_("Give the number of the report after the withdrawal."), field="report_after")
    return states.happened(withdrawn_at, turn, field="withdrawn_at", since=turn.case.received_at)


def _report(turn: Turn, number: str, field: str, *, at: datetime | None = None) -> Evidence:
    if not number.strip():
        raise CaseError(_("Give the number of the credit report."), field=field)
    return evidence.add_reference(turn, kind=EvidenceKind.CREDIT_REPORT, reference=number, happened_at=at)
