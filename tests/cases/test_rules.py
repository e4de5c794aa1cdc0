"""Questions about a case that steer its way, and how they change as it goes on."""

from types import SimpleNamespace

import pytest

from accounts.roles import Role
from cases import rules
from cases.actions import closing, control, money, protection
from cases.models import Card
from tests.cases.stories import Story

QUESTIONS = (
    rules.is_card_fraud, rules.has_card, rules.wants_stop, rules.is_credit_card, rules.disputes_anything,
    rules.needs_new_card, rules.is_card_stopped, rules.pays_anything, rules.is_told, rules.is_withdrawn,
    rules.is_over, rules.needs_restoring, rules.is_account_held, rules.is_held_again, rules.has_collection_to_tell,
    rules.has_mark_to_end, rules.may_have_failed_debits,
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
    disputed = always | {"is_card_stopped", "disputes_anything", "needs_new_card", "is_told", "is_over"}
    disputed |= {"may_have_failed_debits"}
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
    assert yes(story) == {"is_card_fraud", "has_card", "is_withdrawn", "is_over"}


@pytest.mark.django_db
def test_what_protects_a_credit_card_steers_the_way_from_its_beginning_to_its_end() -> None:
    story = Story(card_kind=Card.Kind.CREDIT)
    with story.system() as hand:
        protection.account_held(hand, receipt="Z1", began_at=hand.now, measures=["hold", "interest"])
    with story.turn(Role.COLLECTION) as hand:
        protection.stop_collection(hand, stopped_at=hand.now, notice="CS-1", running=False)
    with story.turn(Role.CREDIT_REPORTING) as hand:
        protection.mark_credit_record(hand, marked_at=hand.now, receipt="ZX-1", reported=False)
    steering = {"is_account_held", "is_held_again", "has_collection_to_tell", "has_mark_to_end", "needs_restoring"}
    assert yes(story) & steering == {"is_account_held", "needs_restoring"}

    with story.turn() as hand:
        closing.withdraw(hand, reason="误会。", means="REC-1")
    assert yes(story) & steering == steering - {"is_held_again"}

    with story.turn(Role.ACCOUNTS_MAKER) as hand:
        money.restored(hand, receipt="R-1", at=hand.now)
        protection.end_collection(hand, ended_at=hand.now, notice="CS-2")
        protection.end_credit_mark(hand, ended_at=hand.now, receipt="ZX-2")
    assert yes(story) & steering == set()

    with story.system() as hand:
        protection.account_held(hand, receipt="Z2", began_at=hand.now, measures=["hold", "interest"])
    assert yes(story) & steering == {"is_account_held", "is_held_again", "needs_restoring"}


def test_without_a_card_nothing_is_stopped() -> None:
    case = SimpleNamespace(card=None, card_id=None, stop_declined_at=None, kind="general")
    assert not any(rule(case) for rule in (rules.has_card, rules.wants_stop, rules.is_credit_card, rules.is_card_fraud))
