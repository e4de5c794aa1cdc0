"""What comes late: a card nobody could name, a stop that was refused; both are taken up on the case that is open."""

import pytest

from accounts.roles import Role
from cases.errors import CaseError
from cases.models import Card
from record import clock
from tests.journey import Journey, Staff
from tests.workflows import roads
from tests.workflows.doors import FOUND, leaving, refused, unnamed
from tests.workflows.roads import by_hand, does, limit_passes, to_the_end, until, whole
from workflows.verbs import late, stops
from workflows.verbs.stepwork import AnswersRefused

pytestmark = pytest.mark.django_db


def operations(journey: Journey) -> list[str]:
    return sorted(order.operation for order in journey.orders())


@pytest.mark.parametrize(
    ("kind", "protection"), [("debit", set()), ("credit", {"stop_collection", "mark_credit_record"})]
)
def test_a_card_that_is_found_is_stopped_listed_and_protected(staff: Staff, kind: str, protection: set[str]) -> None:
    journey = unnamed(staff)
    assert journey.orders() == []

    does(journey, "find_card", **FOUND, card_kind=kind)

    held = ["hold_account"] if kind == "credit" else []
    assert operations(journey) == sorted(["stop_card", "list_transactions", *held])
    assert protection <= journey.beside
    journey.bank_answers()
    assert journey.again().controls.get().ended_at is None
    assert journey.case.transactions.exists(), "the trace that is open finds the list"
    whole(to_the_end(journey))
    assert journey.case.controls.get().end == "replaced"


def test_a_card_found_after_the_trace_is_stopped_all_the_same(staff: Staff) -> None:
    journey = leaving(unnamed(staff), "find_card", "approve")

    does(journey, "find_card", **FOUND, card_kind="debit")

    assert journey.waiting == {"approve"}, "nothing is traced twice"
    whole(to_the_end(journey))
    assert journey.case.controls.get().end == "replaced"


def test_a_card_found_whose_holder_wants_no_stop_is_offered_it_again(staff: Staff) -> None:
    journey = unnamed(staff)

    does(journey, "find_card", **{**FOUND, "result": "refused"}, card_kind="debit", warned="on", reason="还要用卡")

    assert "stop_card" not in operations(journey)
    assert "offer_stop" in journey.beside
    does(journey, "offer_stop", result="refused", warned="on", reason="还是不要")
    whole(to_the_end(journey))
    assert not journey.case.controls.exists()


@pytest.mark.parametrize("wrong", [{"token": ""}, {"last_four": ""}, {"card_kind": ""}, {"first_six": "12"}])
def test_a_card_that_is_not_whole_is_refused_and_nothing_changes(staff: Staff, wrong: dict[str, str]) -> None:
    journey = unnamed(staff)

    with pytest.raises(AnswersRefused):
        does(journey, "find_card", **{**FOUND, "card_kind": "debit", **wrong})

    assert journey.again().card is None
    assert journey.orders() == []


def test_a_card_nobody_finds_holds_nothing_up(staff: Staff) -> None:
    journey = unnamed(staff)

    does(journey, "find_card", result="unknown", reason="短信已删除")

    assert "card.not_found" in journey.told_kinds()
    whole(to_the_end(journey))


def test_after_the_telling_a_card_is_not_taken_up_any_more(staff: Staff) -> None:
    journey = leaving(unnamed(staff), "find_card", "tell")
    journey.does("tell", staff.consumer_protection, **journey.telling())

    with pytest.raises(AnswersRefused):
        does(journey, "find_card", **FOUND, card_kind="debit")
    does(journey, "find_card", result="unknown", reason="短信已删除")

    whole(to_the_end(journey))


def test_a_card_given_up_is_taken_up_when_it_is_found_on_the_fifth_day(staff: Staff, time: clock.Hand) -> None:
    journey = unnamed(staff)
    does(journey, "find_card", result="unknown", reason="短信已删除")
    time.advance(days=5)

    late.offer_stop(journey.case, user=staff.agent)
    does(journey, "find_card", **FOUND, card_kind="credit")

    whole(to_the_end(journey))
    assert journey.case.controls.get().end == "replaced"


@pytest.mark.parametrize("stage", ["trace", "approve", "tell", "pay"])
def test_a_customer_who_changes_his_mind_has_his_card_stopped(staff: Staff, stage: str) -> None:
    journey = leaving(refused(staff), "offer_stop", stage)

    does(journey, "offer_stop", result="stop")

    assert journey.again().stop_declined_at is not None, "when he first refused stays on record"
    journey.bank_answers()
    assert journey.case.controls.get().ended_at is None
    whole(to_the_end(journey))
    assert journey.case.controls.get().end == "replaced"


@pytest.mark.parametrize("stage", ["trace", "decide", "pay"])
def test_he_may_change_it_after_he_was_asked_again(staff: Staff, stage: str) -> None:
    journey = refused(staff)
    does(journey, "offer_stop", result="refused", warned="on", reason="还要用卡")
    until(journey, stage)

    task = late.offer_stop(journey.case, user=staff.agent)
    assert late.offer_stop(journey.case, user=staff.supervisor) == task, "the step opens once"
    does(journey, "offer_stop", result="stop")

    whole(to_the_end(journey))
    assert operations(journey).count("stop_card") == 1
    assert journey.case.controls.get().end == "replaced"


def test_a_stop_that_stands_is_not_offered(staff: Staff) -> None:
    journey = until(Journey.begin(staff), "trace")

    assert not late.may_offer_stop(journey.again(), journey.steps)
    with pytest.raises(CaseError):
        late.offer_stop(journey.case, user=staff.agent)


def test_once_the_customers_side_is_whole_a_stop_is_a_case_of_its_own(staff: Staff) -> None:
    journey = until(refused(staff), "offer_stop")
    does(journey, "offer_stop", result="refused", warned="on", reason="还要用卡")
    until(journey, "close")

    with pytest.raises(CaseError) as caught:
        late.offer_stop(journey.case, user=staff.agent)

    assert "先止付" in str(caught.value.sentence)
    assert not late.may_offer_stop(journey.again(), journey.steps)
    assert journey.steps == {"close"}


def test_a_second_refusal_needs_the_warning_and_its_reason(staff: Staff) -> None:
    journey = refused(staff)

    with pytest.raises(AnswersRefused) as caught:
        does(journey, "offer_stop", result="refused", warned="", reason="")

    assert set(caught.value.form.errors) == {"warned", "reason"}


def test_without_an_interface_a_late_stop_and_list_are_done_by_hand(staff: Staff) -> None:
    journey = unnamed(staff)

    with by_hand():
        does(journey, "find_card", **FOUND, card_kind="debit")
        assert {"late_stop_by_hand", "list_late_by_hand"} <= journey.beside
        whole(to_the_end(journey))

    assert journey.case.controls.get().by_hand


def test_a_silent_late_stop_and_list_open_their_twins_and_a_late_answer_wins(staff: Staff, time: clock.Hand) -> None:
    journey = unnamed(staff)
    does(journey, "find_card", **FOUND, card_kind="debit")

    limit_passes(journey, "order_late_stop", time)
    assert {"late_stop_by_hand", "list_late_by_hand"} <= journey.beside
    roads.bank_says(journey, "stop_card")
    assert "late_stop_by_hand" not in journey.steps
    does(journey, "list_late_by_hand")

    whole(to_the_end(journey))


def test_whoever_offered_the_stop_does_not_do_it_by_hand(staff: Staff) -> None:
    node = roads.CardFraudFlow.instance.node("late_stop_by_hand")

    assert {step.name for step in node.apart} == {"find_card", "offer_stop"}
    assert node.role == Role.SUPERVISOR


def test_an_older_loss_report_answers_the_offer(staff: Staff) -> None:
    journey = refused(staff)
    older = stops.take_over_control(
        journey.case, user=staff.agent, kind="oral_loss", source="app", receipt="APP-1", effective_at=clock.now()
    )
    stops.see_control(older, user=staff.supervisor)

    does(journey, "offer_stop", result="stop")

    whole(to_the_end(journey))
    assert journey.case.controls.count() == 1


def test_a_card_that_was_known_is_not_found_again(staff: Staff) -> None:
    journey = unnamed(staff)
    roads.card_becomes_known(journey, Card.Kind.DEBIT)

    with pytest.raises(CaseError):
        does(journey, "find_card", **FOUND, card_kind="debit")

    whole(to_the_end(journey))
