"""Kept away from a step: by an interest in the matter, or by being absent, with a substitute or without."""

import pytest

from accounts.models import Absence
from accounts.roles import Role
from cases.errors import NotAllowed
from cases.models import Duty
from record import clock
from tests.factories import PostFactory, person
from tests.factories.accounts import AbsenceFactory
from tests.journey import Journey
from tests.workflows.roads import does, duties, last_fact, to_the_end, until, whole
from workflows import verbs
from workflows.verbs.casework import declare_interest

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(staff) -> Journey:
    return until(Journey.begin(staff), "trace")


def away(user, substitute=None) -> Absence:
    """He is away from now on."""
    absence = AbsenceFactory(user=user, substitute=substitute, since=clock.now())
    for one in (user, substitute):
        if one is not None:
            one.forget_posts()
    return absence


# interest -------------------------------------------------------------------------------------------------------------


def test_a_declared_interest_puts_every_step_of_his_back(journey, staff):
    task = journey.task("trace").uuid
    verbs.claim(task, user=staff.fraud)

    declare_interest(journey.case, user=staff.fraud, why="投诉人是本人亲属")

    assert journey.task("trace").owner is None
    with pytest.raises(NotAllowed):
        verbs.claim(task, user=staff.fraud)
    with pytest.raises(NotAllowed):
        verbs.reassign(task, user=staff.supervisor, to=staff.fraud, why="分流")
    assert "亲属" not in last_fact(journey, "interest.declared").body
    assert duties(journey, "trace") == [(staff.fraud.staff_number, "released")]


def test_what_somebody_holds_for_him_goes_back_too(journey, staff, colleague):
    away(staff.fraud, colleague_without_post := person(Role.AGENT, staff.bank.tier2))
    task = journey.task("trace").uuid
    verbs.claim(task, user=colleague_without_post)

    declare_interest(journey.case, user=staff.fraud, why="投诉人是本人亲属")

    assert journey.task("trace").owner is None
    with pytest.raises(NotAllowed):
        verbs.claim(task, user=colleague_without_post)
    verbs.claim(task, user=colleague)


def test_an_interest_of_the_only_head_moves_the_approval_up(journey, staff):
    until(journey, "approve")
    assert journey.task("approve").role == Role.OUTLET_HEAD
    verbs.claim(journey.task("approve").uuid, user=staff.outlet_head)

    declare_interest(journey.case, user=staff.outlet_head, why="投诉涉及本网点")

    moved = journey.task("approve")
    assert (moved.role, moved.owner) == (Role.TIER2_HEAD, None)
    assert journey.case.proposals.get().approver_role == Role.TIER2_HEAD
    verbs.approve(moved.uuid, user=staff.tier2_head)
    whole(to_the_end(journey))


# absence --------------------------------------------------------------------------------------------------------------


def test_a_substitute_acts_for_the_absent_and_both_stand_in_the_record(journey, staff):
    substitute = person(Role.AGENT, staff.bank.outlet)
    away(staff.fraud, substitute)

    journey.does("trace", substitute, **journey.disputes())

    duty = Duty.objects.get(case=journey.case, duty="trace")
    assert (duty.person, duty.for_whom, duty.state) == (substitute, staff.fraud, Duty.State.DONE)
    for kind in ("step.claimed", "step.completed", "transaction.marked"):
        entry = last_fact(journey, kind)
        assert entry.actor_number == substitute.staff_number
        assert entry.for_whom == f"{staff.fraud.staff_number} {staff.fraud.display_name}"
        assert entry.actor_role == Role.FRAUD


def test_who_came_back_takes_his_steps_back_from_the_substitute(journey, staff):
    substitute = person(Role.AGENT, staff.bank.outlet)
    absence = away(staff.fraud, substitute)
    task = journey.task("trace").uuid
    verbs.claim(task, user=substitute)
    absence.until = clock.now()
    absence.save()
    substitute.forget_posts()

    with pytest.raises(NotAllowed):
        verbs.complete(task, user=substitute, answers=journey.disputes())

    verbs.release(task, user=substitute)
    does(journey, "trace")
    assert duties(journey, "trace") == [(substitute.staff_number, "released"), (staff.fraud.staff_number, "done")]


def test_of_two_absent_people_the_substitute_acts_for_the_one_who_is_free(journey, staff, colleague):
    """The approval was sent to this level because of him; it must not refuse him for the other one."""
    PostFactory(user=colleague, role=Role.OUTLET_HEAD, branch=staff.bank.outlet)
    journey.does("trace", colleague, **journey.disputes())
    substitute = person(Role.AGENT, staff.bank.tier2)
    another_head = person(Role.OUTLET_HEAD, staff.bank.outlet)
    away(staff.outlet_head)
    away(colleague, substitute)
    away(another_head, substitute)
    until(journey, "approve")

    task = journey.task("approve")
    assert task.role == Role.OUTLET_HEAD
    verbs.approve(task.uuid, user=substitute)

    assert Duty.objects.get(case=journey.case, duty="approve").for_whom == another_head


def test_what_a_supervisor_s_substitute_decides_is_told_in_his_name(journey, staff, colleague):
    substitute = person(Role.COLLECTION, staff.bank.outlet)
    away(staff.supervisor, substitute)
    task = journey.task("trace").uuid

    verbs.reassign(task, user=substitute, to=colleague, why="分流")
    verbs.cancel(task, user=substitute, why="重做")
    verbs.withdraw(journey.case, user=substitute, reason="已核实", means="REC-77")

    for kind in ("step.reassigned", "step.cancelled", "case.withdrawn"):
        entry = last_fact(journey, kind)
        assert (entry.actor_number, entry.actor_role) == (substitute.staff_number, Role.SUPERVISOR)
        assert entry.for_whom == f"{staff.supervisor.staff_number} {staff.supervisor.display_name}"


def test_what_somebody_does_by_a_post_of_his_own_is_told_in_that_post(journey, staff):
    task = journey.task("trace").uuid
    verbs.claim(task, user=staff.fraud)
    verbs.release(task, user=staff.fraud)
    declare_interest(journey.case, user=staff.fraud, why="亲属")

    for kind in ("step.released", "interest.declared"):
        entry = last_fact(journey, kind)
        assert (entry.actor_role, entry.for_whom) == (Role.FRAUD, "")
