"""What happens to the statutory clock: an appraisal, new facts, a regulator midway, and who is kept from moving it."""

from datetime import timedelta

import pytest

from cases.actions import law_clock as actions
from cases.errors import CaseError, NotAllowed
from cases.models import Deadline, NewFacts
from record import clock
from tests.journey import Journey
from tests.workflows.roads import does, sound, to_the_end, until, whole
from workflows.verbs import law_clock, sweeps
from workflows.verbs.cancelling import withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(staff) -> Journey:
    return until(Journey.begin(staff), "trace")


def law(journey: Journey) -> list[Deadline]:
    """The statutory clocks of the case that run."""
    return list(journey.case.deadlines.filter(kind="law", ended_at=None).order_by("id"))


def stands(journey: Journey, **said) -> None:
    what = {"why": "appraisal", "body": "某司法鉴定中心", "notice": "REC-5", "note": "笔迹鉴定", **said}
    law_clock.stand_still(journey.case, user=journey.staff.consumer_protection, **{"began_at": clock.now(), **what})


def runs(journey: Journey) -> None:
    law_clock.run_again(
        journey.case, user=journey.staff.consumer_protection, ended_at=clock.now(), result="非持卡人笔迹"
    )


def new_facts(journey: Journey, **said) -> NewFacts:
    what = {"why": "提交出入境记录", "material": "CL-1", "notice": "REC-6", "received_at": clock.now(), **said}
    return law_clock.take_new_facts(journey.case, user=what.pop("user", journey.staff.supervisor), **what)


# 鉴定: time that is not counted ------------------------------------------------------------


def test_while_an_appraisal_is_out_the_clock_stands_and_no_alarm_sounds(journey, time):
    (before,) = law(journey)
    stands(journey)

    time.advance(days=40)
    sweeps.sweep_deadlines()

    (standing,) = law(journey)
    assert (standing.due_at, standing.next_alarm_at, standing.level) == (before.due_at, None, 0)
    assert [span.counts for span in standing.spans.all()] == [True, False]


def test_whole_days_in_between_are_left_out_and_the_steps_limit_follows(journey, time):
    (before,), trace = law(journey), journey.task("trace")
    stands(journey)
    time.advance(days=6)

    runs(journey)

    (after,) = law(journey)
    assert after.due_at - before.due_at == timedelta(days=5)
    assert journey.task("trace").due_at - trace.due_at == timedelta(days=5)
    assert [span.counts for span in after.spans.all()] == [True, False, True]
    assert after.next_alarm_at > clock.now()
    whole(to_the_end(journey))


@pytest.mark.parametrize(("hours", "days"), [(0, 0), (5, 0), (24, 0), (36, 1), (48, 1), (24 * 7, 6), (24 * 7 + 13, 7)])
def test_parts_of_days_are_counted(hours, days, time):
    began = clock.now()  # noon in Shanghai

    assert actions.left_out(began, began + timedelta(hours=hours), "Asia/Shanghai") == days


def test_it_stands_once_and_runs_once(journey):
    with pytest.raises(CaseError):
        runs(journey)
    stands(journey)
    with pytest.raises(CaseError):
        stands(journey)
    with pytest.raises(CaseError):
        new_facts(journey)
    runs(journey)
    with pytest.raises(CaseError):
        runs(journey)


@pytest.mark.parametrize("field", ["why", "body", "notice", "began_at"])
def test_without_reason_body_notice_or_with_a_time_to_come_it_runs_on(journey, field):
    wrong = clock.now() + timedelta(days=1) if field == "began_at" else " "
    with pytest.raises(CaseError) as refused:
        stands(journey, **{field: wrong})

    assert refused.value.field == field
    assert not journey.case.standstills.exists()


def test_the_decision_is_not_told_while_the_clock_stands(staff, time):
    journey = until(Journey.begin(staff), "tell")
    stands(journey)

    with pytest.raises(CaseError, match="时限"):
        does(journey, "tell")

    runs(journey)
    whole(to_the_end(journey))


def test_a_complaint_taken_back_lets_nothing_stand(journey, staff):
    stands(journey)

    withdraw(journey.case, user=staff.agent, reason="已核实", means="REC-77")

    assert not journey.case.standstills.filter(ended_at=None).exists()
    whole(to_the_end(journey))


# 新的事实和理由: the clock begins anew ------------------------------------------------------------


def test_new_facts_begin_the_clock_anew_and_are_counted_by_person(journey, staff, time):
    (before,) = law(journey)
    time.advance(days=10)

    new_facts(journey)

    (after,) = law(journey)
    assert after.started_at == clock.now()
    assert after.due_at - before.due_at == timedelta(days=10)
    before.refresh_from_db()
    assert before.outcome == Deadline.Outcome.CANCELLED
    assert staff.supervisor.new_facts.count() == 1
    assert journey.waiting == {"trace"}, "what has not been decided needs no going back"


@pytest.mark.parametrize("stage", ["decide", "propose", "approve", "tell"])
def test_what_was_decided_on_the_old_facts_is_decided_anew(staff, time, stage):
    journey = until(Journey.begin(staff), stage)
    time.advance(days=8)

    new_facts(journey)

    assert journey.waiting == {"trace"}
    assert not journey.case.proposals.filter(state__in=["waiting", "approved"]).exists()
    assert journey.task("trace").due_at > clock.now(), "its limit counts from the new material"
    sound(journey)
    whole(to_the_end(journey))


def test_whoever_handles_the_case_may_not_give_himself_more_time(journey, staff):
    for role in ("consumer_protection", "fraud", "agent", "outlet_head", "auditor"):
        with pytest.raises(NotAllowed):
            new_facts(journey, user=staff.people[role])


@pytest.mark.parametrize("field", ["why", "material", "notice", "received_at"])
def test_without_what_is_new_the_material_or_the_notice_nothing_restarts(journey, field):
    wrong = clock.now() - timedelta(days=1) if field == "received_at" else " "
    with pytest.raises(CaseError):
        new_facts(journey, **{field: wrong})

    assert not NewFacts.objects.exists()


def test_after_telling_there_are_no_new_facts_but_a_review(staff):
    journey = until(Journey.begin(staff), "pay")

    with pytest.raises(CaseError):
        new_facts(journey)


# 监管转办: a further clock ------------------------------------------------------------


def refer(journey: Journey, **said):
    what = {"source": "nfra", "number": "12378-77", "received_at": clock.now(), "what": "请核查", **said}
    return law_clock.join_referral(journey.case, user=journey.staff.consumer_protection, **what)


def test_a_regulator_who_joins_midway_has_a_clock_of_his_own(journey, time):
    time.advance(days=6)

    refer(journey)

    own, theirs = law(journey)
    assert theirs.due_at - own.due_at == timedelta(days=6)
    with pytest.raises(CaseError):
        refer(journey)


def test_one_telling_ends_both_clocks_and_the_authority_hears_of_it(staff, time):
    journey = until(Journey.begin(staff), "tell")
    referral = refer(journey)
    with pytest.raises(CaseError):
        law_clock.report_back(referral, user=staff.consumer_protection, reported_at=clock.now(), number="HB-1")

    does(journey, "tell")

    assert law(journey) == []
    reported = law_clock.report_back(referral, user=staff.consumer_protection, reported_at=clock.now(), number="HB-1")
    assert reported.report_number == "HB-1"
    with pytest.raises(CaseError):
        law_clock.report_back(referral, user=staff.consumer_protection, reported_at=clock.now(), number="HB-2")
    whole(to_the_end(journey))


def test_an_appraisal_lets_both_clocks_stand(journey, time):
    refer(journey)
    stands(journey)
    time.advance(days=4)
    runs(journey)

    assert {len(one.spans.all()) for one in law(journey)} == {3}
