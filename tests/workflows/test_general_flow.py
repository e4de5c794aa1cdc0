"""A complaint without a flow of its own: looked into, answered, completed; begun later when nobody had."""

import pytest

from cases.actions import general as actions
from cases.drafts import drafts
from cases.errors import CaseError, NotAllowed
from cases.models import Case, Letter
from tests.journey import Journey
from tests.workflows.roads import does, general, sound, to_the_end, until, whole
from workflows import verbs
from workflows.models import StepTask
from workflows.verbs import law_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(staff) -> Journey:
    return general(staff)


def test_it_is_answered_on_the_phone_and_archived(journey):
    assert journey.waiting == {"look_into"}

    until(journey, "tell")
    assert journey.case.told_at is None
    does(journey, "tell")

    assert journey.again().state == Case.State.TOLD
    assert not journey.case.deadlines.filter(kind="law", ended_at=None).exists(), "the statutory clock stops here"
    whole(to_the_end(journey))


def test_in_writing_it_is_checked_issued_and_sealed(journey):
    until(journey, "draft_letter")
    does(journey, "draft_letter", way="written")

    for step in ("check_letter", "issue_letter", "seal_letter"):
        assert journey.waiting == {step}
        does(journey, step)
    does(journey, "tell", number="EMS-1")

    assert journey.again().letter.way == Letter.Way.WRITTEN
    whole(to_the_end(journey))


def test_the_letter_begins_with_what_was_found_and_what_is_due(journey):
    does(journey, "look_into", findings="年费收取前未告知。", due="由发卡分行于五日内退还年费。")

    (draft,) = drafts(journey.again(), "zh-hans")

    assert (draft.findings, draft.decision) == ("年费收取前未告知。", "由发卡分行于五日内退还年费。")
    assert draft.reasons == "", "the reasons are written by a person"


def test_nothing_is_due_on_a_complaint_that_is_not_borne_out(journey):
    with pytest.raises(CaseError) as refused:
        does(journey, "look_into", result="wrong", due="退还年费")

    assert refused.value.field == "due"
    assert actions.latest(journey.again()) is None


@pytest.mark.parametrize("stage", ["look_into", "draft_letter", "tell"])
def test_withdrawn_it_goes_to_its_completion_check(journey, stage):
    until(journey, stage)

    verbs.withdraw(journey.case, user=journey.staff.agent, reason="已与网点沟通解决", means="REC-7")

    assert journey.waiting == {"close"}
    whole(to_the_end(journey))


def test_new_facts_are_looked_into_anew_and_the_earlier_finding_stays(journey):
    until(journey, "tell")

    law_clock.take_new_facts(
        journey.case,
        user=journey.staff.supervisor,
        why="客户补充合同",
        material="DOC-1",
        received_at=journey.case.received_at,
        notice="REC-8",
    )

    assert journey.waiting == {"look_into"}
    sound(journey)
    does(journey, "look_into", result="right", findings="合同载明免收年费。")
    assert [found.result for found in journey.again().findings.all()] == ["partly", "right"]
    whole(to_the_end(journey))


def test_one_nobody_had_begun_is_begun_once(staff):
    journey = general(staff, begun=False)
    assert journey.waiting == set()

    first = verbs.start_handling(journey.case, user=staff.agent)
    again = verbs.start_handling(journey.case, user=staff.supervisor)

    assert first == again
    assert StepTask.objects.filter(case=journey.case, flow_task_type="HUMAN").count() == 1
    assert journey.told_kinds().count("flow.started") == 1
    whole(to_the_end(journey))


def test_one_withdrawn_before_anybody_had_begun_it_is_only_completed(staff):
    journey = general(staff, begun=False)
    verbs.withdraw(journey.case, user=staff.agent, reason="已解决", means="REC-7")

    verbs.start_handling(journey.case, user=staff.agent)

    assert journey.waiting == {"close"}
    whole(to_the_end(journey))


def test_card_fraud_does_not_begin_this_way_and_neither_does_an_auditor(staff):
    with pytest.raises(NotAllowed):
        verbs.start_handling(general(staff, begun=False).case, user=staff.auditor)
    fraud = Journey.begin(staff)
    assert verbs.start_handling(fraud.case, user=staff.agent).flow_class.__name__ == "CardFraudFlow"
