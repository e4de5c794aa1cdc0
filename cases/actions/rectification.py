"""整改与复查: the unit answers a finding and says what it did; an auditor checks that, and closes it or sends it back.

to be put right → (answer) → waiting for the re-check → put right | once more, with a new time | taken back
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Verb, may, may_somewhere, standing
from cases import free_text, kinds_sample as kinds
from cases.actions import audit_sheets
from cases.actions.turn import Turn, turn
from cases.errors import CaseError, NotAllowed, SomeoneWasFirst
from cases.models import AuditFinding, Rectification
from record import journal
from record.history import Tracked

LONGEST: Final = 2000
State, Outcome = AuditFinding.State, Rectification.Outcome
ENDS: Final = {Outcome.CLOSED: State.CLOSED, Outcome.AGAIN: State.OPEN, Outcome.WITHDRAWN: State.WITHDRAWN}
ENDED: Final = {State.CLOSED: kinds.CASE_FINDING_CLOSED, State.WITHDRAWN: kinds.CASE_FINDING_WITHDRAWN}
KINDS: Final = {Outcome.CLOSED: kinds.CLOSED, Outcome.AGAIN: kinds.AGAIN, Outcome.WITHDRAWN: kinds.WITHDRAWN}


def answer(*, finding: AuditFinding, user: User, done: str, proof: str, consequences: str = "") -> AuditFinding:
    """What the unit did about it, by which proof, and of a grave finding what came of it for people.

    NotAllowed outside the person's units; SomeoneWasFirst when it is answered; CaseError names the field.
    """
    right = standing(user, Verb.ANSWER_FINDING, finding)
    if right is None:
        raise NotAllowed
    with _held(finding, user, State.OPEN, role=right.post.role, for_whom=right.for_whom) as (mine, step, hand):
        texts = _answered(mine, done, proof, consequences)
        step.seal(**texts)
        step.answered_by, step.answered_at = user, hand.now
        step.save()
        mine.state = State.ANSWERED
        mine.save()
        told = {**_about(mine, hand), "number": step.number}
        fact = journal.Fact(kinds.ANSWERED, told, {k: v for k, v in texts.items() if v}, changed=[mine, step])
        audit_sheets.say(mine.sheet, hand, fact)
    return mine


def check(*, finding: AuditFinding, user: User, outcome: str, note: str = "") -> AuditFinding:
    """The re-check: close it, send it back with a new time, or take it back; the last two say why.

    NotAllowed for whoever is no auditor or answered it himself; SomeoneWasFirst; CaseError at `outcome`, `note`.
    """
    if not may_somewhere(user, Verb.AUDIT):
        raise NotAllowed
    if outcome not in Outcome.values:
        raise CaseError(_("Choose one of the list."), field="outcome")
    text = free_text.written(note, field="note", required=outcome != Outcome.CLOSED, longest=LONGEST)
    with _held(finding, user, State.ANSWERED) as (mine, step, hand):
        if step.answered_by_id == user.pk:
            raise NotAllowed(_("Nobody checks what he answered himself."))
        step.seal(note=text)
        step.outcome, step.checked_by, step.checked_at = outcome, user, hand.now
        step.save()
        rows: list[Tracked] = [mine, step, *_next(mine, step, hand)]
        mine.save()
        told = {**_about(mine, hand), "number": step.number, "due_at": journal.stamp(mine.due_at)}
        if not mine.is_open:
            hand.tell(ENDED[State(mine.state)], data={"finding": str(mine.uuid)})
        fact = journal.Fact(KINDS[Outcome(outcome)], told, {"note": text} if text else {}, changed=rows)
        audit_sheets.say(mine.sheet, hand, fact)
    return mine


def may_answer(finding: AuditFinding, user: User) -> bool:
    """Whether it waits for this person's unit."""
    return finding.state == State.OPEN and may(user, Verb.ANSWER_FINDING, finding)


def may_check(finding: AuditFinding, step: Rectification, user: User) -> bool:
    """Whether it waits for this auditor."""
    is_his = step.answered_by_id == user.pk
    return finding.state == State.ANSWERED and not is_his and may_somewhere(user, Verb.AUDIT)


def _next(finding: AuditFinding, step: Rectification, hand: Turn) -> list[Tracked]:
    """The state the outcome leads to; a further round begins with a time of its own."""
    finding.state = ENDS[Outcome(step.outcome)]
    if finding.is_open:
        finding.due_at = audit_sheets.due_at(finding.severity, hand.now, hand.case.zone)
        return [audit_sheets.begin(finding, step.number + 1, hand)]
    finding.ended_at = hand.now
    return []


def _answered(finding: AuditFinding, done: str, proof: str, consequences: str) -> dict[str, str]:
    texts = {
        "done": free_text.written(done, field="done", required=True, longest=LONGEST),
        "proof": free_text.written(proof, field="proof", required=True, longest=LONGEST),
        "consequences": free_text.written(
            consequences, field="consequences", required=finding.asks_for_consequences, longest=LONGEST
        ),
    }
    if wordless := [name for name in ("done", "consequences") if texts[name] and not _has_words(texts[name])]:
        raise CaseError(_("Say it in words."), field=wordless[0])
    return texts


def _has_words(text: str) -> bool:
    return any(sign.isalpha() for sign in text)


def _about(finding: AuditFinding, hand: Turn) -> dict[str, object]:
    return {"finding": str(finding.uuid), "reference": hand.case.reference, "unit": finding.unit.code}


@contextmanager
def _held(
    finding: AuditFinding, user: User, state: str, *, role: str = "", for_whom: User | None = None
) -> Iterator[tuple[AuditFinding, Rectification, Turn]]:
    """The case, then the finding with its running round, locked. SomeoneWasFirst when it is not in this state."""
    rows = AuditFinding.objects.select_for_update(no_key=True, of=("self",))
    with turn(finding.sheet.case, user=user, role=role, for_whom=for_whom) as hand:
        mine: AuditFinding = rows.select_related("sheet__sample", "unit", "person_key").get(pk=finding.pk)
        step = mine.rounds.select_related("answered_by", "checked_by", "person_key").order_by("-number")[0]
        if mine.state != state:
            last = step.checked_by or step.answered_by
            who, when = (last.display_name if last else ""), step.checked_at or step.answered_at
            raise SomeoneWasFirst(_("This finding has gone on meanwhile."), who=who, when=when)
        yield mine, step, hand
