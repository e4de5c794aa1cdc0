"""A case whose decision was told, and what the customer does about it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from accounts.models import User
from accounts.roles import Role
from cases.models import Review
from tests.factories import person
from tests.journey import Journey, Staff
from tests.workflows import roads
from tests.workflows.beside import matter_of, typed
from workflows import verbs
from workflows.flows import DissentFlow, ReviewFlow
from workflows.models import CaseProcess, StepTask
from workflows.nodes import Approval

FOUND = {
    **dict.fromkeys(("process", "limits", "result"), "right"),
    **{f"{name}_found": "已逐项核对案卷" for name in ("process", "limits", "result")},
}
ANSWERS: dict[str, Callable[[], dict[str, str]]] = {
    **dict.fromkeys(
        ("respond_first", "respond_second", "respond_third"),
        lambda: {"result": "not_content", "happened_at": typed(), "words": "已解释判定依据，客户不认可"},
    ),
    "admit_review": lambda: {"result": "admitted"},
    "check_review": lambda: FOUND,
    "decide_review": lambda: {"outcome": "upheld", "reasons": "原决定依据充分"},
    "tell_review": lambda: {"means": "posted", "told_at": typed(), "proof": "EMS-2026-7"},
    "pay_supplement": lambda: {"receipt": "BF-1", "booked_at": typed()},
    "check_supplement": lambda: {"found": "right", "receipt": "BF-1"},
}


def told(staff: Staff, *, bank: str | None = None) -> Journey:
    """A decision of the outlet, told; the bank bears `bank` of each disputed transaction, the customer the rest."""
    journey = roads.until(Journey.begin(staff), "decide")
    if bank is not None:
        journey.does("decide", staff.liability, **shared(journey, bank))
        roads.until(journey, "propose")
    roads.until(journey, "tell")
    roads.does(journey, "tell")
    journey.again()
    return journey


def shared(journey: Journey, bank: str) -> dict[str, str]:
    """The bank bears so much of each disputed transaction, the holder the rest."""
    answers = journey.bank_bears_all("L2")
    for row in journey.case.transactions.filter(is_disputed=True):
        key = row.uuid.hex
        rest = row.amount - type(row.amount)(bank)
        answers |= {f"bank_{key}": bank, f"holder_{key}": f"{rest:.2f}"}
    return answers


def reviewer(staff: Staff, branch: Any = None) -> User:
    """A consumer protection officer who had no part in the decision; of the tier-2 branch unless said."""
    return person(Role.CONSUMER_PROTECTION, branch or staff.bank.tier2)


def applies(journey: Journey, **answers: Any) -> CaseProcess:
    """The customer applies for a review in writing, now unless said."""
    given = {"asked_at": typed(), "application": "HC-2026-1", "what": "真卡一直在我手里，不认可判定", **answers}
    return verbs.open_beside(journey.case, ReviewFlow, user=journey.staff.agent, answers=given)


def complains(journey: Journey, **answers: Any) -> CaseProcess:
    """He says on the phone that he is not content."""
    given = {"source": "call", "said_at": typed(), "what": "客户不认可赔付比例", **answers}
    return verbs.open_beside(journey.case, DissentFlow, user=journey.staff.agent, answers=given)


def task_of(process: CaseProcess) -> StepTask:
    """The step of this process that waits."""
    return StepTask.objects.open().human().select_related("process").get(process=process)


def does(process: CaseProcess, step: str, who: User, **answers: Any) -> None:
    """The step of this process is done by this person."""
    task = task_of(process)
    assert task.flow_task.name == step
    if isinstance(task.flow_task, Approval):
        verbs.approve(task.uuid, user=who)
        return
    if task.owner_id is None:
        verbs.claim(task.uuid, user=who)
    verbs.complete(task.uuid, user=who, answers={**ANSWERS[step](), **answers})


def more(journey: Journey, amount: str) -> dict[str, str]:
    """The bank bears so much more of the first disputed transaction."""
    row = journey.case.transactions.filter(is_disputed=True).first()
    assert row is not None
    return {"outcome": "changed", "reasons": "未证明持卡人过错", f"more_{row.uuid.hex}": amount}


def to_approval(journey: Journey, process: CaseProcess, who: User, **decision: str) -> None:
    """Admitted, checked and drafted by this reviewer."""
    does(process, "admit_review", who)
    wrong = {"result": "wrong"} if decision.get("outcome") in ("changed", "revoked") else {}
    does(process, "check_review", who, **wrong)
    does(process, "decide_review", who, **decision)


def review_of(process: CaseProcess) -> Review:
    found: Review = matter_of(process)
    return found


def days(count: float) -> timedelta:
    return timedelta(days=count)


def on_the_way(staff: Staff) -> Iterator[StepTask]:
    """Every human step of what may begin after the telling, as it opens, on the way to its end."""
    at = told(staff, bank="40.00")
    who, dissent = reviewer(staff), complains(at)
    while StepTask.objects.open().filter(process=dissent).exists():
        yield (task := task_of(dissent))
        does(dissent, task.flow_task.name, staff.people[task.role])
    review = applies(at)
    given = {
        "check_review": {"result": "wrong"},
        "decide_review": more(at, "10.00"),
        "check_supplement": {"total": "10.00"},
    }
    while StepTask.objects.open().filter(process=review).exists():
        yield (task := task_of(review))
        name = task.flow_task.name
        does(
            review,
            name,
            who if task.role == Role.CONSUMER_PROTECTION else staff.people[task.role],
            **given.get(name, {}),
        )
