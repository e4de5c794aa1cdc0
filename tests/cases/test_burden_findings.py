"""What a person found on the board: recorded with its reason and evidence, told, and counted at once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from accounts.roles import Role
from cases.actions import burden, evidence, liability, real_card
from cases.burden import Grid, Standing
from cases.burden_cells import State
from cases.drafts import drafts, missing_reason
from cases.errors import CaseError
from cases.models import BurdenFinding
from record import clock, journal
from tests.cases.stories import JUDGED, Story, share

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    """The card is stopped; one forged-card transaction over 100.00 is disputed."""
    story = Story()
    story.stopped()
    story.traced("100.00")
    return story


def on_file(story: Story, kind: str = "otp_log") -> Any:
    with story.turn(Role.FRAUD) as hand:
        return evidence.add_reference(hand, kind=kind, reference="LOG-1")


def find(story: Story, **said: Any) -> BurdenFinding:
    one = story.case.transactions.get()
    found = {
        "transaction": one.uuid,
        "element": "own",
        "finding": "not_proved",
        "reason": "录像中为陌生人。",
        "found_at": clock.now(),
        **said,
    }
    with story.turn(Role.LIABILITY) as hand:
        return burden.find(hand, **found)


def grid(story: Story) -> Grid:
    (found,) = burden.grids(story.case)
    return found


def test_a_finding_says_when_why_by_whom_and_on_what_and_keeps_its_reason_sealed(story: Story) -> None:
    log, at = on_file(story), clock.now() - timedelta(minutes=1)

    found = find(story, evidence=[log.uuid], found_at=at)

    assert (found.by, found.found_at, found.recorded_at > at) == (story.who(Role.LIABILITY), at, True)
    assert found.reveal("reason", purpose="test") == "录像中为陌生人。"
    assert [link.evidence for link in found.rests_on.all()] == [log]
    entry = story.fact("burden.not_proved")
    assert (entry.data["element"], entry.data["evidence"]) == ("own", [str(log.uuid)])
    assert entry.happened_at == at
    assert "陌生人" not in entry.body
    assert journal.verify(story.case.stream) is None


def test_the_board_follows_the_latest_finding(story: Story) -> None:
    log = on_file(story)
    assert grid(story).cell("own").state is State.CONTESTED, "a log is on file and nobody judged it"

    find(story)
    assert grid(story).cell("own").state is State.MISSING
    find(story, finding="proved", evidence=[log.uuid])

    assert grid(story).cell("own").state is State.PROVED
    assert grid(story).standing("L1") is Standing.CONTRADICTED
    assert story.case.burden_findings.count() == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"finding": "maybe"}, "finding"),
        ({"finding": "proved"}, "evidence"),
        ({"evidence": [uuid4()]}, "evidence"),
        ({"reason": "  "}, "reason"),
        ({"found_at": clock.now() + timedelta(days=3)}, "found_at"),
        ({"found_at": clock.now() - timedelta(days=3)}, "found_at"),
        ({"element": "disclosed"}, None),
        ({"transaction": uuid4()}, None),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field(story: Story, said: dict[str, Any], field: str | None) -> None:
    with pytest.raises(CaseError) as refused:
        find(story, **said)

    assert refused.value.field == field
    assert not BurdenFinding.objects.exists()


def test_evidence_of_another_case_proves_nothing(story: Story) -> None:
    other = Story(bank=story.bank)

    with pytest.raises(CaseError) as refused:
        find(story, evidence=[on_file(other).uuid])

    assert refused.value.field == "evidence"


def test_after_the_decision_is_told_nothing_more_is_found() -> None:
    story = Story()
    story.told("100.00")

    with pytest.raises(CaseError):
        find(story)


def test_an_imported_complaint_does_not_know_when_the_bank_was_told(story: Story) -> None:
    story.case.imported_from = "cfpb"

    assert grid(story).cell("notice").state is State.MISSING


# deciding on it, and the letter ---------------------------------------------------------------------------------------


def seen_elsewhere(story: Story) -> None:
    """The real card was read in China; the transaction was made in Thailand."""
    one = story.case.transactions.get()
    one.country = "TH"
    one.save()
    with story.turn() as hand:
        real_card.check_real_card(
            hand, finding="held", means="counter", country="CN", proof="DK-7", checked_at=hand.now
        )


def test_a_ground_the_board_supports_is_decided_without_a_word(story: Story) -> None:
    seen_elsewhere(story)
    one = story.case.transactions.get()

    with story.turn(Role.LIABILITY) as hand:
        liability.decide(hand, shares=[share(one, bank=one.amount)])

    assert story.fact("liability.decided").data["board"] == "supported"


def test_what_is_missing_is_said_with_who_bears_it(story: Story) -> None:
    said = missing_reason(grid(story))

    assert "真卡核验：缺少（真卡所在证明）；举证方：发卡行（本行）。" in said
    assert "5" in said


def test_nothing_missing_suggests_nothing(story: Story) -> None:
    seen_elsewhere(story)
    for kind in ("cctv", "otp_log"):
        on_file(story, kind)

    assert missing_reason(grid(story)) == ""


def test_the_letter_is_drafted_in_both_languages_from_rows_alone(story: Story) -> None:
    seen_elsewhere(story)
    log = on_file(story)
    find(story, evidence=[log.uuid], reason="内部研判：客户情绪激动。")
    one = story.case.transactions.get()
    with story.turn(Role.LIABILITY) as hand:
        liability.decide(hand, shares=[share(one, bank=Decimal("100.00"), reason="内部意见。")])

    chinese, english = drafts(story.again(), "zh-hans", "en")

    assert "泰国" in chinese.findings
    assert "100.00" in chinese.findings
    assert "法释〔2021〕10号 7.1, 7.2" in chinese.reasons
    assert "本行承担100.00元" in chinese.reasons
    assert "Thailand" in english.findings
    assert "the bank bears 100.00" in english.reasons
    assert "内部" not in chinese.findings + chinese.reasons, "what colleagues wrote for colleagues is no letter"
    assert "DK-7" not in chinese.findings, "receipt numbers are not the customer's"
    assert chinese.findings.count("\n") == english.findings.count("\n")


def test_a_decision_on_missing_proof_says_in_the_letter_what_is_missing_and_whose_it_was(story: Story) -> None:
    one = story.case.transactions.get()
    with story.turn(Role.LIABILITY) as hand:
        liability.decide(hand, shares=[share(one, bank=one.amount, ground="L4", reason=JUDGED)])

    (draft,) = drafts(story.again(), "zh-hans")

    assert "真卡核验：缺少" in draft.reasons
    assert "举证方：发卡行（本行）" in draft.reasons


def test_the_board_of_a_case_costs_no_more_with_more_on_it(story: Story, django_assert_num_queries: Any) -> None:
    log = on_file(story)
    for _ in range(4):
        find(story, evidence=[log.uuid])
        on_file(story)
    with django_assert_num_queries(6):
        burden.grids(story.case)
