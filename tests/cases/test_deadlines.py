"""Time limits through time: what sounds when, to whom, once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cases.actions import contacts, deadlines
from cases.actions.turn import turn
from cases.errors import CaseError
from cases.models import Case, Contact, Deadline, DeadlineSpan, Notice
from knowledge import limits, policies
from record import clock, journal
from tests.cases.desk import MORNING, a_case, somebody, told

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def case() -> Case:
    with clock.at(MORNING):
        return a_case()


@pytest.fixture
def people() -> dict[str, list[User]]:
    return {name: [somebody()] for name in ("holder", "supervisors", "heads")}


def begin(case: Case, key: str = limits.TRACE, **options: Any) -> Deadline:
    with turn(case) as hand:
        return deadlines.start(hand, key, **options)


def sweep(case: Case, deadline: Deadline, people: dict[str, list[User]]) -> list[Notice]:
    """What the sweep does with a limit: read it again under the lock, then sound it."""
    with turn(case, cause="sweep") as hand:
        return deadlines.alarm(hand, Deadline.objects.get(pk=deadline.pk), **people)


def after_due(key: str) -> timedelta:
    rule = policies.rule(key)
    return rule.due(MORNING, "UTC") - MORNING


def test_a_limit_begins_with_one_counted_span_in_at_most_two_statements(case: Case) -> None:
    with clock.at(MORNING), turn(case) as hand, CaptureQueriesContext(connection) as queries:
        deadline = deadlines.start(hand, limits.STOP_LOSS)
    assert len([query for query in queries if "cases_deadline" in query["sql"]]) <= 2
    assert deadline.due_at == MORNING + timedelta(minutes=5)
    assert deadline.reminder_at == deadline.next_alarm_at == MORNING + timedelta(minutes=4)
    assert deadline.kind == Deadline.Kind.HOUSE
    span = DeadlineSpan.objects.get(deadline=deadline)
    assert (span.counts, span.began_at, span.ended_at) == (True, MORNING, None)
    assert told(case) == ["deadline.started"]


def test_the_statutory_limit_counts_from_receipt_and_ends_at_midnight_in_the_case_s_zone(case: Case) -> None:
    received = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    with clock.at(received + 3 * HOUR):
        deadline = begin(case, limits.DECIDE_15, at=received)
    assert deadline.kind == Deadline.Kind.LAW
    assert deadline.due_at == datetime(2026, 12, 5, 16, 0, tzinfo=UTC)  # 24:00 on 5 December


def test_each_level_sounds_once_in_order_to_its_people(case: Case, people: dict[str, list[User]]) -> None:
    with clock.at(MORNING) as hand:
        deadline = begin(case)
        seen = []
        for moment in (
            MORNING + (deadline.due_at - MORNING) * 0.8,
            deadline.due_at,
            deadline.due_at + after_due(limits.ESCALATE_SUPERVISOR),
            deadline.due_at + after_due(limits.ESCALATE_BRANCH_HEAD),
        ):
            hand.to(moment - timedelta(seconds=1))
            assert sweep(case, deadline, people) == []
            hand.to(moment)
            seen.append([(notice.level, notice.to) for notice in sweep(case, deadline, people)])
            assert sweep(case, deadline, people) == []
    [holder], [supervisor], [head] = people["holder"], people["supervisors"], people["heads"]
    assert seen == [[(1, holder)], [(2, holder), (2, supervisor)], [(3, supervisor)], [(4, head)]]
    deadline.refresh_from_db()
    assert (deadline.level, deadline.next_alarm_at) == (4, None)
    assert told(case)[1:] == [
        "deadline.reminded",
        "deadline.overdue",
        "deadline.escalated",
        "deadline.escalated",
    ]


def test_after_a_long_outage_every_level_is_told_once_and_each_person_hears_the_gravest(
    case: Case, people: dict[str, list[User]]
) -> None:
    with clock.at(MORNING) as hand:
        deadline = begin(case)
        hand.to(deadline.due_at + timedelta(days=9))
        notices = sweep(case, deadline, people)
        assert sweep(case, deadline, people) == []
    [holder], [supervisor], [head] = people["holder"], people["supervisors"], people["heads"]
    assert {(notice.level, notice.to) for notice in notices} == {(2, holder), (3, supervisor), (4, head)}
    levels = [entry.data["level"] for entry in journal.entries(case.stream) if entry.kind != "deadline.started"]
    assert levels == [1, 2, 3, 4]


def test_two_sweeps_that_read_the_same_row_sound_once(case: Case, people: dict[str, list[User]]) -> None:
    with clock.at(MORNING) as hand:
        deadline = begin(case)
        hand.to(deadline.due_at)
        first, second = Deadline.objects.get(pk=deadline.pk), Deadline.objects.get(pk=deadline.pk)
        with turn(case) as mine:
            assert deadlines.alarm(mine, first, **people)
        with turn(case) as mine:
            assert deadlines.alarm(mine, second, **people) == []
    assert Notice.objects.filter(deadline=deadline).count() == 2


def test_a_level_without_anybody_to_tell_is_still_passed_and_told(case: Case) -> None:
    nobody: dict[str, list[User]] = {"holder": [], "supervisors": [], "heads": []}
    with clock.at(MORNING) as hand:
        deadline = begin(case)
        hand.to(deadline.due_at)
        assert sweep(case, deadline, nobody) == []
    deadline.refresh_from_db()
    assert deadline.level == 2


@pytest.mark.parametrize(
    ("ends", "outcome"), [(-1, "met"), (0, "missed"), (1, "missed")], ids=["before", "at the very instant", "after"]
)
def test_the_last_instant_of_a_limit_is_late(case: Case, ends: int, outcome: str) -> None:
    with clock.at(MORNING) as hand:
        deadline = begin(case)
        hand.to(deadline.due_at + timedelta(microseconds=ends))
        with turn(case) as mine:
            stopped = deadlines.stop(mine, deadline=deadline)
        assert stopped is not None
        assert (stopped.outcome, stopped.ended_at) == (outcome, clock.now())
        span = DeadlineSpan.objects.get(deadline=deadline)
        assert span.ended_at == clock.now()
    assert told(case)[-1] == f"deadline.{outcome}"


def test_a_decision_told_in_time_and_typed_late_has_met_the_limit(case: Case) -> None:
    with clock.at(MORNING) as hand:
        deadline = begin(case, limits.DECIDE_15)
        hand.to(deadline.due_at + HOUR)
        with turn(case) as mine:
            stopped = deadlines.stop(mine, key=limits.DECIDE_15, at=deadline.due_at - HOUR)
    assert stopped is not None
    assert stopped.outcome == "met"


def test_an_ended_limit_sounds_no_more_and_ends_once(case: Case, people: dict[str, list[User]]) -> None:
    with clock.at(MORNING) as hand:
        deadline = begin(case)
        with turn(case) as mine:
            deadlines.stop(mine, deadline=deadline)
            assert deadlines.stop(mine, deadline=deadline) is None
        hand.to(deadline.due_at + HOUR)
        assert sweep(case, deadline, people) == []
        assert deadlines.next_alarm(Deadline.objects.get(pk=deadline.pk)) is None


def test_a_step_s_limit_is_found_by_its_task_and_the_case_s_own_without_one(case: Case) -> None:
    with clock.at(MORNING):
        own = begin(case, limits.DECIDE_15)
        step = begin(case, subject=case.uuid)
        with turn(case) as mine:
            assert deadlines.running(mine) == own
            assert deadlines.running(mine, subject=case.uuid) == step
            assert deadlines.stop(mine, subject=case.uuid) == step
            assert deadlines.stop(mine, subject=case.uuid) is None


def test_withdrawing_ends_every_limit_as_no_longer_needed(case: Case) -> None:
    with clock.at(MORNING):
        begin(case, limits.DECIDE_15)
        begin(case, subject=case.uuid)
        with turn(case) as mine:
            ended = deadlines.stop_all(mine)
    assert [deadline.outcome for deadline in ended] == ["cancelled", "cancelled"]
    assert not Deadline.objects.filter(case=case, ended_at=None).exists()


def test_a_limit_nobody_knows_is_refused(case: Case) -> None:
    with pytest.raises(policies.PolicyMissing):
        begin(case, "card_fraud.unheard_of")


# promises and contacts ------------------------------------------------------------------------------------------------


def test_a_promise_is_timed_like_any_limit_and_keeping_it_ends_the_clock(case: Case) -> None:
    agent = somebody()
    with clock.at(MORNING) as hand:
        with turn(case, user=agent) as mine:
            made = contacts.promise(mine, what="回电告知进展", due_at=MORNING + 10 * HOUR)
        deadline = Deadline.objects.get(subject=made.uuid)
        assert (deadline.kind, deadline.due_at) == ("promise", MORNING + 10 * HOUR)
        assert deadline.reminder_at == MORNING + 8 * HOUR
        hand.advance(hours=2)
        with turn(case, user=agent) as mine:
            contacts.keep_promise(mine, promise=made)
    deadline.refresh_from_db()
    assert deadline.outcome == "met"
    assert told(case) == ["promise.made", "deadline.started", "promise.kept", "deadline.met"]
    assert "回电" not in "".join(entry.body for entry in journal.entries(case.stream))
    assert made.reveal("what", purpose="test") == "回电告知进展"


def test_a_promise_is_kept_once_and_late_is_late(case: Case) -> None:
    agent = somebody()
    with clock.at(MORNING) as hand:
        with turn(case, user=agent) as mine:
            made = contacts.promise(mine, what="回电", due_at=MORNING + HOUR)
        hand.advance(hours=2)
        with turn(case, user=agent) as mine:
            contacts.keep_promise(mine, promise=made)
        with pytest.raises(CaseError), turn(case, user=agent) as mine:
            contacts.keep_promise(mine, promise=made)
    assert Deadline.objects.get(subject=made.uuid).outcome == "missed"


@pytest.mark.parametrize(
    ("what", "due_at", "field"),
    [
        ("", MORNING + HOUR, "what"),
        ("卡号4111111111111111", MORNING + HOUR, "what"),
        ("密码123456", MORNING + HOUR, "what"),
        ("a\0b", MORNING + HOUR, "what"),
        ("x" * 20_001, MORNING + HOUR, "what"),
        ("回电", MORNING, "due_at"),
        ("回电", MORNING - HOUR, "due_at"),
        ("回电", datetime(2026, 11, 21), "due_at"),  # noqa: DTZ001  a time without a zone is the case
    ],
)
def test_a_bad_promise_names_its_field_and_leaves_nothing(case: Case, what: str, due_at: datetime, field: str) -> None:
    with clock.at(MORNING), pytest.raises(CaseError) as refused, turn(case, user=somebody()) as mine:
        contacts.promise(mine, what=what, due_at=due_at)
    assert refused.value.field == field
    assert not case.promises.exists()
    assert told(case) == []


def test_the_system_promises_nothing(case: Case) -> None:
    with pytest.raises(CaseError), turn(case, cause="test") as mine:
        contacts.promise(mine, what="回电", due_at=clock.now() + HOUR)


def test_a_contact_keeps_when_they_spoke_and_when_it_was_typed(case: Case) -> None:
    agent = somebody()
    with clock.at(MORNING + HOUR), turn(case, user=agent) as mine:
        contact = contacts.add_contact(
            mine, direction="in", channel="phone", note="询问进度 😀", happened_at=MORNING + HOUR / 2
        )
    contact.refresh_from_db()
    assert (contact.happened_at, contact.recorded_at) == (MORNING + HOUR / 2, MORNING + HOUR)
    assert (contact.by, contact.reveal("note", purpose="test")) == (agent, "询问进度 😀")
    entry = journal.entries(case.stream).get(kind="contact.added")
    assert entry.happened_at == MORNING + HOUR / 2
    assert "询问" not in entry.body


def test_an_attempt_that_reached_nobody_needs_no_note(case: Case) -> None:
    with turn(case, user=somebody()) as mine:
        contacts.add_contact(mine, direction="out", channel="phone", reached=False)
    assert Contact.objects.get(case=case).note is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"direction": "sideways"}, "direction"),
        ({"channel": "pigeon"}, "channel"),
        ({"note": ""}, "note"),
        ({"note": "  "}, "note"),
        ({"note": "card 4111 1111 1111 1111"}, "note"),
        ({"note": "\ud800"}, "note"),
        ({"happened_at": MORNING + HOUR}, "happened_at"),
    ],
)
def test_a_bad_contact_names_its_field_and_leaves_nothing(case: Case, changed: dict[str, Any], field: str) -> None:
    good: dict[str, Any] = {"direction": "in", "channel": "phone", "note": "询问进度", "happened_at": MORNING}
    with clock.at(MORNING), pytest.raises(CaseError) as refused, turn(case, user=somebody()) as mine:
        contacts.add_contact(mine, **{**good, **changed})
    assert refused.value.field == field
    assert not case.contacts.exists()
