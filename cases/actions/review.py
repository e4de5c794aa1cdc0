"""核查: applied for in writing, looked at by the superior body, answered within the law's thirty days (art. 20).

This is the way to what was found; the decision on it stands in `review_decision`, its money in `supplement`.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.roles import Role
from cases import free_text, kinds_review
from cases.actions import archiving, deadlines, evidence, proposal, states
from cases.actions.drafting import of as letter_of
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Ending, Review
from cases.remedies import last_day, may_ask_until, told_by
from knowledge import limits
from knowledge.evidence import EvidenceKind
from record.journal import Kind

Stage = Review.Stage
FINDINGS = ("process", "limits", "result")


def open_review(turn: Turn, *, asked_at: datetime, application: str, what: str) -> Review:
    """The written application under its number was received at `asked_at`: the law's thirty days run from there.

    Late ones are taken in, too, and so are those against head office: whoever wrote gets an answer. CaseError names the
    field: not told yet, a review running already, a time before the telling.
    """
    letter = letter_of(turn.case)
    if letter is None or letter.told_at is None:
        raise CaseError(_("The decision must be told to the customer first."))
    if turn.case.reviews.filter(ended_at=None).exists():
        raise CaseError(_("A review of this case is under way."))
    states.happened(asked_at, turn, field="asked_at", since=letter.told_at)
    what = free_text.written(what, field="what", required=True)
    archiving.take_out(turn)
    kind = EvidenceKind.REVIEW_APPLICATION
    paper = evidence.add_reference(turn, kind=kind, reference=application, happened_at=asked_at)
    letter.case = turn.case
    decided = told_by(letter, proposal.approved(turn.case))
    review = Review(
        case=turn.case,
        person_key=turn.case.person_key,
        asked_at=asked_at,
        application=paper,
        decided_unit=decided.unit,
        superior_unit=decided.superior,
        heard_at=letter.told_at,
        may_ask_until=may_ask_until(turn.case, letter.told_at),
        opened_by=turn.user,
        opened_at=turn.now,
        recorded_at=turn.now,
    )
    review.seal(what=what)
    review.save(force_insert=True)
    data = {"matter": str(review.uuid), "application": paper.reference, "decided_unit": decided.unit.code}
    turn.tell(kinds_review.REVIEW_ASKED, data=data, personal={"what": what}, changed=[review], happened_at=asked_at)
    deadlines.start(turn, limits.REVIEW_DECIDE, at=asked_at, subject=review.uuid, role=Role.CONSUMER_PROTECTION)
    return review


def running(turn: Turn, review: Review, *stages: str) -> None:
    """It has not ended and stands at one of these stages. CaseError otherwise."""
    states.not_archived(turn)
    if review.ended_at is not None or review.stage not in stages:
        raise CaseError(_("This review is not at that point."))


def admit(turn: Turn, review: Review, *, heard_at: datetime | None = None) -> Review:
    """The application is in time and against a branch. `heard_at`: the customer received the decision later than told.

    CaseError: head office decided, reviewed before, or later than thirty days after the receipt.
    """
    running(turn, review, Stage.ASKED)
    if heard_at is not None:
        states.happened(heard_at, turn, field="heard_at", since=review.heard_at)
        review.heard_at, review.may_ask_until = heard_at, may_ask_until(turn.case, heard_at)
    if (refusal := must_be_refused(review)) is not None:
        raise CaseError(_why_not(turn, review, refusal), field="result")
    review.stage = Stage.ADMITTED
    return saved(turn, review, kinds_review.REVIEW_ADMITTED)


def refuse(turn: Turn, review: Review, *, refusal: str, note: str) -> Review:
    """Not admitted, with the ground the customer is told. CaseError names the field: a ground that does not hold."""
    running(turn, review, Stage.ASKED)
    if refusal not in Review.Refusal.values:
        raise CaseError(_("Choose one of the list."), field="refusal")
    if refusal != Review.Refusal.STRANGER and refusal not in refusals(review):
        raise CaseError(_("This ground does not hold for this application."), field="refusal")
    review.refusal, review.stage = refusal, Stage.REFUSED
    note = free_text.written(note, field="note", required=True)
    review.seal(refusal_note=note)
    return saved(turn, review, kinds_review.REVIEW_REFUSED, personal={"note": note}, about={"refusal": str(refusal)})


def refusals(review: Review) -> list[Review.Refusal]:
    """The grounds that keep it from being admitted, as they can be read from the case."""
    found = []
    if review.superior_unit_id is None:
        found.append(Review.Refusal.HEAD_OFFICE)
    if review.asked_at >= review.may_ask_until:
        found.append(Review.Refusal.LATE)
    if review.case.reviews.exclude(pk=review.pk).filter(approved_at__isnull=False).exists():
        found.append(Review.Refusal.BEFORE)
    return found


def must_be_refused(review: Review) -> Review.Refusal | None:
    """The first of them, none when it can be admitted."""
    return next(iter(refusals(review)), None)


def check(turn: Turn, review: Review, *, right: dict[str, bool], found: dict[str, str]) -> Review:
    """What was found of process, time limits and result, in writing and sealed. CaseError: a finding missing."""
    running(turn, review, Stage.ADMITTED)
    texts = {name: free_text.written(found.get(name, ""), field=f"{name}_found", required=True) for name in FINDINGS}
    for name in FINDINGS:
        setattr(review, f"{name}_right", right[name])
    review.seal(**{f"{name}_found": text for name, text in texts.items()})
    review.stage = Stage.CHECKED
    return saved(turn, review, kinds_review.REVIEW_CHECKED, personal=texts, about={"right": dict(right)})


def take_back(turn: Turn, review: Review, *, reason: str) -> Review:
    """The customer takes his application back before he was answered; the law's clock ends with it. CaseError: told."""
    states.not_archived(turn)
    if review.ended_at is not None or review.told_at is not None:
        raise CaseError(_("The customer has the answer already."))
    if review.approved_at is not None:
        raise CaseError(_("The review is decided; the customer gets its answer."))
    reason = free_text.written(reason, field="reason", required=True)
    review.stage, review.ending, review.ended_at = Stage.TAKEN_BACK, Ending.CALLED_OFF, turn.now
    review.seal(ending_note=reason)
    saved(turn, review, kinds_review.REVIEW_TAKEN_BACK, personal={"reason": reason})
    deadlines.stop(turn, subject=review.uuid, outcome="cancelled")
    return review


def saved(
    turn: Turn,
    review: Review,
    kind: Kind,
    *,
    personal: Mapping[str, str] | None = None,
    about: Mapping[str, object] | None = None,
) -> Review:
    """Save it and tell the fact; `about` is what else the fact says."""
    review.save()
    data = {"matter": str(review.uuid), "stage": str(review.stage), **(about or {})}
    turn.tell(kind, data=data, personal=personal, changed=[review])
    return review


def _why_not(turn: Turn, review: Review, refusal: Review.Refusal) -> str:
    if refusal == Review.Refusal.LATE:
        return _("The customer could apply until %(day)s; the application came later.") % {
            "day": last_day(turn.case, review.may_ask_until)
        }
    return str(refusal.label)
