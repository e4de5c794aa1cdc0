"""首问, 主办, 协办, 督办; agents and heirs; interests."""

import pytest

from accounts.roles import Role
from cases.actions import people
from cases.errors import CaseError
from tests.cases.stories import Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return Story()


def parts(story: Story) -> set[tuple[str, str]]:
    return {(row.part, row.user.staff_number) for row in story.case.people.filter(until=None).select_related("user")}


def test_a_handler_follows_a_handler_and_the_first_contact_stays(story: Story) -> None:
    first, second = story.who(Role.AGENT), story.who(Role.CONSUMER_PROTECTION)
    with story.turn() as hand:
        people.take_part(hand, user=second, part="lead")
        people.take_part(hand, user=second, part="lead")
        people.take_part(hand, user=story.who(Role.SUPERVISOR), part="oversee")
        people.take_part(hand, user=story.who(Role.FRAUD), part="assist")
        people.take_part(hand, user=story.who(Role.DISPUTE), part="assist")
    assert people.lead_now(story.case) == second
    assert ("first", first.staff_number) in parts(story)
    assert len(parts(story)) == 5
    assert story.facts()[2:] == ["people.handed_over", *["people.joined"] * 3]


def test_nobody_becomes_the_first_contact_afterwards(story: Story) -> None:
    with pytest.raises(CaseError), story.turn() as hand:
        people.take_part(hand, user=story.who(Role.SUPERVISOR), part="first")
    with pytest.raises(CaseError), story.turn() as hand:
        people.take_part(hand, user=story.who(Role.SUPERVISOR), part="boss")


def test_an_interest_is_declared_once_with_a_sealed_reason(story: Story) -> None:
    person = story.who(Role.LIABILITY)
    with story.turn(Role.LIABILITY) as hand:
        declared = people.declare_interest(hand, person=person, why="客户是我表弟。")
        with pytest.raises(CaseError):
            people.declare_interest(hand, person=person, why="再说一次。")
    assert declared.reveal("why", purpose="test") == "客户是我表弟。"
    assert "表弟" not in story.fact("interest.declared").body
    assert people.has_interest(story.case, {person.pk, story.who(Role.AGENT).pk})
    assert not people.has_interest(story.case, {story.who(Role.AGENT).pk})
    assert not people.has_interest(story.case, set())


def test_an_interest_has_a_reason(story: Story) -> None:
    with pytest.raises(CaseError) as refused, story.turn() as hand:
        people.declare_interest(hand, person=story.who(Role.AGENT), why=" ")
    assert refused.value.field == "why"


def test_an_heir_speaks_for_the_customer(story: Story) -> None:
    with story.turn() as hand:
        heir = people.represent(hand, kind="heir", name="王小花", phone="139 0013 9000")
        for wrong in ({"kind": "friend", "name": "x"}, {"kind": "agent", "name": ""}):
            with pytest.raises(CaseError):
                people.represent(hand, **wrong)
    assert heir.name_masked == "王**"
    assert heir.reveal("phone", purpose="test") == "13900139000"
    assert "王小花" not in story.fact("people.represented").body
