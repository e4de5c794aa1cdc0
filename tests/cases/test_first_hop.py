"""Who had the money first: told of transactions while the trace runs, in masked words, and corrected until told."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.roles import Role
from cases.actions import first_hop
from cases.errors import CaseError
from cases.models import DisputedTransaction
from record import clock
from tests.cases.around import change, refused
from tests.cases.stories import Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    story = Story()
    story.listed("100.00", "250.00")
    return story


def find(story: Story, *, who: list[DisputedTransaction] | None = None, **changes: Any) -> list[DisputedTransaction]:
    rows = list(story.case.transactions.all()) if who is None else who
    said = {"went_to": "payee_bank", "name": "临江银行", "account": "6217****6630", "found_at": clock.now(), **changes}
    with story.turn(Role.FRAUD) as hand:
        return first_hop.find(hand, transactions=[row.uuid for row in rows], **said)


def test_several_transactions_went_the_same_way_and_the_journal_says_where(story: Story) -> None:
    find(story)

    assert {row.first_hop for row in story.case.transactions.all()} == {"收款行 · 临江银行 · 6217****6630"}
    told = story.fact("transactions.first_hop")
    assert told.data["name"] == "临江银行"
    assert len(told.data["transactions"]) == 2


def test_what_was_found_later_takes_its_place_and_the_first_stays_in_the_history(story: Story) -> None:
    row = story.case.transactions.first()
    find(story, who=[row])
    find(story, who=[row], went_to="institution", name="云捷支付", account="")

    row.refresh_from_db()
    assert (row.went_to, row.went_to_name, row.went_to_account) == ("institution", "云捷支付", "")
    assert "临江银行" in row.history.values_list("went_to_name", flat=True)


def test_sent_twice_it_is_told_once(story: Story) -> None:
    row, other = story.case.transactions.order_by("id")
    at = clock.now()
    find(story, who=[row], found_at=at)
    written = row.history.count()

    assert find(story, who=[row], found_at=at) == []
    assert story.facts().count("transactions.first_hop") == 1
    assert row.history.count() == written

    (changed,) = find(story, found_at=at)
    assert changed == other


def test_cash_names_no_institution(story: Story) -> None:
    (row, *_) = find(story, went_to="cash", name="", account="")

    assert row.first_hop == "取现"
    assert story.fact("transactions.first_hop_cash")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"who": []}, "transactions"),
        ({"went_to": "moon"}, "went_to"),
        ({"name": " "}, "name"),
        ({"account": "6217000010012345"}, "account"),
        ({"account": "62170000100****"}, "account"),
        ({"found_at": clock.now() + timedelta(days=900)}, "found_at"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(story: Story, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(CaseError) as error:
        find(story, **changes)
    assert error.value.field == field
    assert not story.case.transactions.exclude(went_to="").exists()


def test_a_transaction_of_another_case_is_none_of_this_one(story: Story) -> None:
    other = Story(bank=story.bank)
    other.listed("9.00")

    with pytest.raises(CaseError) as error:
        find(story, who=list(other.case.transactions.all()))
    assert error.value.field == "transactions"


def test_after_the_telling_nothing_is_put_right_any_more(story: Story) -> None:
    story.case.told_at = clock.now()
    story.case.state = story.case.State.TOLD
    story.case.save()
    with pytest.raises(CaseError):
        find(story)


def test_nobody_writes_half_of_it_round_the_action(story: Story) -> None:
    row = story.case.transactions.first()
    with refused("transaction_went_to_said"):
        change(row, went_to="payee_bank", went_to_name="临江银行")
    with refused("transaction_went_to_said"):
        change(row, went_to="payee_bank", went_to_found_at=clock.now())
    with refused("transaction_went_to_said"):
        change(row, went_to_name="临江银行")
