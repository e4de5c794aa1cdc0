"""赔付方案: lines within the shares, one proposal alive, answered by somebody else."""

from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from accounts.roles import Role
from cases.actions import liability, proposal
from cases.actions.proposal import Line
from cases.actions.turn import turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, Proposal
from tests.cases.stories import JUDGED, Story, principal, share

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return Story()


def propose(story: Story, *lines: Line, reasons: str = "见责任判定。", **more: object) -> Proposal:
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        return proposal.propose(hand, lines=lines, reasons=reasons, **more)


def line(kind: str, amount: str, transaction: object = None) -> Line:
    return Line(kind, Decimal(amount), transaction)


def test_the_total_is_the_sum_of_its_lines(story: Story) -> None:
    one, two = story.decided("100.00", "50.00")
    made = propose(
        story, principal(one), principal(two, "20.00"), line("interest", "1.23", one.uuid), line("goodwill", "5.00")
    )
    assert made.total == Decimal("126.23")
    assert list(made.lines.values_list("kind", "amount", "state", "transaction__bank_id")) == [
        ("principal", Decimal("100.00"), "proposed", "T1"),
        ("principal", Decimal("20.00"), "proposed", "T2"),
        ("interest", Decimal("1.23"), "proposed", "T1"),
        ("goodwill", Decimal("5.00"), "proposed", None),
    ]
    entry = story.fact("proposal.made")
    assert entry.data["total"] == {"amount": "126.23", "currency": "CNY"}
    assert entry.data["lines"][0]["transaction"] == "T1"
    assert len(entry.changed) == 5
    assert "责任判定" not in entry.body


def test_to_pay_nothing_is_a_proposal_too(story: Story) -> None:
    story.decided("100.00", bank="0.00")
    assert propose(story).total == Decimal("0.00")


def test_the_unit_that_bears_it_is_a_field_of_its_own(story: Story) -> None:
    (one,) = story.decided("100.00")
    propose(story, principal(one), bearing_unit=story.bank.sister_outlet)
    case = story.again()
    assert (case.bearing_unit, case.handling_unit) == (story.bank.sister_outlet, story.bank.outlet)


@given(
    lines=st.lists(
        st.tuples(st.sampled_from(["principal", "goodwill", "interest"]), st.integers(0, 6000), st.integers(0, 2)),
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_proposal_stands_only_within_shares_and_loss(story: Story, lines: list[tuple[str, int, int]]) -> None:
    # given two transactions of 100.00 of which the bank bears 40.00 each
    if not story.case.transactions.exists():
        story.decided("100.00", "100.00", bank="40.00")
        story.case.transactions.get(bank_id="T1")
    targets = [None, *story.case.transactions.order_by("bank_id")]
    wanted = [
        Line(kind, Decimal(cents) / 100, targets[which].uuid if targets[which] else None)
        for kind, cents, which in lines
    ]
    # when they are proposed
    stands = all(one.amount > 0 and (one.kind == "goodwill" or one.transaction) for one in wanted)
    for target in targets[1:]:
        mine = [one for one in wanted if one.transaction == target.uuid]
        borne = sum(one.amount for one in mine if one.kind == "principal")
        back = sum(one.amount for one in mine if one.kind != "interest")
        stands = stands and borne <= target.bank_share and back <= target.amount
    # then exactly what stays within the shares and the loss stands, and the database agrees
    if not stands:
        with pytest.raises(CaseError):
            propose(story, *wanted)
        return
    made = propose(story, *wanted)
    assert made.total == sum(one.amount for one in wanted)
    with story.turn(Role.OUTLET_HEAD) as hand:
        proposal.send_back(hand, reason="再算。")


@pytest.mark.parametrize(
    ("kind", "amount", "on", "field"),
    [
        ("recovery", "1.00", False, "0"),
        ("gift", "1.00", False, "0"),
        ("principal", "1.00", False, "0"),
        ("interest", "0.00", True, "0"),
        ("interest", "-1.00", True, "0"),
        ("interest", "0.001", True, "0"),
        ("principal", "100.01", True, "0"),
    ],
)
def test_a_line_that_cannot_stand_is_refused_by_its_number(
    story: Story, kind: str, amount: str, on: bool, field: str
) -> None:
    (one,) = story.decided("100.00")
    with pytest.raises(CaseError) as refused:
        propose(story, line(kind, amount, one.uuid if on else None))
    assert refused.value.field == field
    assert not Proposal.objects.exists()


def test_a_transaction_that_is_not_disputed_gets_nothing(story: Story) -> None:
    story.decided("100.00")
    with pytest.raises(CaseError):
        propose(story, line("goodwill", "1.00", uuid4()))


def test_nothing_is_proposed_before_every_transaction_is_decided(story: Story) -> None:
    story.traced("100.00")
    with pytest.raises(CaseError):
        propose(story)


def test_reasons_are_needed(story: Story) -> None:
    story.decided("100.00")
    with pytest.raises(CaseError) as refused:
        propose(story, reasons=" ")
    assert refused.value.field == "reasons"


def test_one_proposal_is_alive_at_a_time(story: Story) -> None:
    story.proposed("100.00")
    with pytest.raises(CaseError):
        propose(story)


def test_the_system_proposes_nothing(story: Story) -> None:
    story.decided("100.00")
    with pytest.raises(NotAllowed), story.system() as hand:
        proposal.propose(hand, lines=[], reasons="x")


# the answer -----------------------------------------------------------------------------------------------------------


def test_approval_decides_the_lines(story: Story) -> None:
    made = story.approved("100.00")
    made.refresh_from_db()
    assert (made.state, made.answered_by) == ("approved", story.who(Role.OUTLET_HEAD))
    assert {entry.state for entry in made.lines.all()} == {"approved"}
    assert proposal.approved(story.case) == made
    assert proposal.sum_waiting(story.case) == 0


@pytest.mark.parametrize(("answer", "state"), [(proposal.send_back, "returned"), (proposal.refuse, "refused")])
def test_a_no_needs_a_reason_drops_the_lines_and_lets_another_follow(story: Story, answer: object, state: str) -> None:
    first = story.proposed("100.00")
    with pytest.raises(CaseError) as refused, story.turn(Role.OUTLET_HEAD) as hand:
        answer(hand, reason=" ")
    assert refused.value.field == "reason"
    with story.turn(Role.OUTLET_HEAD) as hand:
        answer(hand, reason="利息未计。")
    first.refresh_from_db()
    assert (first.state, {entry.state for entry in first.lines.all()}) == (state, {"dropped"})
    assert "利息" not in story.fact(f"proposal.{state}").body
    second = propose(story, principal(story.case.transactions.get()))
    assert second.number == 2


def test_after_a_refusal_liability_may_be_decided_anew(story: Story) -> None:
    story.proposed("100.00")
    with story.turn(Role.OUTLET_HEAD) as hand:
        proposal.refuse(hand, reason="责任判定有误。")
    with story.turn(Role.LIABILITY) as hand:
        (one,) = liability.decide(
            hand, shares=[share(story.case.transactions.get(), bank=Decimal("10.00"), reason=JUDGED)]
        )
    with pytest.raises(CaseError):
        propose(story, principal(one, "10.01"))


def test_whoever_proposed_does_not_answer_nor_does_his_substitute_for_him(story: Story) -> None:
    story.proposed("100.00")
    proposer, other = story.who(Role.CONSUMER_PROTECTION), story.who(Role.OUTLET_HEAD)
    for user, for_whom in ((proposer, None), (other, proposer), (proposer, other)):
        for answer in (proposal.approve, proposal.send_back, proposal.refuse):
            with pytest.raises(NotAllowed), turn(story.case, user=user, for_whom=for_whom) as hand:
                answer(hand, reason="x")
    assert proposal.waiting(story.case) is not None


def test_what_is_not_waiting_is_not_answered(story: Story) -> None:
    story.approved("100.00")
    for answer in (proposal.approve, proposal.send_back, proposal.refuse):
        with pytest.raises(CaseError), story.turn(Role.OUTLET_HEAD) as hand:
            answer(hand, reason="x")


def test_the_level_and_why_it_was_chosen_are_kept(story: Story) -> None:
    story.proposed("100.00")
    with story.system() as hand:
        proposal.choose_level(hand, role=Role.TIER1_HEAD, why="tier2_head: nobody eligible")
    made = proposal.waiting(Case.objects.get(pk=story.case.pk))
    assert (made.approver_role, made.approver_why) == ("tier1_head", "tier2_head: nobody eligible")
    assert story.fact("proposal.level_chosen").data["role"] == "tier1_head"
