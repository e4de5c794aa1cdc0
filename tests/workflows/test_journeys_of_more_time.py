"""More time to decide, 15 → 30 → 60: asked by one, answered by another, told where the law says so; never silently."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from cases.errors import CaseError, NotAllowed
from cases.models import CasePerson, Deadline, Duty, Extension
from record import clock, journal
from tests.factories import person
from tests.factories.accounts import AbsenceFactory
from tests.journey import Journey
from tests.workflows.roads import does, to_the_end, until, whole
from tests.workflows.test_journeys_of_the_clock import law, new_facts, refer, runs, stands
from workflows.verbs import sweeps, terms
from workflows.verbs.cancelling import withdraw
from workflows.verbs.casework import declare_interest

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def journey(staff) -> Journey:
    return until(Journey.begin(staff), "trace")


def asks(journey: Journey, **said) -> Extension:
    what = {"user": journey.staff.consumer_protection, "reason": "交易在境外，需向卡组织调单", **said}
    return terms.ask_extension(journey.case, **what)


def grants(journey: Journey, asked: Extension, **said) -> Extension:
    return terms.grant_extension(asked, **{"user": journey.staff.supervisor, **said})


def tells(journey: Journey, asked: Extension, **said) -> Extension:
    what = {"user": journey.staff.consumer_protection, "notice": "REC-60", "told_at": clock.now(), **said}
    return terms.tell_extension(asked, **what)


def to_thirty(journey: Journey) -> Extension:
    return grants(journey, asks(journey))


def to_sixty(journey: Journey) -> Extension:
    asked = asks(journey)
    terms.grant_extension(asked, user=journey.staff.tier2_head)
    return tells(journey, asked)


def gaps(moments: list) -> list[timedelta]:
    return [later - earlier for earlier, later in pairwise(moments)]


# 15 → 30 → 60 ------------------------------------------------------------


def test_from_fifteen_to_thirty_to_sixty_days_of_the_same_receipt(journey, staff, time):
    ends = [law(journey)[0].due_at]
    time.advance(days=10)
    to_thirty(journey)
    ends.append(law(journey)[0].due_at)
    time.advance(days=15)
    to_sixty(journey)
    ends.append(law(journey)[0].due_at)

    assert gaps(ends) == [15 * DAY, 30 * DAY]
    rows = journey.case.deadlines.filter(kind="law").order_by("id")
    assert [(row.key[-2:], row.outcome) for row in rows] == [("15", "extended"), ("30", "extended"), ("60", "")]
    assert len({row.started_at for row in rows}) == 1
    with pytest.raises(CaseError, match="法律"):
        asks(journey)
    whole(to_the_end(journey))


def test_a_decision_told_in_the_extended_time_is_in_time(journey, time):
    time.advance(days=14)
    to_thirty(journey)
    time.advance(days=10)

    whole(to_the_end(journey))

    assert [row.outcome for row in journey.case.deadlines.filter(kind="law").order_by("id")] == ["extended", "met"]


def test_nothing_is_extended_by_asking_alone(journey, time):
    (before,) = law(journey)
    asks(journey)
    (same,) = law(journey)
    assert (same.pk, same.due_at) == (before.pk, before.due_at)

    time.advance(days=16)
    sweeps.sweep_deadlines()

    assert law(journey)[0].level >= 2


def test_the_second_extension_waits_for_the_notice_to_the_customer(journey, staff, time):
    to_thirty(journey)
    asked = asks(journey)
    granted = terms.grant_extension(asked, user=staff.tier2_head, reason="跨境取证")
    assert granted.state == Extension.State.GRANTED
    assert law(journey)[0].key == "cn.nfra.decide_30"

    time.advance(hours=2)
    told = tells(journey, granted)

    assert (told.state, told.notice.kind, told.notice.reference) == ("in_force", "extension_notice", "REC-60")
    assert law(journey)[0].key == "cn.nfra.decide_60"
    assert {"extension.granted", "extension.in_force", "extension.told"} <= set(journey.told_kinds())
    assert journal.verify(journey.case.stream) is None


def test_a_notice_sent_in_time_and_typed_later_is_in_time_and_one_sent_late_is_not(journey, staff, time):
    to_thirty(journey)
    asked = terms.grant_extension(asks(journey), user=staff.tier1_head)
    sent = clock.now()
    time.to(law(journey)[0].due_at + 2 * DAY)

    with pytest.raises(CaseError) as late:
        tells(journey, asked, told_at=clock.now() - DAY)
    assert late.value.field == "told_at"

    assert tells(journey, asked, told_at=sent).state == Extension.State.IN_FORCE


@pytest.mark.parametrize("which", ["ask", "grant"])
def test_what_has_passed_is_not_extended(journey, staff, time, which):
    asked = asks(journey) if which == "grant" else None
    time.to(law(journey)[0].due_at)

    with pytest.raises(CaseError) as refused:
        grants(journey, asked) if asked else asks(journey)

    assert refused.value.field == ("reason" if asked else "clock")
    if asked:
        assert terms.refuse_extension(asked, user=staff.supervisor, reason="已过期限").state == "refused"
    assert [row.key for row in law(journey)] == ["cn.nfra.decide_15"]


def test_a_refusal_says_why_and_leaves_the_limit_and_may_be_asked_anew(journey, staff):
    (before,) = law(journey)
    asked = asks(journey)
    with pytest.raises(CaseError) as unsaid:
        terms.refuse_extension(asked, user=staff.supervisor, reason=" ")
    assert unsaid.value.field == "reason"

    terms.refuse_extension(asked, user=staff.supervisor, reason="材料已齐")

    assert law(journey)[0].due_at == before.due_at
    with pytest.raises(CaseError):
        grants(journey, asked)
    assert asks(journey).state == Extension.State.WAITING


# who ------------------------------------------------------------


@pytest.mark.parametrize("role", ["agent", "fraud", "liability", "outlet_head", "compliance", "auditor"])
def test_who_may_not_move_the_clock_does_not_ask(journey, staff, role):
    with pytest.raises(NotAllowed):
        asks(journey, user=staff.people[role])


@pytest.mark.parametrize("role", ["consumer_protection", "fraud", "agent", "outlet_head", "tier2_head", "auditor"])
def test_the_first_is_granted_by_the_shift_lead_only(journey, staff, role):
    asked = asks(journey, user=staff.service_manager)
    with pytest.raises(NotAllowed):
        grants(journey, asked, user=staff.people[role])


@pytest.mark.parametrize("role", ["supervisor", "service_manager", "consumer_protection", "outlet_head", "auditor"])
def test_the_second_is_approved_by_nobody_of_the_unit_itself(journey, staff, role):
    to_thirty(journey)
    asked = asks(journey)
    with pytest.raises(NotAllowed):
        grants(journey, asked, user=staff.people[role])


@pytest.mark.parametrize("role", ["tier2_head", "tier1_head", "card_centre_head"])
def test_the_second_is_approved_by_the_unit_above_or_head_office(journey, staff, role):
    to_thirty(journey)
    assert grants(journey, asks(journey), user=staff.people[role]).answered_as == role


def test_head_of_the_unit_that_handles_it_is_no_superior(journey, staff):
    journey.case.handling_unit = staff.bank.tier2
    journey.case.save()
    to_thirty(journey)
    asked = asks(journey)
    with pytest.raises(NotAllowed):
        grants(journey, asked, user=staff.tier2_head)
    grants(journey, asked, user=staff.tier1_head)


def test_the_asker_does_not_answer_nor_his_substitute_for_him(journey, staff):
    asked = asks(journey, user=staff.supervisor)
    with pytest.raises(NotAllowed):
        grants(journey, asked, user=staff.supervisor)
    AbsenceFactory.create(user=staff.supervisor, substitute=staff.service_manager)
    assert grants(journey, asked, user=staff.service_manager).answered_as == Role.SERVICE_MANAGER


def test_whoever_stands_in_for_the_asker_only_does_not_answer(journey, staff):
    asked = asks(journey, user=staff.supervisor)
    colleague = person(Role.AGENT, staff.bank.outlet)
    AbsenceFactory.create(user=staff.supervisor, substitute=colleague)
    with pytest.raises(NotAllowed):
        grants(journey, asked, user=colleague)


def test_the_handler_does_not_give_himself_more_time(journey, staff):
    asked = asks(journey)
    for lead in journey.case.people.filter(part=CasePerson.Part.LEAD, until=None):
        lead.until = clock.now()
        lead.save()
    CasePerson.objects.create(case=journey.case, part=CasePerson.Part.LEAD, user=staff.supervisor)
    with pytest.raises(NotAllowed):
        grants(journey, asked)
    grants(journey, asked, user=staff.service_manager)


def test_an_interest_keeps_from_asking_and_answering(journey, staff):
    declare_interest(journey.case, user=staff.supervisor, why="亲属")
    with pytest.raises(NotAllowed):
        asks(journey, user=staff.supervisor)
    asked = asks(journey)
    with pytest.raises(NotAllowed):
        grants(journey, asked)


def test_the_database_refuses_the_same_person_both_duties(journey, staff):
    asked = asks(journey, user=staff.supervisor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(
            case=journey.case, duty="answer_extension", task=asked.uuid, person=staff.supervisor, state="done"
        )
    asked.answered_by = staff.supervisor
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save()


# field by field ------------------------------------------------------------


def test_without_a_reason_or_a_clock_nothing_is_asked(journey, staff):
    for said, field in (({"reason": " "}, "reason"), ({"clock": journey.case.uuid}, "clock")):
        with pytest.raises(CaseError) as refused:
            asks(journey, **said)
        assert refused.value.field == field
    asks(journey)
    with pytest.raises(CaseError) as again:
        asks(journey)
    assert again.value.field == "clock"


@pytest.mark.parametrize("field", ["notice", "told_at"])
def test_without_proof_or_with_a_wrong_time_the_second_does_not_take_effect(journey, staff, time, field):
    to_thirty(journey)
    time.advance(hours=1)
    asked = grants(journey, asks(journey), user=staff.tier2_head)
    for wrong in [" "] if field == "notice" else [clock.now() + DAY, clock.now() - timedelta(minutes=30)]:
        with pytest.raises(CaseError) as refused:
            tells(journey, asked, **{field: wrong})
        assert refused.value.field == field
    assert law(journey)[0].key == "cn.nfra.decide_30"


# with what else moves the clock ------------------------------------------------------------


def test_what_was_left_out_stays_left_out(journey, time):
    (first,) = law(journey)
    stands(journey)
    time.advance(days=6)
    runs(journey)

    to_thirty(journey)

    (longer,) = law(journey)
    assert longer.due_at - first.due_at == 20 * DAY
    assert [span.counts for span in longer.spans.all()] == [True, False, True]


def test_it_may_be_extended_while_the_clock_stands_and_stands_on(journey, time):
    (first,) = law(journey)
    stands(journey)
    time.advance(days=20)

    to_thirty(journey)

    (standing,) = law(journey)
    assert standing.next_alarm_at is None
    time.advance(days=1)
    runs(journey)
    (longer,) = law(journey)
    assert longer.due_at - first.due_at == 35 * DAY
    assert longer.next_alarm_at is not None


def test_new_facts_begin_at_fifteen_again_and_what_was_extended_falls(journey, time):
    to_thirty(journey)
    asked = asks(journey)
    time.advance(days=20)

    new_facts(journey)

    (fresh,) = law(journey)
    assert (fresh.key, fresh.started_at) == ("cn.nfra.decide_15", clock.now())
    assert set(journey.case.extensions.values_list("state", flat=True)) == {"dropped"}
    with pytest.raises(CaseError):
        terms.grant_extension(asked, user=journey.staff.tier2_head)
    to_thirty(journey)


def test_each_clock_is_extended_by_itself(journey, time):
    time.advance(days=6)
    letter = refer(journey)
    own, theirs = law(journey)

    grants(journey, asks(journey, clock=letter.uuid))

    still, longer = law(journey)
    assert (still.pk, still.due_at) == (own.pk, own.due_at)
    assert (longer.subject, longer.due_at - theirs.due_at) == (letter.uuid, 15 * DAY)


def test_the_house_limits_of_the_decision_follow_unless_they_have_passed(journey, time):
    trace = journey.task("trace")
    to_thirty(journey)
    assert journey.task("trace").due_at - trace.due_at == 15 * DAY

    time.advance(days=12)
    until(journey, "decide")

    assert journey.task("decide").due_at > clock.now() + 12 * DAY


def test_a_house_limit_that_has_passed_stays_passed(journey, time):
    trace = journey.task("trace")
    time.advance(days=6)
    to_thirty(journey)
    assert journey.task("trace").due_at == trace.due_at


def test_the_longer_limit_reminds_anew(journey, time):
    time.advance(days=13)
    sweeps.sweep_deadlines()
    assert law(journey)[0].level == 1
    to_thirty(journey)

    time.advance(days=12)
    sweeps.sweep_deadlines()

    assert law(journey)[0].level == 1
    assert Deadline.objects.get(pk=law(journey)[0].pk).notices.exists()


def test_telling_or_withdrawing_drops_what_waits(staff):
    told = until(Journey.begin(staff), "tell")
    asks(told)
    does(told, "tell")
    assert told.case.extensions.get().state == "dropped"
    with pytest.raises(CaseError):
        asks(told)

    gone = until(Journey.begin(staff), "trace")
    asks(gone)
    withdraw(gone.case, user=staff.agent, reason="已核实", means="REC-77")
    assert gone.case.extensions.get().state == "dropped"
