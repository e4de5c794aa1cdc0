"""和解: customer and bank agree on sum, date and way before the decision is told, and sometimes part again."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cases.errors import CaseError, NotAllowed
from cases.models import Deadline, Settlement
from knowledge.evidence import EvidenceKind
from record import clock, journal
from tests.journey import Journey
from tests.workflows.roads import does, sound, to_the_end, until, whole
from tests.workflows.test_journeys_of_more_time import asks, grants
from tests.workflows.test_journeys_of_the_clock import law, new_facts, refer, runs, stands
from workflows import verbs
from workflows.verbs import sweeps, terms
from workflows.verbs.cancelling import withdraw
from workflows.verbs.casework import declare_interest
from workflows.verbs.stepwork import AnswersRefused

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def at(step: str, staff, **road) -> Journey:
    return until(Journey.begin(staff, **road), step)


def settles(journey: Journey, amount: str | None = None, days: int = 40, **said) -> Settlement:
    what = {
        "user": journey.staff.consumer_protection,
        "number": "HJ-2026-7",
        "amount": Decimal(amount) if amount else journey.again().disputed_total,
        "answer_by": timezone.localdate(clock.now()) + days * DAY,
        "way": "phone",
        "text": "双方同意：退回本金，余额作为善意补偿，客户不再主张利息。",
        "agreed_at": clock.now(),
        **said,
    }
    return terms.settle(journey.case, **what)


def parts(journey: Journey, ending: str = "customer", **said) -> Settlement:
    what = {"user": journey.staff.consumer_protection, "ended_at": clock.now(), "reason": "客户来电反悔", **said}
    return terms.end_settlement(journey.case, ending=ending, **what)


def agreed(journey: Journey) -> Deadline:
    return journey.case.deadlines.get(kind="agreed")


# the date that leads ------------------------------------------------------------


def test_the_agreed_day_leads_and_the_statutory_limit_is_kept_and_silent(staff, time):
    journey = at("decide", staff)
    (statutory,) = law(journey)
    settles(journey, days=40)

    time.advance(days=20)
    sweeps.sweep_deadlines()

    (kept,) = law(journey)
    assert (kept.pk, kept.due_at, kept.level) == (statutory.pk, statutory.due_at, 0)
    assert kept.overridden_at is not None
    assert agreed(journey).ended_at is None
    whole(to_the_end(journey))
    kept.refresh_from_db()
    assert (kept.outcome, agreed(journey).outcome) == ("overridden", "met")


def test_told_before_the_statutory_limit_both_are_met(staff):
    journey = at("decide", staff)
    settles(journey)
    whole(to_the_end(journey))
    assert set(journey.case.deadlines.filter(kind__in=["law", "agreed"]).values_list("outcome", flat=True)) == {"met"}


def test_told_after_the_agreed_day_is_late_by_the_agreed_day(staff, time):
    journey = at("decide", staff)
    settles(journey, days=20)
    time.advance(days=22)
    until(journey, "pay")
    assert agreed(journey).outcome == "missed"


def test_when_it_ends_the_clock_is_as_it_was_and_sounds_what_it_did_not(staff, time):
    journey = at("decide", staff)
    (before,) = law(journey)
    settles(journey)
    time.advance(days=16)
    sweeps.sweep_deadlines()

    ended = parts(journey, "broken")

    (after,) = law(journey)
    assert (after.pk, after.due_at, after.overridden_at) == (before.pk, before.due_at, None)
    assert [span.counts for span in after.spans.all()] == [True]
    assert (ended.ending, agreed(journey).outcome) == ("broken", "cancelled")
    sweeps.sweep_deadlines()
    assert law(journey)[0].level >= 2
    assert journal.verify(journey.case.stream) is None


def test_an_authoritys_letter_keeps_its_own_clock(staff):
    journey = at("decide", staff)
    refer(journey)
    settles(journey)
    own, theirs = law(journey)
    assert (own.overridden_at is not None, theirs.overridden_at) == (True, None)


def test_more_time_is_not_asked_for_while_another_date_leads(staff):
    journey = at("decide", staff)
    waits = asks(journey)
    settles(journey)
    for act in (lambda: asks(journey), lambda: grants(journey, waits)):
        with pytest.raises(CaseError, match="约定"):
            act()
    parts(journey)
    assert grants(journey, waits).state == "in_force"


def test_an_appraisal_during_a_settlement_wakes_no_alarm(staff, time):
    journey = at("decide", staff)
    settles(journey)
    stands(journey)
    time.advance(days=3)
    runs(journey)
    assert law(journey)[0].next_alarm_at is None
    parts(journey)
    assert law(journey)[0].next_alarm_at is not None


# sum and lines ------------------------------------------------------------


def test_the_proposal_is_the_agreed_sum_principal_first_and_the_rest_goodwill(staff):
    journey = at("decide", staff)
    row = journey.case.transactions.get(is_disputed=True)
    half = (row.amount / 2).quantize(Decimal("0.01"))
    settles(journey, str(row.amount))
    key = row.uuid.hex
    shares = {f"bank_{key}": str(half), f"holder_{key}": str(row.amount - half), f"ground_{key}": "L2"}
    does(journey, "decide", **shares)

    for wrong in ({}, {"extra_goodwill": "0.01"}, {"extra_interest": str(row.amount - half)}):
        with pytest.raises((CaseError, AnswersRefused)):
            does(journey, "propose", **wrong)
    form = journey.task("propose").flow_task.form_class(case=journey.again(), task=journey.task("propose"))
    assert form.fields[f"principal_{key}"].initial == half
    assert form.fields["extra_goodwill"].initial == row.amount - half
    does(journey, "propose", extra_goodwill=str(row.amount - half))

    lines = journey.case.proposals.get().lines
    assert dict(lines.values_list("kind", "amount")) == {"principal": half, "goodwill": row.amount - half}
    whole(to_the_end(journey))


def test_a_settlement_over_nothing_pays_nothing(staff):
    journey = at("decide", staff)
    settles(journey, "0.00")
    does(journey, "decide")
    with pytest.raises(CaseError) as refused:
        does(journey, "propose")
    assert refused.value.field == "extra_goodwill"
    row = journey.case.transactions.get(is_disputed=True)
    does(journey, "propose", **{f"principal_{row.uuid.hex}": "0"})
    whole(to_the_end(journey))
    assert journey.credited() == []


def test_it_goes_to_the_level_its_sum_needs_and_past_nobody(staff):
    from accounts.models import AuthorityLimit

    limit = AuthorityLimit.objects.get(role="outlet_head")
    limit.amount = Decimal("1.00")
    limit.save()
    journey = at("decide", staff)
    settles(journey)
    until(journey, "approve")
    assert journey.task("approve").role == "tier2_head"
    with pytest.raises(NotAllowed):
        verbs.approve(journey.task("approve").uuid, user=staff.outlet_head)


@pytest.mark.parametrize("step", ["approve", "draft_letter", "tell"])
def test_what_was_proposed_before_falls_and_is_proposed_as_agreed(staff, step):
    journey = at(step, staff)
    settles(journey)

    assert journey.waiting == {"propose"}
    assert list(journey.case.proposals.values_list("state", flat=True)) == ["dropped"]
    sound(journey)
    whole(to_the_end(journey))


@pytest.mark.parametrize("step", ["trace", "decide", "propose"])
def test_before_the_proposal_the_case_stays_where_it_is(staff, step):
    journey = at("decide", staff) if step != "propose" else at("propose", staff)
    if step == "trace":
        new_facts(journey)
    settles(journey)
    assert journey.waiting == {step}
    sound(journey)
    whole(to_the_end(journey))


def test_sent_back_to_the_decision_it_is_decided_first(staff):
    journey = at("approve", staff)
    verbs.refuse(journey.task("approve").uuid, user=staff.outlet_head, reason="责任不符")
    settles(journey)
    assert journey.waiting == {"decide"}
    whole(to_the_end(journey))


def test_when_it_ends_the_approved_sum_falls_with_it(staff):
    journey = at("decide", staff)
    settles(journey)
    until(journey, "tell")
    parts(journey)
    assert journey.waiting == {"propose"}
    sound(journey)
    whole(to_the_end(journey))


# letter ------------------------------------------------------------


def test_the_letter_names_the_agreement_goes_the_agreed_way_and_keeps_the_remedies(staff):
    journey = at("decide", staff)
    settles(journey, way="written")
    until(journey, "draft_letter")
    task = journey.task("draft_letter")
    form = task.flow_task.form_class(case=journey.again(), task=task)
    assert "HJ-2026-7" in form["decision"].value()
    assert form["way"].value() == "written"
    with pytest.raises(CaseError) as refused:
        does(journey, "draft_letter")
    assert refused.value.field == "way"

    does(journey, "draft_letter", way="written", decision=form["decision"].value())

    letter = journey.case.letter
    assert "核查" in letter.reveal("remedies", purpose="test")


# what ends it otherwise ------------------------------------------------------------


def test_new_facts_end_it_and_begin_the_clock_anew(staff, time):
    journey = at("approve", staff)
    settles(journey)
    time.advance(days=2)
    new_facts(journey)
    assert journey.case.settlements.get().ending == "facts"
    (fresh,) = law(journey)
    assert (fresh.started_at, fresh.overridden_at) == (clock.now(), None)
    assert fresh.next_alarm_at is not None
    whole(to_the_end(journey))


def test_a_complaint_taken_back_ends_it(staff):
    journey = at("decide", staff)
    settles(journey)
    withdraw(journey.case, user=staff.agent, reason="已和解", means="REC-77")
    assert journey.case.settlements.get().ending == "complaint"
    whole(to_the_end(journey))


# field by field, and who ------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("number", " "),
        ("number", "x" * 65),
        ("amount", Decimal("-0.01")),
        ("amount", Decimal("99999999.00")),
        ("amount", Decimal("1.001")),
        ("answer_by", timezone.datetime(2020, 1, 1).date()),
        ("way", "pigeon"),
        ("text", " "),
        ("agreed_at", "ahead"),
        ("agreed_at", "before"),
    ],
)
def test_each_wrong_answer_names_its_field_and_nothing_is_agreed(staff, field, wrong):
    journey = at("decide", staff)
    wrong = (
        {"ahead": clock.now() + DAY, "before": clock.now() - 9 * DAY}.get(wrong, wrong)
        if field == "agreed_at"
        else wrong
    )
    with pytest.raises(CaseError) as refused:
        settles(journey, **{field: wrong}) if field != "amount" else terms_with(journey, wrong)
    assert refused.value.field == field
    assert not journey.case.settlements.exists()
    assert law(journey)[0].overridden_at is None


def terms_with(journey: Journey, amount: Decimal) -> Settlement:
    return settles(journey, str(amount))


def test_before_the_trace_nobody_knows_what_is_in_dispute(staff):
    journey = at("trace", staff)
    with pytest.raises(CaseError) as refused:
        settles(journey, "1.00")
    assert refused.value.field == "amount"


def test_one_at_a_time_and_it_ends_once(staff):
    journey = at("decide", staff)
    with pytest.raises(CaseError):
        parts(journey)
    settles(journey)
    with pytest.raises(CaseError) as again:
        settles(journey)
    assert again.value.field == "number"
    for said, field in (
        ({"ending": "facts"}, "ending"),
        ({"reason": ""}, "reason"),
        ({"ended_at": clock.now() + DAY}, "ended_at"),
    ):
        with pytest.raises(CaseError) as refused:
            parts(journey, **said)
        assert refused.value.field == field
    parts(journey)
    settles(journey, number="HJ-2026-8")


def test_after_telling_nothing_is_agreed(staff):
    journey = at("pay", staff)
    with pytest.raises(CaseError):
        settles(journey)


@pytest.mark.parametrize("role", ["agent", "fraud", "liability", "outlet_head", "tier1_head", "compliance", "auditor"])
def test_whose_post_it_is_not_settles_nothing(staff, role):
    journey = at("decide", staff)
    with pytest.raises(NotAllowed):
        settles(journey, user=staff.people[role])


def test_an_interest_keeps_from_settling(staff):
    journey = at("decide", staff)
    declare_interest(journey.case, user=staff.consumer_protection, why="亲属")
    with pytest.raises(NotAllowed):
        settles(journey)


def test_the_agreement_is_on_file_once_and_what_it_says_is_sealed(staff):
    journey = at("decide", staff)
    made = settles(journey)
    assert made.agreement.kind == EvidenceKind.SETTLEMENT
    parts(journey)
    assert settles(journey).agreement == made.agreement
    assert "善意" not in "".join(entry.body for entry in journal.entries(journey.case.stream))


def test_the_database_keeps_one_standing_and_every_end_a_reason(staff):
    made = settles(at("decide", staff))
    made.ended_at = clock.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_settlement WHERE id = %s", [made.pk])
