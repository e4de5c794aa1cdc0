"""A case brought to each step of the card-fraud flow, and what a person there would type into its page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from cases import gateways
from cases.actions import money, people
from cases.actions.turn import turn
from cases.models import Case
from record import clock
from tests.journey import Journey, Staff
from tests.workflows.roads import ANSWERS as ROADS
from workflows import verbs
from workflows.models import StepTask
from workflows.verbs import orders


def moment(**ago: float) -> str:
    """A moment with its zone, good in any reader's zone; `moment(hours=1)` is an hour ago."""
    return (clock.now() - timedelta(**ago)).isoformat(timespec="seconds")


# The way there --------------------------------------------------------------------------------------------------------


def _to_trace(at: Journey) -> None:
    at.does("stop_loss", at.staff.agent, caller_check="REC-1").bank_answers()
    at.bank_answers()


def _beside(at: Journey) -> None:
    """What runs beside the road is done by its own posts."""
    while beside := sorted(at.beside):
        at.does(beside[0], at.staff.people[at.task(beside[0]).role], **typed(beside[0], at))
        at.again()


def _to_hold_by_hand(at: Journey) -> None:
    with gateways.using(core=None):
        at.does("stop_loss", at.staff.agent, caller_check="REC-1")


def _to_decide(at: Journey) -> None:
    _to_trace(at)
    at.does("trace", at.staff.fraud, **at.disputes())
    _beside(at)


def _to_propose(at: Journey) -> None:
    _to_decide(at)
    at.does("decide", at.staff.liability, **at.bank_bears_all())


def _to_approve(at: Journey) -> None:
    _to_propose(at)
    at.does("propose", at.staff.consumer_protection, **at.principal())


def _to_draft_letter(at: Journey) -> None:
    _to_approve(at)
    verbs.approve(at.task("approve").uuid, user=at.staff.outlet_head)


def _to_check_letter(at: Journey) -> None:
    _to_draft_letter(at)
    at.does("draft_letter", at.staff.consumer_protection, **at.drafting("written"))


def _to_issue_letter(at: Journey) -> None:
    _to_check_letter(at)
    verbs.approve(at.task("check_letter").uuid, user=at.staff.compliance)


def _to_seal_letter(at: Journey) -> None:
    _to_issue_letter(at)
    verbs.approve(at.task("issue_letter").uuid, user=at.staff.outlet_head)


def _to_tell(at: Journey) -> None:
    _to_draft_letter(at)
    at.does("draft_letter", at.staff.consumer_protection, **at.drafting())


def _to_pay(at: Journey) -> None:
    _to_tell(at)
    at.does("tell", at.staff.consumer_protection, **at.telling())


def _to_check_payment(at: Journey) -> None:
    _to_pay(at)
    at.does("pay", at.staff.accounts_maker, account_checked="on")


def _check(at: Journey) -> None:
    at.does("check_payment", at.staff.accounts_checker, total=str(money.to_pay(at.again())))


def _to_ask_core(at: Journey) -> None:
    _to_check_payment(at)
    _check(at)
    orders.silence(at.task("order_credit").uuid)


def _to_pay_by_hand(at: Journey) -> None:
    _to_check_payment(at)
    with gateways.using(core=None):
        _check(at)


def _to_check_by_hand(at: Journey) -> None:
    _to_pay_by_hand(at)
    at.does("pay_by_hand", at.staff.accounts_maker, **typed("pay_by_hand", at))


def _to_restore_by_hand(at: Journey) -> None:
    _to_check_payment(at)
    _check(at)
    with at.connected():
        verbs.deliver_orders(limit=1)
    orders.silence(at.task("order_restore").uuid)


def _to_end_card(at: Journey) -> None:
    _to_check_payment(at)
    _check(at)
    at.bank_answers()
    at.bank_answers()


def _to_stop_by_hand(at: Journey) -> None:
    with gateways.using(card=None):
        at.does("stop_loss", at.staff.agent, caller_check="REC-1")


def _to_obtain_mandate(at: Journey) -> None:
    with turn(at.case, user=at.staff.agent, role=Role.AGENT) as hand:
        people.represent(hand, kind="agent", name="李梅", phone="13900139000")
    at.does("stop_loss", at.staff.agent, caller_check="REC-1")


def _to_offer_stop(at: Journey) -> None:
    at.does("stop_loss", at.staff.agent, caller_check="REC-1", decline="还要用卡", warned="on")


def _to_late_stop_by_hand(at: Journey) -> None:
    _to_offer_stop(at)
    with gateways.using(card=None):
        at.does("offer_stop", at.staff.agent, result="stop")


def _to_end_card_by_hand(at: Journey) -> None:
    _to_end_card(at)
    with gateways.using(card=None):
        at.does("end_card", at.staff.agent, end="replaced", reason="卡片信息已泄露")


def _to_close(at: Journey) -> None:
    _to_end_card(at)
    at.does("end_card", at.staff.agent, end="replaced", reason="卡片信息已泄露").bank_answers()
    _beside(at)
    at.secures_the_rest()


def _to_call_back(at: Journey) -> None:
    _to_close(at)
    at.does("close", at.staff.consumer_protection, **typed("close", at))


def _to_archive(at: Journey) -> None:
    _to_call_back(at)
    at.does("call_back", at.staff.agent, **typed("call_back", at))


WAYS: Final[dict[str, tuple[str, Callable[[Journey], None]]]] = {
    "stop_loss": ("agent", lambda at: None),
    "stop_by_hand": ("supervisor", _to_stop_by_hand),
    "obtain_mandate": ("consumer_protection", _to_obtain_mandate),
    "offer_stop": ("agent", _to_offer_stop),
    "late_stop_by_hand": ("supervisor", _to_late_stop_by_hand),
    "check_real_card": ("agent", _to_trace),
    "first_contact": ("consumer_protection", _to_trace),
    "stop_companions": ("agent", _to_trace),
    "keep_evidence": ("fraud", _to_trace),
    "hold_by_hand": ("accounts_maker", _to_hold_by_hand),
    "stop_collection": ("collection", _to_trace),
    "mark_credit_record": ("credit_reporting", _to_trace),
    "trace": ("fraud", _to_trace),
    "decide": ("liability", _to_decide),
    "propose": ("consumer_protection", _to_propose),
    "approve": ("outlet_head", _to_approve),
    "draft_letter": ("consumer_protection", _to_draft_letter),
    "check_letter": ("compliance", _to_check_letter),
    "issue_letter": ("outlet_head", _to_issue_letter),
    "seal_letter": ("service_manager", _to_seal_letter),
    "tell": ("consumer_protection", _to_tell),
    "pay": ("accounts_maker", _to_pay),
    "check_payment": ("accounts_checker", _to_check_payment),
    "ask_core": ("accounts_checker", _to_ask_core),
    "pay_by_hand": ("accounts_maker", _to_pay_by_hand),
    "check_by_hand": ("accounts_checker", _to_check_by_hand),
    "restore_by_hand": ("accounts_maker", _to_restore_by_hand),
    "end_card": ("agent", _to_end_card),
    "end_card_by_hand": ("supervisor", _to_end_card_by_hand),
    "correct_credit_record": ("credit_reporting", _to_pay),
    "judge_risk": ("compliance", _to_pay),
    "end_collection": ("collection", _to_pay),
    "end_credit_mark": ("credit_reporting", _to_pay),
    "close": ("consumer_protection", _to_close),
    "call_back": ("agent", _to_call_back),
    "archive": ("consumer_protection", _to_archive),
}
STEPS: Final = tuple(WAYS)
APPROVALS: Final = ("approve", "check_letter", "issue_letter")


@dataclass
class Desk:
    """A case that waits at one step, whose holder has it in hand. `post` is the holder's."""

    journey: Journey
    step: str

    @classmethod
    def at(cls, step: str, staff: Staff, *, claimed: bool = True) -> Self:
        """Bring a new case there; all that was an hour ago."""
        _post, way = WAYS[step]
        with clock.at((clock.now() - timedelta(hours=1)).replace(microsecond=0)):
            journey = Journey.begin(staff)
            way(journey)
            desk = cls(journey, step)
            if claimed:
                verbs.claim(desk.task.uuid, user=desk.person)
        return desk

    @property
    def case(self) -> Case:
        return self.journey.case

    @property
    def task(self) -> StepTask:
        return self.journey.task(self.step)

    @property
    def person(self) -> User:
        """Whose step it is."""
        return self.journey.staff.people[WAYS[self.step][0]]

    @property
    def url(self) -> str:
        return reverse("admin:approval" if self.step in APPROVALS else "admin:step", args=[self.task.uuid])

    def answers(self) -> dict[str, str]:
        """What the person would type to finish the step."""
        return typed(self.step, self.journey)


def typed(step: str, at: Journey) -> dict[str, str]:
    """Good answers to a step of this case."""
    return (ANSWERS.get(step) or ROADS[step])(at)


ANSWERS: Final[dict[str, Callable[[Journey], dict[str, str]]]] = {
    "stop_loss": lambda at: {"caller_check": "REC-1"},
    "stop_by_hand": lambda at: {"receipt": "STOP-1", "effective_at": moment()},
    "obtain_mandate": lambda at: {
        "result": "given",
        "record": "SQ-1",
        "settled_at": moment(),
        "identity_number": "310101198001011234",
        "note": "本人确认",
    },
    "offer_stop": lambda at: {"result": "stop"},
    "late_stop_by_hand": lambda at: {"receipt": "STOP-2", "effective_at": moment()},
    "check_real_card": lambda at: {
        "finding": "held",
        "checked_at": moment(),
        "means": "counter",
        "country": "CN",
        "place": "上海",
        "proof": "DK-1",
    },
    "first_contact": lambda at: {
        "result": "reached",
        "channel": "phone",
        "happened_at": moment(),
        "note": "已告知主办人和后续安排",
    },
    "stop_companions": lambda at: {
        **dict.fromkeys(("outcome_password_free", "outcome_supplementary", "outcome_device"), "none"),
        "outcome_quick_pay": "off",
        "receipt_quick_pay": "QP-1",
        "done_at_quick_pay": moment(),
        "outcome_app": "refused",
    },
    "keep_evidence": Journey.secured,
    "hold_by_hand": lambda at: {"receipt": "HOLD-1", "began_at": moment(), "held": "on"},
    "stop_collection": lambda at: {"running": "none", "stopped_at": moment(), "notice": "CS-1"},
    "mark_credit_record": lambda at: {"found": "clean", "marked_at": moment(), "receipt": "ZX-1"},
    "end_collection": lambda at: {"ended_at": moment(), "notice": "CS-2"},
    "end_credit_mark": lambda at: {"ended_at": moment(), "receipt": "ZX-2"},
    "trace": Journey.disputes,
    "decide": Journey.bank_bears_all,
    "propose": Journey.principal,
    "approve": lambda at: {"answer": "approve", "reason": "材料齐全，拟同意。"},
    "draft_letter": Journey.drafting,
    "check_letter": lambda at: {"answer": "approve", "reason": ""},
    "issue_letter": lambda at: {"answer": "approve", "reason": ""},
    "seal_letter": lambda at: {"number": "YZ-2026-0311"},
    "tell": lambda at: at.telling() | {"told_at": moment()},
    "pay": lambda at: {"account_checked": "on"},
    "check_payment": lambda at: {"total": str(money.to_pay(at.again()))},
    "ask_core": lambda at: {"result": "not_booked", "enquiry": "ENQ-1", "seen_at": moment()},
    "pay_by_hand": lambda at: {"receipt": "VOU-1", "booked_at": moment()},
    "check_by_hand": lambda at: {"receipt": "VOU-1"},
    "restore_by_hand": lambda at: {"receipt": "RES-1", "restored_at": moment()},
    "end_card": lambda at: {"end": "replaced", "reason": "卡片信息已泄露"},
    "end_card_by_hand": lambda at: {"receipt": "END-1", "ended_at": moment()},
    "correct_credit_record": ROADS["correct_credit_record"],
    "judge_risk": ROADS["judge_risk"],
    "close": ROADS["close"],
    "call_back": lambda at: {"result": "satisfied", "called_at": moment(), "proof": "REC-9"},
    "archive": lambda at: {"index": "2026-17, 12 页"},
}
