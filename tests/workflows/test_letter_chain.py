"""拟稿–审核–签发–用印–寄送: who does what, what comes back, and that what is told is what was issued."""

import pytest
from django.db import connection

from accounts.roles import Role
from cases.errors import CaseError, NotAllowed
from cases.models import Letter
from tests.factories import PostFactory
from tests.journey import Journey, Staff
from tests.workflows.roads import does, last_fact, to_the_end, until, whole, whose
from workflows import verbs

pytestmark = pytest.mark.django_db


def in_writing(staff: Staff, place: str, **begun: str) -> Journey:
    """The decision goes out by letter; the journey waits at this step."""
    journey = until(Journey.begin(staff, **begun), "draft_letter")
    return until(does(journey, "draft_letter", way="written"), place)


def letter_of(journey: Journey) -> Letter:
    return Letter.objects.select_related("person_key").get(case=journey.case)


def test_a_letter_is_checked_issued_sealed_and_then_told(staff: Staff) -> None:
    journey = in_writing(staff, "check_letter")
    verbs.approve(journey.task("check_letter").uuid, user=staff.compliance)
    verbs.approve(journey.task("issue_letter").uuid, user=staff.outlet_head)
    issued = letter_of(journey)
    does(journey, "seal_letter", number="YZ-7")
    assert journey.waiting == {"tell"}
    does(journey, "tell", means="posted", proof="EMS-1")

    letter = letter_of(journey)
    people = (letter.drafted_by, letter.checked_by, letter.issued_by, letter.sealed_by)
    assert people == (staff.consumer_protection, staff.compliance, staff.outlet_head, staff.service_manager)
    assert (letter.state, letter.means, letter.seal_number, letter.digest) == ("told", "posted", "YZ-7", issued.digest)
    told = [kind for kind in journey.told_kinds() if kind.startswith("letter.")]
    assert told == ["letter.drafted", "letter.checked", "letter.issued", "letter.sealed", "letter.told"]
    assert last_fact(journey, "letter.issued").data["digest"] == last_fact(journey, "letter.told").data["digest"]
    whole(to_the_end(journey))


def test_what_is_read_on_the_phone_goes_straight_to_telling(staff: Staff) -> None:
    journey = until(Journey.begin(staff), "draft_letter")
    does(journey, "draft_letter", way="phone")
    assert journey.waiting == {"tell"}
    assert letter_of(journey).state == Letter.State.READY


def test_a_text_for_the_phone_is_not_posted(staff: Staff) -> None:
    journey = until(Journey.begin(staff), "tell")
    with pytest.raises(verbs.stepwork.AnswersRefused) as refused:
        does(journey, "tell", means="posted")
    assert "means" in refused.value.form.errors


@pytest.mark.parametrize("step", ["check_letter", "issue_letter"])
def test_a_letter_sent_back_is_drafted_anew_with_the_reason_at_hand(staff: Staff, step: str) -> None:
    journey = in_writing(staff, step)
    sender = whose(journey, step)
    with pytest.raises(CaseError) as refused:
        verbs.send_back(journey.task(step).uuid, user=sender, reason=" ")
    assert refused.value.field == "reason"
    verbs.send_back(journey.task(step).uuid, user=sender, reason="金额与审批不符")

    assert journey.waiting == {"draft_letter"}
    assert journey.task("draft_letter").returned_by == sender
    letter = letter_of(journey)
    assert letter.state == Letter.State.DRAFT
    assert letter.reveal("return_reason", purpose="test") == "金额与审批不符"
    does(journey, "draft_letter", way="written", decision="退回本金")
    assert letter_of(journey).reveal("decision", purpose="test") == "退回本金"
    assert journey.waiting == {"check_letter"}, "a changed text is checked again"


@pytest.mark.parametrize("step", ["check_letter", "issue_letter"])
def test_a_letter_is_approved_or_returned_and_never_refused(staff: Staff, step: str) -> None:
    journey = in_writing(staff, step)
    with pytest.raises(NotAllowed):
        verbs.refuse(journey.task(step).uuid, user=whose(journey, step), reason="不妥")
    assert journey.waiting == {step}


def test_whoever_drafted_does_not_check_issue_or_seal(staff: Staff) -> None:
    drafter = staff.consumer_protection
    for role, branch in (
        (Role.COMPLIANCE, staff.bank.head_office),
        (Role.OUTLET_HEAD, staff.bank.outlet),
        (Role.SERVICE_MANAGER, staff.bank.head_office),
    ):
        PostFactory.create(user=drafter, role=role, branch=branch)
    drafter.forget_posts()
    journey = in_writing(staff, "check_letter")
    for step in ("check_letter", "issue_letter"):
        with pytest.raises(NotAllowed):
            verbs.approve(journey.task(step).uuid, user=drafter)
        does(journey, step)
    with pytest.raises(NotAllowed):
        verbs.claim(journey.task("seal_letter").uuid, user=drafter)


def test_the_level_that_approved_the_sum_issues_the_letter(staff: Staff) -> None:
    journey = in_writing(staff, "issue_letter")
    approved = journey.case.proposals.get()
    assert journey.task("issue_letter").role == approved.approver_role == Role.OUTLET_HEAD


@pytest.mark.beside_history("somebody with SQL, on purpose")
def test_a_text_changed_behind_the_systems_back_is_not_told(staff: Staff) -> None:
    journey = in_writing(staff, "tell")
    letter = letter_of(journey)
    letter.seal(decision="不予赔付")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_letter SET decision = %s WHERE id = %s", [bytes(letter.decision), letter.pk])
    with pytest.raises(CaseError) as refused:
        does(journey, "tell", means="posted", proof="EMS-1")
    assert str(refused.value.sentence).startswith("文本与签发内容不一致")
    assert journey.again().told_at is None
