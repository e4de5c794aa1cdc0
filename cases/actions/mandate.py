"""授权: whoever reports in the customer's place shows that he may, or the holder says so himself (2020 No.3 art. 14).

Stopping the card never waits for it; telling the decision does. When no mandate comes, the complaint may be left
unhandled, and whoever reported is told (art. 18 para 4).
"""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from cases import free_text, kinds_door, rules
from cases.actions import closing, deadlines, evidence, states
from cases.actions.parties import IDENTITY_SHAPE, shaped
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, Evidence, Mandate, Representative
from knowledge.evidence import EvidenceKind
from record.history import Tracked

Outcome, Kind = Mandate.Outcome, Representative.Kind
PAPERS: Final[dict[str, EvidenceKind]] = {
    Kind.AGENT: EvidenceKind.MANDATE,
    Kind.OTHER: EvidenceKind.MANDATE,
    Kind.HEIR: EvidenceKind.HEIR_PROOF,
    Kind.COMPANY: EvidenceKind.COMPANY_PROOF,
}


def waiting(case: Case) -> Representative | None:
    """The first representative of whom it is not settled whether he may speak; one query."""
    found: Representative | None = case.representatives.filter(mandate=None).order_by("id").first()
    return found


def speaker(case: Case) -> Representative | None:
    """Whom the answer goes to in the customer's place: the last with a mandate on file; None is the customer."""
    given = case.representatives.filter(mandate__outcome=Outcome.GIVEN)
    found: Representative | None = given.select_related("person_key").order_by("-id").first()
    return found


def must_be_settled(case: Case) -> None:
    """CaseError that says what to do next while it is not settled who may be told."""
    if rules.awaits_mandate(case):
        raise CaseError(
            _(
                "Whoever reported may not be told anything yet. Finish “Obtain the mandate” first: put it on file, or "
                "let the holder confirm. When neither comes, end the case with “Leave unhandled”."
            )
        )


def give(turn: Turn, *, paper: str, identity_number: str, seen_at: datetime) -> Mandate:
    """The original lies before us: 授权委托书 with the agent's own number, proof of succession, or the authorisation.

    CaseError names the field: nobody waits, no paper, no number of an identity card, a time to come.
    """
    person = _must_wait(turn)
    identity_number = shaped(identity_number.upper(), IDENTITY_SHAPE, field="identity_number")
    if not identity_number:
        raise CaseError(_("Enter the number of his identity card."), field="identity_number")
    proof = evidence.add_reference(turn, kind=PAPERS[person.kind], reference=paper, happened_at=seen_at)
    mandate = _new(turn, person, Outcome.GIVEN, at=seen_at, paper=proof)
    mandate.seal(identity_number=identity_number)
    mandate.save(force_insert=True)
    data = {"mandate": str(mandate.uuid), "kind": person.kind}
    turn.tell(kinds_door.MANDATE_GIVEN, data=data, changed=[mandate], happened_at=seen_at)
    return mandate


def confirm(turn: Turn, *, record: str, confirmed_at: datetime, note: str) -> Mandate:
    """The holder was reached and makes the complaint his own; he is answered, not whoever reported.

    CaseError: nobody waits, the holder is dead (an heir proves himself), no recording, no note, a time to come.
    """
    person = _must_wait(turn)
    if person.kind == Kind.HEIR:
        raise CaseError(_("An heir proves the succession; nobody confirms it for him."), field="result")
    note = free_text.written(note, field="note", required=True)
    kind = EvidenceKind.HOLDER_CONFIRMED
    proof = evidence.add_reference(turn, kind=kind, reference=record, happened_at=confirmed_at)
    mandate = _new(turn, person, Outcome.CONFIRMED, at=confirmed_at, paper=proof)
    mandate.seal(note=note)
    mandate.save(force_insert=True)
    data = {"mandate": str(mandate.uuid), "kind": person.kind}
    turn.tell(
        kinds_door.MANDATE_CONFIRMED, data=data, personal={"note": note}, changed=[mandate], happened_at=confirmed_at
    )
    return mandate


def leave_unhandled(turn: Turn, *, reason: str, notice: str, told_at: datetime) -> Case:
    """不予办理: no mandate came; whoever reported was told so by `notice` at `told_at` (art. 18 para 4).

    The case ends like a withdrawn one: nothing is decided, what protects the customer goes by his own wish. CaseError:
    nobody waits, told already, money under way, no reason or notice, a time to come.
    """
    states.undecided(turn)
    reason = free_text.written(reason, field="reason", required=True)
    notice = free_text.code(notice, field="notice", longest=64, typed=True)
    states.happened(told_at, turn, field="told_at", since=turn.case.received_at)
    first = _must_wait(turn)
    left: list[Tracked] = []
    for person in [first, *turn.case.representatives.filter(mandate=None).exclude(pk=first.pk)]:
        mandate = _new(turn, person, Outcome.UNHANDLED, at=told_at, notice=notice)
        mandate.save(force_insert=True)
        left.append(mandate)
    turn.case.unhandled_at = turn.now
    turn.case.save(update_fields=["unhandled_at"])
    dropped = closing.end_undecided(turn)
    data = {"notice": notice, "card_stopped": rules.is_card_stopped(turn.case)}
    changed: list[Tracked] = [turn.case, *left, *dropped]
    turn.tell(kinds_door.CASE_UNHANDLED, data=data, personal={"reason": reason}, changed=changed, happened_at=told_at)
    deadlines.stop_all(turn)
    return turn.case


def _must_wait(turn: Turn) -> Representative:
    states.still_open(turn)
    if (person := waiting(turn.case)) is None:
        raise CaseError(_("Nobody on this case waits for a mandate."))
    return person


def _new(
    turn: Turn,
    person: Representative,
    outcome: str,
    *,
    at: datetime,
    paper: Evidence | None = None,
    notice: str = "",
) -> Mandate:
    if turn.user is None:
        raise NotAllowed
    states.happened(at, turn, field="settled_at")
    return Mandate(
        representative=person,
        person_key=turn.case.person_key,
        outcome=outcome,
        paper=paper,
        notice=notice,
        settled_at=at,
        by=turn.user,
        recorded_at=turn.now,
    )
