"""Flows beside a case: opened, and each step done by its own post with answers that pass unless a test gives others."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from cases.models import Case
from record import clock
from tests.journey import Journey
from workflows import verbs
from workflows.base import BesideFlow
from workflows.flows import ChargebackFlow, InquiryFlow, PoliceFlow
from workflows.models import CaseProcess, StepTask

OPENERS = {ChargebackFlow: "dispute", InquiryFlow: "fraud", PoliceFlow: "agent"}
VOUCHER = {"recovered": "50.00", "receipt": "ZF-77"}


def typed() -> str:
    """Now, with its zone: good in any reader's zone."""
    return clock.now().isoformat(timespec="seconds")


def settled() -> str:
    """Two days ago, as the date field of the browser sends it."""
    return f"{clock.now() - timedelta(days=2):%Y-%m-%d}"


ANSWERS: dict[str, Callable[[], dict[str, str]]] = {
    "ask_slip": lambda: {"number": "TD-1", "settled_on": settled(), "asked_at": typed()},
    "slip_answer": lambda: {"result": "came", "slip": "QG-1", "came_at": typed(), "pursue": "yes"},
    "charge_back": lambda: {"result": "charged", "charged": "50.00", "number": "TDK-1", "charged_at": typed()},
    "scheme_answer": lambda: {"stage": "won", "number": "CJ-1", "said_at": typed()},
    "enter_recovery": lambda: {**VOUCHER, "booked_at": typed()},
    "check_recovery": lambda: {"result": "right", **VOUCHER},
    "end_chargeback": lambda: {"ending": "won"},
    "send_inquiry": lambda: {"number": "XC-1", "sent_at": typed()},
    "chase_first": lambda: {"result": "chased", "happened_at": typed(), "means": "phone"},
    "chase_second": lambda: {"result": "chased", "happened_at": typed(), "means": "letter"},
    "chase_third": lambda: {"result": "chased", "happened_at": typed(), "means": "platform"},
    "report_silence": lambda: {"told_whom": "清算机构", "reported_at": typed()},
    "end_inquiry": lambda: {"cooperation": "silent"},
    "ask_payee_stop": lambda: {
        "outcome": "in_force",
        "asked_at": typed(),
        "number": "PT-1",
        "payee_bank": "临江银行",
        "payee_last_four": "6630",
        "payee_is_ours": "no",
    },
    "stop_payee_again": lambda: {"outcome": "in_force", "asked_at": typed(), "number": "PT-2"},
    "police_papers": lambda: {
        "outcome": "receipt",
        "station": "陆家嘴派出所",
        "reported_at": typed(),
        "receipt": "HZ-1",
    },
    "police_filing": lambda: {"acceptance": "SA-1", "filing": "LA-1", "came_at": typed()},
    "end_police": lambda: {"ending": "ended"},
}


def opens(journey: Journey, flow: type[BesideFlow], **answers: Any) -> CaseProcess:
    """The flow is opened on the case by the post that lives by it; on its last transaction when it needs one."""
    last = journey.case.transactions.last()
    given = {
        ChargebackFlow: {"transaction": str(last.uuid) if last else "", "scheme": "unionpay"},
        InquiryFlow: {"addressee_kind": "merchant", "addressee": "海淘商城", "question": "请提供签购单和收货信息"},
        PoliceFlow: {"told_at": typed()},
    }[flow]
    user = getattr(journey.staff, OPENERS[flow])
    return verbs.open_beside(journey.case, flow, user=user, answers={**given, **answers})


def matter_of(process: CaseProcess) -> Any:
    """What the process is about, as it stands."""
    process.case = Case.objects.get(pk=process.case_id)
    return process.flow_class.matter_of(process)


def steps_of(process: CaseProcess) -> set[str]:
    """Names of the steps of this process that wait for a person."""
    return {task.flow_task.name for task in StepTask.objects.open().human().filter(process=process)}


def does(journey: Journey, process: CaseProcess, step: str, **answers: Any) -> None:
    """The step of this process is done by its own post."""
    task = next(one for one in StepTask.objects.open().filter(process=process) if one.flow_task.name == step)
    user = journey.staff.people[task.role]
    if task.owner_id is None:
        verbs.claim(task.uuid, user=user)
    verbs.complete(task.uuid, user=user, answers={**ANSWERS[step](), **answers})


def runs(journey: Journey, process: CaseProcess, *steps: str) -> None:
    """These steps, one after the other."""
    for step in steps:
        does(journey, process, step)


def on_the_way(journey: Journey, flow: type[BesideFlow]) -> Iterator[StepTask]:
    """Every human step of the flow as it opens, on the way to its end."""
    process = opens(journey, flow)
    while waiting := sorted(steps_of(process)):
        yield next(one for one in StepTask.objects.open().filter(process=process) if one.flow_task.name == waiting[0])
        does(journey, process, waiting[0])


def has_ended(process: CaseProcess) -> bool:
    return CaseProcess.objects.get(pk=process.pk).finished is not None
