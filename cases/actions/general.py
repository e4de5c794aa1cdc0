"""核查 of a complaint without a flow of its own: what was found, whether the customer is right, what is due."""

from django.utils.translation import gettext as _

from cases import free_text, kinds_general
from cases.actions import states
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, ComplaintFinding

PURPOSE = "decision letter"


def look_into(turn: Turn, *, result: str, findings: str, due: str = "") -> ComplaintFinding:
    """Put on record what was found. `due`: what the customer gets, by whom and until when; no money moves here.

    CaseError names the field: told already, no findings, an unknown result, or something due on a complaint that is
    not borne out.
    """
    states.undecided(turn)
    if turn.user is None:
        raise NotAllowed
    if result not in ComplaintFinding.Result.values:
        raise CaseError(_("Choose one of the list."), field="result")
    texts = {"findings": free_text.written(findings, field="findings", required=True)}
    due = free_text.written(due, field="due")
    if due and result == ComplaintFinding.Result.WRONG:
        raise CaseError(_("Nothing is due on a complaint that is not borne out."), field="due")
    if due:
        texts["due"] = due
    found = ComplaintFinding(
        case=turn.case, person_key=turn.case.person_key, result=result, by=turn.user, recorded_at=turn.now
    )
    found.seal(**texts)
    found.save(force_insert=True)
    turn.tell(kinds_general.LOOKED_INTO, data={"result": str(result)}, personal=texts, changed=[found])
    return found


def latest(case: Case) -> ComplaintFinding | None:
    """The finding that counts; one query."""
    return case.findings.select_related("person_key").last()
