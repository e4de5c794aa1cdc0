"""Urgent: those in charge are told in the same turn, and sign one by one that they have seen it."""

from collections.abc import Collection

import pytest

from accounts.models import Absence
from accounts.roles import Role
from cases.actions import triage, urgent
from cases.models import Case, Notice
from knowledge import signs
from tests.cases.stories import Story
from tests.factories.accounts import AbsenceFactory

pytestmark = pytest.mark.django_db
URGENT, RAISED = Case.Severity.URGENT, Case.Severity.RAISED


@pytest.fixture
def story() -> Story:
    return Story()


def found(story: Story, severity: int, *, by: str = Role.AGENT, call_again: bool = False) -> None:
    with story.turn(by) as hand:
        proposal = signs.Proposal(severity, "", ())
        triage.confirm(hand, proposal=proposal, severity=severity, call_again=call_again)


def told(story: Story) -> Collection[str]:
    waiting = Notice.objects.filter(case=story.case, kind=Notice.Kind.URGENT, seen_at=None)
    return sorted(waiting.values_list("to__display_name", flat=True))


def test_the_supervisor_is_told_in_the_same_turn(story: Story) -> None:
    supervisor = story.who(Role.SUPERVISOR)
    found(story, URGENT)
    assert told(story) == [supervisor.display_name]
    assert story.fact("case.urgent_told").data["to"] == [supervisor.display_name]


@pytest.mark.parametrize("severity", [Case.Severity.RAISED, Case.Severity.ORDINARY])
def test_nobody_is_told_of_what_is_not_urgent(story: Story, severity: int) -> None:
    story.who(Role.SUPERVISOR)
    found(story, severity)
    assert told(story) == []
    assert "case.urgent_told" not in story.facts()


def test_what_becomes_urgent_later_is_told_then_and_once(story: Story) -> None:
    supervisor = story.who(Role.SUPERVISOR)
    found(story, RAISED)
    found(story, URGENT, call_again=True)
    found(story, URGENT)
    assert told(story) == [supervisor.display_name]
    assert story.facts().count("case.urgent_told") == 1


def test_where_there_is_no_supervisor_the_next_above_is_told(story: Story) -> None:
    head = story.who(Role.OUTLET_HEAD)
    found(story, URGENT)
    assert told(story) == [head.display_name]


def test_the_manager_of_the_shift_comes_before_the_head(story: Story) -> None:
    story.who(Role.OUTLET_HEAD)
    manager = story.who(Role.SERVICE_MANAGER)
    found(story, URGENT)
    assert told(story) == [manager.display_name]


def test_a_supervisor_who_is_away_is_not_told_but_his_substitute(story: Story) -> None:
    away, substitute = story.who(Role.SUPERVISOR), story.who(Role.SERVICE_MANAGER)
    AbsenceFactory.create(user=away, substitute=substitute)
    assert Absence.objects.count() == 1
    found(story, URGENT)
    assert told(story) == [substitute.display_name]


def test_who_found_it_urgent_is_not_told_what_he_knows(story: Story) -> None:
    story.who(Role.SUPERVISOR)
    head = story.who(Role.OUTLET_HEAD)
    found(story, URGENT, by=Role.SUPERVISOR)
    assert told(story) == [head.display_name]


def test_that_there_was_nobody_to_tell_is_on_record(story: Story) -> None:
    found(story, URGENT)
    assert told(story) == []
    assert story.fact("case.urgent_untold").data["to"] == []


def test_each_signs_for_himself_once(story: Story) -> None:
    one = story.who(Role.SUPERVISOR)
    story.people[Role.SUPERVISOR] = story.people.pop(Role.SUPERVISOR)
    other = Story.who(story, Role.SERVICE_MANAGER)
    found(story, URGENT)
    assert told(story) == [one.display_name]

    with story.turn(Role.SERVICE_MANAGER) as hand:
        assert not urgent.seen(hand)
    with story.turn(Role.SUPERVISOR) as hand:
        assert urgent.seen(hand)
    with story.turn(Role.SUPERVISOR) as hand:
        assert not urgent.seen(hand)

    signed = Notice.objects.get(case=story.case, kind=Notice.Kind.URGENT)
    assert signed.seen_at is not None
    assert story.facts().count("case.urgent_seen") == 1
    assert story.fact("case.urgent_seen").actor_name == one.display_name != other.display_name


def test_lowered_and_urgent_again_before_he_signed_he_reads_it_once(story: Story) -> None:
    supervisor = story.who(Role.SUPERVISOR)
    for severity in (URGENT, RAISED, URGENT):
        found(story, severity)
    assert told(story) == [supervisor.display_name]
    assert story.facts().count("case.urgent_told") == 2
