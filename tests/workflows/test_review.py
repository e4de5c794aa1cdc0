"""核查: what a branch decided is looked at again by the body above it, and nobody who had a part in it does so."""

from datetime import UTC, date, datetime, time as time_of_day, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings as hypothesis_settings, strategies as st

from accounts.models import AuthorityLimit, User
from accounts.roles import Role
from cases.errors import CaseError, NotAllowed
from cases.models import Deadline, Duty, MoneyEntry
from cases.remedies import last_day, may_ask_until
from knowledge import limits, policies
from record import clock, journal
from tests.factories import PostFactory
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.after import (
    applies,
    days,
    does,
    more,
    review_of,
    reviewer,
    task_of,
    to_approval,
    told,
)
from tests.workflows.beside import has_ended
from tests.workflows.test_beside import over
from workflows import verbs
from workflows.models import StepTask
from workflows.verbs.remedies import take_back
from workflows.verbs.stepwork import AnswersRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(staff) -> Journey:
    """The outlet decided: of 700 the bank bears 40, the customer the rest."""
    return told(staff, bank="40.00")


def test_a_review_that_upholds_ends_with_the_written_answer(journey):
    who, process = reviewer(journey.staff), applies(journey)
    to_approval(journey, process, who)
    does(process, "approve_review", journey.staff.tier2_head)
    does(process, "tell_review", who)

    review = review_of(process)
    assert has_ended(process)
    assert (review.stage, review.outcome, review.total, review.ending) == ("told", "upheld", Decimal("0.00"), "lost")
    assert review.reveal("limits_found", purpose="test") == "已逐项核对案卷"
    clock_of_law = Deadline.objects.get(case=journey.case, subject=review.uuid)
    assert (clock_of_law.key, clock_of_law.kind, clock_of_law.outcome) == ("cn.nfra.review_decide", "law", "met")
    assert journal.verify(journey.case.stream) is None
    for entry in journal.entries(journey.case.stream).filter(kind__startswith="review."):
        assert "逐项核对" not in entry.body


def test_a_review_that_changes_raises_the_banks_share_and_pays_once_by_two_people(journey):
    who, process = reviewer(journey.staff), applies(journey)
    one = journey.case.transactions.get(is_disputed=True)
    rest = one.holder_share
    to_approval(journey, process, who, **more(journey, "100.00"))
    assert not MoneyEntry.objects.filter(review__isnull=False).exists(), "nothing is money before it is approved"
    does(process, "approve_review", journey.staff.tier2_head)

    one.refresh_from_db()
    assert (one.bank_share, one.holder_share) == (Decimal("140.00"), rest - 100)
    assert one.bank_share + one.holder_share + one.merchant_share == one.amount
    line = MoneyEntry.objects.get(review=review_of(process))
    assert (line.state, line.amount, line.kind) == ("approved", Decimal("100.00"), "principal")

    does(process, "tell_review", who)
    does(process, "pay_supplement", journey.staff.accounts_maker)
    with pytest.raises(CaseError) as wrong:
        does(process, "check_supplement", journey.staff.accounts_checker, total="99.00")
    assert wrong.value.field == "total"
    does(process, "check_supplement", journey.staff.accounts_checker, total="100.00")

    line.refresh_from_db()
    assert line.state == "booked"
    assert line.bookings.get().receipt == "BF-1"
    assert has_ended(process)
    assert review_of(process).ending == "won"


def test_a_wrong_voucher_goes_back_to_the_maker_and_nothing_is_booked(journey):
    who, process = reviewer(journey.staff), applies(journey)
    to_approval(journey, process, who, **more(journey, "100.00"))
    does(process, "approve_review", journey.staff.tier2_head)
    does(process, "tell_review", who)
    does(process, "pay_supplement", journey.staff.accounts_maker)
    does(process, "check_supplement", journey.staff.accounts_checker, found="wrong", reason="凭证号不符")

    assert task_of(process).flow_task.name == "pay_supplement"
    assert review_of(process).voucher is None
    assert MoneyEntry.objects.get(review__isnull=False).state == "approved"
    PostFactory.create(
        user=journey.staff.accounts_maker, role=Role.ACCOUNTS_CHECKER, branch=journey.staff.bank.head_office
    )
    does(process, "pay_supplement", journey.staff.accounts_maker, receipt="BF-2")
    with pytest.raises(NotAllowed):
        verbs.claim(task_of(process).uuid, user=User.objects.get(pk=journey.staff.accounts_maker.pk))


def test_what_the_review_adds_and_what_was_decided_first_are_paid_apart(journey):
    """The customer applies while the first payment is still being prepared."""
    who, process = reviewer(journey.staff), applies(journey)
    to_approval(journey, process, who, **more(journey, "100.00"))
    does(process, "approve_review", journey.staff.tier2_head)
    does(process, "tell_review", who)

    over(journey, "archive")
    assert journey.credited() == [Decimal("40.00")], "the first payment is the first decision's"
    assert journey.again().state == "done", "completion does not wait for the review"
    with pytest.raises(CaseError, match="尚未结束"):
        journey.does("archive", journey.staff.consumer_protection, index="2026-17, 12 页")

    does(process, "pay_supplement", journey.staff.accounts_maker)
    does(process, "check_supplement", journey.staff.accounts_checker, total="100.00")
    roads.does(journey, "archive")
    roads.whole(journey)
    assert sorted(roads.booked(journey)) == ["100.00", "40.00"]


def test_a_revoked_decision_is_decided_anew_by_the_superior_body_itself(journey):
    who, process = reviewer(journey.staff), applies(journey)
    to_approval(journey, process, who, **{**more(journey, "1.00"), "outcome": "revoked"})
    does(process, "approve_review", journey.staff.tier2_head)

    assert review_of(process).outcome == "revoked"


def test_never_less_never_above_the_customers_part_and_an_upheld_decision_gives_nothing(journey):
    who, process = reviewer(journey.staff), applies(journey)
    one = journey.case.transactions.get(is_disputed=True)
    does(process, "admit_review", who)
    does(process, "check_review", who, result="wrong")
    for wrong, field in (
        ({**more(journey, f"{one.holder_share + Decimal('0.01')}")}, str(one.uuid)),
        ({**more(journey, "1.00"), "outcome": "upheld"}, "outcome"),
        ({"outcome": "upheld", "reasons": "维持"}, "outcome"),
    ):
        with pytest.raises(CaseError) as refused:
            does(process, "decide_review", who, **wrong)
        assert refused.value.field == field
    with pytest.raises(AnswersRefused):
        does(process, "decide_review", who, **more(journey, "-5.00"))


def test_a_returned_decision_is_drafted_anew_and_the_first_draft_gives_nothing(journey):
    who, process = reviewer(journey.staff), applies(journey)
    to_approval(journey, process, who, **more(journey, "100.00"))
    verbs.send_back(task_of(process).uuid, user=journey.staff.tier2_head, reason="请补充依据")
    does(process, "decide_review", who, **more(journey, "60.00"))
    does(process, "approve_review", journey.staff.tier2_head)

    assert review_of(process).total == Decimal("60.00")


# who reviews ----------------------------------------------------------------------------------------------------------


def test_the_body_below_does_not_see_the_step_of_its_own_review(journey):
    below, above = reviewer(journey.staff, journey.staff.bank.outlet), reviewer(journey.staff)
    process = applies(journey)
    task = task_of(process)

    assert task.outlet_id is None
    assert task.tier2 == journey.staff.bank.tier2
    with pytest.raises(NotAllowed):
        verbs.claim(task.uuid, user=below)
    verbs.claim(task.uuid, user=above)


@pytest.mark.parametrize("duty", ["trace", "decide", "propose", "approve", "draft_letter"])
def test_whoever_had_a_part_in_the_first_decision_does_not_review_it(journey, duty):
    who, process = reviewer(journey.staff), applies(journey)
    Duty.objects.create(case=journey.case, duty=duty, task=journey.case.uuid, person=who, state="done")

    for _step in range(2):
        with pytest.raises(NotAllowed):
            verbs.claim(task_of(process).uuid, user=who)
    with pytest.raises(IntegrityError, match="kept apart"), transaction.atomic():
        Duty.objects.create(case=journey.case, duty="check_review", task=process.uuid, person=who)


def test_the_proposer_of_the_first_decision_is_told_why_he_may_not(journey):
    process = applies(journey)

    with pytest.raises(NotAllowed, match="由您或代您办理"):
        verbs.claim(task_of(process).uuid, user=journey.staff.consumer_protection)


def test_a_head_with_an_interest_is_passed_over_for_the_level_above(journey):
    from workflows.verbs.casework import declare_interest

    staff = journey.staff
    who, process = reviewer(staff), applies(journey)
    declare_interest(journey.case, user=staff.tier2_head, why="客户是亲属")
    to_approval(journey, process, who, **more(journey, "100.00"))

    assert task_of(process).role == Role.TIER1_HEAD
    does(process, "approve_review", staff.tier1_head)


def test_the_level_is_chosen_by_what_was_decided_and_what_is_added_together(journey):
    from cases.actions.review_decision import sum_waiting

    who, process = reviewer(journey.staff), applies(journey)
    AuthorityLimit(
        role=Role.TIER2_HEAD, amount=Decimal(100), valid_from=date(2020, 1, 1), branch=journey.staff.bank.tier2
    ).save()
    to_approval(journey, process, who, **more(journey, "100.00"))

    assert sum_waiting(journey.case) == Decimal("140.00")
    assert task_of(process).role == Role.TIER1_HEAD


def test_nobody_of_the_body_itself_leaves_it_to_the_one_above(journey):
    process, above = applies(journey), reviewer(journey.staff, journey.staff.bank.tier1)

    verbs.claim(task_of(process).uuid, user=above)


def test_the_drafter_of_a_review_does_not_approve_it(journey):
    staff = journey.staff
    who, process = reviewer(staff), applies(journey)
    PostFactory.create(user=who, role=Role.TIER2_HEAD, branch=staff.bank.tier2)
    to_approval(journey, process, who)

    with pytest.raises(NotAllowed):
        verbs.approve(task_of(process).uuid, user=User.objects.get(pk=who.pk))


# admissible or not ----------------------------------------------------------------------------------------------------


def test_head_office_decided_no_review_and_told_so_in_writing(staff):
    for limit in AuthorityLimit.objects.exclude(role=Role.CARD_CENTRE_HEAD):
        limit.valid_to = date(2001, 1, 1)
        limit.save()
    journey = told(staff)
    assert journey.case.letter.decided_by_head_office
    assert "核查" not in journey.case.letter.reveal("remedies", purpose="test")
    process, who = applies(journey), reviewer(staff, staff.bank.head_office)

    assert task_of(process).tier1_id is None
    with pytest.raises(CaseError, match="总行") as refused:
        does(process, "admit_review", who)
    assert refused.value.field == "result"
    does(process, "admit_review", who, result="refused", refusal="head_office", note="总行作出的决定不适用核查")
    does(process, "tell_review", who)

    assert (has_ended(process), review_of(process).stage) == (True, "refused")
    assert review_of(process).proof.reference == "EMS-2026-7"


def test_a_late_application_is_refused_with_the_day_it_could_have_come_and_answered(journey, time):
    until = may_ask_until(journey.case, journey.case.told_at)
    time.to(until)
    who, process = reviewer(journey.staff), applies(journey)

    with pytest.raises(CaseError, match=last_day(journey.case, until)):
        does(process, "admit_review", who)
    with pytest.raises(CaseError) as other:
        does(process, "admit_review", who, result="refused", refusal="head_office", note="不对")
    assert other.value.field == "refusal"
    does(process, "admit_review", who, result="refused", refusal="late", note="超过三十日")
    does(process, "tell_review", who)
    assert has_ended(process)


def test_the_last_moment_is_in_time_and_a_letter_that_arrived_later_gives_more(journey, time):
    until = may_ask_until(journey.case, journey.case.told_at)
    time.to(until - timedelta(seconds=1))
    who, process = reviewer(journey.staff), applies(journey)
    does(process, "admit_review", who)
    assert review_of(process).stage == "admitted"


def test_the_thirty_days_run_from_the_receipt_the_customer_signed(journey, time):
    time.to(may_ask_until(journey.case, journey.case.told_at) + days(1))
    who, process = reviewer(journey.staff), applies(journey)
    received = (journey.case.told_at + days(3)).isoformat()

    does(process, "admit_review", who, heard_at=received)

    assert review_of(process).stage == "admitted"


def test_a_decision_is_reviewed_once(journey):
    who, process = reviewer(journey.staff), applies(journey)
    to_approval(journey, process, who)
    with pytest.raises(CaseError):
        applies(journey, application="HC-2")
    does(process, "approve_review", journey.staff.tier2_head)
    does(process, "tell_review", who)

    again = applies(journey, application="HC-3")
    with pytest.raises(CaseError):
        does(again, "admit_review", who)
    does(again, "admit_review", who, result="refused", refusal="before", note="已核查")
    assert review_of(again).stage == "refused"


def test_an_application_taken_back_ends_and_its_clock_with_it_and_another_may_follow(journey):
    who, process = reviewer(journey.staff), applies(journey)
    does(process, "admit_review", who)
    review = review_of(process)

    take_back(review, user=journey.staff.agent, reason="客户来电撤回，录音 REC-9")

    assert has_ended(process)
    assert review_of(process).stage == "taken_back"
    assert Deadline.objects.get(subject=review.uuid).outcome == "cancelled"
    assert not StepTask.objects.open().filter(process=process).exists()
    assert journey.told_kinds()[-1] == "flow.ended"
    with pytest.raises(CaseError):
        take_back(review, user=journey.staff.agent, reason="再次撤回")
    applies(journey, application="HC-2")


def test_a_decided_review_is_not_taken_back(journey):
    who, process = reviewer(journey.staff), applies(journey)
    to_approval(journey, process, who)
    does(process, "approve_review", journey.staff.tier2_head)

    with pytest.raises(CaseError):
        take_back(review_of(process), user=journey.staff.agent, reason="撤回")


def test_the_answer_to_a_review_is_in_writing(journey):
    who, process = reviewer(journey.staff), applies(journey)
    to_approval(journey, process, who)
    does(process, "approve_review", journey.staff.tier2_head)

    with pytest.raises(AnswersRefused):
        does(process, "tell_review", who, means="phone")


def test_an_answer_after_the_thirty_days_is_late_on_record(journey, time):
    who, process = reviewer(journey.staff), applies(journey)
    to_approval(journey, process, who)
    does(process, "approve_review", journey.staff.tier2_head)
    time.to(clock.now() + days(31))
    does(process, "tell_review", who)

    assert Deadline.objects.get(subject=review_of(process).uuid).outcome == "missed"


def test_an_archived_file_comes_out_for_a_review_pays_and_goes_back(staff):
    journey = told(staff, bank="40.00")
    roads.to_the_end(journey)
    who, process = reviewer(staff), applies(journey)
    to_approval(journey, process, who, **more(journey, "100.00"))
    does(process, "approve_review", staff.tier2_head)
    does(process, "tell_review", who)
    assert journey.again().state == "done"
    does(process, "pay_supplement", staff.accounts_maker)
    does(process, "check_supplement", staff.accounts_checker, total="100.00")
    roads.whole(journey)


# the clock ------------------------------------------------------------------------------------------------------------


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    day=st.dates(date(2020, 3, 1), date(2060, 1, 1)),
    second=st.integers(0, 86_399),
    zone=st.sampled_from(["Asia/Shanghai", "Asia/Urumqi"]),
    key=st.sampled_from([limits.REVIEW_ASK, limits.REVIEW_DECIDE]),
)
def test_both_limits_of_the_law_end_at_midnight_after_the_thirtieth_day_that_follows(day, second, zone, key):
    place = ZoneInfo(zone)
    moment = datetime.combine(day, time_of_day(), place) + timedelta(seconds=second)

    until = policies.rule(key).due(moment, zone).astimezone(place)

    assert until.time() == time_of_day()
    assert until.date() == day + timedelta(days=31), "thirty whole days follow the day of the event, to their midnight"


@pytest.mark.parametrize(
    "hour", ["2026-11-20T00:00:00+08:00", "2026-11-20T15:30:00+08:00", "2026-11-20T23:59:59+08:00"]
)
def test_whatever_the_hour_of_the_application_its_thirty_days_end_on_the_same_day(journey, time, hour):
    asked = datetime.fromisoformat(hour).astimezone(UTC)
    time.to(max(clock.now(), asked + timedelta(minutes=1)))
    if asked < journey.case.told_at:
        asked = journey.case.told_at
    process = applies(journey, asked_at=asked.isoformat())

    due = Deadline.objects.get(subject=review_of(process).uuid).due_at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert due.isoformat() == "2026-12-21T00:00:00+08:00"


# going round the actions ----------------------------------------------------------------------------------------------


def test_the_database_pays_no_more_than_the_review_gave_and_never_takes_it_away(journey):
    from tests.cases.around import refused

    who, process = reviewer(journey.staff), applies(journey)
    to_approval(journey, process, who, **more(journey, "100.00"))
    does(process, "approve_review", journey.staff.tier2_head)
    review = review_of(process)
    line = review.lines.get()
    with refused("review_is_its_lines"):
        line.amount = Decimal("99.00")
        line.save()
    with refused("review_is_its_lines"):
        review.total = Decimal("101.00")
        review.save()
    with refused("review_decided_once"):
        review.pk, review.ended_at = None, None
        review.uuid = process.uuid
        review.ended_at = clock.now()
        review.save(force_insert=True)
