"""What pays beside the stopped card: all five asked once, receipts for what was switched off, holds listed."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cases.actions import companions
from cases.actions.companions import Companion, Hold
from cases.errors import CaseError
from cases.models import StopCompanion
from record import clock
from tests.cases.stories import Story

pytestmark = pytest.mark.django_db
OTHERS = ("password_free", "supplementary", "device")


@pytest.fixture
def story() -> Story:
    return Story()


def said(receipt: str = "QP-1") -> list[Companion]:
    at = clock.now() - timedelta(minutes=3)
    first = [Companion("quick_pay", "off", receipt, at), Companion("app", "refused")]
    return [*first, *(Companion(kind, "none") for kind in OTHERS)]


def test_each_says_what_became_of_it_and_when(story: Story) -> None:
    hold = Hold(Decimal("500.00"), "锦江酒店", clock.now() + timedelta(days=20))
    with story.turn() as hand:
        companions.stop_companions(hand, companions=said(), holds=[hold])
    rows = {row.kind: row for row in story.case.companions.all()}
    assert {kind: row.outcome for kind, row in rows.items()} == {
        "quick_pay": "off",
        "app": "refused",
        **dict.fromkeys(OTHERS, "none"),
    }
    assert rows["quick_pay"].receipt == "QP-1"
    assert story.fact("companion.off").happened_at == rows["quick_pay"].done_at
    assert story.case.evidence.get(kind="manual_receipt").reference == "QP-1"
    held = story.case.preauthorisations.get()
    assert (held.amount, held.currency, held.merchant) == (Decimal("500.00"), "CNY", "锦江酒店")


def test_what_was_switched_off_has_a_receipt(story: Story) -> None:
    with pytest.raises(CaseError) as refused, story.turn() as hand:
        companions.stop_companions(hand, companions=said(receipt=""))
    assert refused.value.field == "receipt:quick_pay"
    assert not StopCompanion.objects.exists()


def test_none_is_left_out_and_none_said_twice(story: Story) -> None:
    for rows in (said()[1:], [*said(), said()[0]]):
        with pytest.raises(CaseError), story.turn() as hand:
            companions.stop_companions(hand, companions=rows)


def test_it_is_asked_once(story: Story) -> None:
    with story.turn() as hand:
        companions.stop_companions(hand, companions=said())
    with pytest.raises(CaseError), story.turn() as hand:
        companions.stop_companions(hand, companions=said())


def test_a_hold_of_nothing_is_no_hold(story: Story) -> None:
    with pytest.raises(CaseError), story.turn() as hand:
        companions.stop_companions(hand, companions=said(), holds=[Hold(Decimal(0), "锦江酒店", clock.now())])
