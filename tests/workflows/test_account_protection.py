"""账务与征信保护 in the flow: begun in the call, in nobody's way, whole before completion, also when it comes late."""

import pytest

from cases.models import Card
from record import clock
from record.models import Order
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.roads import by_hand, does, silent, sound, to_the_end, until, whole
from workflows import verbs

pytestmark = pytest.mark.django_db

PROTECTING = {"stop_collection", "mark_credit_record"}
ENDING = {"end_collection", "end_credit_mark"}


def standing(journey: Journey) -> set[str]:
    return set(journey.case.measures.standing().values_list("kind", flat=True))


def ends(journey: Journey) -> set[str]:
    return set(journey.case.measures.values_list("end", flat=True))


def main_road(journey: Journey, place: str) -> Journey:
    """On to this step, leaving open what protects the account; the bank answers everything."""
    for _ in range(roads.FURTHEST):
        for step in sorted(journey.beside - PROTECTING - ENDING - {"hold_by_hand"}):
            does(journey, step)
        if place in journey.waiting:
            journey.again()
            return journey
        if journey.waiting:
            does(journey, min(journey.waiting))
        journey.bank_answers()
    raise AssertionError(f"{place} is never reached; open: {journey.steps | journey.all_ordered}")


def test_the_account_of_a_credit_card_is_protected_from_the_call_on(staff):
    journey = Journey.begin(staff)

    does(journey, "stop_loss")

    assert journey.all_ordered == {"order_stop", "order_hold"}
    assert journey.beside >= PROTECTING
    assert {task.created for task in journey.open_tasks()} == {clock.now()}
    sound(journey)


def test_a_debit_card_has_nothing_to_protect_and_its_debits_are_looked_at_in_the_end(staff):
    journey = Journey.begin(staff, kind=Card.Kind.DEBIT)
    does(journey, "stop_loss")
    assert (journey.all_ordered, journey.beside & PROTECTING) == ({"order_stop"}, set())

    until(journey, "repair_debits")
    does(journey, "repair_debits", found="failed", receipt="XF-1", note="房贷当期已补扣")

    whole(to_the_end(journey))
    assert not journey.case.measures.exists()
    assert journey.told_kinds().count("protection.debits_repaired") == 1


def test_the_decision_waits_for_none_of_it_and_completion_for_all(staff):
    journey = Journey.begin(staff)
    main_road(journey, "tell")
    assert journey.beside == PROTECTING

    does(journey, "tell")
    while left := sorted(journey.steps - PROTECTING) or journey.all_ordered:
        if journey.steps - PROTECTING:
            does(journey, left[0])
        journey.bank_answers()
    assert (journey.steps, journey.gathering) == (PROTECTING, {"whole"})

    for step in (*sorted(PROTECTING), *sorted(ENDING)):
        assert journey.gathering == {"whole"}
        does(journey, step)
    assert journey.waiting == {"close"}
    assert standing(journey) == set()
    whole(to_the_end(journey))


def test_a_stop_recorded_after_the_telling_asks_for_its_end_at_once(staff):
    journey = until(Journey.begin(staff), "trace")  # protected in time
    assert standing(journey) >= {"hold", "interest", "collection", "credit_mark"}
    late = main_road(Journey.begin(staff), "tell")
    does(late, "tell")
    assert ENDING.isdisjoint(late.beside), "nothing stands yet that could be ended"

    does(late, "stop_collection", running="outside", outside="WW-1")

    assert "end_collection" in late.beside
    does(late, "end_collection", outside="WW-2")
    whole(to_the_end(late))


@pytest.mark.parametrize("ground", ["bank", "holder"])
def test_every_measure_has_its_end_as_it_was_decided(staff, ground):
    journey = until(Journey.begin(staff), "decide")
    does(journey, "decide", **(journey.holder_bears_all() if ground == "holder" else {}))
    if ground == "holder":
        until(journey, "propose")
        does(journey, "propose", reasons="本人交易")

    whole(to_the_end(journey))

    assert ends(journey) == {"permanent" if ground == "bank" else "lifted"}
    assert [card["hold"] for card in journey.ledger.cards() if card["token"] == journey.case.card.token] == [False]


def test_without_any_bank_system_it_is_done_by_hand(staff):
    journey = Journey.begin(staff)
    with by_hand():
        does(journey, "stop_loss")
        assert "hold_by_hand" in journey.beside
        does(journey, "hold_by_hand", others=["instalment"])
        assert standing(journey) == {"hold", "interest", "instalment"}
        whole(to_the_end(journey))
    assert journey.case.measures.filter(by_hand=True, kind="hold").exists()
    assert standing(journey) == set()


def test_when_the_core_is_silent_a_person_holds_it_and_its_late_answer_harms_nothing(staff, time):
    journey = Journey.begin(staff)
    does(journey, "stop_loss")
    with silent():
        verbs.deliver_orders()
        roads.limit_passes(journey, "order_hold", time)
    does(journey, "hold_by_hand")
    assert "order_hold" not in journey.all_ordered

    assert roads.bank_says(journey, "hold_account") is False

    assert journey.told_kinds()[-1] == "order.repeated"
    whole(to_the_end(journey))


def test_a_hold_the_core_books_after_the_restoration_is_an_alarm(staff, time):
    journey = Journey.begin(staff)
    does(journey, "stop_loss")
    with silent():
        verbs.deliver_orders()
        roads.limit_passes(journey, "order_hold", time)
    does(journey, "hold_by_hand")
    late = roads.latest_order(journey, "hold_account")
    Order.objects.filter(pk=late.pk).update(next_attempt_at=clock.now().replace(year=2030))
    until(journey, "close")

    roads.bank_says(journey, "hold_account")

    assert journey.told_kinds()[-1] == "order.late_confirmation"


def test_a_hold_that_comes_when_the_account_is_restored_comes_off_again(staff, time):
    journey = Journey.begin(staff)
    does(journey, "stop_loss")
    with silent():
        verbs.deliver_orders()
        roads.limit_passes(journey, "order_hold", time)
    late = roads.latest_order(journey, "hold_account")
    Order.objects.filter(pk=late.pk).update(next_attempt_at=clock.now().replace(year=2030))
    for step in sorted(PROTECTING | {"check_real_card", "first_contact"}):
        does(journey, step)
    main_road(journey, "tell")
    does(journey, "tell")
    while journey.waiting | (journey.all_ordered - {"order_hold"}) or journey.beside - {"hold_by_hand"}:
        for step in sorted((journey.waiting | journey.beside) - {"hold_by_hand"})[:1]:
            does(journey, step)
        journey.bank_answers()
    assert journey.gathering == {"whole"}
    time.advance(minutes=5)

    does(journey, "hold_by_hand")

    assert journey.ordered == {"order_restore"}
    whole(to_the_end(journey))
    assert standing(journey) == set()


def test_a_complaint_taken_back_gives_the_account_back(staff):
    journey = until(Journey.begin(staff), "trace")

    verbs.withdraw(journey.case, user=staff.agent, reason="家人所用", means="REC-77")

    assert (journey.beside, journey.ordered) == (ENDING | {"judge_risk"}, {"order_restore"})
    whole(to_the_end(journey))
    assert ends(journey) == {"lifted"}
    assert not any(card["hold"] for card in journey.ledger.cards())


def test_taken_back_before_anything_was_held_there_is_nothing_to_give_back(staff):
    journey = Journey.begin(staff)
    does(journey, "stop_loss")

    verbs.withdraw(journey.case, user=staff.agent, reason="家人所用", means="REC-77")

    assert (journey.steps, journey.all_ordered) == ({"judge_risk"}, set())
    assert {order.state for order in journey.orders()} == {Order.State.VOID}
