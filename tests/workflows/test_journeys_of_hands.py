"""Who has a step in hand: taken, given back, handed over, reassigned, cancelled."""

import pytest

from accounts.roles import Role
from cases.errors import CaseError, NotAllowed, SomeoneWasFirst
from record import clock
from tests.factories import person
from tests.journey import Journey
from tests.workflows.roads import duties, last_fact, to_the_end, until, whole
from workflows import verbs

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(staff) -> Journey:
    return until(Journey.begin(staff), "trace")


def test_a_step_given_back_waits_for_everybody_again(journey, staff, colleague):
    task = journey.task("trace").uuid
    verbs.claim(task, user=staff.fraud)
    with pytest.raises(SomeoneWasFirst, match=staff.fraud.display_name):
        verbs.claim(task, user=colleague)

    verbs.release(task, user=staff.fraud)
    verbs.claim(task, user=colleague)

    assert duties(journey, "trace") == [(staff.fraud.staff_number, "released"), (colleague.staff_number, "held")]
    with pytest.raises(SomeoneWasFirst):
        verbs.release(task, user=staff.fraud)


def test_claiming_twice_is_claiming_once(journey, staff):
    task, claimed = journey.task("trace").uuid, journey.told_kinds().count("step.claimed")

    verbs.claim(task, user=staff.fraud)
    verbs.claim(task, user=staff.fraud)

    assert duties(journey, "trace") == [(staff.fraud.staff_number, "held")]
    assert journey.told_kinds().count("step.claimed") == claimed + 1


def test_a_step_is_handed_over_with_a_note_nobody_else_reads(journey, staff, colleague):
    task = journey.task("trace").uuid
    verbs.claim(task, user=staff.fraud)

    verbs.hand_over(task, user=staff.fraud, to=colleague, note="客户下午三点后方便接电话")

    assert duties(journey, "trace") == [(staff.fraud.staff_number, "released"), (colleague.staff_number, "held")]
    entry = last_fact(journey, "step.handed_over")
    assert entry.data["to_number"] == colleague.staff_number
    assert "三点" not in entry.body
    with pytest.raises(SomeoneWasFirst, match=colleague.display_name):
        verbs.complete(task, user=staff.fraud, answers=journey.disputes())
    journey.does("trace", colleague, **journey.disputes())
    assert journey.waiting == {"decide"}


def test_a_step_goes_only_to_somebody_who_may_do_it(journey, staff):
    task = journey.task("trace").uuid
    verbs.claim(task, user=staff.fraud)
    outsider = person(Role.FRAUD, staff.bank.other_outlet)
    left = person(Role.FRAUD, staff.bank.head_office, is_active=False)

    for nobody in (staff.liability, staff.auditor, outsider, left):
        with pytest.raises(NotAllowed, match=nobody.display_name):
            verbs.hand_over(task, user=staff.fraud, to=nobody, note="")
        with pytest.raises(NotAllowed, match=nobody.display_name):
            verbs.reassign(task, user=staff.supervisor, to=nobody, why="分流")

    assert duties(journey, "trace") == [(staff.fraud.staff_number, "held")]


def test_a_supervisor_reassigns_what_is_held_and_what_is_not(journey, staff, colleague):
    task = journey.task("trace").uuid

    verbs.reassign(task, user=staff.supervisor, to=staff.fraud, why="分流")
    verbs.reassign(task, user=staff.supervisor, to=colleague, why="张三出差")

    assert duties(journey, "trace") == [(staff.fraud.staff_number, "released"), (colleague.staff_number, "held")]
    entry = last_fact(journey, "step.reassigned")
    assert (entry.actor_number, entry.data["to_number"]) == (staff.supervisor.staff_number, colleague.staff_number)
    assert "出差" not in entry.body
    with pytest.raises(NotAllowed):
        verbs.reassign(task, user=colleague, to=staff.fraud, why="还你")


@pytest.mark.parametrize("text", ["卡号 6222 0212 3456 7890 128", "半个字\0", "\ud800", "太长" * 20_000])
def test_what_people_write_beside_a_step_is_looked_at_like_any_text(journey, staff, colleague, text):
    task = journey.task("trace").uuid
    verbs.claim(task, user=staff.fraud)

    for verb in (
        lambda: verbs.hand_over(task, user=staff.fraud, to=colleague, note=text),
        lambda: verbs.reassign(task, user=staff.supervisor, to=colleague, why=text),
        lambda: verbs.cancel(task, user=staff.supervisor, why=text),
    ):
        with pytest.raises(CaseError) as caught:
            verb()
        assert caught.value.field in ("note", "why")

    assert duties(journey, "trace") == [(staff.fraud.staff_number, "held")]


def test_a_cancelled_step_opens_anew_and_its_holder_reads_who_took_it(journey, staff):
    task = journey.task("trace")
    verbs.claim(task.uuid, user=staff.fraud)

    verbs.cancel(task.uuid, user=staff.supervisor, why="张三调岗，联系 13816262207")

    assert journey.waiting == {"trace"}
    assert journey.task("trace").uuid != task.uuid
    with pytest.raises(SomeoneWasFirst, match=staff.supervisor.display_name):
        verbs.complete(task.uuid, user=staff.fraud, answers=journey.disputes())
    assert "13816262207" not in last_fact(journey, "step.cancelled").body, "what people write is sealed"
    assert journey.case.deadlines.get(subject=task.uuid).outcome == "cancelled"
    with pytest.raises(CaseError):
        verbs.cancel(journey.task("trace").uuid, user=staff.supervisor, why=" ")
    with pytest.raises(NotAllowed):
        verbs.cancel(journey.task("trace").uuid, user=staff.fraud, why="不想做")
    whole(to_the_end(journey))


def test_a_returned_step_that_is_cancelled_still_says_who_returned_it(journey, staff):
    until(journey, "approve")
    verbs.send_back(journey.task("approve").uuid, user=staff.outlet_head, reason="补充利息")

    verbs.cancel(journey.task("propose").uuid, user=staff.supervisor, why="改派")

    assert journey.task("propose").returned_by == staff.outlet_head


def test_only_a_persons_step_is_cancelled(journey, staff):
    waiting = until(Journey.begin(staff), "order_stop")

    with pytest.raises(NotAllowed):
        verbs.cancel(waiting.task("order_stop").uuid, user=staff.supervisor, why="等太久")
    with pytest.raises(CaseError):
        verbs.claim(waiting.task("order_stop").uuid, user=staff.supervisor)


def test_whose_post_has_ended_finishes_nothing_but_may_give_back(journey, staff, colleague):
    task = journey.task("trace").uuid
    verbs.claim(task, user=colleague)
    post = colleague.posts.get()
    post.until = clock.now()
    post.save()
    colleague.forget_posts()

    with pytest.raises(NotAllowed):
        verbs.complete(task, user=colleague, answers=journey.disputes())
    with pytest.raises(NotAllowed):
        verbs.hand_over(task, user=colleague, to=staff.fraud, note="")
    verbs.release(task, user=colleague)

    assert journey.task("trace").owner is None
    assert not journey.case.transactions.filter(is_disputed=True).exists()


def test_an_approver_whose_post_has_ended_approves_nothing(journey, staff):
    head = person(Role.OUTLET_HEAD, staff.bank.outlet)
    task = until(journey, "approve").task("approve").uuid
    verbs.claim(task, user=head)
    post = head.posts.get()
    post.until = clock.now()
    post.save()
    head.forget_posts()

    for answer in (verbs.approve, verbs.send_back, verbs.refuse):
        with pytest.raises(NotAllowed):
            answer(task, user=head, reason="同意")

    assert journey.waiting == {"approve"}
