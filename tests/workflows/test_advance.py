"""先行垫付: paid before the decision, set off by it, taken back only after decision, notice and days."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.roles import Role
from cases.actions import money
from cases.actions.closing import open_points
from cases.errors import CaseError, NotAllowed
from cases.models import Advance, Booking, Case, Deadline, MoneyEntry
from record import clock, journal
from tests.factories import person
from tests.journey import Journey, Staff
from tests.workflows import roads
from tests.workflows.beside import does, has_ended, matter_of, opens, runs, steps_of
from tests.workflows.roads import bank_says, by_hand, duties, limit_passes, sound, to_the_end, until
from workflows import verbs
from workflows.flows import AdvanceFlow, InquiryFlow
from workflows.models import CaseProcess, StepTask
from workflows.verbs.stepwork import AnswersRefused

pytestmark = pytest.mark.django_db

PAY = ("ask_advance", "approve_advance", "pay_advance", "check_advance")
LOSS = Decimal("3100.00")


@pytest.fixture
def journey(staff) -> Journey:
    """The transactions are traced: one of 3100.00 is disputed, nothing is decided."""
    return until(Journey.begin(staff), "decide")


def paid(journey: Journey, **answers: Any) -> CaseProcess:
    """An advance, of all that is disputed unless said otherwise, is with the customer."""
    process = opens(journey, AdvanceFlow)
    does(journey, process, "ask_advance", **answers)
    runs(journey, process, *PAY[1:])
    journey.bank_answers()
    assert matter_of(process).stage == Advance.Stage.PAID
    return process


def decided(journey: Journey, bank: str) -> Journey:
    """The bank bears this much, and it is told; nothing is paid yet."""
    until(journey, "decide")
    answers = journey.holder_bears_all()
    for row in journey.case.transactions.disputed():
        rest = str(row.amount - Decimal(bank))
        ground = {f"ground_{row.uuid.hex}": "L8" if bank == "0.00" else "L2"}
        answers |= {f"bank_{row.uuid.hex}": bank, f"holder_{row.uuid.hex}": rest, **ground}
    journey.does("decide", journey.staff.liability, **answers)
    over(journey, "tell")
    roads.does(journey, "tell")
    return journey


def over(journey: Journey, place: str) -> None:
    """Along the case's own flow until this step waits; what waits of the advance stays as it is."""
    main = CaseProcess.objects.main().get(case=journey.case)
    for _ in range(roads.FURTHEST):
        names = {task.flow_task.name for task in StepTask.objects.open().human().filter(process=main)}
        if place in names:
            journey.again()
            return
        if names:
            roads.does(journey, min(names - roads.CARD_END or names))
        else:
            journey.bank_answers(1)
    raise AssertionError(f"{place} is never reached")


def has(journey: Journey) -> Decimal:
    """What the customer has of this bank's money after all: booked to him, less what he gave back."""
    real = Booking.objects.filter(entry__case=journey.case, reversed_at=None).exclude(way=Booking.Way.OFFSET)
    away = {MoneyEntry.Kind.ADVANCE_BACK: -1, MoneyEntry.Kind.RECOVERY: 0}
    lines = [booking.entry for booking in real.select_related("entry")]
    return sum((line.amount * away.get(MoneyEntry.Kind(line.kind), 1) for line in lines), Decimal(0))


def days_pass(journey: Journey, process: CaseProcess, time: clock.Hand) -> None:
    """The days of the notice are over."""
    until_then = matter_of(process).back_from
    assert until_then is not None
    time.to(until_then)


def steps_of_an_advance(staff: Staff, time: clock.Hand) -> Iterator[tuple[Journey, StepTask]]:
    """Every human step of an advance as it opens: the core is silent, part comes back, the rest is written off."""
    journey = until(Journey.begin(staff), "decide")
    process = opens(journey, AdvanceFlow)
    late = {"result": "not_back", "note": "三次未接"}
    for step in (*PAY, "ask_core_advance", "pay_advance_by_hand", "check_advance_by_hand", "tell_excess"):
        if step == "ask_core_advance":
            limit_passes(journey, "order_advance", time)
        if step == "tell_excess":
            decided(journey, "0.00")
        yield journey, StepTask.objects.open().human().get(process=process)
        does(journey, process, step)
    for step in ("take_back", "check_back"):
        yield journey, StepTask.objects.open().human().get(process=process)
        does(journey, process, step, **({"returned": "1.00"} if step == "take_back" else {}))
    days_pass(journey, process, time)
    does(journey, process, "take_back", **late)
    for step in ("ask_write_off", "approve_write_off"):
        yield journey, StepTask.objects.open().human().get(process=process)
        does(journey, process, step)


# set off by the decision ----------------------------------------------------------------------------------------------


def test_advanced_and_then_the_bank_bears_all_nothing_more_is_ordered_and_nothing_waits(journey):
    process = paid(journey)

    decided(journey, str(LOSS))

    assert "pay" not in journey.waiting, "the customer has it already"
    assert (matter_of(process).stage, has_ended(process)) == ("settled", True)
    assert money.is_paid(journey.again())
    to_the_end(journey)
    roads.whole(journey)
    assert has(journey) == LOSS
    assert journey.credited() == [LOSS], "one credit, by one order"
    assert [line.bookings.get().way for line in journey.case.money.payouts()] == ["offset"]


def test_the_compensation_order_carries_only_the_rest(journey):
    process = paid(journey, amount="1000.00")

    decided(journey, str(LOSS))

    assert matter_of(process).stage == "settled"
    assert money.to_pay(journey.again()) == LOSS - 1000
    to_the_end(journey)
    roads.whole(journey)
    assert sorted(journey.credited()) == [Decimal("1000.00"), Decimal("2100.00")]
    assert has(journey) == LOSS
    assert journey.case.proposals.get(state="approved").total == LOSS
    principal = journey.case.money.payouts()
    assert sorted(line.amount for line in principal) == [Decimal("1000.00"), Decimal("2100.00")]
    assert {line.transaction_id for line in principal} == {journey.case.transactions.disputed().get().pk}


def test_two_advances_are_set_off_one_after_the_other_and_together_never_above_what_is_disputed(journey):
    first = paid(journey, amount="2000.00")
    second = opens(journey, AdvanceFlow, ground="hardship")
    with pytest.raises(CaseError) as above:
        does(journey, second, "ask_advance", amount="1100.01")
    assert above.value.field == "amount"
    runs(journey, second, *PAY)
    journey.bank_answers()
    assert sum(line.amount for line in journey.case.money.advances()) == LOSS

    decided(journey, "2500.00")

    assert [matter_of(one).set_off for one in (first, second)] == [Decimal("2000.00"), Decimal("500.00")]
    assert has_ended(first)
    assert steps_of(second) == {"tell_excess"}
    runs(journey, second, "tell_excess", "take_back", "check_back")
    assert has(journey) == Decimal("2500.00")


def test_one_is_on_its_way_at_a_time(journey):
    opens(journey, AdvanceFlow)

    with pytest.raises(CaseError, match="已有一笔"):
        opens(journey, AdvanceFlow)


def test_its_limit_runs_from_the_opening_until_the_customer_has_it(journey):
    process = opens(journey, AdvanceFlow)
    running = Deadline.objects.filter(subject=matter_of(process).uuid, ended_at=None)
    assert (running.get().due_at - clock.now()).days in (2, 3)

    runs(journey, process, *PAY)
    journey.bank_answers()

    assert not running.exists()
    assert not AdvanceFlow.instance.node("decision_told").limit, "how long the decision takes is not its fault"


# above the decision ---------------------------------------------------------------------------------------------------


def test_more_advanced_than_decided_comes_back_after_decision_notice_and_days(journey, time):
    process = paid(journey)
    decided(journey, "1000.00")
    assert steps_of(process) == {"tell_excess"}
    assert "advance_open" in {point.code for point in open_points(journey.again())}

    does(journey, process, "tell_excess")
    matter = matter_of(process)
    assert (matter.back_from - matter.noticed_at).days in (14, 15)
    with pytest.raises(CaseError) as early:
        does(journey, process, "take_back", result="debited", consent="TY-1")
    assert early.value.field == "booked_at", "never debited before the days are over"
    with pytest.raises(CaseError) as early:
        does(journey, process, "take_back", result="not_back", note="电话未接")
    assert early.value.field == "result"
    days_pass(journey, process, time)
    with pytest.raises(AnswersRefused):
        does(journey, process, "take_back", result="debited", consent="")
    does(journey, process, "take_back", result="debited", consent="TY-1")
    does(journey, process, "check_back")

    assert has_ended(process)
    assert has(journey) == Decimal("1000.00")
    assert "advance.back_debited" in journey.told_kinds()
    to_the_end(journey)
    roads.whole(journey)


def test_the_customer_may_pay_back_at_any_time_and_in_parts(journey):
    process = paid(journey)
    decided(journey, "0.00")
    does(journey, process, "tell_excess")

    does(journey, process, "take_back", returned="100.00")
    with pytest.raises(CaseError, match="经办"):
        does(journey, process, "check_back", returned="99.00")
    does(journey, process, "check_back")

    assert steps_of(process) == {"take_back"}
    with pytest.raises(CaseError) as above:
        does(journey, process, "take_back", returned="3000.01", receipt="TH-2")
    assert above.value.field == "amount"
    does(journey, process, "take_back", receipt="TH-2")
    does(journey, process, "check_back", receipt="TH-2")
    assert has_ended(process)
    assert has(journey) == 0


def test_what_the_checker_finds_wrong_is_dropped_and_entered_anew(journey):
    process = paid(journey)
    decided(journey, "0.00")
    runs(journey, process, "tell_excess", "take_back")

    does(journey, process, "check_back", result="wrong", receipt="", returned="", reason="凭证号有误")

    assert steps_of(process) == {"take_back"}
    assert journey.case.money.get(kind="advance_back").state == "dropped"
    assert matter_of(process).excess == LOSS


def test_what_does_not_come_back_is_written_off_as_goodwill_by_authority_and_stays_visible(journey, time):
    process = paid(journey)
    decided(journey, "1000.00")
    does(journey, process, "tell_excess")
    days_pass(journey, process, time)
    does(journey, process, "take_back", result="not_back", note="三次未接")
    does(journey, process, "ask_write_off", result="claim", reasons="再联系一次")
    assert steps_of(process) == {"take_back"}
    does(journey, process, "take_back", result="not_back", note="客户失业")
    does(journey, process, "ask_write_off")
    task = StepTask.objects.open().human().get(process=process)
    verbs.send_back(task.uuid, user=journey.staff.outlet_head, reason="请补充证明")
    does(journey, process, "ask_write_off")
    task = StepTask.objects.open().human().get(process=process)
    verbs.refuse(task.uuid, user=journey.staff.outlet_head, reason="先继续收回")
    does(journey, process, "take_back", result="not_back", note="客户失业")
    does(journey, process, "ask_write_off")
    does(journey, process, "approve_write_off")

    matter = matter_of(process)
    assert (matter.written_off, matter.stage, has_ended(process)) == (Decimal("2100.00"), "settled", True)
    assert has(journey) == Decimal("1000.00") + matter.written_off <= LOSS
    to_the_end(journey)
    roads.whole(journey)


def test_completion_waits_until_the_advance_is_settled_and_its_limit_rests(journey):
    process = paid(journey)
    decided(journey, "0.00")
    over(journey, "close")

    assert journey.task("close").due_at is None
    with pytest.raises(CaseError, match="垫付"):
        roads.does(journey, "close")
    runs(journey, process, "tell_excess", "take_back", "check_back")

    assert journey.task("close").due_at is not None
    roads.does(journey, "close")
    assert journey.again().state == Case.State.DONE


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


# two people at once ---------------------------------------------------------------------------------------------------


def test_whoever_comes_second_reads_that_it_is_done(journey):
    process = opens(journey, AdvanceFlow)
    does(journey, process, "ask_advance")
    task = StepTask.objects.open().human().get(process=process)
    verbs.approve(task.uuid, user=journey.staff.outlet_head)

    with pytest.raises(CaseError):
        verbs.refuse(task.uuid, user=journey.staff.outlet_head, reason="不同意")
    assert matter_of(process).stage == "approved"
    assert duties(journey, "approve_advance") == [(journey.staff.outlet_head.staff_number, "done")]


def test_told_by_one_while_another_checks_the_advance(journey):
    """The check comes second: it finds the step gone, and nothing is ordered."""
    process = opens(journey, AdvanceFlow)
    runs(journey, process, *PAY[:3])
    task = StepTask.objects.open().human().get(process=process)
    verbs.claim(task.uuid, user=journey.staff.accounts_checker)

    decided(journey, str(LOSS))

    with pytest.raises(CaseError):
        verbs.complete(task.uuid, user=journey.staff.accounts_checker, answers={"result": "right", "total": str(LOSS)})
    assert not journey.case.money.advances().exists()
    assert journal.verify(journey.case.stream) is None
