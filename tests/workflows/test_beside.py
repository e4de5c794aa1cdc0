"""Slips and chargeback, inquiry letters, police: processes of their own that outlive the customer's answer."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cases.errors import CaseError, NotAllowed
from cases.models import Case, Deadline, MoneyEntry, Notice
from knowledge import limits
from record import clock, journal
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.beside import does, has_ended, matter_of, opens, runs, steps_of, typed
from tests.workflows.roads import last_fact, until
from workflows import verbs
from workflows.desk.chart import chart_of
from workflows.flows import FLOWS, ChargebackFlow, InquiryFlow, PoliceFlow
from workflows.forms.police import PayeeStopForm
from workflows.models import CaseProcess, StepTask
from workflows.verbs import sweeps
from workflows.verbs.stepwork import AnswersRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(staff) -> Journey:
    """The transactions are traced: one is disputed."""
    return until(Journey.begin(staff), "decide")


# slips and chargeback -------------------------------------------------------------------------------------------------


def test_a_chargeback_goes_from_the_slip_to_booked_money(journey):
    process = opens(journey, ChargebackFlow)

    runs(journey, process, "ask_slip", "slip_answer", "charge_back", "scheme_answer")
    runs(journey, process, "enter_recovery", "check_recovery", "end_chargeback")

    matter = matter_of(process)
    assert (matter.stage, matter.ending, has_ended(process)) == ("won", "won", True)
    line = journey.case.money.get(kind=MoneyEntry.Kind.RECOVERY)
    assert (line.state, line.amount, line.transaction) == ("booked", Decimal("50.00"), matter.transaction)
    assert line.bookings.get().receipt == "ZF-77"
    assert matter.opened_by == journey.staff.dispute
    assert journal.verify(journey.case.stream) is None


def test_the_scheme_may_answer_more_than_once(journey):
    process = opens(journey, ChargebackFlow)
    runs(journey, process, "ask_slip", "slip_answer", "charge_back")

    does(journey, process, "scheme_answer", stage="represented")
    does(journey, process, "scheme_answer", stage="arbitration")
    does(journey, process, "scheme_answer", stage="lost")

    assert steps_of(process) == {"end_chargeback"}
    with pytest.raises((AnswersRefused, CaseError)):
        does(journey, process, "end_chargeback", ending="won")
    does(journey, process, "end_chargeback", ending="lost")
    assert matter_of(process).stage == "lost"


def test_the_window_is_counted_from_the_settlement_day_and_warns_thirty_ten_and_three_days_before(journey, time):
    process = opens(journey, ChargebackFlow)
    runs(journey, process, "ask_slip")
    matter = matter_of(process)

    rows = Deadline.objects.filter(case=journey.case, subject=matter.uuid)
    ends = matter.window_ends_at
    assert (ends - clock.now()).days in (117, 118)
    assert sorted((ends - row.reminder_at).days for row in rows) == [3, 10, 30]
    assert {row.due_at for row in rows} == {ends}

    for days in (30, 10, 3):
        before = Notice.objects.filter(to=journey.staff.dispute, deadline__in=rows).count()
        time.to(ends - timedelta(days=days))
        sweeps.sweep_deadlines()
        heard = Notice.objects.filter(to=journey.staff.dispute, deadline__in=rows)
        assert heard.count() == before + 1, f"warned {days} days before"
        assert heard.latest("id").kind == Notice.Kind.REMINDER

    time.to(ends)
    sweeps.sweep_deadlines()
    late = Notice.objects.filter(deadline__in=rows, kind=Notice.Kind.OVERDUE, to=journey.staff.dispute)
    assert late.count() == 1, "only the limit itself is late, not its warnings"


def test_a_chargeback_in_time_silences_the_window(journey):
    process = opens(journey, ChargebackFlow)

    runs(journey, process, "ask_slip", "slip_answer", "charge_back")

    assert not Deadline.objects.filter(subject=matter_of(process).uuid, ended_at=None).exists()


def test_after_the_window_nothing_is_charged_back_and_the_miss_is_a_loss_event_with_its_reason(journey, time):
    process = opens(journey, ChargebackFlow)
    runs(journey, process, "ask_slip", "slip_answer")
    time.to(matter_of(process).window_ends_at)

    with pytest.raises(CaseError) as late:
        does(journey, process, "charge_back")
    assert late.value.field == "charged_at"
    does(journey, process, "charge_back", result="charged_not")
    with pytest.raises(CaseError) as silent:
        does(journey, process, "end_chargeback", ending="missed", note="")
    assert silent.value.field == "note"
    does(journey, process, "end_chargeback", ending="missed", note="收单行两次未回复，经办休假未移交")

    matter = matter_of(process)
    assert (matter.stage, has_ended(process)) == ("missed", True)
    fact = last_fact(journey, "chargeback.window_missed")
    assert fact.data["amount"] == {"amount": str(matter.transaction.amount), "currency": "CNY"}
    outcomes = Deadline.objects.filter(subject=matter.uuid).values_list("outcome", flat=True)
    assert set(outcomes) == {"missed"}


def test_a_transaction_is_charged_back_once_at_a_time_and_two_transactions_side_by_side(journey):
    first, second = journey.case.transactions.all()[:2]
    opens(journey, ChargebackFlow, transaction=str(first.uuid))

    with pytest.raises(CaseError) as twice:
        opens(journey, ChargebackFlow, transaction=str(first.uuid))
    assert twice.value.field == "transaction"
    opens(journey, ChargebackFlow, transaction=str(second.uuid))

    assert CaseProcess.objects.beside().filter(case=journey.case).count() == 2


def test_no_more_comes_back_than_was_lost_whoever_pays(journey):
    """The merchant pays by the letter, then the scheme pays the same again."""
    lost = journey.case.transactions.get(is_disputed=True)
    letter = opens(journey, InquiryFlow, transaction=str(lost.uuid))
    runs(journey, letter, "send_inquiry")
    said = {"result": "answered", "number": "HH-1", "answer": "商户同意全额退款", "share": str(lost.amount)}
    does(journey, letter, "chase_first", **said)
    voucher = {"recovered": str(lost.amount), "receipt": "ZF-1"}
    does(journey, letter, "enter_recovery", **voucher)
    does(journey, letter, "check_recovery", **voucher)
    does(journey, letter, "end_inquiry", cooperation="full")
    chargeback = opens(journey, ChargebackFlow, transaction=str(lost.uuid))
    runs(journey, chargeback, "ask_slip", "slip_answer", "charge_back", "scheme_answer")

    with pytest.raises(CaseError) as above:
        does(journey, chargeback, "enter_recovery", recovered="0.01")

    assert above.value.field == "amount"
    assert "0.00" in str(above.value)


def test_whoever_entered_recovered_money_does_not_check_it_and_what_is_wrong_goes_back(journey):
    process = opens(journey, ChargebackFlow)
    runs(journey, process, "ask_slip", "slip_answer", "charge_back", "scheme_answer", "enter_recovery")

    for wrong in ({"receipt": "ZF-78"}, {"recovered": "49.00"}):
        with pytest.raises(CaseError) as differs:
            does(journey, process, "check_recovery", **wrong)
        assert differs.value.field == {"receipt": "receipt", "recovered": "amount"}[next(iter(wrong))]
    does(journey, process, "check_recovery", result="wrong", reason="凭证金额为四十九元")

    assert steps_of(process) == {"enter_recovery"}
    assert journey.case.money.get(kind="recovery").state == "dropped"
    does(journey, process, "enter_recovery", recovered="49.00")
    does(journey, process, "check_recovery", recovered="49.00")
    assert journey.case.money.recoveries().get().amount == Decimal("49.00")


# inquiry letters ------------------------------------------------------------------------------------------------------


def test_a_letter_is_chased_three_times_and_its_silence_reported(journey, time):
    process = opens(journey, InquiryFlow)
    runs(journey, process, "send_inquiry")
    days = []
    for step in ("chase_first", "chase_second", "chase_third"):
        task = StepTask.objects.get(process=process, flow_task__endswith=step)
        days.append((task.due_at - matter_of(process).sent_at).days)
        time.to(task.due_at - timedelta(hours=1))
        runs(journey, process, step)

    assert days == [3, 5, 10]
    assert [chase.means for chase in matter_of(process).chases.all()] == ["phone", "letter", "platform"]
    assert steps_of(process) == {"report_silence"}
    runs(journey, process, "report_silence", "end_inquiry")
    matter = matter_of(process)
    assert (matter.ending, matter.cooperation, has_ended(process)) == ("silent", "silent", True)


def test_an_answer_ends_the_chasing_at_any_time(journey):
    process = opens(journey, InquiryFlow)
    runs(journey, process, "send_inquiry", "chase_first")

    does(journey, process, "chase_second", result="answered", number="HH-2", answer="非本商户交易")

    assert steps_of(process) == {"end_inquiry"}
    with pytest.raises(AnswersRefused):
        does(journey, process, "end_inquiry", cooperation="silent")
    does(journey, process, "end_inquiry", cooperation="partly")
    assert matter_of(process).cooperation == "partly"


def test_three_letters_of_one_case_stand_apart(journey):
    letters = [opens(journey, InquiryFlow, addressee=name) for name in ("支付机构甲", "收单机构乙", "商户丙")]

    does(journey, letters[1], "send_inquiry")

    assert [steps_of(one) for one in letters] == [{"send_inquiry"}, {"chase_first"}, {"send_inquiry"}]
    assert matter_of(letters[2]).reveal("addressee", purpose="test") == "商户丙"


# police ---------------------------------------------------------------------------------------------------------------


def test_a_stop_of_the_payee_lapses_after_48_hours_and_is_asked_for_twice_at_most(journey):
    process = opens(journey, PoliceFlow)
    assert steps_of(process) == {"ask_payee_stop", "police_papers"}, "neither waits for the other"

    runs(journey, process, "ask_payee_stop", "stop_payee_again")

    stops = list(matter_of(process).payee_stops.all())
    assert [stop.number for stop in stops] == [1, 2]
    assert all(stop.lapses_at - stop.asked_at == timedelta(hours=48) for stop in stops)
    assert steps_of(process) == {"police_papers"}, "there is no third time"
    rows = list(journey.case.controls.filter(kind="payee_stop").order_by("id"))
    assert [(row.round, row.end, row.account, row.ordered_by) for row in rows] == [
        (1, "renewed", "临江银行****6630", "police"),
        (2, "", "临江银行****6630", "police"),
    ]
    assert [stop.control for stop in stops] == rows, "the stop ledger holds the same"


def test_the_payees_account_is_named_once_masked_and_its_number_is_never_kept(journey):
    process = opens(journey, PoliceFlow)
    for wrong in ({"payee_last_four": "6217000012346630"}, {"payee_last_four": ""}, {"payee_bank": ""}):
        with pytest.raises(CaseError):
            does(journey, process, "ask_payee_stop", **wrong)
    assert not journey.case.controls.filter(kind="payee_stop").exists()

    does(journey, process, "ask_payee_stop")

    form = PayeeStopForm(case=journey.case, task=journey.task("stop_payee_again"))
    assert not set(form.fields) & {"payee_bank", "payee_last_four"}


def test_a_third_stop_of_the_same_account_is_refused_whichever_report_asks_for_it(journey):
    first, second = opens(journey, PoliceFlow), opens(journey, PoliceFlow)
    runs(journey, first, "ask_payee_stop", "stop_payee_again")

    with pytest.raises(CaseError) as refused:
        does(journey, second, "ask_payee_stop")

    assert PayeeStopForm.places[refused.value.field] == "outcome", "said where it was answered"
    does(journey, second, "ask_payee_stop", payee_last_four="0001")
    assert journey.case.controls.filter(kind="payee_stop").count() == 3


def test_after_48_hours_the_watchdog_notes_the_lapse_to_the_second_and_the_customers_card_stays_stopped(journey, time):
    process = opens(journey, PoliceFlow)
    does(journey, process, "ask_payee_stop")
    stop = journey.case.controls.get(kind="payee_stop")
    time.advance(hours=47, minutes=58)
    sweeps.sweep_deadlines()
    stop.refresh_from_db()
    assert stop.ended_at is None

    time.advance(hours=9)
    sweeps.sweep_deadlines()

    stop.refresh_from_db()
    assert (stop.end, stop.ended_at) == ("lapsed", stop.effective_at + timedelta(hours=48))
    assert last_fact(journey, "control.payee_lapsed")
    assert journey.case.controls.losses().running().exists()


def test_three_papers_of_the_police_are_kept_apart(journey):
    process = opens(journey, PoliceFlow)
    does(journey, process, "ask_payee_stop", outcome="too_late")
    runs(journey, process, "police_papers", "police_filing", "end_police")

    kinds = {item.kind: item.reference for item in journey.case.evidence.filter(kind__startswith="police")}
    assert kinds == {"police_receipt": "HZ-1", "police_acceptance": "SA-1", "police_filing": "LA-1"}
    assert has_ended(process)


@pytest.mark.parametrize("outcome", ["refused", "unwilling"])
def test_police_who_refuse_and_customers_who_do_not_want_bar_nothing(journey, outcome):
    process = opens(journey, PoliceFlow)
    does(journey, process, "ask_payee_stop", outcome="not_asked", asked_at="", number="")
    when = typed() if outcome == "refused" else ""
    does(journey, process, "police_papers", outcome=outcome, receipt="", station="", reported_at=when)

    assert steps_of(process) == {"end_police"}


def test_a_payee_with_an_account_here_is_said_with_the_bank_s_own_duties(journey):
    process = opens(journey, PoliceFlow)

    does(journey, process, "ask_payee_stop", payee_is_ours="yes")

    assert matter_of(process).payee_is_ours is True
    assert last_fact(journey, "police.payee_is_ours")


# they outlive the answer ----------------------------------------------------------------------------------------------


def test_telling_and_completion_wait_for_none_of_them_and_the_archive_for_all(journey, time):
    processes = [opens(journey, flow) for flow in (ChargebackFlow, InquiryFlow, PoliceFlow)]
    runs(journey, processes[0], "ask_slip")
    over(journey, "close")
    journey.secures_the_rest()
    roads.does(journey, "close")
    roads.does(journey, "call_back")

    assert journey.again().state == Case.State.DONE
    archive = journey.task("archive")
    assert archive.due_at is None, "the archive cannot be late for what others have not ended"
    with pytest.raises(CaseError, match="尚未结束"):
        journey.does("archive", journey.staff.consumer_protection, index="2026-17, 12 页")

    runs(journey, processes[0], "slip_answer", "charge_back", "scheme_answer")
    runs(journey, processes[0], "enter_recovery", "check_recovery", "end_chargeback")
    runs(journey, processes[1], "send_inquiry", "chase_first", "chase_second", "chase_third")
    runs(journey, processes[1], "report_silence", "end_inquiry")
    runs(journey, processes[2], "ask_payee_stop", "stop_payee_again", "police_papers", "police_filing", "end_police")

    assert journey.task("archive").due_at is not None, "now its limit runs"
    journey.does("archive", journey.staff.consumer_protection, index="2026-17, 12 页")
    assert journey.again().state == Case.State.ARCHIVED
    left = {deadline.key for deadline in journey.case.deadlines.filter(ended_at=None)}
    assert left == {limits.PAYEE_LAPSE}, "the police's stop outlives the file, its lapse too"
    assert journal.verify(journey.case.stream) is None


def test_one_may_be_opened_on_a_completed_case_and_the_archive_rests_again(journey):
    over(journey, "archive")
    assert journey.task("archive").due_at is not None

    process = opens(journey, InquiryFlow)

    assert journey.task("archive").due_at is None
    runs(journey, process, "send_inquiry")
    does(journey, process, "chase_first", result="answered", number="HH-1", answer="已核实")
    does(journey, process, "end_inquiry", cooperation="full")
    assert journey.task("archive").due_at is not None


def test_nothing_is_opened_on_an_archived_file(journey):
    over(journey, "archive")
    journey.does("archive", journey.staff.consumer_protection, index="2026-17, 12 页")

    for flow in (ChargebackFlow, InquiryFlow, PoliceFlow):
        with pytest.raises(CaseError, match="已归档"):
            opens(journey, flow)


def test_a_withdrawn_complaint_leads_each_to_its_end_by_its_own_post(journey):
    processes = [opens(journey, flow) for flow in (ChargebackFlow, InquiryFlow, PoliceFlow)]
    runs(journey, processes[0], "ask_slip")
    runs(journey, processes[1], "send_inquiry")

    verbs.withdraw(journey.case, user=journey.staff.agent, reason="已与家人核实", means="REC-77")

    ends = [{"end_chargeback"}, {"end_inquiry"}, {"end_police"}]
    assert [steps_of(one) for one in processes] == ends
    does(journey, processes[0], "end_chargeback", ending="called_off", note="已向银联撤销调单")
    does(journey, processes[1], "end_inquiry", cooperation="called_off", note="已去函撤回")
    does(journey, processes[2], "end_police", ending="called_off", note="客户自行向派出所说明")
    assert all(has_ended(one) for one in processes)
    assert {matter_of(one).ending for one in processes} == {"called_off"}


def test_the_chart_shows_the_main_flow_whatever_runs_beside_it(journey):
    opens(journey, PoliceFlow)

    drawn = chart_of(journey.case)

    assert {node["name"] for node in drawn["nodes"]} >= {"trace", "decide"}
    assert "ask_payee_stop" not in {node["name"] for node in drawn["nodes"]}


def test_whose_post_does_not_include_it_opens_nothing(journey):
    with pytest.raises(NotAllowed):
        verbs.open_beside(journey.case, ChargebackFlow, user=journey.staff.agent, answers={})
    with pytest.raises(NotAllowed):
        verbs.open_beside(journey.case, InquiryFlow, user=journey.staff.accounts_maker, answers={})
    with pytest.raises(NotAllowed):
        verbs.open_beside(journey.case, PoliceFlow, user=journey.staff.auditor, answers={})


def test_a_step_name_means_the_same_in_every_flow():
    """Duties are kept by the names of steps; two flows that share one ask the same post the same thing."""
    seen = {}
    for flow in FLOWS:
        for node in flow.instance.nodes():
            if hasattr(node, "form_class"):
                same = (node.form_class, str(node.role), tuple(other.name for other in node.apart))
                assert seen.setdefault(node.name, same) == same, node.name


CLASSES = {"channel": "A_FRONT_3RD", "business": "B_CARD_CREDIT_FRAUD", "cause": "C_FUND_SAFE"}


def over(journey: Journey, place: str) -> None:
    """Take the main road until this step waits, leaving alone what runs beside the case."""

    main = CaseProcess.objects.main().get(case=journey.case)
    for _ in range(roads.FURTHEST):
        names = {task.flow_task.name for task in StepTask.objects.open().human().filter(process=main)}
        if place in names and names == {place}:
            journey.again()
            return
        waiting = sorted(names - roads.CARD_END) or sorted(names)
        if waiting:
            roads.does(journey, waiting[0])
        else:
            with journey.connected():
                assert verbs.deliver_orders(1)
    raise AssertionError(f"{place} is never reached")
