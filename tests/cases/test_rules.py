"""Questions about a case that steer its way, and how they change as it goes on."""

from types import SimpleNamespace

import pytest

from accounts.roles import Role
from cases import rules
from cases.actions import closing, control
from cases.models import Card
from tests.cases.stories import Story

QUESTIONS = (
    rules.is_card_fraud, rules.has_card, rules.wants_stop, rules.is_credit_card, rules.disputes_anything,
    rules.needs_new_card, rules.is_card_stopped, rules.pays_anything, rules.is_told, rules.is_withdrawn,
)  # fmt: skip


def yes(story: Story) -> set[str]:
    """Names of the rules that say yes of the case as it stands."""
    case = story.again()
    return {rule.__name__ for rule in QUESTIONS if rule(case)}


@pytest.mark.django_db
def test_the_rules_follow_the_case() -> None:
    story, always = Story(), {"is_card_fraud", "has_card", "wants_stop"}
    assert yes(story) == always
    story.stopped()
    assert yes(story) == always | {"is_card_stopped"}
    story.told("100.00")
    disputed = always | {"is_card_stopped", "disputes_anything", "needs_new_card", "is_told"}
    assert yes(story) == disputed | {"pays_anything"}


@pytest.mark.django_db
def test_paid_is_nothing_to_pay() -> None:
    story = Story(card_kind=Card.Kind.CREDIT)
    story.paid("100.00")
    assert "pays_anything" not in yes(story)
    assert "is_credit_card" in yes(story)


@pytest.mark.django_db
def test_declined_and_withdrawn() -> None:
    story = Story()
    with story.turn(Role.AGENT) as hand:
        control.decline_stop(hand, reason="不挂失。", warned=True)
        closing.withdraw(hand, reason="误会。", means="REC-1")
    assert yes(story) == {"is_card_fraud", "has_card", "is_withdrawn"}


def test_without_a_card_nothing_is_stopped() -> None:
    case = SimpleNamespace(card=None, card_id=None, stop_declined_at=None, kind="general")
    assert not any(rule(case) for rule in (rules.has_card, rules.wants_stop, rules.is_credit_card, rules.is_card_fraud))
