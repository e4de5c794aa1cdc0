"""三级响应: the customer is not content; handler, supervisor and manager answer him, one after the other."""

from datetime import datetime

from django.utils.translation import gettext as _

from cases import free_text, kinds, kinds_review
from cases.actions import archiving, deadlines, states
from cases.actions.turn import Turn
from cases.errors import CaseError
from cases.models import Deadline, Dissent, DissentAnswer, Ending, Referral
from knowledge import limits

Source, Result = Dissent.Source, DissentAnswer.Result


def open_dissent(turn: Turn, *, source: str, said_at: datetime, what: str, number: str = "") -> Dissent:
    """He said at `said_at` that he is not content. Through an authority: its `number`, and a clock of law of its own.

    CaseError names the field: not told yet, one running already, no number of the authority, a time before the telling.
    """
    told_at = _told(turn)
    if source not in Source.values:
        raise CaseError(_("Choose one of the list."), field="source")
    if turn.case.dissents.filter(ended_at=None).exists():
        raise CaseError(_("An answer to this customer is under way; record it there."))
    states.happened(said_at, turn, field="said_at", since=told_at)
    what = free_text.written(what, field="what", required=True)
    archiving.take_out(turn)
    referral = _referral(turn, source, number, said_at) if source in Dissent.AUTHORITIES else None
    dissent = Dissent(
        case=turn.case,
        person_key=turn.case.person_key,
        source=source,
        referral=referral,
        said_at=said_at,
        opened_by=turn.user,
        opened_at=turn.now,
        recorded_at=turn.now,
    )
    dissent.seal(what=what)
    dissent.save(force_insert=True)
    data = {"matter": str(dissent.uuid), "source": str(source)}
    turn.tell(kinds_review.DISSENT_OPENED, data=data, personal={"what": what}, changed=[dissent], happened_at=said_at)
    return dissent


def answer(turn: Turn, dissent: Dissent, *, result: str, words: str, happened_at: datetime) -> DissentAnswer:
    """What the next level told him, and whether he is content. Content, or the third answer, ends it.

    CaseError names the field: ended, no words, a time before he said so or before the level below answered.
    """
    if dissent.ended_at is not None:
        raise CaseError(_("This has ended."))
    if result not in Result.values:
        raise CaseError(_("Choose one of the list."), field="result")
    before = dissent.answers.last()
    states.happened(happened_at, turn, field="happened_at", since=before.happened_at if before else dissent.said_at)
    words = free_text.written(words, field="words", required=True)
    given = DissentAnswer(
        case=turn.case,
        person_key=turn.case.person_key,
        dissent=dissent,
        level=before.level + 1 if before else 1,
        result=result,
        happened_at=happened_at,
        recorded_at=turn.now,
        by=turn.user,
    )
    given.seal(words=words)
    given.save(force_insert=True)
    data = {"matter": str(dissent.uuid), "level": given.level, "result": str(result)}
    told = {"words": words}
    turn.tell(kinds_review.DISSENT_ANSWERED, data=data, personal=told, changed=[given], happened_at=happened_at)
    if result == Result.CONTENT or given.level == Dissent.LEVELS:
        _end(turn, dissent, given)
    return given


def _end(turn: Turn, dissent: Dissent, last: DissentAnswer) -> None:
    content = last.result == Result.CONTENT
    dissent.ending = Ending.WON if content else Ending.LOST
    dissent.ended_at = turn.now
    dissent.save(update_fields=["ending", "ended_at"])
    kind = kinds_review.DISSENT_CONTENT if content else kinds_review.DISSENT_KEPT
    turn.tell(kind, data={"matter": str(dissent.uuid), "level": last.level}, changed=[dissent])
    if dissent.referral is not None:
        # he has our answer; what the authority is told is recorded beside
        deadlines.stop(turn, subject=dissent.referral.uuid, key=limits.DECIDE_15, at=last.happened_at)


def _referral(turn: Turn, source: str, number: str, received_at: datetime) -> Referral:
    """An authority passed it on after the telling: its clock runs from the receipt until we answered (art. 18, 33)."""
    if not number:
        raise CaseError(_("Give the authority's own number."), field="number")
    number = free_text.code(number, field="number", typed=turn.user is not None)
    if turn.case.referrals.filter(source=source, number=number).exists():
        raise CaseError(_("This letter has joined the case before."), field="number")
    referral = Referral(
        case=turn.case,
        person_key=turn.case.person_key,
        source=source,
        number=number,
        received_at=received_at,
        by=turn.user,
        recorded_at=turn.now,
    )
    referral.save(force_insert=True)
    data = {"referral": str(referral.uuid), "source": str(source), "number": number}
    turn.tell(kinds.REFERRAL_JOINED, data=data, changed=[referral], happened_at=received_at)
    law = Deadline.Kind.LAW
    deadlines.start(turn, limits.DECIDE_15, at=received_at, kind=law, subject=referral.uuid)
    return referral


def _told(turn: Turn) -> datetime:
    if turn.case.told_at is None:
        raise CaseError(_("The decision must be told to the customer first."))
    return turn.case.told_at
