"""账务与征信保护: what begins, what has to be said with it, and how it ends."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from cases.actions import closing, money, proposal, protection
from cases.errors import CaseError
from cases.models import AccountMeasure, Card
from record import clock, journal
from tests.cases.stories import Story, principal, tell

pytestmark = pytest.mark.django_db

ALL = ["hold", "interest", "instalment", "auto_debit"]


@pytest.fixture
def story() -> Story:
    return Story(card_kind=Card.Kind.CREDIT)


def held(story: Story, *measures: str, receipt: str = "Z1", by_hand: bool = False, **ago: float) -> None:
    with story.turn(Role.ACCOUNTS_MAKER) if by_hand else story.system() as hand:
        protection.account_held(
            hand,
            receipt=receipt,
            began_at=hand.now - timedelta(**ago),
            measures=measures or ALL,
            by_hand=by_hand,
        )


def collection_stopped(story: Story, **said: object) -> None:
    with story.turn(Role.COLLECTION) as hand:
        answers = {"stopped_at": hand.now, "notice": "CS-1", "running": False, **said}
        protection.stop_collection(hand, **answers)


def marked(story: Story, *, reported: bool = False) -> None:
    with story.turn(Role.CREDIT_REPORTING) as hand:
        protection.mark_credit_record(hand, marked_at=hand.now, receipt="ZX-1", reported=reported)


def restored(story: Story, receipt: str = "R-1", **ago: float) -> None:
    with story.turn(Role.ACCOUNTS_MAKER) as hand:
        money.restored(hand, receipt=receipt, at=hand.now - timedelta(**ago))


def standing(story: Story) -> set[str]:
    return set(story.again().measures.standing().values_list("kind", flat=True))


def ends(story: Story) -> dict[str, str]:
    return dict(story.again().measures.exclude(ended_at=None).values_list("kind", "end"))


# beginning ------------------------------------------------------------------------------------------------------------


def test_the_core_says_since_when_and_what_is_held(story: Story) -> None:
    held(story, "hold", "interest")

    assert standing(story) == {"hold", "interest"}, "no instalment and no automatic debit on this account"
    assert set(story.again().measures.values_list("receipt", "by_hand")) == {("Z1", False)}
    assert story.fact("protection.held").data["measures"] == ["hold", "interest"]


def test_the_cores_own_time_replaces_the_one_typed_by_hand(story: Story) -> None:
    held(story, receipt="Z-HAND", by_hand=True)
    held(story, receipt="Z-CORE", minutes=5)

    assert set(story.again().measures.values_list("receipt", "by_hand")) == {("Z-CORE", False)}
    assert story.again().measures.count() == len(ALL)


def test_a_second_answer_changes_nothing_and_is_told(story: Story) -> None:
    held(story, receipt="Z1")
    held(story, receipt="Z2")

    assert set(story.again().measures.values_list("receipt", flat=True)) == {"Z1"}
    assert story.facts()[-1] == "protection.held_again"


@pytest.mark.parametrize("measures", [["hold"], ["interest", "instalment"], [*ALL, "collection"]])
def test_the_sum_is_never_held_without_its_interest(story: Story, measures: list[str]) -> None:
    with pytest.raises(CaseError) as refused:
        held(story, *measures, by_hand=True)
    assert refused.value.field == "measures"
    assert standing(story) == set()


def test_a_time_still_to_come_is_refused(story: Story) -> None:
    with pytest.raises(CaseError) as refused:
        held(story, by_hand=True, hours=-1)
    assert refused.value.field == "began_at"


def test_collection_is_stopped_where_none_runs_so_that_none_begins(story: Story) -> None:
    collection_stopped(story)

    assert list(story.again().measures.values_list("kind", "found")) == [("collection", "none")]
    assert story.again().evidence.get().kind == "collection_notice"


def test_a_firm_outside_is_told_with_a_notice_of_its_own(story: Story) -> None:
    collection_stopped(story, running=True, outside="WW-1")

    kept = set(story.again().measures.values_list("kind", "receipt", "found"))
    assert kept == {("collection", "CS-1", "running"), ("outsourced", "WW-1", "running")}
    assert "protection.collection_stopped_outside" in story.facts()


def test_what_stands_is_not_begun_twice(story: Story) -> None:
    collection_stopped(story)
    marked(story)
    with pytest.raises(CaseError):
        collection_stopped(story)
    with pytest.raises(CaseError):
        marked(story)


# its end --------------------------------------------------------------------------------------------------------------


def protected(story: Story, **said: object) -> None:
    held(story)
    collection_stopped(story, **said)
    marked(story)


def all_ended(story: Story, *, outside: str = "") -> None:
    restored(story)
    with story.turn(Role.COLLECTION) as hand:
        protection.end_collection(hand, ended_at=hand.now, notice="CS-2", outside=outside)
    with story.turn(Role.CREDIT_REPORTING) as hand:
        protection.end_credit_mark(hand, ended_at=hand.now, receipt="ZX-2")


def test_when_the_holder_bears_nothing_it_all_becomes_permanent(story: Story) -> None:
    protected(story, running=True, outside="WW-1")
    story.told("100.00")

    all_ended(story, outside="WW-2")

    assert standing(story) == set()
    assert set(ends(story).values()) == {"permanent"}
    outside = AccountMeasure.objects.get(case=story.case, kind="outsourced")
    assert outside.end_receipt == "WW-2"
    assert "protection.collection_ended" in story.facts()
    assert journal.verify(story.case.stream) is None


def test_when_the_holder_bears_a_part_it_is_lifted_and_interest_is_due_again(story: Story) -> None:
    protected(story)
    story.decided("100.00", bank="40.00")
    story_told(story)

    all_ended(story)

    assert set(ends(story).values()) == {"lifted"}
    assert "protection.collection_released" in story.facts()


def test_of_a_withdrawn_complaint_it_is_lifted(story: Story) -> None:
    protected(story)
    with story.turn() as hand:
        closing.withdraw(hand, reason="误会。", means="REC-1")
    assert {point.code for point in closing.open_points(story.again())} == {"protected", "risk_open"}

    all_ended(story)

    assert set(ends(story).values()) == {"lifted"}
    assert {point.code for point in closing.open_points(story.again())} == {"risk_open"}


def test_a_mark_on_a_bad_record_comes_off_whoever_bears_the_loss(story: Story) -> None:
    marked(story, reported=True)
    story.told("100.00")

    with story.turn(Role.CREDIT_REPORTING) as hand:
        protection.end_credit_mark(hand, ended_at=hand.now, receipt="ZX-2")

    assert ends(story) == {"credit_mark": "lifted"}


def test_nothing_ends_before_the_customer_knows(story: Story) -> None:
    protected(story)
    for ending in ("collection", "mark", "account"):
        with pytest.raises(CaseError):
            end_one(story, ending)
    assert len(standing(story)) == len(ALL) + 2


def test_a_firm_outside_that_was_told_to_stop_is_told_the_end(story: Story) -> None:
    protected(story, running=True, outside="WW-1")
    story.told("100.00")
    with pytest.raises(CaseError) as refused, story.turn(Role.COLLECTION) as hand:
        protection.end_collection(hand, ended_at=hand.now, notice="CS-2")
    assert refused.value.field == "outside"


def test_what_never_began_has_no_end(story: Story) -> None:
    story.told("100.00")
    for ending in ("collection", "mark"):
        with pytest.raises(CaseError):
            end_one(story, ending)


def test_what_was_held_after_the_restoration_stands(story: Story) -> None:
    """The answers of the core came the wrong way round: by its own clock the hold is the later one."""
    story.told("100.00")
    held(story)
    with story.system() as hand:
        money.restored(hand, receipt="R-1", at=hand.now - timedelta(minutes=3))

    assert standing(story) == set(ALL)
    restored(story, receipt="R-2")
    assert standing(story) == set()


def test_a_restoration_typed_for_before_the_hold_is_refused(story: Story) -> None:
    with clock.at(clock.now() - timedelta(hours=3)):
        story.told("100.00")
    held(story)
    with pytest.raises(CaseError) as refused:
        restored(story, hours=1)
    assert refused.value.field == "at"


# a debit card ---------------------------------------------------------------------------------------------------------


def test_a_repaired_debit_says_what_it_was_and_its_receipt_is_on_file() -> None:
    story = Story()
    story.told("100.00")
    for receipt, note, field in (("", "房贷", "receipt"), ("XF-1", " ", "note")):
        with pytest.raises(CaseError) as refused, story.turn(Role.ACCOUNTS_MAKER) as hand:
            protection.debits_repaired(hand, at=hand.now, receipt=receipt, note=note)
        assert refused.value.field == field

    with story.turn(Role.ACCOUNTS_MAKER) as hand:
        protection.debits_repaired(hand, at=hand.now, receipt="XF-1", note="王小明的房贷当期已补扣")

    assert story.again().evidence.filter(reference="XF-1").exists()
    assert "房贷" not in story.fact("protection.debits_repaired").body


def test_that_nothing_failed_is_recorded_as_well() -> None:
    story = Story()
    story.told("100.00")
    with pytest.raises(CaseError), story.turn(Role.ACCOUNTS_MAKER) as hand:
        protection.no_debit_failed(hand, at=hand.now + timedelta(hours=1))

    with story.turn(Role.ACCOUNTS_MAKER) as hand:
        protection.no_debit_failed(hand, at=hand.now)

    assert story.facts()[-1] == "protection.no_debit_failed"


def story_told(story: Story) -> None:
    """What was decided is proposed, approved and told."""
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        lines = [principal(one) for one in story.case.transactions.disputed()]
        proposal.propose(hand, lines=lines, reasons="按责任比例承担。")
    with story.turn(Role.OUTLET_HEAD) as hand:
        proposal.approve(hand)
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand)


def end_one(story: Story, ending: str) -> None:
    with story.turn(Role.ACCOUNTS_MAKER) as hand:
        if ending == "collection":
            protection.end_collection(hand, ended_at=hand.now, notice="CS-2")
        elif ending == "mark":
            protection.end_credit_mark(hand, ended_at=hand.now, receipt="ZX-2")
        else:
            money.order_restore(hand, task=story.case.uuid)
