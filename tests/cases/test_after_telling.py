"""Credit record, risk, responsibility and the call back: what each of them has to say, and what is refused."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from cases.actions import attribution, credit_record, follow_up, risk
from cases.actions.risk import QUESTIONS, Verdict
from cases.errors import CaseError, NotAllowed
from cases.models import Attribution, Card, FollowUp, RiskJudgement
from record import clock, journal
from record.models import SealedValue
from tests.cases.stories import Story, judge

pytestmark = pytest.mark.django_db

REASON = "资金分散转出，已作可疑报告"


@pytest.fixture
def told() -> Story:
    story = Story(card_kind=Card.Kind.CREDIT)
    story.told("100.00")
    return story


# 征信更正 -------------------------------------------------------------------------------------------------------------


def test_that_no_bad_record_existed_is_proved_by_a_report(told: Story) -> None:
    told.credit_clean()
    (made,) = told.case.credit_corrections.all()
    assert (made.found, made.report_before.kind, made.report_before.reference) == (False, "credit_report", "CR-1")
    assert told.facts()[-1] == "credit_record.clean"


def test_bad_records_are_withdrawn_with_a_report_before_and_after(told: Story) -> None:
    with told.turn(Role.CREDIT_REPORTING) as hand:
        made = credit_record.correct_credit_record(
            hand, found=True, report_before="CR-1", report_after="CR-2", withdrawn_at=hand.now, objection_at=hand.now
        )
    assert (made.report_before.reference, made.report_after.reference) == ("CR-1", "CR-2")
    assert told.fact("credit_record.corrected").happened_at == made.withdrawn_at
    assert journal.verify(told.case.stream) is None


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"found": False, "report_before": " "}, "report_before"),
        ({"found": False, "report_before": "CR-1", "report_after": "CR-2"}, "found"),
        ({"found": True, "report_before": "CR-1", "report_after": "CR-2"}, "withdrawn_at"),
        ({"found": True, "report_before": "CR-1", "withdrawn_at": 0}, "report_after"),
        ({"found": True, "report_before": "CR-1", "report_after": "CR-2", "withdrawn_at": 9}, "withdrawn_at"),
        ({"found": False, "report_before": "CR-1", "objection_at": 9}, "objection_at"),
    ],
)
def test_a_correction_that_proves_nothing_is_refused(told: Story, answers: dict[str, object], field: str) -> None:
    moments = {name: clock.now() + timedelta(days=days) for name, days in answers.items() if name.endswith("_at")}
    with pytest.raises(CaseError) as refused, told.turn(Role.CREDIT_REPORTING) as hand:
        credit_record.correct_credit_record(hand, **{**answers, **moments})
    assert refused.value.field == field
    assert not told.case.credit_corrections.exists()


def test_nothing_is_corrected_before_the_customer_was_told() -> None:
    story = Story(card_kind=Card.Kind.CREDIT)
    with pytest.raises(CaseError), story.turn(Role.CREDIT_REPORTING) as hand:
        credit_record.correct_credit_record(hand, found=False, report_before="CR-1")


# 案防判断 -------------------------------------------------------------------------------------------------------------


def test_the_journal_learns_that_it_was_judged_and_nothing_else(told: Story) -> None:
    with told.turn(Role.COMPLIANCE) as hand:
        judge(hand, laundering=Verdict(True, REASON, "STR-778899"))
    entry = told.fact("risk.judged")
    assert (entry.data, entry.told["personal"]) == ({}, {})
    assert not SealedValue.objects.filter(stream=entry.stream, number=entry.number).exists()
    whole_chain = "".join(one.body for one in journal.entries(told.case.stream))
    for word in (REASON, "STR-778899", "laundering"):
        assert word not in whole_chain
    assert journal.verify(told.case.stream) is None


def test_a_yes_is_as_long_as_a_no_in_rows_and_history(told: Story) -> None:
    other = Story(bank=told.bank)
    with told.turn(Role.COMPLIANCE) as hand:
        judge(hand, laundering=Verdict(True, REASON, "STR-778899"))
    with other.turn(Role.COMPLIANCE) as hand:
        judge(hand)
    for model in (RiskJudgement, RiskJudgement.history.model):
        assert len({len(bytes(row.judgement)) for row in model.objects.all()}) == 1
        plain = {field.name for field in model._meta.concrete_fields}
        assert not plain & set(QUESTIONS)


def test_whoever_reads_it_is_on_record_in_his_own_stream(told: Story) -> None:
    with told.turn(Role.COMPLIANCE) as hand:
        judge(hand, laundering=Verdict(True, REASON, "STR-778899"))
    before = len(told.facts())
    reader = told.who(Role.COMPLIANCE)
    verdicts = risk.read(told.case, user=reader)
    assert verdicts is not None
    assert verdicts["laundering"] == Verdict(True, REASON, "STR-778899")
    assert len(told.facts()) == before, "reading never grows a case"
    assert journal.Entry.objects.filter(kind="risk.read", actor_number=reader.staff_number).count() == 1


def test_a_judgement_answers_every_question_with_its_reason_once(told: Story) -> None:
    for changes, field in (
        ({"crime": Verdict(False, " ")}, "crime_reason"),
        ({"scheme": Verdict(True, "已上报", "")}, "scheme_number"),
    ):
        with pytest.raises(CaseError) as refused, told.turn(Role.COMPLIANCE) as hand:
            judge(hand, **changes)
        assert refused.value.field == field
    with pytest.raises(CaseError), told.turn(Role.COMPLIANCE) as hand:
        risk.judge(hand, verdicts={"crime": Verdict(False, "无")})
    with told.turn(Role.COMPLIANCE) as hand:
        judge(hand)
    with pytest.raises(CaseError), told.turn(Role.COMPLIANCE) as hand:
        judge(hand)
    assert RiskJudgement.objects.count() == 1


# 责任认定 -------------------------------------------------------------------------------------------------------------


def attribute(story: Story, **answers: object) -> Attribution:
    with story.turn(Role.CONSUMER_PROTECTION) as hand:
        return attribution.attribute(hand, **{"needs_rectification": True, **answers})


def test_fault_is_of_a_unit_and_may_be_of_a_person(told: Story) -> None:
    agent = told.who(Role.AGENT)
    made = attribute(told, verdict="partly", unit=told.bank.outlet, person=agent, reason="未及时登记")
    assert (made.unit, made.person, made.needs_rectification) == (told.bank.outlet, agent, True)
    entry = told.fact("attribution.made")
    assert (entry.data["verdict"], entry.data["unit"], entry.data["person"]) == (
        "partly", told.bank.outlet.code, agent.staff_number,
    )  # fmt: skip
    assert "未及时登记" not in entry.body
    with pytest.raises(CaseError):
        attribute(told, verdict="none")


@pytest.mark.parametrize(
    ("verdict", "has_unit", "reason", "field"),
    [
        ("full", False, "x", "unit"),
        ("partly", True, " ", "attribution_reason"),
        ("none", True, "", "verdict"),
        ("all", False, "", "verdict"),
    ],
)
def test_fault_without_its_unit_or_reason_is_refused(
    told: Story, verdict: str, has_unit: bool, reason: str, field: str
) -> None:
    with pytest.raises(CaseError) as refused:
        attribute(told, verdict=verdict, unit=told.bank.outlet if has_unit else None, reason=reason)
    assert refused.value.field == field


# 回访 -----------------------------------------------------------------------------------------------------------------


def call_back(story: Story, **answers: object) -> FollowUp:
    with story.turn(Role.AGENT) as hand:
        said = {"result": "satisfied", "called_at": hand.now, "proof": "REC-9"}
        return follow_up.call_back(hand, **{**said, **answers})


def test_not_reached_is_an_answer_with_its_proof() -> None:
    story = Story()
    story.closed("100.00")
    made = call_back(story, result="unreached")
    assert (made.result, made.proof.kind, made.proof.reference) == ("unreached", "follow_up", "REC-9")
    assert story.facts()[-1] == "follow_up.unreached"
    with pytest.raises(CaseError):
        call_back(story)


def test_a_customer_who_is_not_satisfied_is_quoted() -> None:
    story = Story()
    story.closed("100.00")
    with pytest.raises(CaseError) as refused:
        call_back(story, result="dissatisfied")
    assert refused.value.field == "note"
    made = call_back(story, result="dissatisfied", note="太慢")
    assert made.reveal("note", purpose="test") == "太慢"


def test_nobody_is_called_back_before_the_completion(told: Story) -> None:
    with pytest.raises(CaseError):
        call_back(told)


def test_the_system_does_none_of_it(told: Story) -> None:
    for act in (
        lambda hand: credit_record.correct_credit_record(hand, found=False, report_before="CR-1"),
        judge,
        lambda hand: attribution.attribute(hand, verdict="none", needs_rectification=False),
    ):
        with pytest.raises(NotAllowed), told.system() as hand:
            act(hand)
