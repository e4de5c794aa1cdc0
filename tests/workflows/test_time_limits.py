"""The limits of steps through time: who hears of what and when, once; two clocks for every fact."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from accounts.roles import Role
from cases.actions import contacts, intake
from cases.actions.turn import turn
from cases.models import Case, Deadline, Notice
from knowledge import limits
from record import clock, journal
from tests.factories import person
from tests.factories.accounts import AbsenceFactory
from tests.journey import Journey
from tests.workflows.conftest import NOON
from tests.workflows.roads import by_hand, does, to_the_end, typed, until
from workflows import verbs
from workflows.flows import CardFraudFlow
from workflows.verbs.sweeps import sweep_deadlines

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def journey(staff) -> Journey:
    return until(Journey.begin(staff), "trace")


def limit_of(journey: Journey, step: str) -> Deadline:
    return Deadline.objects.get(subject=journey.task(step).uuid)


def heard(deadline: Deadline) -> dict[int, set[str]]:
    """Level → staff numbers of those who got a notice."""
    levels: dict[int, set[str]] = {}
    for notice in Notice.objects.filter(deadline=deadline).select_related("to"):
        levels.setdefault(notice.level, set()).add(notice.to.staff_number)
    return levels


def numbers(*people) -> set[str]:
    return {one.staff_number for one in people}


def test_a_step_nobody_does_is_heard_of_higher_and_higher_each_level_once(journey, staff, time):
    deadline = limit_of(journey, "trace")
    span = deadline.due_at - deadline.started_at
    leads = numbers(staff.supervisor, staff.service_manager)
    for moment, told in (
        (deadline.started_at + span * 0.79, {}),
        (deadline.started_at + span * 0.8, {1: numbers(staff.fraud)}),
        (deadline.due_at, {2: numbers(staff.fraud) | leads}),
        (deadline.due_at + HOUR, {3: leads}),
        (deadline.due_at + DAY, {4: numbers(staff.outlet_head)}),
        (deadline.due_at + 30 * DAY, {}),
    ):
        before = heard(deadline)
        time.to(max(moment, clock.now()))
        sweep_deadlines()
        sweep_deadlines()
        now = heard(deadline)
        assert {level: people for level, people in now.items() if level not in before} == told

    kinds = Counter(entry.kind for entry in facts_of(journey, deadline))
    assert kinds == {
        "deadline.started": 1,
        "deadline.reminded": 1,
        "deadline.overdue": 1,
        "deadline.escalated": 2,
    }


def facts_of(journey: Journey, deadline: Deadline) -> list[journal.Entry]:
    told = journal.entries(journey.case.stream).filter(kind__startswith="deadline.")
    return [entry for entry in told if entry.data["deadline"] == str(deadline.uuid)]


def test_after_an_outage_every_level_is_told_and_each_person_hears_the_gravest(journey, staff, time):
    deadline = limit_of(journey, "trace")
    time.to(deadline.due_at + 3 * DAY)

    sweep_deadlines()

    assert heard(deadline) == {
        2: numbers(staff.fraud),
        3: numbers(staff.supervisor, staff.service_manager),
        4: numbers(staff.outlet_head),
    }
    assert [entry.data.get("level") for entry in facts_of(journey, deadline)] == [None, 1, 2, 3, 4]
    assert sweep_deadlines() == 0


def test_who_has_the_step_in_hand_hears_of_it_alone(journey, staff, time):
    colleague = person(Role.FRAUD, staff.bank.tier2)
    verbs.claim(journey.task("trace").uuid, user=colleague)
    deadline = limit_of(journey, "trace")
    assert deadline.reminder_at is not None
    time.to(deadline.reminder_at)

    sweep_deadlines()

    assert heard(deadline) == {1: numbers(colleague)}


def test_for_who_is_away_his_substitute_hears_of_it(journey, staff, time):
    substitute, deputy = (person(Role.AGENT, staff.bank.outlet) for _ in range(2))
    AbsenceFactory(user=staff.fraud, substitute=substitute)
    AbsenceFactory(user=staff.outlet_head)
    AbsenceFactory(user=staff.supervisor, substitute=deputy)
    deadline = limit_of(journey, "trace")
    time.to(deadline.due_at + 3 * DAY)

    sweep_deadlines()

    assert heard(deadline) == {
        2: numbers(substitute),
        3: numbers(deputy, staff.service_manager),
        4: numbers(staff.tier2_head),
    }


def test_a_finished_step_is_never_heard_of_again(journey, time):
    deadline = limit_of(journey, "trace")
    does(journey, "trace")
    time.to(deadline.due_at + 30 * DAY)

    sweep_deadlines()

    assert heard(deadline) == {}
    deadline.refresh_from_db()
    assert deadline.outcome == Deadline.Outcome.MET


def test_a_step_finished_on_the_very_moment_is_late(journey, time):
    deadline = limit_of(journey, "trace")
    time.to(deadline.due_at)

    does(journey, "trace")

    deadline.refresh_from_db()
    assert deadline.outcome == Deadline.Outcome.MISSED


def test_every_step_and_order_has_one_limit_of_its_own_with_its_span(staff, time):
    journey = Journey.begin(staff)
    with by_hand():
        while journey.open_tasks():
            time.advance(minutes=7)
            does(journey, min(journey.steps))

    timed = [task for task in journey.case.tasks.all() if getattr(task.flow_task, "limit", "")]
    for task in timed:
        deadline = Deadline.objects.get(subject=task.uuid)
        assert (deadline.key, deadline.due_at) == (task.flow_task.limit, task.due_at)
        assert deadline.ended_at == task.finished
        span = deadline.spans.get()
        assert (span.counts, span.began_at, span.ended_at) == (True, deadline.started_at, deadline.ended_at)
    items = journey.case.evidence_items.values_list("uuid", flat=True)
    assert Deadline.objects.filter(subject__in=items).count() == len(items), "and each item of evidence one of its own"
    own = journey.case.deadlines.exclude(subject__in=[*(task.uuid for task in timed), *items])
    own = own.exclude(subject=journey.case.controls.get().uuid)
    several_steps = {limits.FIRST_HOP, limits.PROPOSAL_DECIDED}
    assert {deadline.key for deadline in own} == {limits.DECIDE_15, limits.NEXT_CONTACT, *several_steps}
    assert own.get(key=limits.DECIDE_15).kind == Deadline.Kind.LAW


def test_limits_that_count_from_receipt_do_not_begin_anew_with_their_step(staff, time):
    journey = Journey.begin(staff)
    received = journey.case.received_at
    until(journey, "trace")
    time.advance(days=2)
    does(journey, "trace")

    assert limit_of(journey, "decide").started_at == received
    assert limit_of(journey, "decide").due_at == datetime(2026, 11, 30, 16, 0, tzinfo=UTC), "day 10 after receipt"


# the statutory clock --------------------------------------------------------------------------------------------------


def test_the_statutory_clock_counts_from_when_the_bank_was_told(staff, time):
    journey = Journey.begin(staff)

    law = journey.case.deadlines.get(kind=Deadline.Kind.LAW)

    assert law.started_at == NOON
    assert law.due_at == datetime(2026, 12, 5, 16, 0, tzinfo=UTC), "24:00 in Shanghai on the 15th day"


@pytest.mark.parametrize(
    ("told", "typed_in", "outcome"),
    [
        (datetime(2026, 12, 5, 15, 59, tzinfo=UTC), datetime(2026, 12, 7, 1, 0, tzinfo=UTC), "met"),
        (datetime(2026, 12, 5, 16, 0, tzinfo=UTC), datetime(2026, 12, 5, 16, 1, tzinfo=UTC), "missed"),
    ],
    ids=["told in time, typed late", "told too late"],
)
def test_the_statutory_clock_stops_when_the_customer_was_told(staff, time, told, typed_in, outcome):
    journey = until(Journey.begin(staff), "tell")
    time.to(typed_in)

    does(journey, "tell", told_at=typed(told))

    law = journey.case.deadlines.get(kind=Deadline.Kind.LAW)
    assert (law.ended_at, law.outcome) == (told, outcome)
    assert law.spans.get().ended_at == told
    assert journey.again().told_at == told
    to_the_end(journey)  # payment and completion come later and move it no more
    law.refresh_from_db()
    assert law.ended_at == told


def test_an_unfinished_case_reports_the_law_s_limit_to_its_people(journey, staff, time):
    law = journey.case.deadlines.get(kind=Deadline.Kind.LAW)
    time.to(law.due_at)

    sweep_deadlines()

    assert numbers(staff.agent) <= set.union(*heard(law).values())


# two times for every fact ---------------------------------------------------------------------------------------------


def test_what_happened_earlier_is_recorded_in_the_order_it_became_known(journey, staff, time):
    time.advance(hours=2)
    with turn(journey.case, user=staff.agent, role=Role.AGENT) as hand:
        contacts.add_contact(
            hand, direction="in", channel="phone", note="追问进度", happened_at=clock.now() - 90 * timedelta(minutes=1)
        )
    does(journey, "trace")

    entries = list(journal.entries(journey.case.stream))
    recorded = [entry.recorded_at for entry in entries]
    assert recorded == sorted(recorded), "the chain is written in the order of recording"
    contact = next(entry for entry in reversed(entries) if entry.kind == "contact.added")
    assert contact.recorded_at - contact.happened_at == timedelta(minutes=90)
    assert all(entry.happened_at <= entry.recorded_at for entry in entries)


def test_a_loss_report_typed_later_counts_from_the_card_system_s_own_time(staff, time):
    journey = Journey.begin(staff)
    with by_hand():
        does(journey, "stop_loss")
        time.advance(minutes=11)
        does(journey, "stop_by_hand", effective_at=typed(NOON + timedelta(minutes=2)))

    control = journey.case.controls.get()
    assert (control.effective_at, control.recorded_at) == (
        NOON + timedelta(minutes=2),
        NOON + timedelta(minutes=11),
    )


def test_a_complaint_registered_late_has_its_limits_from_receipt(staff, time):
    journey = Journey.begin(staff)
    case = intake.open_case(
        user=staff.agent,
        role=Role.AGENT,
        kind=Case.Kind.CARD_FRAUD,
        channel=Case.Channel.LETTER,
        received_at=NOON - 3 * DAY,
        handling_unit=staff.bank.outlet,
        customer=journey.case.customer,
        then=lambda hand: verbs.start(hand, CardFraudFlow),
    )

    assert case.deadlines.get(kind=Deadline.Kind.LAW).started_at == NOON - 3 * DAY
    assert case.deadlines.get(key="card_fraud.stop_loss").started_at == NOON - 3 * DAY
    sweep_deadlines()
    assert Notice.objects.filter(case=case, kind=Notice.Kind.ESCALATION).exists()
