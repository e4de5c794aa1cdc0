"""Who stands at the door: whoever calls, the card is stopped; only who may is answered (2020 No.3 arts. 14, 18)."""

import pytest

from accounts.roles import Role
from cases.actions.turn import turn
from cases.errors import CaseError, NotAllowed
from cases.models import Case, Mandate, Representative
from knowledge.evidence import EvidenceKind
from record import clock, journal
from tests.journey import Journey, Staff
from tests.workflows.doors import leaving, mandate_paper, reported_by
from tests.workflows.roads import does, last_fact, limit_passes, to_the_end, until, whole
from workflows import verbs
from workflows.verbs import late
from workflows.verbs.stepwork import AnswersRefused

pytestmark = pytest.mark.django_db

LEFT = {"reason": "多次联系未提供授权", "notice": "SMS-77"}


def unhandled(journey: Journey, **other: object) -> Journey:
    late.leave_unhandled(
        journey.case,
        user=journey.staff.supervisor,
        **{**LEFT, "told_at": clock.now(), **other},  # type: ignore[arg-type]
    )
    journey.again()
    return journey


def until_telling(journey: Journey) -> Journey:
    """Everything is done but the mandate and the telling."""
    return leaving(journey, "obtain_mandate", "tell")


@pytest.mark.parametrize("who", Representative.Kind.values)
def test_the_card_is_stopped_at_once_whoever_calls_and_the_telling_waits(staff: Staff, who: str) -> None:
    journey = reported_by(staff, who)

    assert "stop_card" in [order.operation for order in journey.orders()]
    assert "obtain_mandate" in journey.beside
    until_telling(journey)

    with pytest.raises(CaseError) as caught:
        journey.does("tell", staff.consumer_protection, **journey.telling())
    assert "取得授权" in str(caught.value.sentence), "the sentence names what to do next"
    assert journey.again().told_at is None


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("agent", EvidenceKind.MANDATE),
        ("heir", EvidenceKind.HEIR_PROOF),
        ("company", EvidenceKind.COMPANY_PROOF),
        ("other", EvidenceKind.MANDATE),
    ],
)
def test_with_his_paper_on_file_he_is_answered_to_the_archive(staff: Staff, who: str, kind: str) -> None:
    journey = reported_by(staff, who, organisation=who == "company")

    whole(to_the_end(journey))

    letter = journey.case.letter
    assert letter.told_to is not None
    assert (letter.told_to.kind, letter.told_to.name_masked) == (who, "李*")
    assert last_fact(journey, "letter.told").data["told_to"] == who
    assert journey.case.evidence.get(kind=kind).reference == "SQ-2026-11"


def test_the_holder_who_confirms_it_himself_is_the_one_who_is_told(staff: Staff) -> None:
    journey = reported_by(staff, "other")
    said = {"result": "confirmed", "record": "REC-20", "settled_at": clock.now(), "note": "本人确认投诉"}
    does(journey, "obtain_mandate", **said)

    whole(to_the_end(journey))

    assert journey.case.letter.told_to is None
    assert last_fact(journey, "letter.told").data["told_to"] == "customer"


def test_nobody_confirms_for_a_holder_who_is_dead(staff: Staff) -> None:
    journey = reported_by(staff, "heir")

    with pytest.raises(AnswersRefused) as caught:
        does(journey, "obtain_mandate", result="confirmed", record="REC-20", note="说是本人")

    assert "result" in caught.value.form.errors


@pytest.mark.parametrize("missing", ["record", "settled_at", "identity_number"])
def test_a_mandate_is_on_file_with_the_agents_own_number(staff: Staff, missing: str) -> None:
    journey = reported_by(staff, "agent")

    with pytest.raises(AnswersRefused) as caught:
        does(journey, "obtain_mandate", **mandate_paper(**{missing: ""}))

    assert missing in caught.value.form.errors
    assert not Mandate.objects.exists()


def test_what_proves_him_is_sealed_and_in_no_journal(staff: Staff) -> None:
    journey = reported_by(staff, "agent")

    does(journey, "obtain_mandate")

    mandate = Mandate.objects.get()
    assert mandate.reveal("identity_number", purpose="test") == "310101198001011234"
    assert not [one for one in journal.entries(journey.case.stream) if "310101198001011234" in one.body]


def test_without_a_mandate_it_is_left_unhandled_with_notice_and_the_card_goes_by_the_holders_wish(staff: Staff) -> None:
    journey = reported_by(staff, "other")
    leaving(journey, "obtain_mandate", "decide")

    unhandled(journey)

    assert journey.case.unhandled_at is not None
    assert last_fact(journey, "case.unhandled").data == {"notice": "SMS-77", "card_stopped": True}
    assert journey.waiting == {"end_card"}, "the stop stays until the holder says what becomes of his card"
    whole(to_the_end(journey))
    assert not journey.case.proposals.filter(state="approved").exists()
    assert Mandate.objects.get().outcome == "unhandled"


def test_it_is_left_unhandled_only_while_a_mandate_is_missing(staff: Staff) -> None:
    plain, settled = Journey.begin(staff), does(reported_by(staff, "agent"), "obtain_mandate")

    for journey in (plain, settled):
        with pytest.raises(CaseError):
            unhandled(journey)

    assert not Case.objects.exclude(unhandled_at=None).exists()


@pytest.mark.parametrize("field", ["reason", "notice"])
def test_it_is_not_left_unhandled_without_reason_and_notice(staff: Staff, field: str) -> None:
    journey = reported_by(staff, "other")

    with pytest.raises(CaseError) as caught:
        unhandled(journey, **{field: ""})

    assert caught.value.field == field
    assert journey.again().withdrawn_at is None


def test_who_only_takes_calls_leaves_nothing_unhandled(staff: Staff) -> None:
    journey = reported_by(staff, "other")

    with pytest.raises(NotAllowed):
        late.leave_unhandled(journey.case, user=staff.agent, told_at=clock.now(), **LEFT)


def test_a_mandate_that_does_not_come_is_reported_when_its_limit_passes(staff: Staff, time: clock.Hand) -> None:
    journey = reported_by(staff, "agent")

    task = limit_passes(journey, "obtain_mandate", time)

    assert task.uuid in {one.subject for one in journey.case.deadlines.filter(key="card_fraud.mandate")}
    assert "deadline.overdue" in journey.told_kinds()
    whole(to_the_end(journey))


@pytest.mark.parametrize("stage", ["trace", "draft_letter"])
def test_who_speaks_for_the_customer_later_is_asked_for_his_mandate_then(staff: Staff, stage: str) -> None:
    journey = until(Journey.begin(staff), stage)
    assert "obtain_mandate" not in journey.steps

    with turn(journey.case, user=staff.agent, role=Role.AGENT) as hand:
        late.represent(hand, kind="agent", name="李梅", phone="")
        late.represent(hand, kind="heir", name="李芳", phone="")

    assert [task.flow_task.name for task in journey.open_tasks()].count("obtain_mandate") == 1
    does(journey, "obtain_mandate")
    assert "obtain_mandate" in journey.beside, "the second one proves himself, too"
    whole(to_the_end(journey))
    assert [row.representative.kind for row in Mandate.objects.all()] == ["agent", "heir"]


def test_once_the_customers_side_is_whole_nobody_is_asked_for_a_mandate_any_more(staff: Staff) -> None:
    journey = until(Journey.begin(staff), "close")

    with turn(journey.case, user=staff.agent, role=Role.AGENT) as hand:
        late.represent(hand, kind="agent", name="李梅", phone="")

    assert journey.steps == {"close"}
    whole(to_the_end(journey))


def test_a_withdrawn_complaint_asks_for_no_mandate(staff: Staff) -> None:
    journey = reported_by(staff, "agent")

    verbs.withdraw(journey.case, user=staff.agent, reason="已核实", means="REC-9")

    assert "obtain_mandate" not in journey.steps
