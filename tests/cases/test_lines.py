"""Every line of money is a transaction's: which it may have, that all sums agree, and the points beside them."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from accounts.roles import Role
from cases.actions import closing, instalments, liability, money, proposal, protection, recovery
from cases.actions.instalments import Plan
from cases.actions.proposal import Line
from cases.errors import CaseError
from cases.models import Card, DisputedTransaction, MoneyEntry, Proposal
from record import clock
from tests.cases.stories import JUDGED, Story, principal, share, tell
from tests.factories.cases import MoneyEntryFactory

pytestmark = pytest.mark.django_db
ZERO = Decimal("0.00")
FEES = ("interest", "penalty", "instalment", "exchange")


@pytest.fixture
def story() -> Story:
    """A credit card."""
    return Story(card_kind=Card.Kind.CREDIT)


def propose(story: Story, *lines: Line, **more: object) -> Proposal:
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        return proposal.propose(hand, lines=lines, reasons="见责任判定。", **more)


def line(kind: str, one: DisputedTransaction, amount: str = "1.00") -> Line:
    return Line(kind, Decimal(amount), one.uuid)


def abroad(one: DisputedTransaction, country: str = "US") -> DisputedTransaction:
    one.country = country
    one.save()
    return one


# which lines a transaction may have -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["principal", *FEES])
def test_every_line_but_goodwill_names_its_transaction(story: Story, kind: str) -> None:
    story.decided("100.00")
    with pytest.raises(CaseError) as refusal:
        propose(story, Line(kind, Decimal("1.00")))
    assert refusal.value.field == "0"
    with pytest.raises(IntegrityError), transaction.atomic():
        MoneyEntryFactory(case=story.case, kind=kind)


@pytest.mark.parametrize("kind", ["principal", *FEES])
def test_of_what_the_bank_bears_nothing_there_is_goodwill_only(story: Story, kind: str) -> None:
    (one,) = story.decided("100.00", bank="0.00")
    abroad(one)
    with pytest.raises(CaseError):
        propose(story, line(kind, one))
    assert propose(story, line("goodwill", one)).total == Decimal("1.00")


@pytest.mark.parametrize(("kind", "stands"), [("interest", True), ("penalty", False), ("instalment", False)])
def test_a_debit_card_has_interest_and_no_late_or_instalment_fee(kind: str, stands: bool) -> None:
    story = Story(card_kind=Card.Kind.DEBIT)
    (one,) = story.decided("100.00")
    if stands:
        assert propose(story, line(kind, one)).total == Decimal("1.00")
        return
    with pytest.raises(CaseError):
        propose(story, line(kind, one))


@pytest.mark.parametrize(("country", "stands"), [("US", True), ("", True), ("CN", False)])
def test_nothing_is_converted_at_home(story: Story, country: str, stands: bool) -> None:
    """A purchase known on paper only has no country: the proposer knows more than we do."""
    (one,) = story.decided("100.00")
    abroad(one, country)
    if stands:
        assert propose(story, line("exchange", one)).total == Decimal("1.00")
        return
    with pytest.raises(CaseError):
        propose(story, line("exchange", one))


def test_an_entry_of_old_without_a_transaction_is_still_paid(story: Story) -> None:
    """What was proposed before lines belonged to transactions stays as it was written, and goes its way."""
    (one,) = story.decided("100.00")
    made = propose(story, principal(one), line("interest", one, "2.50"))
    entry = made.lines.get(kind="interest")
    entry.transaction = None
    entry.save()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with story.turn(Role.OUTLET_HEAD) as hand:
        proposal.approve(hand)
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand)
    with story.turn(Role.ACCOUNTS_CHECKER) as hand:
        order = money.order_credit(hand, task=uuid4())
    assert [one.get("transaction") for one in order.payload["lines"]] == ["T1", None]


# all sums agree -------------------------------------------------------------------------------------------------------

cents = st.integers(1, 9999).map(lambda number: Decimal(number) / 100)
amounts = st.lists(st.tuples(cents, st.integers(0, 100)), min_size=1, max_size=3)
fees = st.lists(st.tuples(st.sampled_from((*FEES, "goodwill")), st.integers(0, 2), cents), max_size=6)


def wanted(disputed: list[DisputedTransaction], drawn: list[tuple[str, int, Decimal]]) -> Iterator[Line]:
    for one in disputed:
        if one.bank_share:
            yield principal(one)
    for kind, which, amount in drawn:
        one = disputed[which % len(disputed)]
        if kind == "goodwill" or one.bank_share:
            yield Line(kind, amount, None if kind == "goodwill" and which == 2 else one.uuid)


@given(losses=amounts, drawn=fees)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_proposed_ordered_and_booked_are_one_sum(
    story: Story, losses: list[tuple[Decimal, int]], drawn: list[tuple[str, int, Decimal]]
) -> None:
    # given random losses of which the bank bears a percentage each, abroad
    story = Story(bank=story.bank, people=story.people, card_kind=Card.Kind.CREDIT)
    disputed = story.traced(*(str(amount) for amount, _percent in losses))
    for one, (_amount, percent) in zip(disputed, losses, strict=True):
        abroad(one)
        one.type, one.ground = "counterfeit", "L1"
        one.bank_share = (one.amount * percent / 100).quantize(Decimal("0.01"))
        one.holder_share, one.merchant_share = one.amount - one.bank_share, ZERO
        one.save()
    lines = list(wanted(disputed, drawn))
    # when they are proposed
    back = {one.uuid: ZERO for one in disputed}
    for each in lines:
        if each.transaction and each.kind in ("principal", "goodwill"):
            back[each.transaction] += each.amount
    if any(back[one.uuid] > one.amount for one in disputed):
        with pytest.raises(CaseError):
            propose(story, *lines)
        return
    total = sum((each.amount for each in lines), ZERO)
    assert propose(story, *lines).total == total
    with story.turn(Role.OUTLET_HEAD) as hand:
        proposal.approve(hand)
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand)
    # then what is ordered and what is booked is the same sum, and of no transaction more than it took and its fees
    if total:
        with story.turn(Role.ACCOUNTS_CHECKER) as hand:
            order = money.order_credit(hand, task=uuid4())
        assert order.payload["amount"] == f"{total:.2f}"
        assert sum((Decimal(each["amount"]) for each in order.payload["lines"]), ZERO) == total
        with story.system() as hand:
            money.credited(hand, order=order, receipt="L1", booked_at=clock.now())
    booked = story.case.money.filter(state=MoneyEntry.State.BOOKED)
    assert sum((entry.amount for entry in booked), ZERO) == total
    for one in disputed:
        mine = list(booked.filter(transaction=one))
        cost = sum((entry.amount for entry in mine if entry.kind in FEES), ZERO)
        assert sum((entry.amount for entry in mine), ZERO) <= one.amount + cost
        assert recovery.left(story.again(), one) == one.amount, "nothing came back yet: the whole loss may"


# points and instalments -----------------------------------------------------------------------------------------------


def test_points_go_with_the_proposal_and_come_back_with_the_account(story: Story) -> None:
    (one,) = story.decided("100.00")
    made = propose(story, principal(one), points={one.uuid: 1200})
    assert made.total == Decimal("100.00"), "points are no money"
    assert story.fact("points.proposed").data == {
        "number": 1,
        "total": 1200,
        "points": [{"transaction": "T1", "points": 1200}],
    }
    with story.turn(Role.OUTLET_HEAD) as hand:
        proposal.approve(hand)
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand)
    assert "points_owed" in {point.code for point in closing.open_points(story.again())}
    with story.turn(Role.ACCOUNTS_MAKER) as hand:
        order = money.order_restore(hand, task=uuid4())
    assert order.payload["points"] == [{"transaction": "T1", "points": 1200}]
    with story.system() as hand:
        money.restored(hand, receipt="R1", at=clock.now())
    (entry,) = story.case.points.all()
    assert (entry.state, entry.receipt) == ("restored", "R1")
    assert "points_owed" not in {point.code for point in closing.open_points(story.again())}
    # and once only
    with story.system() as hand:
        money.restored(hand, receipt="R2", at=clock.now())
    assert story.facts().count("points.restored") == 1


def test_points_fall_with_the_proposal(story: Story) -> None:
    (one,) = story.decided("100.00")
    propose(story, principal(one), points={one.uuid: 5})
    with story.turn(Role.OUTLET_HEAD) as hand:
        proposal.send_back(hand, reason="积分有误。")
    assert [entry.state for entry in story.case.points.all()] == ["dropped"]
    assert propose(story, principal(one), points={one.uuid: 6}).number == 2


@pytest.mark.parametrize(("kind", "bank", "points"), [("debit", None, 5), ("credit", "0.00", 5), ("credit", None, 0)])
def test_points_that_cannot_stand_are_refused_at_their_field(kind: str, bank: str | None, points: int) -> None:
    story = Story(card_kind=kind)
    (one,) = story.decided("100.00", bank=bank)
    with pytest.raises(CaseError) as refusal:
        propose(story, points={one.uuid: points})
    assert refusal.value.field == f"points_{one.uuid}"


def test_instalments_are_marked_held_and_undone(story: Story) -> None:
    one, two = story.traced("1200.00", "300.00")
    with story.turn(Role.FRAUD) as hand:
        instalments.mark(hand, plans={one.uuid: Plan(12, Decimal("60.00"))})
    assert story.fact("instalments.marked").data["plans"][0]["count"] == 12
    with story.system() as hand:
        order = protection.order_hold(hand, task=uuid4())
    assert order.payload["amount"] == "1500.00"
    assert order.payload["instalments"] == [{"transaction": "T1", "count": 12}]
    with story.system() as hand:
        both = ["hold", "interest", "instalment", "auto_debit"]
        protection.account_held(
            hand, receipt="Z1", began_at=clock.now(), measures=both, amount=Decimal(order.payload["amount"])
        )
    assert story.case.measures.get(kind="hold").amount == Decimal("1500.00")
    # when the trace is mended, whatever is not named runs in none
    with story.turn(Role.FRAUD) as hand:
        instalments.mark(hand, plans={two.uuid: Plan(3, ZERO)})
    assert list(story.case.transactions.plans().values_list("bank_id", flat=True)) == ["T2"]


def test_a_plan_over_what_the_holder_bears_alone_stays(story: Story) -> None:

    one, two = story.traced("1200.00", "300.00")
    with story.turn(Role.FRAUD) as hand:
        instalments.mark(hand, plans={one.uuid: Plan(12, ZERO), two.uuid: Plan(3, ZERO)})
    story.secured()
    with story.turn(Role.LIABILITY) as hand:
        shares = [share(one, bank=one.amount, reason=JUDGED), share(two, bank=ZERO, reason=JUDGED)]
        liability.decide(hand, shares=shares)
    propose(story, principal(story.case.transactions.get(bank_id="T1")))
    with story.turn(Role.OUTLET_HEAD) as hand:
        proposal.approve(hand)
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand)
    assert "in_instalments" in {point.code for point in closing.open_points(story.again())}
    with story.system() as hand:
        money.restored(hand, receipt="R1", at=clock.now())
    assert "in_instalments" not in {point.code for point in closing.open_points(story.again())}
    undone = {row.bank_id: row.instalments_receipt for row in story.case.transactions.all()}
    assert undone == {"T1": "R1", "T2": ""}


@pytest.mark.parametrize(("kind", "count"), [("debit", 12), ("credit", 1), ("credit", 61)])
def test_a_plan_that_cannot_be_is_refused_at_its_transaction(kind: str, count: int) -> None:
    story = Story(card_kind=kind)
    (one,) = story.traced("100.00")
    with pytest.raises(CaseError) as refusal, story.turn(Role.FRAUD) as hand:
        instalments.mark(hand, plans={one.uuid: Plan(count, ZERO)})
    assert refusal.value.field == str(one.uuid)
