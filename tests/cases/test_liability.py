"""责任判定: each disputed transaction once, shares that add up, a ground that fits or a reason."""

from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from accounts.roles import Role
from cases.actions import burden, liability
from cases.actions.liability import Share
from cases.burden import Standing
from cases.errors import CaseError
from cases.models import DisputedTransaction
from knowledge.grounds import Ground, TransactionType
from tests.cases.stories import JUDGED, Story, share

pytestmark = pytest.mark.django_db

NONE = Decimal("0.00")


@pytest.fixture
def story() -> Story:
    return Story()


def decide(story: Story, *shares: Share) -> list[DisputedTransaction]:
    with story.turn(Role.LIABILITY) as hand:
        return liability.decide(hand, shares=shares)


def test_a_decision_says_ground_and_shares_and_keeps_its_reason_sealed(story: Story) -> None:
    (one,) = story.traced("100.00")
    decide(story, share(one, bank=Decimal("70.00"), ground="L2", reason="密码写在卡上。"))
    one = DisputedTransaction.objects.select_related("person_key").get()
    assert (one.ground, one.bank_share, one.holder_share) == ("L2", Decimal("70.00"), Decimal("30.00"))
    assert one.reveal("ground_reason", purpose="test") == "密码写在卡上。"
    entry = story.fact("liability.decided")
    assert entry.data["bank"] == {"amount": "70.00", "currency": "CNY"}
    assert "密码" not in entry.body


def test_every_disputed_transaction_exactly_once_and_no_other(story: Story) -> None:
    one, two = story.traced("100.00", "50.00")
    full = [share(each, bank=each.amount, reason=JUDGED) for each in (one, two)]
    stranger = Share(uuid4(), "L1", NONE, NONE, NONE)
    for wrong in ([], full[:1], [*full, full[0]], [*full, stranger], [full[0], stranger]):
        with pytest.raises(CaseError):
            decide(story, *wrong)
    decide(story, *full)
    assert all(each.is_decided for each in story.case.transactions.all())


@given(
    bank=st.integers(-1, 10_001), holder=st.integers(-1, 10_001), merchant=st.integers(-1, 10_001), exact=st.booleans()
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_shares_stand_only_when_none_is_negative_and_they_add_up(
    story: Story, bank: int, holder: int, merchant: int, exact: bool
) -> None:
    one = story.case.transactions.first() or story.traced("100.00")[0]
    if exact:
        merchant = 10_000 - bank - holder
    amounts = [Decimal(cents) / 100 for cents in (bank, holder, merchant)]
    wanted = Share(one.uuid, "L1", *amounts, reason=JUDGED)
    if min(amounts) >= 0 and sum(amounts) == one.amount:
        (decided,) = decide(story, wanted)
        assert decided.bank_share + decided.holder_share + decided.merchant_share == decided.amount
    else:
        with pytest.raises(CaseError) as refused:
            decide(story, wanted)
        assert refused.value.field == str(one.uuid)


@pytest.mark.parametrize("ground", Ground.values)
@pytest.mark.parametrize("type_", TransactionType.values)
def test_a_ground_that_does_not_fit_that_nothing_proves_or_that_always_does_needs_a_reason(
    ground: str, type_: str
) -> None:
    story = Story()
    story.stopped()
    (one,) = story.traced("100.00", type_=type_)
    (board,) = burden.grids(story.case)
    silent = share(one, bank=NONE, ground=ground)
    if board.standing(ground) is Standing.SUPPORTED and not Ground(ground).row.reason_always:
        decide(story, silent)
        return
    with pytest.raises(CaseError) as refused:
        decide(story, silent)
    assert refused.value.field == str(one.uuid)
    decide(story, share(one, bank=NONE, ground=ground, reason="见调查报告。"))


@pytest.mark.parametrize("ground", ["", "L13", "l1"])
def test_an_unknown_ground_is_refused(story: Story, ground: str) -> None:
    (one,) = story.traced("100.00")
    with pytest.raises(CaseError):
        decide(story, share(one, bank=NONE, ground=ground, reason="x"))


def test_a_decision_may_be_made_anew_until_something_is_proposed_on_it(story: Story) -> None:
    (one,) = story.decided("100.00")
    decide(story, share(one, bank=Decimal("10.00"), reason=JUDGED))
    story_two = Story(bank=story.bank)
    story_two.proposed("100.00")
    one = story_two.case.transactions.get()
    with pytest.raises(CaseError):
        decide(story_two, share(one, bank=Decimal("10.00")))


def test_the_refusal_names_what_the_ground_lacks_and_the_journal_says_how_it_stood(story: Story) -> None:
    (one,) = story.traced("100.00")
    with pytest.raises(CaseError) as refused:
        decide(story, share(one, bank=one.amount))
    assert "真卡核验" in str(refused.value.sentence)
    assert refused.value.field == str(one.uuid)

    decide(story, share(one, bank=one.amount, reason=JUDGED))

    assert story.fact("liability.decided").data["board"] == "unproved"


def test_of_a_ground_that_does_not_fit_the_journal_says_that_too(story: Story) -> None:
    (one,) = story.traced("100.00")
    decide(story, share(one, bank=NONE, ground="L8", reason=JUDGED))
    assert story.fact("liability.decided").data["board"] == "does_not_fit"
