"""案防判断: what compliance judges after the trace, kept so that the case's file tells nobody (反洗钱法 art. 7)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from django.utils.translation import gettext as _

from accounts.models import User
from cases import access, free_text, kinds
from cases.actions import states
from cases.actions.turn import Turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, RiskJudgement

CRIME, LAUNDERING, LOSS, SCHEME = "crime", "laundering", "loss", "scheme"
QUESTIONS: Final = (CRIME, LAUNDERING, LOSS, SCHEME)
LENGTH: Final = 16384  # bytes of every judgement before it is sealed: its length tells nothing either
LONGEST_REASON: Final = 500


@dataclass(frozen=True)
class Verdict:
    """One of QUESTIONS, answered: reported or not, why, and under which number when it was."""

    reported: bool
    reason: str
    number: str = ""


def judge(turn: Turn, *, verdicts: Mapping[str, Verdict]) -> RiskJudgement:
    """Judge all of QUESTIONS, once. CaseError at `<question>_reason` or `<question>_number`: missing, or judged before.

    The journal learns that it was judged, and nothing else.
    """
    states.still_open(turn)
    if turn.user is None:
        raise NotAllowed
    if set(verdicts) != set(QUESTIONS):
        raise CaseError(_("Answer every question."))
    if RiskJudgement.objects.filter(case=turn.case).exists():
        raise CaseError(_("The risk of this case was judged before."))
    answers = {name: asdict(_checked(name, verdicts[name])) for name in QUESTIONS}
    made = RiskJudgement(case=turn.case, person_key=turn.case.person_key, by=turn.user, recorded_at=turn.now)
    made.seal(judgement=_padded(json.dumps(answers, ensure_ascii=False)))
    made.save(force_insert=True)
    turn.tell(kinds.RISK_JUDGED, changed=[made])
    return made


def read(case: Case, *, user: User) -> dict[str, Verdict] | None:
    """The verdicts by question, None before they are made; the reading is recorded first, in the reader's own stream.

    Does not ask whether he may: the caller does. KeyDestroyed for an erased person.
    """
    made = RiskJudgement.objects.select_related("person_key").filter(case=case).first()
    if made is None:
        return None
    access.looked(user, case, kinds.RISK_READ, {})
    answers = json.loads(made.reveal("judgement", purpose="risk judgement"))
    return {name: Verdict(**answers[name]) for name in QUESTIONS}


def _checked(name: str, verdict: Verdict) -> Verdict:
    reason = free_text.written(verdict.reason, field=f"{name}_reason", required=True, longest=LONGEST_REASON)
    if not verdict.reported:
        return Verdict(False, reason)
    return Verdict(True, reason, free_text.code(verdict.number, field=f"{name}_number"))


def _padded(text: str) -> str:
    return text + " " * (LENGTH - len(text.encode()))
