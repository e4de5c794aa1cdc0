"""拟稿–审核–签发–用印: the decision notice on its way to the customer. Telling it stands in `letter`.

On the phone the text is ready when it is drafted: what binds was approved, the four contents and the recording are what
the law asks. In writing a second post checks it, the level of the sum issues it, and the keeper of the seal seals it.
"""

import json
import secrets
from collections.abc import Callable, Iterable
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _, override

from accounts.models import Branch
from cases import free_text, kinds, rules, settled, sums
from cases.actions import proposal, states, texts
from cases.actions.asking import Question, Returned, Waiting
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, Letter, Proposal
from cases.remedies import decided_by
from knowledge.messages import Template
from record.algorithms import digest
from record.journal import Kind

State, Way = Letter.State, Letter.Way
TEXTS = ("findings", "reasons", "decision", "remedies")
PURPOSE = "decision letter"


def draft(turn: Turn, *, findings: str, reasons: str, decision: str, way: str) -> Letter:
    """拟稿: what was found, on what basis and why, what was decided; the remedies follow from who decided (art. 19).

    Drafts the returned letter anew, too. CaseError: told already, a disputed transaction without an approved proposal,
    a field empty, or a letter on its way already.
    """
    states.undecided(turn)
    if turn.user is None:
        raise NotAllowed
    approved = must_be_decided(turn.case)
    if way not in Way.values:
        raise CaseError(_("Choose one of the list."), field="way")
    settled.agreed_way(turn.case, way)
    texts = {"findings": findings, "reasons": reasons, "decision": decision}
    texts = {name: free_text.written(text, field=name, required=True) for name, text in texts.items()}
    letter = of(turn.case) or Letter(case=turn.case, person_key=turn.case.person_key, recorded_at=turn.now)
    if letter.drafted_at and letter.state != State.DRAFT:
        raise CaseError(_("The letter is on its way already; it can be changed only when it is sent back."))
    letter.way, letter.drafted_by, letter.drafted_at = way, turn.user, turn.now
    decided = decided_by(turn.case, approved)
    letter.decided_unit, letter.superior_unit = decided.unit, decided.superior
    letter.decided_by_head_office = decided.superior is None
    words = remedies(decided.superior)
    letter.seal(**texts, remedies=words, nonce=secrets.token_hex(16))
    data: dict[str, object] = {"way": str(way), "head_office": letter.decided_by_head_office}
    if way == Way.PHONE:
        data["digest"] = letter.digest = digest_of(letter)
    letter.save()
    turn.tell(kinds.LETTER_DRAFTED, data=data, personal=texts, changed=[letter])
    return letter


def check(turn: Turn, *, reason: str = "") -> Letter:
    """审核, by another person than the drafter. CaseError: no draft waits; NotAllowed: by or for the drafter."""
    letter = _waiting(turn, State.DRAFT)
    letter.checked_by, letter.checked_at = turn.user, turn.now
    return _answered(turn, letter, kinds.LETTER_CHECKED, reason)


def issue(turn: Turn, *, reason: str = "") -> Letter:
    """签发: from here the text stands, by its digest. Errors as `check`."""
    letter = _waiting(turn, State.CHECKED)
    letter.issued_by, letter.issued_at = turn.user, turn.now
    letter.digest = digest_of(letter)
    return _answered(turn, letter, kinds.LETTER_ISSUED, reason, digest=letter.digest)


def send_back(turn: Turn, *, reason: str) -> Letter:
    """退回修改 by whoever checks or issues: it is a draft again. Errors as `check`, and no reason."""
    letter = _waiting(turn, State.DRAFT, State.CHECKED)
    reason = free_text.written(reason, field="reason", required=True)
    letter.returned_by, letter.returned_at = turn.user, turn.now
    letter.checked_by = letter.checked_at = None
    letter.seal(return_reason=reason)
    return _answered(turn, letter, kinds.LETTER_RETURNED, reason)


def fall(turn: Turn) -> list[Letter]:
    """New facts: what it stands on fell, and it is a draft again. Returns what was saved, to be told."""
    letter = of(turn.case)
    if letter is None or letter.state == State.TOLD:
        return []
    letter.way = letter.digest = letter.seal_number = None
    for name in ("checked", "issued", "sealed"):
        setattr(letter, f"{name}_by", None)
        setattr(letter, f"{name}_at", None)
    letter.save()
    return [letter]


def seal(turn: Turn, *, number: str) -> Letter:
    """用印 with the number of the seal register. CaseError (field number): not issued, or no number."""
    letter = _waiting(turn, State.ISSUED)
    letter.seal_number = free_text.code(number, field="number", longest=64, typed=True)
    letter.sealed_by, letter.sealed_at = turn.user, turn.now
    _answered(turn, letter, kinds.LETTER_SEALED, "", number=letter.seal_number)
    texts.write(turn, Template.DECISION_COMING)
    return letter


def of(case: Case) -> Letter | None:
    """The case's letter as the database has it; one query."""
    return Letter.objects.select_related("person_key").filter(case=case).first()


def sum_decided(case: Case) -> Decimal:
    """The approved sum whose level issues the letter, 0.00 when nothing was proposed."""
    found = proposal.approved(case)
    return found.total if found else sums.NOTHING


def digest_of(letter: Letter) -> str:
    """SHA-256 over nonce and texts: the nonce keeps a guessed text from being confirmed by the journal."""
    parts = [letter.reveal(name, purpose=PURPOSE) for name in ("nonce", *TEXTS)]
    return digest(json.dumps(parts, ensure_ascii=False).encode())


def remedies(superior: Branch | None) -> str:
    """How the customer may contest the decision, in the bank's own language (art. 19, 20).

    A branch's decision goes to `superior`, named; head office has none above it and no review.
    """
    with override(settings.LANGUAGE_CODE):
        if superior is None:
            return _("If you do not agree, you may ask for mediation or arbitration, or go to court.")
        return _(
            "If you do not agree, you may apply in writing to the unit above ours, %(superior)s, for a review within "
            "30 days of receiving this decision. You may also ask for mediation or arbitration, or go to court."
        ) % {"superior": superior.label}


def must_be_decided(case: Case) -> Proposal | None:
    """The approved proposal; None when nothing is disputed and so nothing was proposed. CaseError: not decided."""
    found = proposal.alive(case)
    if found is not None and found.state == Proposal.State.WAITING:
        raise CaseError(_("A proposal on this case waits for its answer."))
    if rules.disputes_anything(case) and found is None:
        raise CaseError(_("There is no approved proposal to tell of."))
    return found


def _waiting(turn: Turn, *wanted: str) -> Letter:
    """The letter, where it waits for this and for another person than its drafter."""
    states.undecided(turn)
    letter = of(turn.case)
    if letter is None or letter.state not in wanted:
        raise CaseError(_("No letter waits for this."))
    if turn.user is None or letter.drafted_by_id in turn.persons:
        raise NotAllowed(_("Whoever drafted the letter does not do this, nor does his substitute for him."))
    return letter


def _answered(turn: Turn, letter: Letter, kind: Kind, reason: str, **data: object) -> Letter:
    reason = free_text.written(reason, field="reason")
    letter.save()
    personal = {"reason": reason} if reason else {}
    turn.tell(kind, data=data, personal=personal, changed=[letter])
    return letter


def _waiting_for(**so_far: bool) -> Callable[[Iterable[int]], dict[int, Waiting]]:
    def waiting_on(cases: Iterable[int]) -> dict[int, Waiting]:
        written = Letter.objects.filter(case__in=list(cases), way=Way.WRITTEN, **so_far)
        rows = written.select_related("drafted_by")
        return {
            row.case_id: Waiting(row.drafted_by.display_name, row.drafted_at)
            for row in rows
            if row.drafted_by and row.drafted_at
        }

    return waiting_on


def returns_on(cases: Iterable[int]) -> dict[int, Returned]:
    """The last return of the letter on each of these cases, by the id of the case. One query."""
    rows = Letter.objects.filter(case__in=list(cases), returned_at__isnull=False).select_related("person_key")
    return {row.case_id: Returned(row, "return_reason", row.returned_at) for row in rows if row.returned_at}


CHECK = Question("letter_check", check, send_back, _waiting_for(checked_at__isnull=True), returns_on)
ISSUE = Question(
    "letter_issue", issue, send_back, _waiting_for(checked_at__isnull=False, issued_at__isnull=True), returns_on
)
