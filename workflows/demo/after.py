"""Customers of the demo who are not content with what they were told: answered by word, or reviewed from above."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from functools import partial
from typing import Final

from accounts.models import User
from accounts.roles import Role
from cases.errors import NotAllowed
from cases.models import Case
from record import clock

from .. import verbs
from ..base import BesideFlow
from ..flows import DissentFlow, ReviewFlow
from ..models import CaseProcess, StepTask
from .answers import typed
from .plans import Plan, local
from .sides import Side
from .staff import Staff

Answers = dict[str, str]
FROM, UNTIL = 5, 26  # days after receipt on which the customer may have been told
STEPS: Final = {DissentFlow: 1, ReviewFlow: 2}  # how many steps are done; the next one waits for somebody
FOUND: Final = "已核对案卷、录音和举证责任板。"


def after(plan: Plan) -> Iterator[Side]:
    """Every fourth case still at work, once it is told; a day later somebody answers."""
    if plan.fate.left is None or plan.number % 4 != 3:
        return
    flow: type[BesideFlow] = ReviewFlow if plan.number % 8 == 3 else DissentFlow
    for days in range(FROM, UNTIL):
        at = local(plan.received_at + timedelta(days=days), time(16, 20))
        yield Side(max(at, plan.received_at + timedelta(hours=1)), partial(_goes_on, flow, plan), outlives=True)


def _goes_on(flow: type[BesideFlow], plan: Plan, case: Case, who: User, staff: Staff) -> None:
    """Opened when the customer knows the decision and nothing of it runs; else its next step, so many in all."""
    case = Case.objects.get(pk=case.pk)
    process = CaseProcess.objects.beside().filter(case=case, flow_class=flow).first()
    if process is None:
        if case.told_at is not None and case.told_at < clock.now() - timedelta(hours=12):
            opener = staff.in_post(Role.CONSUMER_PROTECTION, case, plan.number)[0]
            verbs.open_beside(case, flow, user=opener, answers=OPENINGS[flow](plan))
        return
    task = StepTask.objects.open().filter(process=process).select_related("process").first()
    if task is None or StepTask.objects.human().filter(process=process).count() > STEPS[flow]:
        return
    name = task.flow_task.name
    for user in staff.in_post(task.role, case, plan.number):
        try:
            verbs.claim(task.uuid, user=user)
        except NotAllowed:
            continue  # he had a part in the decision, or his place is not above it
        verbs.complete(task.uuid, user=user, answers=ANSWERS[name]())
        return


def _now() -> str:
    return typed(clock.now())


OPENINGS: Final[dict[type[BesideFlow], Callable[[Plan], Answers]]] = {
    DissentFlow: lambda plan: {
        "source": "call_back",
        "said_at": _now(),
        "what": "认为赔付比例偏低，要求说明依据。",
    },
    ReviewFlow: lambda plan: {
        "asked_at": _now(),
        "application": f"HC-{plan.number:06d}",
        "what": "客户认为真卡始终在身边，不认可责任判定。",
    },
}
ANSWERS: Final[dict[str, Callable[[], Answers]]] = {
    "respond_first": lambda: {
        "result": "not_content",
        "happened_at": _now(),
        "words": "已说明判定依据，仍不认可。",
    },
    "admit_review": lambda: {"result": "admitted"},
    "check_review": lambda: {
        **dict.fromkeys(("process", "limits", "result"), "right"),
        **dict.fromkeys(("process_found", "limits_found", "result_found"), FOUND),
    },
}
