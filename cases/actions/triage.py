"""定级: how urgent a complaint is and which flow it belongs to, as proposed by signs and confirmed by a person."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from cases import kinds_triage
from cases.actions import states, urgent
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Case, Customer
from knowledge import signs
from record.history import Tracked


def confirm(
    turn: Turn, *, proposal: signs.Proposal, severity: int, care: Collection[str] = (), call_again: bool = False
) -> None:
    """Keep what was proposed, by which signs, and what the person chose; `care` goes into the customer's record.

    What becomes urgent by it is told to those in charge at once.

    `call_again`: the complaint of a call that came again. It makes an open case more urgent, never less, and writes
    nothing into a record, because whoever calls may be somebody else. CaseError at `severity`: none of the list; no
    person; completed.
    """
    states.still_open(turn)
    case = turn.case
    if turn.user is None:
        raise CaseError(_("Only a person can confirm how urgent it is."), field="severity")
    if severity not in Case.Severity:
        raise CaseError(_("Choose one of the list."), field="severity")
    before = case.severity
    case.severity = min(severity, case.severity or severity) if call_again else severity
    case.save(update_fields=["severity"])
    _tell(turn, proposal, severity, [] if call_again else _cared_for(case.customer, care))
    if case.severity == Case.Severity.URGENT != before:
        urgent.tell(turn)


def _tell(turn: Turn, proposal: signs.Proposal, severity: int, changed: list[Tracked]) -> None:
    case = turn.case
    himself = [one.sign.key for one in proposal.found if one.sign.is_of_himself]
    said = [key for key in proposal.keys if key not in himself]
    data = {
        "proposed": proposal.severity,
        "chosen": int(severity),
        "signs": [*said, signs.CARE] if himself else said,
        "proposed_kind": proposal.kind,
        "chosen_kind": str(case.kind),
    }
    sealed = {"care": signs.BETWEEN.join(himself)} if himself else {}
    turn.tell(kinds_triage.TRIAGED, data=data, personal=sealed, changed=[case, *changed])
    if proposal.kind not in ("", case.kind):
        speak = [one.sign.key for one in proposal.found if one.sign.kind == proposal.kind]
        turn.tell(kinds_triage.FLOW_KEPT, data={"signs": speak, "kind": proposal.kind})


def _cared_for(customer: Customer | None, care: Collection[str]) -> list[Tracked]:
    """The customer's record, if something was ticked that it did not have; locked, for two calls may tick at once."""
    if customer is None or not care:
        return []
    record = Customer.objects.select_for_update(of=("self",)).select_related("person_key").get(pk=customer.pk)
    return [record] if record.add_care(care) else []
