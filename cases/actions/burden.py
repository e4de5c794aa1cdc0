"""举证责任板 of a case: reading what it is made from, and putting on record what a person found."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from cases import free_text, kinds
from cases.actions import states
from cases.actions.turn import Turn
from cases.burden import Grid, grids_of
from cases.burden_cells import Facts, Item
from cases.errors import CaseError
from cases.models import BurdenFinding, Case, DisputedTransaction, Evidence, FindingEvidence
from knowledge import limits, policies
from knowledge.burden_table import row_for
from record import clock

Finding = BurdenFinding.Finding
KINDS: Final = {
    Finding.PROVED: kinds.BURDEN_PROVED,
    Finding.NOT_PROVED: kinds.BURDEN_NOT_PROVED,
    Finding.CONTESTED: kinds.BURDEN_CONTESTED,
}


def facts(case: Case, *, shown: bool = True) -> Facts:
    """All that the board of the case is made from. Five queries, and three more when findings are there and shown.

    `shown`: with who found what, and on which evidence.
    """
    # the holder's own card only: a stop of the payee's account says nothing of a loss report
    losses = [control for control in case.controls.all() if control.is_loss]
    control = min(losses, key=lambda one: (one.effective_at, one.pk), default=None)
    findings = list(case.burden_findings.all())
    if shown:  # asks nothing for what is in hand already
        prefetch_related_objects(findings, "by", "rests_on__evidence")
    return Facts(
        # an imported complaint knows when it was taken over, not when the bank was told
        told_at=None if case.imported_from else case.received_at,
        stopped_at=control.effective_at if control else None,
        declined_at=case.stop_declined_at,
        checks=list(case.card_checks.all()),
        records=sorted(case.evidence.all(), key=lambda row: (row.happened_at, row.pk)),
        items=asked_for(case),
        findings=findings,
        prompt=_measure(limits.PROMPT_REPORT, case),
        apart=_measure(limits.CARD_APART, case),
    )


def asked_for(case: Case) -> Sequence[Item]:
    """The evidence that was asked for, each with the day it will be overwritten (card-fraud.md 2b). One query."""
    return list(case.evidence_items.all())


def grids(case: Case, disputed: Sequence[DisputedTransaction] | None = None) -> list[Grid]:
    """The board to decide by, one grid a disputed transaction; `disputed` when they are in hand already."""
    rows = list(case.transactions.disputed()) if disputed is None else disputed
    return grids_of(rows, facts(case, shown=False))


def find(
    turn: Turn,
    *,
    transaction: UUID,
    element: str,
    finding: str,
    reason: str,
    found_at: datetime,
    evidence: Sequence[UUID] = (),
) -> BurdenFinding:
    """Record what was found of an element of a disputed transaction, at `found_at` (UTC), with why and on what.

    CaseError (with its field): told or withdrawn already, not a disputed transaction, an element that does not apply
    to its type, no reason, evidence of another case, or "proved" without any evidence.
    """
    states.undecided(turn)
    states.happened(found_at, turn, field="found_at", since=turn.case.received_at)
    about = turn.case.transactions.disputed().filter(uuid=transaction).first()
    if about is None:
        raise CaseError(_("This transaction is not disputed."))
    if row_for(element, about.type) is None:
        raise CaseError(_("This element does not apply to such a transaction."))
    if finding not in Finding:
        raise CaseError(_("Choose one of the list."), field="finding")
    rests_on = _on_file(turn.case, evidence)
    if finding == Finding.PROVED and not rests_on:
        raise CaseError(_("Name the evidence that proves it."), field="evidence")
    found = BurdenFinding(
        case=turn.case,
        person_key=turn.case.person_key,
        transaction=about,
        element=element,
        finding=Finding(finding),
        found_at=found_at,
        by=turn.user,
        recorded_at=turn.now,
    )
    text = free_text.written(reason, field="reason", required=True)
    found.seal(reason=text)
    found.save()
    links = [FindingEvidence(finding=found, evidence=one) for one in rests_on]
    for link in links:
        link.save()
    _tell(turn, found, rests_on, links, text)
    return found


def _tell(
    turn: Turn, found: BurdenFinding, rests_on: Sequence[Evidence], links: Sequence[FindingEvidence], reason: str
) -> None:
    data = {
        "transaction": found.transaction.bank_id,
        "element": found.element,
        "evidence": [str(one.uuid) for one in rests_on],
    }
    turn.tell(
        KINDS[Finding(found.finding)],
        data=data,
        personal={"reason": reason},
        changed=[found, *links],
        happened_at=found.found_at,
    )


def _on_file(case: Case, wanted: Sequence[UUID]) -> list[Evidence]:
    """The evidence of the case by these names. CaseError when one is not on it."""
    found = list(case.evidence.filter(uuid__in=wanted).order_by("id")) if wanted else []
    if len(found) != len(set(wanted)):
        raise CaseError(_("This evidence is not on the case."), field="evidence")
    return found


def _measure(key: str, case: Case) -> timedelta:
    """How long the house calls it good time, in the edition the case pinned."""
    start = clock.now()
    return policies.rule(key, case.policy_version or None).due(start, case.zone) - start
