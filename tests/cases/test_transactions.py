"""The card's transactions: listed, added by hand, disputed."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.roles import Role
from cases.actions import transactions
from cases.errors import CaseError
from record import clock
from tests.cases.stories import ROW, Story, task

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return Story()


def row(**changes: object) -> dict[str, object]:
    return {
        "id": "T1",
        "booked_at": "2026-11-20T03:00:00Z",
        "amount": "10.00",
        "billed_amount": "10.00",
        **ROW,
        **changes,
    }


def test_the_list_is_asked_for_by_token_and_half_a_year_back(story: Story) -> None:
    with story.turn(Role.FRAUD) as hand:
        order = transactions.order_transactions(hand, task=task())
    assert order.operation == "list_transactions"
    assert order.payload["token"] == story.case.card.token
    assert order.payload["since"] < (story.case.received_at - timedelta(days=179)).isoformat()


def test_a_foreign_payment_counts_as_it_was_billed(story: Story) -> None:
    with story.system() as hand:
        rows = [row(amount="1000.00", currency="THB", billed_amount="210.00", billed_currency="CNY")]
        (new,) = transactions.transactions_listed(hand, rows=rows)
    assert (new.amount, new.currency) == (Decimal("210.00"), "CNY")


def test_a_second_list_adds_only_what_is_new_and_leaves_refunds_out(story: Story) -> None:
    story.listed("100.00")
    with story.system() as hand:
        new = transactions.transactions_listed(
            hand, rows=[row(), row(id="T2"), row(id="T3", billed_amount="-5.00"), row(id="T4", billed_amount="0.00")]
        )
    assert [one.bank_id for one in new] == ["T2"]
    assert story.fact("transaction.listed").data == {"count": 4, "new": 1, "left_out": 2}
    assert story.case.transactions.get(bank_id="T1").amount == Decimal("100.00")


@pytest.mark.parametrize(
    "wrong",
    [{"channel": "fax"}, {"billed_amount": "x"}, {"booked_at": "yesterday"}, {"id": ""}, {"id": "x" * 65}],
)
def test_a_list_that_cannot_be_read_is_refused_whole(story: Story, wrong: dict[str, object]) -> None:
    with pytest.raises(CaseError), story.system() as hand:
        transactions.transactions_listed(hand, rows=[row(id="T7"), row(**wrong)])
    assert not story.case.transactions.exists()


def add(story: Story, **changes: object) -> object:
    values = {"booked_at": clock.now() - timedelta(hours=1), "amount": Decimal("88.00"), "channel": "pos", **changes}
    with story.turn(Role.FRAUD) as hand:
        return transactions.add_transaction(hand, **values)


def test_a_transaction_known_on_paper_only_is_added_with_a_number_of_ours(story: Story) -> None:
    add(story)
    add(story, bank_id="VOUCHER-7")
    add(story, merchant="小店")
    assert list(story.case.transactions.order_by("id").values_list("bank_id", flat=True)) == ["H-1", "VOUCHER-7", "H-2"]
    assert story.fact("transaction.added").data["amount"] == {"amount": "88.00", "currency": "CNY"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": Decimal("0")}, "amount"),
        ({"amount": Decimal("1.001")}, "amount"),
        ({"booked_at": clock.now() + timedelta(days=400)}, "booked_at"),
        ({"channel": "fax"}, "channel"),
        ({"bank_id": "H-1"}, "bank_id"),
        ({"merchant": "x" * 121}, "merchant"),
    ],
)
def test_a_typed_transaction_that_cannot_be_is_refused_at_its_field(
    story: Story, wrong: dict[str, object], field: str
) -> None:
    add(story)
    with pytest.raises(CaseError) as refused:
        add(story, **wrong)
    assert refused.value.field == field


def test_the_disputed_total_follows_the_marks(story: Story) -> None:
    one, two = story.listed("100.00", "50.00")
    with story.turn(Role.FRAUD) as hand:
        transactions.mark_disputed(hand, choices={one.uuid: "counterfeit", two.uuid: "own"})
    assert story.again().disputed_total == Decimal("150.00")
    with story.turn(Role.FRAUD) as hand:
        transactions.mark_disputed(hand, choices={two.uuid: ""})
    assert story.again().disputed_total == Decimal("100.00")
    data = story.fact("transaction.marked").data
    assert data["transactions"] == [{"transaction": "T1", "type": "counterfeit"}]
    assert data["total"] == {"amount": "100.00", "currency": "CNY"}


def test_the_first_disputed_transaction_says_where_the_business_was_done(story: Story) -> None:
    with story.turn(Role.FRAUD) as hand:
        listed = transactions.transactions_listed(hand, rows=[row(channel="atm")])
        transactions.mark_disputed(hand, choices={listed[0].uuid: "counterfeit"})
    story.case.refresh_from_db()
    assert story.case.channel_first.local_code == "A_FRONT_SELF"


def test_what_is_not_named_stays_and_nothing_disputed_is_a_total_of_nothing(story: Story) -> None:
    one, _two = story.traced("100.00", "50.00")
    with story.turn(Role.FRAUD) as hand:
        left = transactions.mark_disputed(hand, choices={one.uuid: ""})
        assert [other.bank_id for other in left] == ["T2"]
        transactions.mark_disputed(hand, choices={other.uuid: "" for other in left})
    assert story.again().disputed_total == Decimal("0.00")


def test_a_new_type_takes_the_decision_away(story: Story) -> None:
    (one,) = story.decided("100.00")
    with story.turn(Role.FRAUD) as hand:
        transactions.mark_disputed(hand, choices={one.uuid: "online"})
    one.refresh_from_db()
    assert (one.type, one.ground, one.bank_share) == ("online", "", None)


def test_marking_again_what_is_marked_changes_nothing(story: Story) -> None:
    (one,) = story.decided("100.00")
    with story.turn(Role.FRAUD) as hand:
        transactions.mark_disputed(hand, choices={one.uuid: "counterfeit"})
    one.refresh_from_db()
    assert one.is_decided


def test_a_transaction_of_another_case_or_type_or_currency_is_refused(story: Story) -> None:
    (one,) = story.listed("100.00")
    with story.system() as hand:
        foreign = row(id="T9", billed_currency="USD")
        (other,) = transactions.transactions_listed(hand, rows=[foreign])
    for choices in ({uuid4(): "own"}, {one.uuid: "magic"}, {other.uuid: "own"}):
        with pytest.raises(CaseError), story.turn(Role.FRAUD) as hand:
            transactions.mark_disputed(hand, choices=choices)
    assert not story.case.transactions.disputed().exists()


def test_once_proposed_or_told_the_marks_stand(story: Story) -> None:
    story.proposed("100.00")
    one = story.case.transactions.get()
    with pytest.raises(CaseError), story.turn(Role.FRAUD) as hand:
        transactions.mark_disputed(hand, choices={one.uuid: ""})


def test_after_telling_nothing_is_added(story: Story) -> None:
    story.told("100.00")
    with pytest.raises(CaseError):
        add(story)
