"""What the customer names as not his: kept as he says it, told whenever it changes, until the trace is done."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.roles import Role
from cases import named
from cases.actions import naming, transactions
from cases.actions.naming import Noted
from cases.errors import CaseError
from cases.models import Case, DisputedTransaction
from record import clock, journal
from tests.cases.stories import ROW, Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return Story()


def he_names(story: Story, *rows: DisputedTransaction, **more: Any) -> named.Named:
    with story.turn(Role.AGENT) as hand:
        return naming.name(hand, names=[one.uuid for one in rows], **more)


def on_file(story: Story) -> dict[str, bool]:
    return {one.bank_id: one.is_named for one in story.case.transactions.all()}


def turned(story: Story, **values: Any) -> None:
    for name, value in values.items():
        setattr(story.case, name, value)
    story.case.save()


def cash(**changes: Any) -> Noted:
    said = {"booked_at": clock.now().replace(second=0, microsecond=0) - timedelta(hours=2), "channel": "atm"}
    return Noted(**{"amount": Decimal("500.00"), **said, **changes})


def test_what_he_names_is_marked_and_told_with_its_sum_and_who_took_it_down(story: Story) -> None:
    one, two, _three = story.listed("100.00", "40.00", "7.00")

    now = he_names(story, one, two)

    assert now == (2, Decimal("140.00"), 0)
    assert on_file(story) == {"T1": True, "T2": True, "T3": False}
    told = story.fact("transaction.named")
    assert told.data["transactions"] == ["T1", "T2"]
    assert told.data["total"] == {"amount": "140.00", "currency": "CNY"}
    assert story.case.transactions.get(pk=one.pk).named_by == story.who(Role.AGENT)
    assert one.history.latest().named_by_id == story.who(Role.AGENT).pk
    assert journal.verify(story.case.stream) is None


def test_it_is_no_finding(story: Story) -> None:
    (one,) = story.listed("100.00")
    he_names(story, one)
    assert story.again().disputed_total is None
    assert not story.case.transactions.disputed().exists()
    assert story.case.evidence_items.count() == 0


def test_what_he_takes_back_is_told_and_stays_in_the_history(story: Story) -> None:
    one, two = story.listed("100.00", "40.00")
    he_names(story, one, two)

    now = he_names(story, takes_back=[one.uuid])

    assert now == (1, Decimal("40.00"), 0)
    assert story.fact("transaction.not_named").data["transactions"] == ["T1"]
    assert [row.named_at is None for row in one.history.order_by("history_id")] == [True, False, True]


def test_the_same_twice_is_told_once(story: Story) -> None:
    (one,) = story.listed("100.00")
    said = cash()
    he_names(story, one, noted=[said])
    he_names(story, one, noted=[said])
    assert on_file(story) == {"H-1": True, "T1": True}
    assert story.facts().count("transaction.named") == 1


def test_two_at_once_lose_nothing(story: Story) -> None:
    one, two = story.listed("100.00", "40.00")
    he_names(story, one)
    with story.turn(Role.SUPERVISOR) as hand:  # whose page was opened before that
        naming.name(hand, names=[two.uuid])
    assert on_file(story) == {"T1": True, "T2": True}


def test_two_payments_alike_on_one_form_are_two(story: Story) -> None:
    said = cash()
    assert he_names(story, noted=[said, said]) == (2, Decimal("1000.00"), 0)
    noted = story.case.transactions.all()
    assert [one.noted_by for one in noted] == [story.who(Role.AGENT)] * 2
    assert story.facts().count("transaction.added") == 2


def test_one_in_another_currency_is_named_and_counted_beside_the_sum(story: Story) -> None:
    (one,) = story.listed("100.00")
    with story.system() as hand:
        row = {"id": "T9", "booked_at": "2026-11-20T03:00:00Z", **ROW, "amount": "80.00", "billed_amount": "80.00"}
        (abroad,) = transactions.transactions_listed(hand, rows=[row | {"billed_currency": "USD"}])
    assert he_names(story, one, abroad) == (2, Decimal("100.00"), 1)
    sums = [(one["amount"], one["currency"]) for one in story.fact("transaction.named").data["sums"]]
    assert sums == [("80.00", "USD"), ("100.00", "CNY")]


def test_what_he_names_outlives_the_trace_that_found_otherwise(story: Story) -> None:
    one, two = story.listed("100.00", "40.00")
    he_names(story, one)
    with story.turn(Role.FRAUD) as hand:
        transactions.mark_disputed(hand, choices={two.uuid: "online"})
    assert on_file(story) == {"T1": True, "T2": False}


@pytest.mark.parametrize(
    "so",
    [
        lambda story: story.traced("1.00"),
        lambda story: turned(story, state=Case.State.TOLD, told_at=clock.now()),
        lambda story: turned(story, withdrawn_at=clock.now()),
        lambda story: turned(story, kind=Case.Kind.GENERAL),
    ],
    ids=["traced", "told", "withdrawn", "no card fraud"],
)
def test_it_is_too_late_or_the_wrong_complaint(story: Story, so: Any) -> None:
    (one,) = story.listed("100.00")
    so(story)
    before = story.facts()
    with pytest.raises(CaseError):
        he_names(story, one)
    assert story.facts() == before
    assert not story.case.transactions.get(pk=one.pk).is_named


def test_a_transaction_of_another_case_is_refused(story: Story) -> None:
    (strange,) = Story(bank=story.bank).listed("100.00")
    for said in ({"names": [strange.uuid]}, {"takes_back": [strange.uuid]}):
        with pytest.raises(CaseError), story.turn(Role.AGENT) as hand:
            naming.name(hand, **said)


def test_the_system_names_nothing(story: Story) -> None:
    (one,) = story.listed("100.00")
    with pytest.raises(CaseError), story.system() as hand:
        naming.name(hand, names=[one.uuid])


@pytest.mark.parametrize("wrong", [{"amount": Decimal(0)}, {"channel": "sea"}, {"booked_at": None}])
def test_what_cannot_be_is_not_noted(story: Story, wrong: dict[str, Any]) -> None:
    said = wrong if wrong.get("booked_at", True) else {"booked_at": clock.now() + timedelta(hours=1)}
    with pytest.raises(CaseError):
        he_names(story, noted=[cash(**said)])
    assert on_file(story) == {}
