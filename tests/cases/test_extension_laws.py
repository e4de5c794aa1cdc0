"""Laws of time: whatever stood still before or after, an extension makes no limit earlier and loses no day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from accounts.models import User
from cases.actions import deadlines, extension, law_clock
from cases.actions.turn import turn
from cases.models import Case, Deadline
from knowledge import limits, policies
from record import clock
from tests.cases.desk import MORNING, a_case, somebody

pytestmark = pytest.mark.django_db

LAW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
hours = st.integers(min_value=0, max_value=24 * 13)
zones = st.sampled_from(["Asia/Shanghai", "Europe/London", "America/New_York", "UTC"])
receipts = st.integers(0, 270 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


@pytest.fixture
def people() -> tuple[User, User]:
    return somebody(), somebody()


def begun(received: datetime, zone: str) -> Case:
    with clock.at(received):
        case = a_case(zone=zone)
        with turn(case) as hand:
            deadlines.start(hand, limits.DECIDE_15, at=received, kind="law")
    return case


def stood(case: Case, user: User, since: datetime, until: datetime) -> None:
    with clock.at(since), turn(case, user=user) as hand:
        law_clock.stand_still(hand, why="appraisal", body="鉴定中心", notice="REC-1", began_at=since)
    with clock.at(until), turn(case, user=user) as hand:
        law_clock.run_again(hand, ended_at=until, result="已回")


def extended(case: Case, people: tuple[User, User], at: datetime) -> None:
    asker, granter = people
    with clock.at(at):
        with turn(case, user=asker) as hand:
            asked = extension.ask(hand, reason="复杂")
        with turn(case, user=granter) as hand:
            extension.grant(hand, extension=asked)


def the_clock(case: Case) -> Deadline:
    return Deadline.objects.get(case=case, kind="law", ended_at=None)


@LAW
@given(received=receipts, zone=zones, after=hours)
def test_an_extension_never_makes_a_limit_earlier_and_is_the_longer_limit_of_the_same_event(
    people, received, zone, after
):
    case = begun(received, zone)
    before = the_clock(case)

    extended(case, people, received + timedelta(hours=after))

    longer = the_clock(case)
    assert longer.due_at > before.due_at
    assert longer.started_at == before.started_at
    assert longer.due_at == policies.rule(limits.DECIDE_30).due(received, zone)


@LAW
@given(received=receipts, zone=zones, first=hours, length=st.integers(0, 24 * 40))
def test_standstill_and_extension_commute(people, received, zone, first, length):
    since = received + timedelta(hours=first)
    until = since + timedelta(hours=length)

    stood_first, extended_first, while_standing = (begun(received, zone) for _ in range(3))
    stood(stood_first, people[0], since, until)
    extended(stood_first, people, until)
    extended(extended_first, people, since)
    stood(extended_first, people[0], since, until)
    with clock.at(since), turn(while_standing, user=people[0]) as hand:
        law_clock.stand_still(hand, why="appraisal", body="鉴定中心", notice="REC-1", began_at=since)
    extended(while_standing, people, until)
    with clock.at(until), turn(while_standing, user=people[0]) as hand:
        law_clock.run_again(hand, ended_at=until, result="已回")

    ends = {the_clock(case).due_at for case in (stood_first, extended_first, while_standing)}
    assert len(ends) == 1


@LAW
@given(received=receipts, zone=zones, after=hours, later=st.integers(0, 24 * 16))
def test_new_facts_after_an_extension_are_fifteen_fresh_days(people, received, zone, after, later):
    case = begun(received, zone)
    extended(case, people, received + timedelta(hours=after))
    new = received + timedelta(hours=after + later)

    with clock.at(new), turn(case, user=people[0]) as hand:
        law_clock.take_new_facts(hand, why="新证据", material="CL-1", received_at=new, notice="REC-2")

    fresh = the_clock(case)
    assert (fresh.key, fresh.due_at) == (limits.DECIDE_15, policies.rule(limits.DECIDE_15).due(new, zone))


def test_each_longer_limit_of_the_pack_is_found_by_the_one_it_follows():
    names = [limits.DECIDE_15]
    while (longer := policies.extension_of(names[-1])) is not None:
        names.append(longer.key)
    assert names == [limits.DECIDE_15, limits.DECIDE_30, limits.DECIDE_60]
    assert MORNING.tzinfo is UTC
