"""先行垫付: paid before the decision, set off by it, taken back only after decision, notice and days."""

from decimal import Decimal

import pytest

from cases.actions import money
from cases.actions.closing import open_points
from cases.errors import CaseError
from cases.models import Case, Deadline
from record import clock, journal
from tests.workflows import roads
from tests.workflows.advances import LOSS, PAY, days_pass, decided, has, journey, over, paid
from tests.workflows.beside import does, has_ended, matter_of, opens, runs, steps_of
from tests.workflows.roads import duties, to_the_end
from workflows import verbs
from workflows.flows import AdvanceFlow
from workflows.models import StepTask
from workflows.verbs.stepwork import AnswersRefused

__all__ = ["journey"]
pytestmark = pytest.mark.django_db


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
