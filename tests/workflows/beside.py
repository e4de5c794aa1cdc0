"""Flows beside a case: opened, and each step done by its own post with answers that pass unless a test gives others."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from cases.actions import advance
from cases.models import Case
from record import clock
from tests.journey import Journey
from workflows import verbs
from workflows.base import BesideFlow
from workflows.flows import AdvanceFlow, ChargebackFlow, InquiryFlow, PoliceFlow
from workflows.models import CaseProcess, StepTask
from workflows.nodes import Approval

OPENERS = {ChargebackFlow: "dispute", InquiryFlow: "fraud", PoliceFlow: "agent", AdvanceFlow: "consumer_protection"}
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
    "ask_advance": lambda: {
        "result": "ask",
        "undertaking": "CN-1",
        "signed_at": typed(),
        "reasons": "已公开承诺先行赔付",
    },
    "pay_advance": lambda: {"result": "right", "account_checked": "on"},
    "check_advance": lambda: {"result": "right"},
    "ask_core_advance": lambda: {"result": "not_booked", "enquiry": "ENQ-A", "seen_at": typed()},
    "pay_advance_by_hand": lambda: {"receipt": "A-HAND-1", "booked_at": typed()},
    "check_advance_by_hand": lambda: {"receipt": "A-HAND-1"},
    "tell_excess": lambda: {"number": "TZ-1", "noticed_at": typed()},
    "take_back": lambda: {"result": "paid", "receipt": "TH-1", "booked_at": typed()},
    "check_back": lambda: {"result": "right", "receipt": "TH-1"},
    "ask_write_off": lambda: {"result": "ask", "reasons": "客户确有困难"},
}


def amounts(process: CaseProcess, step: str) -> dict[str, str]:
    """The sums a step of an advance is answered with: all that may be advanced, or has to come back."""
    if step not in SUMS:
        return {}
    name, of = SUMS[step]
    return {name: str(of(AdvanceFlow.matter_of(process)))}


SUMS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "ask_advance": ("amount", lambda matter: advance.left(matter.case)),
    "check_advance": ("total", lambda matter: matter.amount),
    "take_back": ("returned", lambda matter: matter.excess),
    "check_back": ("returned", lambda matter: matter.back.amount),
}


def opens(journey: Journey, flow: type[BesideFlow], **answers: Any) -> CaseProcess:
    """The flow is opened on the case by the post that lives by it; on its last transaction when it needs one."""
    last = journey.case.transactions.last()
    given = {
        ChargebackFlow: {"transaction": str(last.uuid) if last else "", "scheme": "unionpay"},
        InquiryFlow: {"addressee_kind": "merchant", "addressee": "海淘商城", "question": "请提供签购单和收货信息"},
        PoliceFlow: {"told_at": typed()},
        AdvanceFlow: {"ground": "promise"},
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
    if isinstance(task.flow_task, Approval):
        verbs.approve(task.uuid, user=user)
        return
    if task.owner_id is None:
        verbs.claim(task.uuid, user=user)
    process.case = journey.again()
    verbs.complete(task.uuid, user=user, answers={**ANSWERS[step](), **amounts(process, step), **answers})


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
