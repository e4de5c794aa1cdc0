"""不满意: three answers by word, each by another person; an authority that joins after the telling."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.roles import Role
from cases.errors import CaseError, NotAllowed
from cases.models import Deadline
from record import clock, journal
from tests.factories import PostFactory
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.after import complains, does, task_of, told
from tests.workflows.beside import has_ended, matter_of
from workflows import verbs
from workflows.models import StepTask
from workflows.verbs.law_clock import report_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(staff) -> Journey:
    return told(staff)


def test_content_at_the_first_level_ends_it(journey):
    process = complains(journey)

    does(
        process, "respond_first", journey.staff.consumer_protection, result="content", words="已说明入账时间，客户满意"
    )

    matter = matter_of(process)
    assert (has_ended(process), matter.ending, str(matter)) == (True, "won", "满意")
    answer = matter.answers.get()
    assert answer.reveal("words", purpose="test") == "已说明入账时间，客户满意"
    assert "入账时间" not in journal.entries(journey.case.stream).latest("number").body


def test_three_levels_answer_one_after_the_other_within_one_four_and_twenty_four_hours(journey, time):
    process = complains(journey)
    staff, hours = journey.staff, []
    for step, who in (
        ("respond_first", staff.consumer_protection),
        ("respond_second", staff.supervisor),
        ("respond_third", staff.service_manager),
    ):
        hours.append((task_of(process).due_at - clock.now()) / timedelta(hours=1))
        time.to(clock.now() + timedelta(minutes=30))
        does(process, step, who)

    assert hours == [1, 4, 24]
    assert has_ended(process)
    matter = matter_of(process)
    assert [answer.level for answer in matter.answers.all()] == [1, 2, 3]
    assert matter.ending == "lost"
    assert roads.last_fact(journey, "dissent.kept")


def test_not_reached_goes_to_the_next_level_too(journey):
    process = complains(journey)

    does(process, "respond_first", journey.staff.consumer_protection, result="not_reached")

    assert task_of(process).flow_task.name == "respond_second"


def test_whoever_answered_does_not_answer_again_a_level_higher(journey):
    process = complains(journey)
    does(process, "respond_first", journey.staff.consumer_protection)
    PostFactory.create(
        user=journey.staff.consumer_protection, role=Role.SUPERVISOR, branch=journey.staff.bank.head_office
    )
    again = User.objects.get(pk=journey.staff.consumer_protection.pk)

    with pytest.raises(NotAllowed, match="由他人办理"):
        verbs.claim(task_of(process).uuid, user=again)


def test_nothing_of_it_before_the_decision_was_told_and_one_at_a_time(staff):
    early = roads.until(Journey.begin(staff), "tell")
    with pytest.raises(CaseError, match="告知"):
        complains(early)
    roads.does(early, "tell")
    early.again()
    complains(early)
    with pytest.raises(CaseError):
        complains(early)


def test_an_answer_is_not_earlier_than_what_it_answers(journey):
    process = complains(journey)

    with pytest.raises(CaseError) as early:
        does(
            process,
            "respond_first",
            journey.staff.consumer_protection,
            happened_at=(clock.now() - timedelta(hours=2)).isoformat(),
        )

    assert early.value.field == "happened_at"


def test_an_authority_joins_after_the_telling_with_a_number_and_a_clock_of_its_own(journey, time):
    with pytest.raises(CaseError) as nameless:
        complains(journey, source="nfra")
    assert nameless.value.field == "number"
    process = complains(journey, source="nfra", number="12378-77")
    referral = matter_of(process).referral
    clock_of_law = Deadline.objects.get(case=journey.case, subject=referral.uuid)
    assert (clock_of_law.kind, clock_of_law.key) == ("law", "cn.nfra.decide_15")

    does(process, "respond_first", journey.staff.consumer_protection, result="content")

    clock_of_law.refresh_from_db()
    assert clock_of_law.outcome == "met"
    reported = report_back(referral, user=journey.staff.consumer_protection, reported_at=clock.now(), number="FK-1")
    assert reported.report_number == "FK-1"


def test_the_archive_waits_and_an_archived_file_comes_out_and_goes_back(staff):
    journey = roads.to_the_end(Journey.begin(staff))
    assert journey.case.state == "archived"

    process = complains(journey)
    assert journey.again().state == "done"
    does(process, "respond_first", staff.consumer_protection, result="content")

    assert journey.again().state == "archived"
    roads.whole(journey)
    told_kinds = journey.told_kinds()
    assert told_kinds.index("archive.opened") < told_kinds.index("archive.closed")


def test_completion_does_not_wait_for_it_and_the_archive_does(staff):
    journey = roads.until(Journey.begin(staff), "archive")
    process = complains(journey)
    archive = journey.task("archive")
    assert archive.due_at is None
    with pytest.raises(CaseError, match="尚未结束"):
        journey.does("archive", staff.consumer_protection, index="2026-17, 12 页")
    does(process, "respond_first", staff.consumer_protection, result="content")
    assert StepTask.objects.get(pk=archive.pk).due_at is not None


def test_one_answer_a_level_whoever_writes(journey):
    process = complains(journey)
    does(process, "respond_first", journey.staff.consumer_protection)
    answer = matter_of(process).answers.get()
    answer.pk, answer.uuid = None, uuid4()
    with pytest.raises(IntegrityError, match="dissent_answered_once_a_level"), transaction.atomic():
        answer.save(force_insert=True)
