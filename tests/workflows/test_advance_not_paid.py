"""先行垫付 that is not paid, or not by the straight way: refused, returned, withdrawn, the core ledger silent."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.roles import Role
from cases.actions import money
from cases.actions.closing import open_points
from cases.errors import CaseError, NotAllowed
from cases.models import Deadline
from record import clock
from tests.factories import person
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.advances import LOSS, PAY, decided, has, journey, paid
from tests.workflows.beside import does, has_ended, matter_of, opens, runs, steps_of
from tests.workflows.roads import bank_says, by_hand, limit_passes, sound, to_the_end, until
from workflows import verbs
from workflows.flows import AdvanceFlow, InquiryFlow
from workflows.models import StepTask
from workflows.verbs.stepwork import AnswersRefused

__all__ = ["journey"]
pytestmark = pytest.mark.django_db


# not paid -------------------------------------------------------------------------------------------------------------


def test_refused_nothing_is_paid(journey):
    process = opens(journey, AdvanceFlow)
    does(journey, process, "ask_advance")
    task = StepTask.objects.open().human().get(process=process)

    verbs.refuse(task.uuid, user=journey.staff.outlet_head, reason="没有公开承诺")

    assert (matter_of(process).stage, has_ended(process)) == ("dropped", True)
    assert not journey.case.money.advances().exists()
    assert not Deadline.objects.filter(subject=matter_of(process).uuid, ended_at=None).exists()


def test_returned_it_is_asked_for_anew_or_given_up(journey):
    process = opens(journey, AdvanceFlow)
    does(journey, process, "ask_advance")
    task = StepTask.objects.open().human().get(process=process)
    verbs.send_back(task.uuid, user=journey.staff.outlet_head, reason="金额偏高")

    does(journey, process, "ask_advance", amount="500.00")
    assert matter_of(process).entry.amount == 500
    task = StepTask.objects.open().human().get(process=process)
    verbs.send_back(task.uuid, user=journey.staff.outlet_head, reason="请核实承诺")
    does(journey, process, "ask_advance", result="give_up", amount="", undertaking="", signed_at="")

    assert has_ended(process)
    assert {line.state for line in journey.case.money.all()} == {"dropped"}


def test_maker_and_checker_send_back_what_cannot_be_paid(journey):
    process = opens(journey, AdvanceFlow)
    runs(journey, process, *PAY[:3])

    with pytest.raises(AnswersRefused):
        does(journey, process, "check_advance", total="1.00")
    does(journey, process, "check_advance", result="wrong", total="", reason="户名不符")
    does(journey, process, "pay_advance", result="wrong", account_checked="", reason="账户已销户")

    assert steps_of(process) == {"ask_advance"}
    assert not journey.case.money.advances().exists()


def test_one_sent_back_by_the_maker_is_overtaken_by_the_decision_without_a_word_about_its_dropped_line(journey):
    process = opens(journey, AdvanceFlow)
    runs(journey, process, *PAY[:2])
    does(journey, process, "pay_advance", result="wrong", account_checked="", reason="账户已销户")

    verbs.withdraw(journey.case, user=journey.staff.agent, reason="客户撤诉", means="REC-8")

    assert matter_of(process).stage == "dropped"


def test_whoever_asked_traced_or_decided_does_not_approve_it_and_the_next_level_is_found(journey):
    head = journey.staff.outlet_head
    fraud = person(Role.FRAUD, journey.staff.bank.outlet)
    process = opens(journey, AdvanceFlow)
    verbs.casework.declare_interest(journey.case, user=head, why="亲属")
    does(journey, process, "ask_advance")

    task = StepTask.objects.open().human().get(process=process)
    assert task.role == Role.TIER2_HEAD, "nobody eligible at the lowest level"
    with pytest.raises(NotAllowed):
        verbs.approve(task.uuid, user=fraud)
    does(journey, process, "approve_advance")
    assert matter_of(process).answered_by == journey.staff.tier2_head


def test_two_parts_need_the_level_of_the_whole(staff):
    journey = until(Journey.begin(staff), "trace")
    when = roads.typed(clock.now() - timedelta(hours=3))
    line = {"booked_at": when, "amount": "90000.00", "merchant": "海淘商城", "channel": "online", "type": "online"}
    journey.does("trace", staff.fraud, source="STMT-1", **{f"hand_1_{name}": value for name, value in line.items()})
    paid(journey, amount="45000.00")

    process = opens(journey, AdvanceFlow)
    does(journey, process, "ask_advance", amount="6000.00")

    assert StepTask.objects.open().human().get(process=process).role == Role.TIER2_HEAD


def test_nothing_is_asked_for_before_the_trace_or_after_the_telling(staff, journey):
    with pytest.raises(CaseError, match="追溯"):
        opens(until(Journey.begin(staff), "trace"), AdvanceFlow)
    decided(journey, "0.00")
    with pytest.raises(CaseError, match="已告知"):
        opens(journey, AdvanceFlow)
    with pytest.raises(NotAllowed):
        verbs.open_beside(journey.case, AdvanceFlow, user=staff.agent, answers={"ground": "promise"})


@pytest.mark.parametrize("steps", range(4))
def test_what_is_not_released_when_the_decision_is_told_is_not_paid_any_more(journey, steps):
    process = opens(journey, AdvanceFlow)
    runs(journey, process, *PAY[:steps])

    decided(journey, str(LOSS))

    assert (matter_of(process).stage, steps_of(process), has_ended(process)) == ("dropped", set(), True)
    assert money.to_pay(journey.again()) == LOSS, "the compensation carries it all"
    sound(journey)
    to_the_end(journey)
    roads.whole(journey)
    assert has(journey) == LOSS


# the core ledger ------------------------------------------------------------------------------------------------------


def test_released_before_the_telling_and_booked_after_it_the_customer_has_it_once(journey):
    process = opens(journey, AdvanceFlow)
    runs(journey, process, *PAY)

    decided(journey, str(LOSS))
    assert "pay" not in journey.waiting
    assert "advance_open" in {point.code for point in open_points(journey.again())}
    bank_says(journey, "credit")

    assert (matter_of(process).stage, has_ended(process)) == ("settled", True)
    assert has(journey) == LOSS
    to_the_end(journey)
    roads.whole(journey)


def test_a_rejected_order_is_paid_by_hand_by_two_people(journey):
    process = opens(journey, AdvanceFlow)
    runs(journey, process, *PAY)
    bank_says(journey, "credit", "rejected", "系统维护")

    does(journey, process, "pay_advance_by_hand")
    with pytest.raises(CaseError) as other:
        does(journey, process, "check_advance_by_hand", receipt="A-HAND-2")
    assert other.value.field == "receipt"
    does(journey, process, "check_advance_by_hand")

    assert matter_of(process).stage == "paid"
    assert journey.credited() == []
    assert has(journey) == LOSS


def test_with_no_interface_at_all_it_is_paid_by_hand(staff):
    with by_hand():
        journey = until(Journey.begin(staff), "decide")
        process = opens(journey, AdvanceFlow)
        runs(journey, process, *PAY, "pay_advance_by_hand", "check_advance_by_hand")
        decided(journey, "100.00")
        runs(journey, process, "tell_excess", "take_back", "check_back")
        to_the_end(journey)

    roads.whole(journey)
    assert has(journey) == Decimal("100.00")


def test_a_silent_core_is_asked_before_anything_is_paid_by_hand(journey, time):
    process = opens(journey, AdvanceFlow)
    runs(journey, process, *PAY)
    limit_passes(journey, "order_advance", time)
    assert steps_of(process) == {"ask_core_advance"}

    does(journey, process, "ask_core_advance")
    runs(journey, process, "pay_advance_by_hand", "check_advance_by_hand")

    assert matter_of(process).stage == "paid"
    assert not bank_says(journey, "credit"), "void: its late confirmation books nothing"
    assert "order.late_confirmation" in journey.told_kinds(), "an alarm, to be reversed"
    assert has(journey) == LOSS


def test_the_core_says_it_is_booked(journey, time):
    process = opens(journey, AdvanceFlow)
    runs(journey, process, *PAY)
    limit_passes(journey, "order_advance", time)

    does(journey, process, "ask_core_advance", result="booked", enquiry="L-1")

    assert matter_of(process).stage == "paid"
    assert steps_of(process) == set()
    decided(journey, str(LOSS))
    assert has_ended(process)


def test_the_compensation_and_the_advance_never_take_each_other_s_papers(journey, time):
    """Both by hand: the checker of the compensation is asked for its own voucher."""
    process = paid(journey, amount="1000.00")
    decided(journey, str(LOSS))
    until(journey, "pay")
    roads.does(journey, "pay")
    roads.does(journey, "check_payment")
    bank_says(journey, "credit", "rejected", "系统维护")
    to_the_end(journey)

    roads.whole(journey)
    assert has(journey) == LOSS
    assert {item.reference for item in journey.case.evidence.filter(kind="core_voucher")} == {"L-HAND-1"}
    assert matter_of(process).voucher.reference != "L-HAND-1"


# withdrawn, refunded --------------------------------------------------------------------------------------------------


def test_a_withdrawn_complaint_leads_a_paid_advance_to_notice_and_back(journey):
    process = paid(journey)

    verbs.withdraw(journey.case, user=journey.staff.agent, reason="家人所用", means="REC-77")

    assert steps_of(process) == {"tell_excess"}
    assert matter_of(process).excess == LOSS
    runs(journey, process, "tell_excess", "take_back", "check_back")
    assert has_ended(process)
    to_the_end(journey)
    roads.whole(journey)
    assert has(journey) == 0


@pytest.mark.parametrize("steps", range(4))
def test_a_withdrawn_complaint_ends_an_advance_that_was_not_released(journey, steps):
    process = opens(journey, AdvanceFlow)
    runs(journey, process, *PAY[:steps])

    verbs.withdraw(journey.case, user=journey.staff.agent, reason="家人所用", means="REC-77")

    assert (matter_of(process).stage, has_ended(process)) == ("dropped", True)
    assert not journey.case.money.advances().exists()


def test_while_an_advance_is_on_its_way_the_complaint_is_not_withdrawn(journey):
    process = opens(journey, AdvanceFlow)
    runs(journey, process, *PAY)

    with pytest.raises(CaseError, match="垫付"):
        verbs.withdraw(journey.case, user=journey.staff.agent, reason="家人所用", means="REC-77")
    journey.bank_answers()
    verbs.withdraw(journey.case, user=journey.staff.agent, reason="家人所用", means="REC-77")
    assert steps_of(process) == {"tell_excess"}


def test_a_refund_by_the_merchant_afterwards_is_the_bank_s_and_keeps_the_totals(journey):
    process = paid(journey, amount="2000.00")
    decided(journey, str(LOSS))
    until(journey, "close")
    letter = opens(journey, InquiryFlow)
    does(journey, letter, "send_inquiry")
    share = {"number": "HH-1", "answer": "同意承担", "share": str(LOSS)}
    does(journey, letter, "chase_first", result="answered", **share)
    does(journey, letter, "enter_recovery", recovered=str(LOSS))
    does(journey, letter, "check_recovery", recovered=str(LOSS))
    does(journey, letter, "end_inquiry", cooperation="full")

    assert has(journey) == LOSS
    assert sum(line.amount for line in journey.case.money.recoveries()) == LOSS
    assert has_ended(process)
