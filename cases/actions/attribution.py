"""责任认定: whose fault it was, for appraisal; 责任判定, who bears the loss, is another act (card-fraud.md, 10)."""

from django.utils.translation import gettext as _

from accounts.models import Branch, User
from cases import free_text, kinds
from cases.actions import states
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Attribution

Verdict = Attribution.Verdict


def attribute(
    turn: Turn,
    *,
    verdict: str,
    unit: Branch | None = None,
    person: User | None = None,
    reason: str = "",
    needs_rectification: bool,
) -> Attribution:
    """Say whether a unit, and a person of it, was at fault and whether something has to be mended. Once a case.

    CaseError names the field: fault without its unit or reason, a unit without fault, or said before.
    """
    states.still_open(turn)
    if turn.user is None:
        raise NotAllowed
    if verdict not in Verdict.values:
        raise CaseError(_("Choose one of the list."), field="verdict")
    if Attribution.objects.filter(case=turn.case).exists():
        raise CaseError(_("Who was responsible has been said before."))
    at_fault = verdict != Verdict.NONE
    if at_fault and unit is None:
        raise CaseError(_("Say which unit was responsible."), field="unit")
    if not at_fault and (unit or person):
        raise CaseError(_("Nobody was responsible: name no unit and no person."), field="verdict")
    reason = free_text.written(reason, field="attribution_reason", required=at_fault)
    made = Attribution(
        case=turn.case,
        person_key=turn.case.person_key,
        verdict=verdict,
        unit=unit,
        person=person,
        needs_rectification=needs_rectification,
        by=turn.user,
        recorded_at=turn.now,
    )
    made.seal(reason=reason)
    made.save(force_insert=True)
    data = {
        "verdict": verdict,
        "unit": unit.code if unit else None,
        "person": person.staff_number if person else None,
        "rectify": needs_rectification,
    }
    turn.tell(kinds.ATTRIBUTED, data=data, personal={"reason": reason} if reason else {}, changed=[made])
    return made
