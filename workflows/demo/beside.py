"""What runs beside a demo case still at work: a chargeback, a letter, a police report, an advance asked for."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

from accounts.models import User
from accounts.roles import Role
from cases.actions import advance
from cases.models import Case
from cases.rules import is_over
from record import clock

from .. import verbs
from ..base import BesideFlow
from ..flows import AdvanceFlow, ChargebackFlow, InquiryFlow, PoliceFlow
from ..models import StepTask
from .answers import typed
from .plans import Plan, local
from .sides import Side
from .staff import Staff

Answers = dict[str, str]
# Days after receipt on which a step is done; how far a case comes follows from when it was received.
ROADS: Final[dict[int, tuple[type[BesideFlow], dict[str, int]]]] = {
    0: (ChargebackFlow, {"ask_slip": 2, "slip_answer": 7, "charge_back": 8, "scheme_answer": 20}),
    1: (InquiryFlow, {"send_inquiry": 2, "chase_first": 4, "chase_second": 6, "chase_third": 11}),
    2: (PoliceFlow, {"ask_payee_stop": 1, "police_papers": 2, "stop_payee_again": 3}),
    3: (AdvanceFlow, {"": 5, "ask_advance": 6}),  # after the trace
}
OPENERS: Final = {
    ChargebackFlow: Role.DISPUTE,
    InquiryFlow: Role.FRAUD,
    PoliceFlow: Role.FRAUD,
    AdvanceFlow: Role.CONSUMER_PROTECTION,
}


def beside(plan: Plan) -> Iterator[Side]:
    """Opened a day after receipt, then step by step; most cases have one. Past cases are in the archive."""
    road = ROADS.get(plan.number % 4)
    if plan.fate.left is None or road is None:
        return
    flow, steps = road
    for hour, (name, days) in enumerate({"": 1, **steps}.items()):
        at = local(plan.received_at + timedelta(days=days), time(9 + hour, 40))
        at = max(at, plan.received_at + timedelta(minutes=40 + hour))
        yield Side(at, partial(_does, flow, plan, name) if name else partial(_opens, flow, plan), outlives=True)


def _opens(flow: type[BesideFlow], plan: Plan, case: Case, who: User, staff: Staff) -> None:
    disputed = case.transactions.order_by("is_disputed", "id").last()
    if disputed is None and flow is ChargebackFlow:
        return  # no transaction is known yet
    if flow is AdvanceFlow and (is_over(case) or not case.disputed_total):
        return  # nothing is traced yet, or the decision itself is paid
    given: dict[Any, Answers] = {
        ChargebackFlow: {"transaction": str(disputed.uuid) if disputed else "", "scheme": "unionpay"},
        InquiryFlow: {
            "transaction": str(disputed.uuid) if disputed else "",
            "addressee_kind": "payment",
            "addressee": "聚合支付服务有限公司",
            "question": "请提供绑卡时间、绑卡设备、验证方式及该笔交易的商户入网资料。",
        },
        PoliceFlow: {"told_at": typed(plan.received_at + timedelta(minutes=3))},
        AdvanceFlow: {"ground": "hardship"},
    }
    verbs.open_beside(case, flow, user=staff.in_post(OPENERS[flow], case, plan.number)[0], answers=given[flow])


def _does(flow: type[BesideFlow], plan: Plan, name: str, case: Case, who: User, staff: Staff) -> None:
    """The step is done when it waits; a complaint withdrawn meanwhile has led its process elsewhere."""
    node = flow.instance.node(name)
    task = StepTask.objects.open().filter(case=case, flow_task=node).select_related("process").first()
    if task is None:
        return
    user = staff.in_post(task.role, case, plan.number)[0]
    if task.owner_id is None:
        verbs.claim(task.uuid, user=user)
    task.process.case = case
    verbs.complete(task.uuid, user=user, answers=ANSWERS[name](plan, flow.matter_of(task.process)))


def _settled(plan: Plan) -> str:
    """The scheme settles the day after; some were brought to us late, and their window is near its end."""
    late = 100 if plan.number % 8 == 0 else 1
    return f"{plan.received_at - timedelta(days=late):%Y-%m-%d}"


def _now() -> str:
    return typed(clock.now())


ANSWERS: Final[dict[str, Callable[[Plan, Any], Answers]]] = {
    "ask_slip": lambda plan, matter: {
        "number": f"TD-{plan.number:06d}",
        "settled_on": _settled(plan),
        "asked_at": _now(),
    },
    "slip_answer": lambda plan, matter: {
        "result": "came",
        "slip": f"QGD-{plan.number:05d}",
        "came_at": _now(),
        "pursue": "yes",
    },
    "charge_back": lambda plan, matter: {
        "result": "charged",
        "charged": f"{matter.transaction.amount:.2f}",
        "number": f"TDK-{plan.number:06d}",
        "charged_at": _now(),
    },
    "scheme_answer": lambda plan, matter: {
        "stage": "represented",
        "number": f"ZQK-{plan.number:06d}",
        "said_at": _now(),
    },
    "send_inquiry": lambda plan, matter: {"number": f"XC-{plan.number:06d}", "sent_at": _now()},
    "chase_first": lambda plan, matter: {"result": "chased", "happened_at": _now(), "means": "phone"},
    "chase_second": lambda plan, matter: {"result": "chased", "happened_at": _now(), "means": "letter"},
    "chase_third": lambda plan, matter: {"result": "chased", "happened_at": _now(), "means": "platform"},
    "ask_payee_stop": lambda plan, matter: {
        "outcome": "in_force",
        "asked_at": _now(),
        "number": f"PT-{plan.number:06d}",
        "payee_bank": "临江银行",
        "payee_last_four": f"{plan.number % 10_000:04d}",
        "payee_is_ours": "no",
    },
    "stop_payee_again": lambda plan, matter: {
        "outcome": "too_late",
        "asked_at": _now(),
        "number": f"PT-{plan.number:06d}-2",
    },
    "police_papers": lambda plan, matter: {
        "outcome": "receipt",
        "station": "属地派出所",
        "reported_at": _now(),
        "receipt": f"BJ-{plan.number:06d}",
    },
    "ask_advance": lambda plan, matter: {
        "result": "ask",
        "amount": f"{min(advance.left(matter.case), Decimal(500)):.2f}",
        "undertaking": f"CN-{plan.number:06d}",
        "signed_at": _now(),
        "reasons": "客户日常生活费用被盗刷，提出先行垫付。",
    },
}
