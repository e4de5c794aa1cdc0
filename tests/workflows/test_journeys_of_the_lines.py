"""Transactions of one case that end differently, and money that comes back twice."""

from decimal import Decimal

import pytest

from cases.errors import CaseError
from cases.models import DisputedTransaction
from tests.journey import Journey
from tests.workflows import roads
from tests.workflows.beside import does as does_beside, opens, runs
from tests.workflows.roads import does, to_the_end, until, whole
from workflows import verbs
from workflows.flows import ChargebackFlow, InquiryFlow

pytestmark = pytest.mark.django_db


def decision(row: DisputedTransaction, ground: str, *, bank: Decimal, merchant: Decimal = Decimal(0)) -> dict[str, str]:
    key, holder = row.uuid.hex, row.amount - bank - merchant
    return {
        f"ground_{key}": ground,
        f"reason_{key}": "见逐笔核实情况",
        f"bank_{key}": f"{bank:.2f}",
        f"holder_{key}": f"{holder:.2f}",
        f"merchant_{key}": f"{merchant:.2f}",
    }


def four(staff) -> tuple[Journey, list[DisputedTransaction]]:
    """A credit card, four disputed transactions traced; the first runs in twelve instalments, the third in three."""
    journey = until(Journey.begin(staff), "trace")
    rows = list(journey.case.transactions.order_by("-booked_at", "-id")[:4])
    types = ("counterfeit", "counterfeit", "own", "merchant")
    plans = {"plan_1_of": rows[0].uuid.hex, "plan_1_count": "12", "plan_1_fee": "60.00"}
    plans |= {"plan_2_of": rows[2].uuid.hex, "plan_2_count": "3"}
    said = {f"type_{row.uuid.hex}": kind for row, kind in zip(rows, types, strict=True)}
    does(journey, "trace", **{**said, **plans})
    return until(journey, "decide"), rows


def test_four_transactions_end_in_four_ways_and_each_gets_its_own(staff):
    journey, rows = four(staff)
    one, two, three, four_ = rows
    does(
        journey,
        "decide",
        **decision(one, "L1", bank=one.amount),
        **decision(two, "L2", bank=(two.amount / 2).quantize(Decimal("0.01"))),
        **decision(three, "L8", bank=Decimal(0)),
        **decision(four_, "L11", bank=Decimal(0), merchant=four_.amount),
    )
    lines = {"interest": "12.30", "penalty": "20.00", "instalment": "60.00", "points": "300"}
    does(journey, "propose", **{f"{kind}_{one.uuid.hex}": amount for kind, amount in lines.items()})

    until(journey, "close")

    paid = {row.pk: Decimal(0) for row in rows}
    for entry in journey.case.money.filter(state="booked"):
        paid[entry.transaction_id] += entry.amount
    half = (two.amount / 2).quantize(Decimal("0.01"))
    assert paid == {one.pk: one.amount + Decimal("92.30"), two.pk: half, three.pk: 0, four_.pk: 0}
    assert [one_.state for one_ in journey.case.points.all()] == ["restored"]
    plans = {row.pk: row.instalments_undone_at for row in journey.case.transactions.plans()}
    assert plans[one.pk], "the fraud's plan is undone"
    assert plans[three.pk] is None, "the plan over his own purchase stays"
    whole(to_the_end(journey))


def test_by_hand_the_maker_ticks_instalments_and_points_before_the_account_is_restored(staff):
    with roads.by_hand():
        journey = until(Journey.begin(staff), "trace")
        does(journey, "trace", plan_1_of="hand_1", plan_1_count="6", plan_1_fee="9.00")
        does(until(journey, "propose"), "propose", **journey.principal(instalment="9.00", points="38"))
        until(journey, "restore_by_hand")
        with pytest.raises(verbs.stepwork.AnswersRefused):
            does(journey, "restore_by_hand")
        does(journey, "restore_by_hand", instalments_undone="on", points_restored="on")
        assert journey.case.points.get().receipt == "R-HAND-1"
        assert journey.case.transactions.plans().get().instalments_receipt == "R-HAND-1"
        whole(to_the_end(journey))


def test_refunded_twice_after_we_paid_no_more_comes_back_than_was_lost(staff):
    """We paid, the merchant refunds a part, and the chargeback wins: together never above the loss."""
    journey = until(Journey.begin(staff), "close")
    lost = journey.case.transactions.get(is_disputed=True)
    assert roads.booked(journey) == [str(lost.amount)]
    part = (lost.amount - 10).quantize(Decimal("0.01"))
    letter = opens(journey, InquiryFlow, transaction=str(lost.uuid))
    runs(journey, letter, "send_inquiry")
    share = {"result": "answered", "number": "HH-1", "answer": "商户同意退款", "share": str(part)}
    does_beside(journey, letter, "chase_first", **share)
    does_beside(journey, letter, "enter_recovery", recovered=str(part), receipt="ZF-1")
    does_beside(journey, letter, "check_recovery", recovered=str(part), receipt="ZF-1")

    process = opens(journey, ChargebackFlow, transaction=str(lost.uuid))
    runs(journey, process, "ask_slip", "slip_answer", "charge_back", "scheme_answer")
    with pytest.raises(CaseError, match=r"10\.00"):
        does_beside(journey, process, "enter_recovery", recovered="10.01", receipt="ZF-2")
    does_beside(journey, process, "enter_recovery", recovered="10.00", receipt="ZF-2")
    does_beside(journey, process, "check_recovery", recovered="10.00", receipt="ZF-2")

    back = sum(journey.case.money.recoveries().values_list("amount", flat=True))
    assert back == lost.amount
    assert roads.booked(journey).count(str(lost.amount)) == 1, "the customer keeps what he was paid, once"
