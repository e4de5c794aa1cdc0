"""证据保全: asked for in the second it is known of, reminded of before it is lost, answered whenever it comes."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from cases.actions import closing
from cases.actions.turn import turn
from cases.errors import CaseError, NotAllowed
from cases.models import Deadline, EvidenceItem, Notice
from record import clock
from tests.journey import Journey
from tests.workflows.roads import does, last_fact, limit_passes, sound, to_the_end, until, whole
from workflows import verbs
from workflows.verbs import sweeps
from workflows.verbs.stepwork import AnswersRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def called(staff) -> Journey:
    """The call is over; the card is stopped and its transactions are listed."""
    journey = Journey.begin(staff)
    does(journey, "stop_loss")
    journey.bank_answers()
    journey.again()
    return journey


def asked(journey: Journey) -> list[tuple[str, bool]]:
    """What was asked for: kind, and whether of a transaction."""
    rows = journey.case.evidence_items.values_list("kind", "transaction")
    return [(kind, transaction is not None) for kind, transaction in rows]


def traced(journey: Journey, *amounts: str) -> None:
    does(journey, "trace", **journey.disputes(*amounts))


def due(item: EvidenceItem) -> Deadline:
    return Deadline.objects.get(subject=item.uuid, ended_at=None)


def test_the_logs_are_asked_for_in_the_second_the_call_ends(staff, time):
    journey = Journey.begin(staff)

    does(journey, "stop_loss")

    assert asked(journey) == [("device_log", False), ("sms_proof", False)]
    item = journey.case.evidence_items.first()
    assert (item.ordered_at, item.ordered_by, item.asked_of) == (clock.now(), None, "technology")
    assert due(item).due_at == clock.now() + timedelta(hours=24)
    assert "keep_evidence" in journey.beside
    sound(journey)


def test_what_belongs_to_a_transaction_is_asked_for_when_it_is_disputed_and_once(called, staff):
    traced(called)
    row = called.case.transactions.disputed().get()
    mine = list(called.case.evidence_items.filter(transaction=row))
    before = asked(called)

    does(until(called, "decide"), "decide")
    does(called, "propose")
    verbs.refuse(called.task("approve").uuid, user=staff.outlet_head, reason="再查")
    with turn(called.case, cause="test") as hand:
        from cases.actions import preservation

        preservation.ask_for_disputed(hand, [row])
        preservation.ask_for_case(hand)

    assert mine
    assert {item.transaction_id for item in mine} == {row.pk}
    assert asked(called) == before


def test_the_decision_waits_for_the_preservation_until_its_limit(called, time):
    traced(called)
    does(called, "check_real_card")
    assert (called.waiting, called.gathering - {"whole"}) == (set(), {"ready_to_decide"})

    limit_passes(called, "ready_to_decide", time)

    assert called.waiting == {"decide"}
    assert last_fact(called, "step.wait_ended").data["without"] == ["keep_evidence"]
    assert "keep_evidence" in called.beside, "what is missing can still be brought"


def test_it_is_finished_only_when_every_item_has_an_answer(called, staff):
    answers = called.secured()
    one = called.case.evidence_items.last().uuid.hex

    with pytest.raises(AnswersRefused) as refused:
        does(called, "keep_evidence", **{**answers, f"became_{one}": ""})
    assert list(refused.value.form.errors) == [f"became_{one}"]

    does(called, "keep_evidence", **answers)
    assert "keep_evidence" not in called.beside
    assert not called.case.evidence_items.open().exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"became": "kept", "reference": "", "happened_at": ""}, "reference"),
        ({"became": "kept", "happened_at": ""}, "happened_at"),
        ({"became": "lost", "reference": ""}, "reference"),
        ({"became": "none", "reason": ""}, "reason"),
        ({"became": "kept", "answered_by": ""}, "answered_by"),
        ({"became": "kept", "happened_at": "2027-01-01T00:00:00"}, "happened_at"),
    ],
)
def test_what_an_answer_lacks_is_said_at_its_field(called, given, field):
    one = called.case.evidence_items.last().uuid.hex
    answers = called.secured() | {f"{name}_{one}": value for name, value in given.items()}

    with pytest.raises(AnswersRefused) as refused:
        does(called, "keep_evidence", **answers)

    assert f"{field}_{one}" in refused.value.form.errors
    assert called.case.evidence_items.open().count() == 2


def test_what_is_asked_for_later_is_answered_beside_the_flow_and_keeps_the_case_from_completion(called, staff):
    does(called, "keep_evidence")
    traced(called)
    late = called.case.evidence_items.open()
    assert late.exists()
    until(called, "close")
    codes = {point.code for point in closing.open_points(called.case)}
    assert codes == {"evidence_open", "not_attributed"}, "who was responsible is said in the act of closing"

    called.secures_the_rest()

    assert {point.code for point in closing.open_points(called.case)} == {"not_attributed"}
    whole(to_the_end(called))


def test_a_recording_is_due_no_later_than_it_is_overwritten(called, time):
    soon = clock.now() + timedelta(hours=5)
    row = called.case.transactions.last()
    item = verbs.ask_for_evidence(
        called.case, user=called.staff.fraud, kind="cctv", asked_of="security", transaction=row, lost_after=soon
    )
    assert due(item).due_at == soon

    time.to(soon - timedelta(minutes=50))
    sweeps.sweep_deadlines()

    told = Notice.objects.filter(deadline=due(item))
    assert [(notice.to, notice.kind) for notice in told] == [(called.staff.fraud, "reminder")]


def test_the_holder_of_the_step_is_reminded_and_nobody_else(called, time, staff):
    from tests.factories import person

    person(Role.FRAUD, staff.bank.head_office)
    verbs.claim(called.task("keep_evidence").uuid, user=staff.fraud)
    time.advance(hours=20)
    sweeps.sweep_deadlines()

    items = Deadline.objects.filter(key="card_fraud.keep_logs")
    assert set(Notice.objects.filter(deadline__in=items).values_list("to", flat=True)) == {staff.fraud.pk}


def test_a_better_known_moment_of_loss_moves_the_limit(called, staff):
    item = called.case.evidence_items.first()
    soon = clock.now() + timedelta(hours=2)

    verbs.evidence_lasts(item.uuid, user=staff.fraud, lost_after=soon)

    assert due(item).due_at == soon
    item.refresh_from_db()
    assert (item.lost_after, item.lost_by) == (soon, "typed")
    sound(called)


def test_what_is_overwritten_needs_a_signed_statement(called, staff):
    item = called.case.evidence_items.first()

    lost = verbs.answer_item(item.uuid, user=staff.fraud, became="lost", answered_by="赵工", reference="SM-1")

    assert (lost.state, lost.evidence, lost.statement.kind) == ("lost", None, "loss_statement")
    assert last_fact(called, "evidence.lost").data["item"] == str(item.uuid)
    ended = Deadline.objects.get(subject=item.uuid)
    assert (ended.outcome, ended.ended_at) == ("met", clock.now())
    with pytest.raises(CaseError):
        verbs.answer_item(item.uuid, user=staff.fraud, became="none", answered_by="赵工", reason="重复")


def test_a_transaction_that_is_not_disputed_any_more_needs_no_evidence(called, staff):
    from cases.actions import transactions

    traced(called)
    row = called.case.transactions.disputed().get()
    open_ones = called.case.evidence_items.open().filter(transaction=row)
    count = open_ones.count()
    assert count

    def marks(type_: str) -> None:
        with turn(called.case, user=staff.fraud, role=Role.FRAUD) as hand:
            transactions.mark_disputed(hand, choices={row.uuid: type_})

    marks("")
    assert not open_ones.exists()
    sound(called)

    marks("online")
    assert open_ones.count() == count


def test_who_may_not_handle_the_case_answers_nothing(called, staff):
    item = called.case.evidence_items.first()

    with pytest.raises(NotAllowed):
        verbs.answer_item(item.uuid, user=staff.auditor, became="none", answered_by="赵工", reason="无")


def test_a_withdrawn_complaint_asks_for_nothing_more(called, staff):
    verbs.withdraw(called.case, user=staff.agent, reason="已核实", means="REC-77")

    with pytest.raises(CaseError):
        verbs.ask_for_evidence(called.case, user=staff.fraud, kind="cctv", asked_of="security")
    whole(to_the_end(called))
