"""Stopping the card, and how the stop ends."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.roles import Role
from cases.actions import control
from cases.errors import CaseError
from cases.models import Card, CardControl
from record import clock
from record.models import Order
from tests.cases.stories import Story, task

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return Story()


def test_the_card_system_is_told_the_token_and_nothing_else(story: Story) -> None:
    step = task()
    with story.turn() as hand:
        control.order_loss_report(hand, task=step)
    order = Order.objects.get(subject=story.case.uuid)
    assert (order.system, order.operation, order.task) == ("card", "stop_card", step)
    assert order.payload == {"token": story.case.card.token}
    assert story.facts()[-1] == "order.placed"


def test_one_task_gives_one_order_however_often_it_is_activated(story: Story) -> None:
    step = task()
    with story.turn() as hand:
        control.order_loss_report(hand, task=step)
    with pytest.raises(IntegrityError), story.turn() as hand:
        control.order_loss_report(hand, task=step)


def test_the_stop_begins_when_the_card_system_says_it_does(story: Story) -> None:
    at = clock.now() - timedelta(minutes=1)
    with story.system() as hand:
        stopped = control.loss_reported(hand, receipt="K1", effective_at=at)
    assert (stopped.effective_at, stopped.by_hand, stopped.kind) == (at, False, "oral_loss")
    entry = story.fact("control.started")
    assert (entry.happened_at, entry.data["receipt"]) == (at, "K1")


def test_an_older_loss_report_is_taken_over_with_its_own_time(story: Story) -> None:
    at = story.case.received_at - timedelta(hours=9)
    with story.turn() as hand:
        control.loss_reported(hand, receipt="K-OLD", effective_at=at, by_hand=True)
    assert story.case.controls.get().effective_at == at


def test_a_second_answer_changes_nothing(story: Story) -> None:
    story.stopped()
    with story.system() as hand:
        control.loss_reported(hand, receipt="K2", effective_at=clock.now())
    assert story.case.controls.get().receipt == "K1"
    assert story.facts()[-1] == "control.repeated"


def test_the_card_systems_time_replaces_one_typed_by_hand_and_not_the_other_way(story: Story) -> None:
    typed, real = clock.now() - timedelta(minutes=1), clock.now() - timedelta(minutes=5)
    with story.turn() as hand:
        control.loss_reported(hand, receipt="PAPER", effective_at=typed, by_hand=True)
    with story.system() as hand:
        control.loss_reported(hand, receipt="K1", effective_at=real)
    with story.turn() as hand:
        control.loss_reported(hand, receipt="PAPER-2", effective_at=typed, by_hand=True)
    stopped = story.case.controls.get()
    assert (stopped.receipt, stopped.effective_at, stopped.by_hand) == ("K1", real, False)
    told = [kind for kind in story.facts() if kind.startswith("control.")]
    assert told == ["control.typed", "control.corrected", "control.repeated"]


def test_a_typed_stop_is_not_to_come_and_has_a_receipt(story: Story) -> None:
    for values, field in (
        ({"receipt": "K1", "effective_at": clock.now() + timedelta(hours=1)}, "effective_at"),
        ({"receipt": " ", "effective_at": clock.now()}, "receipt"),
    ):
        with pytest.raises(CaseError) as refused, story.turn() as hand:
            control.loss_reported(hand, by_hand=True, **values)
        assert refused.value.field == field
    assert not story.case.controls.exists()


def test_a_customer_who_declines_is_on_record_with_the_reason(story: Story) -> None:
    with story.turn() as hand:
        control.decline_stop(hand, reason="客户坚持不挂失，已提示扩大损失风险。", warned=True)
    assert story.again().stop_declined_at is not None
    told = story.fact("control.refused")
    assert told.data == {"warned": True}
    assert "扩大" not in told.body


def test_a_customer_who_was_not_warned_has_not_declined(story: Story) -> None:
    with pytest.raises(CaseError) as refused, story.turn() as hand:
        control.decline_stop(hand, reason="客户坚持不挂失。")
    assert refused.value.field == "warned"
    assert story.again().stop_declined_at is None


# the end --------------------------------------------------------------------------------------------------------------


def test_a_stopped_card_is_replaced_by_a_new_one_of_the_same_holder(story: Story) -> None:
    story.stopped()
    with story.turn() as hand:
        control.choose_card_end(hand, end="replaced", reason="")
        order = control.order_card_end(hand, task=task())
    assert order.operation == "replace_card"
    with story.system() as hand:
        control.card_ended(
            hand,
            receipt="K9",
            ended_at=hand.now,
            new_card={"token": "tok_new", "first6": "622126", "last4": "8888"},
        )
    old = Card.objects.get(pk=story.case.card_id)
    assert (old.replaced_by.token, old.replaced_by.customer) == ("tok_new", old.customer)
    ended = story.case.controls.get()
    assert (ended.end, ended.end_receipt) == (CardControl.End.REPLACED, "K9")


def test_a_false_alarm_is_released_with_its_reason(story: Story) -> None:
    story.stopped()
    story.traced("100.00", type_="own")
    with story.turn() as hand:
        with pytest.raises(CaseError) as refused:
            control.choose_card_end(hand, end="released", reason=" ")
        assert refused.value.field == "reason"
        control.choose_card_end(hand, end="released", reason="本人交易。")
        assert control.order_card_end(hand, task=task()).operation == "release_card"
        control.card_ended(hand, receipt="K9", ended_at=hand.now)
    assert story.facts()[-1] == "control.released"


@pytest.mark.parametrize("type_", ["counterfeit", "online", "lost_card"])
def test_a_compromised_card_is_never_just_released(story: Story, type_: str) -> None:
    story.stopped()
    story.traced("100.00", type_=type_)
    with pytest.raises(CaseError) as refused, story.turn() as hand:
        control.choose_card_end(hand, end="released", reason="客户要求。")
    assert refused.value.field == "end"


def test_what_was_not_chosen_is_not_ordered(story: Story) -> None:
    story.stopped()
    for act in (
        lambda hand: control.order_card_end(hand, task=task()),
        lambda hand: control.card_ended(hand, receipt="K9", ended_at=hand.now),
        lambda hand: control.choose_card_end(hand, end="cancelled", reason="x"),
    ):
        with pytest.raises(CaseError), story.turn() as hand:
            act(hand)


def test_a_card_that_is_not_stopped_has_no_end(story: Story) -> None:
    with pytest.raises(CaseError), story.turn() as hand:
        control.choose_card_end(hand, end="replaced", reason="")


def test_a_stop_does_not_end_before_it_began_and_ends_once(story: Story) -> None:
    story.stopped()
    with story.turn(Role.SUPERVISOR) as hand:
        control.choose_card_end(hand, end="replaced", reason="")
        with pytest.raises(CaseError):
            control.card_ended(hand, receipt="K9", ended_at=hand.now - timedelta(days=1))
        control.card_ended(hand, receipt="K9", ended_at=hand.now)
        control.card_ended(hand, receipt="K10", ended_at=hand.now)
    assert story.case.controls.get().end_receipt == "K9"
    assert story.facts()[-1] == "control.end_repeated"
