"""A loss report made formal by order, and one that ended outside: told by the card system, mirrored, never released."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from accounts.roles import Role
from cases import gateways, rules
from cases.actions import formal_loss, loss_reports
from cases.errors import CaseError
from cases.gateways.memory import MemoryBank
from cases.models import CardControl, Deadline, Notice
from record import clock
from record.models import Order
from sandbox_bank.ledger import Bank
from tests.cases.stories import Story
from workflows.verbs.asides import ask_about_stops
from workflows.verbs.orders import deliver_orders
from workflows.verbs.sweeps import sweep_deadlines

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank() -> Iterator[Bank]:
    with Bank(clock=clock.now) as found, gateways.using(card=MemoryBank(found), core=None, sms=None):
        yield found


@pytest.fixture
def story(bank: Bank) -> Story:
    """A card stopped at the bank and here."""
    told = Story()
    bank.order("a-stop-of-ours", {"operation": "stop_card", "token": told.case.card.token})
    told.stopped()
    return told


def agrees(story: Story) -> None:
    with story.turn() as hand:
        formal_loss.agree(hand, proof="REC-5", agreed_at=hand.now)


def orders(story: Story) -> Order:
    with story.turn(Role.SUPERVISOR) as hand:
        return formal_loss.order(hand)


def control(story: Story) -> CardControl:
    return story.case.controls.order_by("-id").first()


@contextmanager
def later(**by: float) -> Iterator[None]:
    with clock.at(clock.now() + timedelta(**by)):
        yield


def lasts(story: Story) -> timedelta:
    stop = control(story)
    return stop.lapses_at - stop.effective_at


# by order -------------------------------------------------------------------------------------------------------------


def test_a_confirmed_order_makes_it_formal_with_the_card_systems_receipt_and_time(story: Story) -> None:
    agrees(story)
    orders(story)
    assert control(story).kind == "oral_loss", "an order is not an answer"

    deliver_orders()

    old, formal = story.case.controls.order_by("id")
    assert (old.end, formal.kind, formal.follows, formal.by_hand) == ("converted", "formal_loss", old, False)
    assert formal.receipt.startswith("K")
    assert old.ended_at == formal.effective_at
    assert not formal.waits_for_eyes, "nobody typed it"
    assert Deadline.objects.get(subject=old.uuid).outcome == "met"


def test_without_the_customers_consent_nothing_is_ordered(story: Story) -> None:
    with pytest.raises(CaseError):
        orders(story)

    assert not Order.objects.filter(operation="formal_loss").exists()


def test_the_watchdog_orders_it_before_the_lapse_where_the_customer_agreed_and_asks_people_where_not(
    story: Story, bank: Bank
) -> None:
    other = Story(bank=story.bank)
    other.stopped()
    agrees(story)

    with clock.at(clock.now() + lasts(story) * 0.9):
        sweep_deadlines()
        sweep_deadlines()
        deliver_orders()

    assert control(story).kind == "formal_loss"
    assert "formal_loss.by_itself" in story.facts()
    assert control(other).kind == "oral_loss"
    assert Notice.objects.filter(case=other.case, kind="reminder").exists()
    assert not Order.objects.filter(subject=other.case.uuid, operation="formal_loss").exists()


def test_the_watchdog_releases_nothing_however_late(story: Story) -> None:
    with clock.at(clock.now() + lasts(story) * 3):
        sweep_deadlines()

    assert rules.is_card_stopped(story.again())


def test_a_rejected_order_leaves_the_limit_running_and_the_typed_receipt_open(story: Story, bank: Bank) -> None:
    bank.switches.set({"operation": "formal_loss", "reject": "须本人到柜台办理"})
    agrees(story)
    orders(story)
    deliver_orders()

    assert story.facts()[-1] == "formal_loss.rejected"
    assert control(story).kind == "oral_loss"
    assert Deadline.objects.get(subject=control(story).uuid).ended_at is None
    with story.turn(Role.SUPERVISOR) as hand:
        typed = loss_reports.convert_control(hand, to="formal", receipt="F-1", happened_at=hand.now)
    assert typed.waits_for_eyes, "a second person looks at what was typed"


def test_done_by_hand_the_order_is_void_and_a_late_confirmation_changes_nothing(story: Story, bank: Bank) -> None:
    bank.switches.set({"operation": "formal_loss", "silent": {"times": 1, "when": "after"}})
    agrees(story)
    orders(story)
    deliver_orders()
    with story.turn(Role.SUPERVISOR) as hand:
        loss_reports.convert_control(hand, to="formal", receipt="F-1", happened_at=hand.now)

    with later(minutes=5):
        deliver_orders()

    assert story.case.controls.filter(kind="formal_loss").count() == 1
    assert Order.objects.get(operation="formal_loss").state == "void"


def test_it_is_ordered_once_a_report(story: Story) -> None:
    agrees(story)
    orders(story)
    with pytest.raises(CaseError):
        orders(story)


# ended outside --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("why", "end"), [("lapsed", "lapsed"), ("lifted", "released")])
def test_what_ended_at_the_bank_is_mirrored_with_an_alarm_to_the_people_on_the_case(
    story: Story, bank: Bank, why: str, end: str
) -> None:
    with later(days=1, minutes=5):
        bank.seed({"token": story.case.card.token, "stop": why})
        assert ask_about_stops() == 1
        deliver_orders()

    stop = control(story)
    assert (stop.end, stop.ended_at > stop.effective_at) == (end, True)
    assert "control.gone" in story.facts()
    assert not rules.is_card_stopped(story.again())
    told = Notice.objects.get(case=story.case, kind="unstopped")
    assert told.to == story.who(Role.AGENT)


def test_a_stop_in_force_is_asked_about_once_a_day_and_nothing_changes(story: Story) -> None:
    before = story.facts()
    with later(days=1, minutes=5):
        assert [ask_about_stops(), ask_about_stops()] == [1, 0]
        deliver_orders()
    with later(days=2, minutes=10):
        assert ask_about_stops() == 1

    assert control(story).ended_at is None
    assert story.facts() == before, "an answer that tells nothing new is no fact"


def test_made_formal_at_a_counter_it_is_formal_here_too(story: Story, bank: Bank) -> None:
    with later(days=1, minutes=5):
        bank.order("the-counter-did-it", {"operation": "formal_loss", "token": story.case.card.token})
        ask_about_stops()
        deliver_orders()

    assert control(story).kind == "formal_loss"
    assert story.facts()[-1] == "formal_loss.outside"


def test_an_end_of_ours_under_way_is_no_alarm(story: Story, bank: Bank) -> None:
    stop = control(story)
    stop.chosen_end = "released"
    stop.save(update_fields=["chosen_end"])
    with later(days=1, minutes=5):
        bank.order("our-own-release", {"operation": "release_card", "token": story.case.card.token})
        ask_about_stops()
        deliver_orders()

    assert control(story).ended_at is None, "the answer to our own order ends it"
    assert not Notice.objects.filter(kind="unstopped").exists()


def test_with_the_interface_off_nobody_is_asked() -> None:
    with gateways.using(card=None, core=None, sms=None):
        told = Story()
        told.stopped()
        with later(days=1, minutes=5):
            assert ask_about_stops() == 0
    assert not Order.objects.exists()
