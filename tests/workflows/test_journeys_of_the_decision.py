"""What may become of a proposal, and the roads that lead past the money or past the card."""

from decimal import Decimal

import pytest

from cases.errors import CaseError
from cases.models import Card, Case, MoneyEntry, Proposal
from record import journal
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.roads import does, to_the_end, until, whole
from workflows import verbs

pytestmark = pytest.mark.django_db


def said(journey: Journey, kind: str) -> list[journal.Entry]:
    return list(journal.entries(journey.case.stream).filter(kind=kind))


def test_a_returned_proposal_comes_back_to_be_changed_and_is_then_approved(staff):
    journey = until(Journey.begin(staff), "approve")
    disputed = journey.case.disputed_total

    verbs.send_back(journey.task("approve").uuid, user=staff.outlet_head, reason="请补充利息")

    assert journey.waiting == {"propose"}
    again = journey.task("propose")
    assert again.returned_by == staff.outlet_head
    assert again.owner is None
    first = journey.case.proposals.get()
    assert first.state == Proposal.State.RETURNED
    assert first.reveal("answer_reason", purpose="test") == "请补充利息"
    assert {line.state for line in first.lines.all()} == {MoneyEntry.State.DROPPED}

    does(journey, "propose", **journey.principal(interest="12.30"))
    does(journey, "approve")

    assert [proposal.state for proposal in journey.case.proposals.order_by("number")] == ["returned", "approved"]
    whole(to_the_end(journey))
    assert journey.credited() == [disputed + Decimal("12.30")]


def test_a_refused_proposal_lets_the_liability_be_decided_again(staff):
    journey = until(Journey.begin(staff), "approve")
    disputed = journey.case.disputed_total

    verbs.refuse(journey.task("approve").uuid, user=staff.outlet_head, reason="密码由本人泄露")

    assert journey.waiting == {"decide"}
    assert journey.task("decide").returned_by == staff.outlet_head
    row = journey.case.transactions.get(is_disputed=True)
    half = (row.amount / 2).quantize(Decimal("0.01"))
    shares = {f"bank_{row.uuid.hex}": str(half), f"holder_{row.uuid.hex}": str(row.amount - half)}
    does(journey, "decide", **shares, **{f"ground_{row.uuid.hex}": "L2"})
    whole(to_the_end(journey))

    assert disputed == row.amount
    assert journey.credited() == [half]
    assert [proposal.state for proposal in journey.case.proposals.order_by("number")] == ["refused", "approved"]
    assert len(said(journey, "step.refused")) == 1


@pytest.mark.parametrize("answer", [verbs.send_back, verbs.refuse])
@pytest.mark.parametrize("reason", ["", "  \n "])
def test_who_returns_or_refuses_says_why(staff, answer, reason):
    journey = until(Journey.begin(staff), "approve")

    with pytest.raises(CaseError) as caught:
        answer(journey.task("approve").uuid, user=staff.outlet_head, reason=reason)

    assert caught.value.field == "reason"
    assert journey.task("approve").owner is None
    assert journey.case.proposals.get().state == Proposal.State.WAITING


def test_an_approval_has_no_other_end(staff):
    journey = until(Journey.begin(staff), "approve")
    task = journey.task("approve")
    verbs.claim(task.uuid, user=staff.outlet_head)

    with pytest.raises(CaseError):
        verbs.complete(task.uuid, user=staff.outlet_head, answers={"reason": "好"})
    with pytest.raises(CaseError):
        verbs.approve(until(Journey.begin(staff), "trace").task("trace").uuid, user=staff.fraud)

    assert journey.waiting == {"approve"}


def test_the_holder_bears_all_and_nothing_is_paid(staff):
    journey = until(Journey.begin(staff), "decide")

    journey.does("decide", staff.liability, **journey.holder_bears_all())
    does(journey, "propose")
    does(journey, "approve")
    does(journey, "draft_letter")
    does(journey, "tell")

    assert journey.ordered == {"order_restore"}, "a credit card's hold comes off however it was decided"
    whole(to_the_end(journey))
    assert journey.credited() == []
    assert journey.case.proposals.get().total == 0


def test_a_debit_card_has_nothing_to_restore(staff):
    journey = until(Journey.begin(staff, kind=Card.Kind.DEBIT), "order_credit")

    journey.bank_answers()

    assert journey.waiting == {"end_card"}
    whole(to_the_end(journey))
    assert [order.operation for order in journey.orders()] == [
        "stop_card",
        "list_transactions",
        "credit",
        "replace_card",
    ]


def test_a_false_alarm_ends_with_the_loss_report_lifted(staff):
    journey = until(Journey.begin(staff), "trace")

    does(journey, "trace", **journey.disputes(type="own"))
    does(journey, "decide", **journey.holder_bears_all("L8"))
    until(journey, "end_card")
    does(journey, "end_card", end="released", reason="本人交易，家属代刷")
    whole(to_the_end(journey))

    assert journey.case.controls.get().end == "released"
    assert journey.orders()[-1].operation == "release_card"


def test_the_customer_who_refuses_the_stop_keeps_his_card(staff):
    journey = Journey.begin(staff)

    does(journey, "stop_loss", decline="客户要求继续用卡", warned="on")

    assert journey.ordered == {"list_transactions"}
    assert journey.again().stop_declined_at is not None
    whole(to_the_end(journey))
    assert not journey.case.controls.exists()
    assert {"stop_card", "replace_card", "release_card"}.isdisjoint(order.operation for order in journey.orders())


def test_a_card_nobody_can_name_yet_is_traced_from_the_statement(staff):
    journey = roads.without_a_card(staff)

    does(journey, "stop_loss", decline="卡号未知，客户正在查找")

    assert journey.waiting == {"trace"}, "without a card nothing can be stopped or listed"
    does(journey, "trace")
    row = journey.case.transactions.get()
    assert (row.is_disputed, row.type, str(row.amount)) == (True, "online", "380.00")
    roads.card_becomes_known(journey, Card.Kind.DEBIT)
    whole(to_the_end(journey))
    assert journey.credited() == [Decimal("380.00")]


def test_a_card_nobody_ever_names_is_paid_back_by_hand(staff):
    journey = roads.without_a_card(staff)
    does(journey, "stop_loss", decline="卡号未知")

    until(journey, "pay_by_hand")

    assert journey.orders() == [], "an order names the card; without one there is none to give"
    whole(to_the_end(journey))
    assert roads.booked(journey) == ["380.00"]


def test_nothing_typed_and_nothing_listed_is_no_trace(staff):
    journey = until(Journey.begin(staff), "trace")

    with pytest.raises(verbs.stepwork.AnswersRefused) as caught:
        journey.does("trace", staff.fraud)

    assert caught.value.form.non_field_errors()
    assert journey.again().state == Case.State.OPEN
    assert journey.task("trace").owner == staff.fraud, "the step stays in his hands, nothing is saved"
    assert not journey.case.transactions.filter(is_disputed=True).exists()
