"""处理决定告知: four contents, proof, and the clock that stops when the customer was told."""

from datetime import timedelta

import pytest
from django.utils.translation import override
from pytest_django import Settings

from accounts.roles import Role
from cases.actions import letter, proposal
from cases.errors import CaseError, NotAllowed
from cases.models import Letter
from record import clock
from tests.cases.stories import Story, finals, proof, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return Story()


def test_telling_stops_the_laws_clock_at_the_moment_of_telling(story: Story) -> None:
    story.approved("100.00")
    at = clock.now()
    with clock.at(at + timedelta(seconds=30)), story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand, told_at=at)
    case = story.again()
    assert (case.state, case.told_at) == ("told", at)
    deadline = case.deadlines.get(kind="law")
    assert (deadline.ended_at, deadline.outcome) == (at, "met")
    assert story.fact("letter.told").happened_at == at


def test_told_after_the_last_day_is_late_however_soon_it_is_typed(story: Story) -> None:
    story.approved("100.00")
    with clock.at(clock.now() + timedelta(days=17)), story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand)
    assert story.case.deadlines.get(kind="law").outcome == "missed"


def test_told_in_time_and_typed_late_is_in_time(story: Story) -> None:
    story.approved("100.00")
    told_at = clock.now()
    with clock.at(clock.now() + timedelta(days=17)), story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand, told_at=told_at)
    assert story.case.deadlines.get(kind="law").outcome == "met"


def test_the_four_contents_are_sealed_and_only_committed_to_in_the_journal(story: Story) -> None:
    story.told("100.00")
    written = Letter.objects.select_related("person_key").get()
    assert written.reveal("reasons", purpose="test") == "法释〔2021〕10号第七条。"
    assert written.reveal("remedies", purpose="test") == letter.remedies(story.bank.tier2)
    body = story.fact("letter.told").body
    for text in ("伪卡", "第七条", "返还"):
        assert text not in body


def test_against_head_office_there_is_no_review_and_against_a_branch_the_body_above_is_named(
    story: Story, settings: Settings
) -> None:
    settings.LANGUAGE_CODE = "en"
    named = letter.remedies(story.bank.tier2)
    assert "for a review within 30 days" in named
    assert story.bank.tier2.label in named
    assert "review" not in letter.remedies(None)


def test_the_customer_reads_the_banks_own_language_whoever_types(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    with override("zh-hans"):
        assert letter.remedies(None).startswith("If you do not agree")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"findings": ""}, "findings"),
        ({"reasons": " "}, "reasons"),
        ({"decision": ""}, "decision"),
        ({"means": "smoke"}, "means"),
        ({"told_at": clock.now() + timedelta(days=400)}, "told_at"),
        ({"told_at": clock.now() - timedelta(days=400)}, "told_at"),
        ({"decision": "卡号 6221261234567897"}, "decision"),
    ],
)
def test_what_is_missing_or_cannot_be_is_refused_at_its_field(
    story: Story, changes: dict[str, object], field: str
) -> None:
    story.approved("100.00")
    before = story.case.evidence.count()
    with pytest.raises(CaseError) as refused, story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand, **changes)
    assert refused.value.field == field
    assert story.again().state == "open"
    assert story.case.evidence.count() == before


def test_nothing_is_told_before_it_was_approved(story: Story) -> None:
    """Or the law's clock would stand as early as somebody types."""
    received_at = story.case.received_at
    with clock.at(clock.now() + timedelta(days=17)):
        story.approved("100.00")
        with pytest.raises(CaseError) as refused, story.turn(Role.CONSUMER_PROTECTION) as hand:
            tell(hand, told_at=received_at + timedelta(days=3))
    assert refused.value.field == "told_at"


def test_the_proof_is_on_this_case(story: Story) -> None:
    story.approved("100.00")
    other = Story(bank=story.bank)
    with other.turn() as hand:
        foreign = proof(hand)
    with pytest.raises(CaseError) as refused, story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand, proof=foreign)
    assert refused.value.field == "proof"


def test_nothing_is_told_before_it_is_approved_and_nothing_twice(story: Story) -> None:
    story.proposed("100.00")
    with pytest.raises(CaseError), story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand)
    with story.turn(Role.OUTLET_HEAD) as hand:
        proposal.refuse(hand, reason="x")
    with pytest.raises(CaseError), story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand)
    other = Story(bank=story.bank)
    other.told("100.00")
    with pytest.raises(CaseError), other.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand)


def test_the_system_tells_nobody(story: Story) -> None:
    story.approved("100.00")
    with pytest.raises(NotAllowed), story.system() as hand:
        tell(hand)


def test_a_complaint_without_transactions_is_told_without_a_proposal(story: Story) -> None:
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand)
    assert story.again().state == "told"
    assert finals()["cause"] is not None
