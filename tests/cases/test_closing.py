"""办结 by its checklist, 归档, 撤回."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.roles import Role
from cases.actions import closing, contacts, control, evidence, loss_reports, money, proposal, protection, transactions
from cases.errors import CaseError, StillOpen
from cases.models import Card
from knowledge.evidence import EvidenceKind
from record import clock, journal
from tests.cases.stories import Story, draft, finals, tell
from tests.factories.cases import MoneyEntryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return Story()


def codes(story: Story) -> set[str]:
    return {point.code for point in closing.open_points(story.again())}


def close(story: Story, **changes: object) -> None:
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        closing.close(hand, **{**finals(), **changes})


# the checklist, row by row --------------------------------------------------------------------------------------------


def nothing_done(story: Story) -> None:
    """A complaint just registered."""


def traced_only(story: Story) -> None:
    story.traced("100.00")


def waiting_for_an_answer(story: Story) -> None:
    story.proposed("100.00")


def told_and_not_paid(story: Story) -> None:
    story.told("100.00")


def ordered_and_not_booked(story: Story) -> None:
    story.ordered("100.00")


def paid_and_still_stopped(story: Story) -> None:
    story.stopped()
    story.paid("100.00")


def paid_and_the_early_replacement_seen_by_nobody(story: Story) -> None:
    story.stopped()
    with story.turn(Role.SUPERVISOR) as hand:
        loss_reports.convert_control(hand, to="replaced", receipt="F-1", happened_at=hand.now)
    story.paid("100.00")


def paid_with_a_promise_open(story: Story) -> None:
    story.whole("100.00")
    with story.turn() as hand:
        contacts.promise(hand, what="明天上午回电", due_at=clock.now() + timedelta(days=1))


def whole(story: Story) -> None:
    story.whole("100.00")


def collection_never_told(story: Story) -> None:
    """Whole but for what protects him."""
    story.whole("100.00")
    with story.turn(Role.ACCOUNTS_MAKER) as hand:
        money.restored(hand, receipt="R-1", at=hand.now)
        protection.stop_collection(hand, stopped_at=hand.now, notice="CS-1", running=False)


def nothing_to_pay(story: Story) -> None:
    story.decided("100.00", bank="0.00")
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        proposal.propose(hand, lines=[], reasons="本人交易。")
    with story.turn(Role.OUTLET_HEAD) as hand:
        proposal.approve(hand)
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        tell(hand)
    story.judged()


def drafted_only(story: Story) -> None:
    story.approved("100.00")
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        draft(hand)
    story.judged()


JUDGE = {"risk_open", "not_attributed"}


@pytest.mark.parametrize(
    ("stage", "kind", "expected"),
    [
        (nothing_done, "debit", {"not_told", *JUDGE}),
        (traced_only, "debit", {"not_told", "undecided", "evidence_open", *JUDGE}),
        (waiting_for_an_answer, "debit", {"not_told", "unanswered", *JUDGE}),
        (drafted_only, "debit", {"not_told", "unpaid"}),
        (told_and_not_paid, "debit", {"unpaid", *JUDGE}),
        (ordered_and_not_booked, "debit", {"unpaid", *JUDGE}),
        (paid_and_still_stopped, "debit", {"card_stopped", *JUDGE}),
        (paid_and_the_early_replacement_seen_by_nobody, "debit", {"unseen", *JUDGE}),
        (paid_with_a_promise_open, "debit", {"promise_open"}),
        (whole, "debit", set()),
        (whole, "credit", {"not_restored"}),
        (collection_never_told, "credit", {"protected"}),
        (nothing_to_pay, "debit", set()),
        (nothing_to_pay, "credit", {"not_restored", "credit_unproved"}),
    ],
)
def test_what_is_open_is_said_and_keeps_the_case_open(
    stage: Callable[[Story], None], kind: str, expected: set[str]
) -> None:
    story = Story(card_kind=Card.Kind(kind))
    stage(story)
    assert codes(story) == expected
    if expected:
        with pytest.raises(StillOpen) as refused:
            close(story)
        assert all(str(point.sentence) in str(refused.value.sentence) for point in closing.open_points(story.again()))
        assert story.again().state != "done"
    else:
        close(story)
        assert story.again().state == "done"


def test_an_account_restored_by_hand_is_restored() -> None:
    story = Story(card_kind=Card.Kind.CREDIT)
    story.whole("100.00")
    with story.turn(Role.ACCOUNTS_MAKER) as hand:
        money.restored(hand, receipt="R-1", at=hand.now)
    assert codes(story) == set()


def test_every_point_has_its_row_above() -> None:
    assert {code for code, _is_open, _sentence in closing.CHECKLIST} == {
        "not_told", "undecided", "unanswered", "unpaid", "not_restored", "protected", "card_stopped", "promise_open",
        "credit_unproved", "risk_open", "not_attributed", "evidence_open", "unseen",
        "points_owed", "in_instalments",  # tests/cases/test_lines.py
        "advance_open",  # tests/workflows/test_advance.py
    }  # fmt: skip


def test_completing_keeps_the_final_classes_and_a_sealed_note(story: Story) -> None:
    story.whole("100.00")
    close(story, note="客户王小明满意。")
    case = story.again()
    assert (case.channel_final, case.business_final, case.cause_final) == tuple(finals().values())
    assert case.done_at is not None
    assert "满意" not in story.fact("case.closed").body
    assert journal.verify(case.stream) is None


def test_final_classes_are_of_their_facets(story: Story) -> None:
    story.whole("100.00")
    with pytest.raises(CaseError) as refused:
        close(story, cause=finals()["channel"])
    assert refused.value.field == "cause"
    assert story.again().state == "told"


def test_a_case_is_completed_once(story: Story) -> None:
    story.closed("100.00")
    with pytest.raises(CaseError):
        close(story)


# archive --------------------------------------------------------------------------------------------------------------


def archive(story: Story, index: str = "卷 12，共 38 页") -> None:
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        closing.archive(hand, index=index)


def test_a_completed_case_is_archived_once_with_its_index(story: Story) -> None:
    story.closed("100.00")
    with pytest.raises(CaseError) as refused:
        archive(story, " ")
    assert refused.value.field == "index"
    archive(story)
    assert story.again().state == "archived"
    with pytest.raises(CaseError):
        archive(story)


def test_an_open_case_is_not_archived(story: Story) -> None:
    story.whole("100.00")
    with pytest.raises(CaseError):
        archive(story)


def test_the_archive_waits_for_a_recovery(story: Story) -> None:
    story.closed("100.00")
    MoneyEntryFactory(case=story.again(), kind="recovery", amount="40.00", state="ordered")
    with pytest.raises(CaseError):
        archive(story)


def test_an_archived_file_takes_nothing_more(story: Story) -> None:
    story.closed("100.00")
    archive(story)
    with pytest.raises(CaseError), story.turn() as hand:
        evidence.add_reference(hand, kind=EvidenceKind.OTHER, reference="X-1")


# withdrawal -----------------------------------------------------------------------------------------------------------


def withdraw(story: Story, **changes: str) -> None:
    with story.turn() as hand:
        closing.withdraw(hand, **{"reason": "孩子用的卡。", "means": "REC-9", **changes})


def test_a_withdrawal_stops_every_clock_and_drops_what_is_proposed(story: Story) -> None:
    made = story.proposed("100.00")
    withdraw(story)
    case = story.again()
    assert case.withdrawn_at is not None
    assert not case.deadlines.filter(ended_at=None).exists()
    made.refresh_from_db()
    assert (made.state, {entry.state for entry in made.lines.all()}) == ("dropped", {"dropped"})
    assert "孩子" not in story.fact("case.withdrawn").body


def test_a_withdrawn_complaint_is_completed_once_the_card_is_not_stopped_any_more(story: Story) -> None:
    story.stopped()
    story.traced("100.00", type_="own")
    withdraw(story)
    assert codes(story) == {"card_stopped", "risk_open"}
    story.judged()
    with story.turn() as hand:
        control.choose_card_end(hand, end="released", reason="本人家属使用。")
        control.card_ended(hand, receipt="K9", ended_at=hand.now)
    close(story)
    assert story.again().state == "done"


@pytest.mark.parametrize("stage", [told_and_not_paid, whole])
def test_after_the_decision_was_told_it_is_too_late(story: Story, stage: Callable[[Story], None]) -> None:
    stage(story)
    with pytest.raises(CaseError):
        withdraw(story)


def test_a_withdrawal_says_why_and_how(story: Story) -> None:
    for field in ("reason", "means"):
        with pytest.raises(CaseError) as refused:
            withdraw(story, **{field: " "})
        assert refused.value.field == field


def test_a_withdrawn_complaint_is_not_decided_nor_withdrawn_again(story: Story) -> None:
    (one,) = story.traced("100.00")
    withdraw(story)
    with pytest.raises(CaseError), story.turn(Role.FRAUD) as hand:
        transactions.mark_disputed(hand, choices={one.uuid: "own"})
    with pytest.raises(CaseError):
        withdraw(story)
