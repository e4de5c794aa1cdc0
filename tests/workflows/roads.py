"""Ways through the card-fraud flow, so that a test begins where its own story begins.

    journey = until(Journey.begin(staff), "approve")   # the main road, everybody doing his own step
    with by_hand(): until(journey, "archive")          # no bank system can be reached at all

Every step has answers that let it pass; a test gives others by doing the step itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from accounts.roles import Role
from cases import gateways
from cases.actions import intake, money
from cases.actions.turn import turn
from cases.models import Case, Deadline, Duty, MoneyEntry
from knowledge import limits
from record import clock, journal
from record.models import Order
from sandbox_bank.ledger import Bank
from tests.fixtures.written import without_entry
from tests.journey import LOCAL, Journey, Staff
from workflows import verbs
from workflows.flows import CardFraudFlow, GeneralFlow
from workflows.models import StepTask
from workflows.nodes import Approval, Gather, Instruct, Step
from workflows.verbs import sweeps

CLASSES = {
    "channel": "A_FRONT_3RD",
    "business": "B_CARD_CREDIT_FRAUD",
    "cause": "C_FUND_SAFE",
    "verdict": "none",
    "needs_rectification": "no",
}
NO_RISK = {
    name: answer
    for question in ("crime", "laundering", "loss", "scheme")
    for name, answer in ((question, "no"), (f"{question}_reason", "已核对，不涉及"))
}
CARD_END = {"end_card", "end_card_by_hand"}  # from the telling on it waits beside the money
FURTHEST = 60  # steps and deliveries on the longest road; more means going in circles


def typed(moment: datetime | None = None) -> str:
    """A moment as the browser sends it."""
    return (moment or clock.now()).strftime(LOCAL)


def traced(journey: Journey) -> dict[str, str]:
    """What the card system listed; without a list one transaction from the customer's statement."""
    if journey.case.transactions.exists():
        return journey.disputes()
    when = typed(clock.now() - timedelta(hours=3))
    line = {"booked_at": when, "amount": "380.00", "merchant": "海淘商城", "channel": "online", "type": "online"}
    return {f"hand_1_{name}": value for name, value in line.items()} | {"source": "STMT-2026-11"}


def companions() -> dict[str, str]:
    """Quick pay was switched off, the customer keeps his app, there is nothing else; one shop holds a deposit."""
    said = dict.fromkeys(("outcome_password_free", "outcome_supplementary", "outcome_device"), "none")
    off = {"outcome_quick_pay": "off", "receipt_quick_pay": "QP-1", "done_at_quick_pay": typed()}
    hold = {"amount": "500.00", "merchant": "锦江酒店", "hold_until": typed(clock.now() + timedelta(days=20))}
    return {**said, **off, "outcome_app": "refused", **{f"hold_1_{name}": value for name, value in hold.items()}}


ANSWERS: dict[str, Callable[[Journey], dict[str, str]]] = {
    "stop_loss": lambda journey: {"caller_check": "REC-1"},
    "check_real_card": lambda journey: {
        "finding": "held",
        "checked_at": typed(),
        "means": "counter",
        "country": "CN",
        "place": "上海",
        "proof": "DK-1",
    },
    "first_contact": lambda journey: {
        "result": "reached",
        "channel": "phone",
        "happened_at": typed(),
        "note": "已告知主办人和后续安排",
    },
    "stop_companions": lambda journey: companions(),
    "obtain_mandate": lambda journey: {
        "result": "given",
        "record": "SQ-2026-11",
        "settled_at": typed(),
        "identity_number": "310101198001011234",
    },
    "find_card": lambda journey: {"result": "unknown", "reason": "客户翻遍短信也找不到卡号"},
    "offer_stop": lambda journey: {"result": "refused", "warned": "on", "reason": "客户仍要求继续用卡"},
    "late_stop_by_hand": lambda journey: {"receipt": "K-HAND-2", "effective_at": typed()},
    "list_late_by_hand": lambda journey: {"source": "QD-2026-11"},
    "keep_evidence": lambda journey: journey.secured(),
    "stop_by_hand": lambda journey: {"receipt": "K-HAND-1", "effective_at": typed()},
    "hold_by_hand": lambda journey: {"receipt": "Z-HAND-1", "began_at": typed(), "held": "on"},
    "stop_collection": lambda journey: {"running": "none", "stopped_at": typed(), "notice": "CS-1"},
    "mark_credit_record": lambda journey: {"found": "clean", "marked_at": typed(), "receipt": "ZX-1"},
    "end_collection": lambda journey: {"ended_at": typed(), "notice": "CS-2"},
    "end_credit_mark": lambda journey: {"ended_at": typed(), "receipt": "ZX-2"},
    "repair_debits": lambda journey: {"found": "nothing", "done_at": typed()},
    "trace": traced,
    "decide": lambda journey: journey.bank_bears_all(),
    **dict.fromkeys(("vote_consumer", "vote_legal", "vote_risk", "vote_business"), lambda journey: {"vote": "for"}),
    "panel_minutes": lambda journey: {"held_at": typed(), "minutes": "HY-2026-07", "course": "逐笔讨论，意见一致"},
    "propose": lambda journey: journey.principal(),
    "draft_letter": lambda journey: journey.drafting(),
    "seal_letter": lambda journey: {"number": "YZ-2026-0311"},
    "tell": lambda journey: journey.telling(),
    "pay": lambda journey: {"account_checked": "on"},
    "check_payment": lambda journey: {"total": str(money.to_pay(journey.case))},
    "ask_core": lambda journey: {"result": "not_booked", "enquiry": "ENQ-1", "seen_at": typed()},
    "pay_by_hand": lambda journey: {"receipt": "L-HAND-1", "booked_at": typed()},
    "check_by_hand": lambda journey: {"receipt": "L-HAND-1"},
    "restore_by_hand": lambda journey: {"receipt": "R-HAND-1", "restored_at": typed()},
    "end_card": lambda journey: {"end": "replaced", "reason": "卡片信息已泄露"},
    "end_card_by_hand": lambda journey: {"receipt": "K-HAND-9", "ended_at": typed()},
    "correct_credit_record": lambda journey: {"report_before": "CR-1", "finding": "none"},
    "judge_risk": lambda journey: NO_RISK,
    "look_into": lambda journey: {"result": "partly", "findings": "已核对商户资料与客户陈述。"},
    "close": lambda journey: CLASSES if journey.secures_the_rest() else {},
    "call_back": lambda journey: {"result": "satisfied", "called_at": typed(), "proof": "REC-9"},
    "archive": lambda journey: {"index": "2026-17, 12 页"},
}


def whose(journey: Journey, step: str) -> User:
    """The person on the staff who holds the post the open step asks for."""
    return journey.staff.people[journey.task(step).role]


def does(journey: Journey, step: str, **answers: Any) -> Journey:
    """The step is done by its own post, with answers that pass unless others are given."""
    who = whose(journey, step)
    if isinstance(journey.task(step).flow_task, Approval):
        verbs.approve(journey.task(step).uuid, user=who)
        return journey
    return journey.does(step, who, **{**ANSWERS[step](journey.again() and journey), **answers})


def until(journey: Journey, place: str) -> Journey:
    """Go on until this step waits for a person, or this order for its answer; what runs beside it is done by then."""
    for _ in range(FURTHEST):
        beside = journey.beside
        if place in beside or (place in journey.waiting | journey.ordered and not beside):
            journey.again()
            return journey
        go_on(journey)
    raise AssertionError(f"{place} is never reached; open: {journey.beside | journey.waiting | journey.ordered}")


def to_the_end(journey: Journey) -> Journey:
    """Go on until nothing is open any more."""
    for _ in range(FURTHEST):
        if not journey.open_tasks():
            journey.again()
            return journey
        go_on(journey)
    raise AssertionError(f"the journey never ends; open: {journey.beside | journey.waiting | journey.ordered}")


def go_on(journey: Journey) -> None:
    """Whatever waits is done, the card's end last; when only orders wait the bank answers them."""
    if step := comes_next(journey):
        does(journey, step)
        return
    with journey.connected():  # one at a time: a confirmed order may give the next one
        assert verbs.deliver_orders(1), f"nobody answers {journey.ordered}"


def comes_next(journey: Journey) -> str:
    """The step somebody does next: what runs beside first, the card's end last; "" when only orders wait."""
    return min(journey.beside or journey.waiting - CARD_END or (not journey.ordered and journey.waiting) or {""})


@contextmanager
def by_hand() -> Iterator[None]:
    """The bank has no interfaces."""
    with gateways.using(card=None, core=None, sms=None):
        yield


@contextmanager
def silent() -> Iterator[None]:
    """Orders are taken and nobody ever answers: none is delivered in here."""
    with gateways.using(card=Deaf(), core=Deaf()):
        yield


class Deaf:
    """A bank system that takes the call and says nothing."""

    def send(self, order: Any) -> gateways.Answer:
        return gateways.Answer("unknown")

    def enquire(self, key: Any) -> gateways.Answer:
        return gateways.Answer("unknown")


def limit_passes(journey: Journey, step: str, time: clock.Hand) -> StepTask:
    """The limit of the open step passes and the sweep comes round."""
    task = journey.task(step)
    assert task.due_at is not None
    time.to(max(task.due_at, clock.now()))
    sweeps.sweep_deadlines()
    return task


def latest_order(journey: Journey, operation: str) -> Order:
    """The case's last order of this kind."""
    return Order.objects.filter(subject=journey.case.uuid, operation=operation).latest("id")


def bank_says(journey: Journey, operation: str, state: str = "confirmed", reason: str = "") -> bool:
    """An answer arrives now, pushed or late; the bank books the order first when it confirms. Whether it counted."""
    order = latest_order(journey, operation)
    if state != "confirmed":
        return verbs.answer(order, gateways.Answer(state, reason=reason))
    with journey.connected():
        return verbs.answer(order, gateways.system(order.system).send(order))


def held(journey: Journey) -> Journey:
    """The core answers the hold of the account; the stop of the card still waits."""
    bank_says(journey, "hold_account")
    return journey


def booked(journey: Journey) -> list[str]:
    """Sums of the case's money that stand booked."""
    return [str(line.amount) for line in journey.case.money.filter(state=MoneyEntry.State.BOOKED)]


def last_fact(journey: Journey, kind: str) -> journal.Entry:
    """The last fact of this kind in the case's stream."""
    return journal.entries(journey.case.stream).filter(kind=kind).latest("number")


def duties(journey: Journey, step: str) -> list[tuple[str, str]]:
    """Who had the step in hand, and how that ended: (staff number, state), first to last."""
    rows = Duty.objects.filter(case=journey.case, duty=step).select_related("person").order_by("id")
    return [(row.person.staff_number, row.state) for row in rows]


def sound(journey: Journey) -> None:
    """What holds of a case at every moment: holders have duties, open steps limits, each road one way to go on."""
    tasks, case = journey.open_tasks(), journey.case
    held = Duty.objects.filter(case=case, state=Duty.State.HELD).values_list("task", "person_id", "for_whom_id")
    assert set(held) == {(task.uuid, task.owner_id, task.for_whom_id) for task in tasks if task.owner_id}
    stops = case.controls.values("uuid")  # a stop has a limit of its own, before it lapses
    running = Deadline.objects.filter(case=case, ended_at=None).exclude(subject=None).exclude(subject__in=stops)
    matters = case.processes.beside().values("subject")  # and so have what runs beside the case and an authority
    running = running.exclude(subject__in=matters).exclude(subject__in=case.referrals.values("uuid"))
    running = running.exclude(kind=Deadline.Kind.PROMISE).exclude(subject=case.uuid)  # the next contact
    limited = [task.uuid for task in tasks if task.due_at]
    assert all(task.due_at for task in tasks if task.flow_task.limit and not task.flow_task.is_resting(case))
    limited += case.evidence_items.open().filter(case__withdrawn_at=None).values_list("uuid", flat=True)
    runs = dict(running.values_list("subject", "key"))
    assert len(runs) == running.count()
    assert set(runs) == set(limited), [runs.get(one, one) for one in set(runs) ^ set(limited)]
    at_work = [task for task in tasks if not isinstance(task.flow_task, Gather)]
    assert at_work or not tasks, f"waits for nobody: {[task.flow_task.name for task in tasks]}"
    for road in {(task.process_id, str(task.token)) for task in at_work}:
        nodes = [task.flow_task for task in at_work if (task.process_id, str(task.token)) == road]
        orders, steps = ([node for node in nodes if isinstance(node, kind)] for kind in (Instruct, Step))
        beside = bool(orders and steps) and orders[0]._silent is steps[0]
        assert (len(orders), len(steps)) in ((0, 1), (1, 0)) or beside, [node.name for node in nodes]


def whole(journey: Journey) -> None:
    """Archived, nothing open, nothing owed, no clock running, and the chain verifies."""
    case = journey.again()
    assert case.state == Case.State.ARCHIVED
    assert not journey.open_tasks()
    assert not case.money.owed().exists()
    # a stop the police ordered may outlive the file (card-fraud.md 3)
    assert not case.deadlines.filter(ended_at=None).exclude(key=limits.PAYEE_LAPSE).exists()
    assert not case.duties.filter(state="held").exists()
    assert case.withdrawn_at or not case.evidence_items.open().exists()
    assert journal.verify(case.stream) is None
    assert list(without_entry(of_the_system=True)) == []


def without_a_card(staff: Staff) -> Journey:
    """A call about a card nobody can name yet."""
    case = intake.open_case(
        user=staff.agent,
        role=Role.AGENT,
        kind=Case.Kind.CARD_FRAUD,
        channel=Case.Channel.PHONE,
        received_at=clock.now(),
        handling_unit=staff.bank.outlet,
        narrative="短信提示有消费，卡号记不清了。",
        customer=intake.find_or_add_customer(name="李四", phone="13816262208"),
        then=lambda hand: verbs.start(hand, CardFraudFlow),
    )
    return Journey(staff, case, Bank(":memory:", clock=clock.now))


def general(staff: Staff, *, begun: bool = True) -> Journey:
    """A complaint that is no fraud, written at the outlet; without its flow when nobody has begun it."""
    case = intake.open_case(
        user=staff.agent,
        role=Role.AGENT,
        kind=Case.Kind.GENERAL,
        channel=Case.Channel.OUTLET,
        received_at=clock.now(),
        handling_unit=staff.bank.outlet,
        narrative="年费未经告知即收取。",
        customer=intake.find_or_add_customer(name="王五", phone="13816262209"),
        then=(lambda hand: verbs.start(hand, GeneralFlow)) if begun else None,
    )
    return Journey(staff, case, Bank(":memory:", clock=clock.now))


def card_becomes_known(journey: Journey, kind: str) -> None:
    """The customer finds the card; it is entered on the case."""
    with turn(journey.case, user=journey.staff.agent, role=Role.AGENT) as hand:
        card = intake.find_or_add_card(
            token=f"tok-known-{journey.case.pk}",
            first_six="622126",
            last_four="4417",
            kind=kind,
            customer=hand.case.customer,
        )
        intake.describe(hand, card=card)
    journey.again()
