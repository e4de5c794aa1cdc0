"""A batch from the proposal to the report: proposed by one, agreed to by another, carried out, and told everywhere."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.roles import Role
from cases.actions import erasing, erasure
from cases.actions.turn import turn
from cases.errors import CaseError, NotAllowed, SomeoneWasFirst
from cases.kinds import CASE_WITHDRAWN
from cases.models import Case, ErasureBatch, ErasureItem
from knowledge import limits
from record import journal, keys
from record.errors import KeyDestroyed, KeyKept
from record.models import Entry, PersonKey
from tests.cases.erasure.past import ENDED, REASON, House, after, outcomes
from tests.factories import person

pytestmark = pytest.mark.django_db
State, Outcome = ErasureBatch.State, ErasureItem.Outcome


@pytest.fixture
def house() -> House:
    return House()


def kinds(stream: str) -> list[str]:
    return list(journal.entries(stream).values_list("kind", flat=True))


# Proposed -------------------------------------------------------------------------------------------------------------


def test_whoever_is_due_is_proposed_and_nobody_is_erased_by_that(house):
    due, held = house.file(), house.file()
    house.hold(held)
    with after(days=1):
        batch = house.proposed()
        assert erasing.run() == 0

    assert (batch.state, batch.total, batch.left_out) == (State.WAITING, 1, {"hold": 1})
    assert list(batch.items.values_list("subject", "cases")) == [(due.uuid, [due.reference])]
    (told,) = journal.entries(batch.stream)
    assert (told.kind, told.actor_number) == ("erasure.proposed", house.proposer.staff_number)
    assert REASON not in told.body
    assert batch.reveal("reason", purpose="test") == REASON
    assert not PersonKey.objects.get(pk=due.person_key_id).destroyed


@pytest.mark.parametrize("reason", ["", " ", "。。"])
def test_a_proposal_says_why(reason, house):
    house.file()
    with after(days=1), pytest.raises(CaseError) as refused:
        erasure.propose(user=house.proposer, reason=reason)
    assert refused.value.field == "reason"


def test_nothing_is_proposed_when_nobody_is_due(house):
    house.file()
    with after(days=-1), pytest.raises(CaseError):
        house.proposed()
    assert not ErasureBatch.objects.exists()


def test_who_waits_in_one_batch_is_not_in_another(house):
    house.file()
    with after(days=1):
        house.proposed()
        with pytest.raises(CaseError):
            house.proposed()


def test_posts_below_head_office_and_other_posts_propose_nothing(house):
    house.file()
    others = [person(role, house.bank.head_office) for role in Role if role != Role.CONSUMER_PROTECTION]
    with after(days=1):
        for user in [*others, person(Role.CONSUMER_PROTECTION, house.bank.tier1)]:
            with pytest.raises(NotAllowed):
                erasure.propose(user=user, reason=REASON)


# Answered -------------------------------------------------------------------------------------------------------------


def test_nobody_agrees_to_his_own_proposal_and_the_database_says_so_too(house):
    house.file()
    both = person(Role.CONSUMER_PROTECTION, house.bank.head_office)
    person(Role.COMPLIANCE, house.bank.head_office)
    with after(days=1):
        batch = erasure.propose(user=both, reason=REASON)
        with pytest.raises(NotAllowed):
            erasure.approve(batch=batch, user=both, looked=True)
        with pytest.raises(IntegrityError, match="erasure_never_approved_by_oneself"), transaction.atomic():
            ErasureBatch.objects.filter(pk=batch.pk).update(
                answered_by=both, answered_at=batch.proposed_at, state=State.APPROVED
            )
        with pytest.raises(IntegrityError, match="erasure_answered_by_somebody"), transaction.atomic():
            ErasureBatch.objects.filter(pk=batch.pk).update(state=State.APPROVED)


def test_posts_without_the_right_do_not_agree(house):
    house.file()
    others = [person(role, house.bank.head_office) for role in Role if role != Role.COMPLIANCE]
    with after(days=1):
        batch = house.proposed()
        for user in [*others, person(Role.COMPLIANCE, house.bank.tier1)]:
            with pytest.raises(NotAllowed):
                erasure.approve(batch=batch, user=user, looked=True)
            with pytest.raises(NotAllowed):
                erasure.refuse(batch=batch, user=user, reason="不同意")


def test_whoever_agrees_has_made_sure_of_what_the_system_does_not_know(house):
    house.file()
    with after(days=1):
        batch = house.proposed()
        with pytest.raises(CaseError) as refused:
            erasure.approve(batch=batch, user=house.approver, looked=False)
    assert refused.value.field == "looked"


def test_what_was_refused_erases_nobody_and_the_next_batch_may_hold_him(house):
    case = house.file()
    with after(days=1):
        batch = erasure.refuse(batch=house.proposed(), user=house.approver, reason="名单须重新鉴定")
        assert erasing.run() == 0
        assert outcomes(batch) == [Outcome.DROPPED]
        with pytest.raises(SomeoneWasFirst):
            house.agreed(batch)
        assert house.proposed().items.get().subject == case.uuid
    assert batch.reveal("refusal", purpose="test") == "名单须重新鉴定"
    assert kinds(batch.stream) == ["erasure.proposed", "erasure.refused"]


def test_a_proposal_is_taken_back_by_its_own_person_before_it_is_answered(house):
    house.file()
    with after(days=1):
        batch = house.proposed()
        with pytest.raises(NotAllowed):
            erasure.take_back(batch=batch, user=house.approver)
        erasure.take_back(batch=batch, user=house.proposer)
        with pytest.raises(SomeoneWasFirst):
            house.agreed(batch)
    assert kinds(batch.stream) == ["erasure.proposed", "erasure.withdrawn"]


# Carried out ----------------------------------------------------------------------------------------------------------


def test_the_person_is_erased_with_all_his_complaints_and_the_chain_still_verifies(house):
    customer = house.customer(identity_number="310101199001011234")
    cases = [house.file(customer), house.file(customer)]
    visit = house.visit()
    for case in cases:
        with turn(case, cause="test") as hand:
            hand.tell(CASE_WITHDRAWN, personal={"reason": "客户王小明来电"})

    with after(days=1):
        batch = house.erased()

    assert (batch.state, outcomes(batch)) == (State.DONE, [Outcome.ERASED, Outcome.ERASED])
    for row, field in [*((case, "narrative") for case in cases), (customer, "name"), (visit, "visitor")]:
        with pytest.raises(KeyDestroyed):
            type(row).objects.get(pk=row.pk).reveal(field, purpose="test")
    customer.refresh_from_db()
    visit.refresh_from_db()
    assert (customer.name_masked, customer.phone_masked, visit.visitor_masked) == ("", "", "")
    key = PersonKey.objects.get(pk=customer.person_key_id)
    assert key.destroyed_why == f"erasure {batch.number}"
    for stream in [*(case.stream for case in cases), visit.stream]:
        assert kinds(stream)[-1] == "data.erased"
        assert journal.entries(stream).last().data["batch"] == str(batch.uuid)
    assert kinds(f"keys:{customer.uuid}") == ["keys.destroyed"]
    assert kinds(batch.stream) == [
        *("erasure.proposed", "erasure.approved", "erasure.begun", "erasure.erased", "erasure.erased", "erasure.done")
    ]
    for stream in Entry.objects.values_list("stream", flat=True).distinct():
        assert journal.verify(stream) is None, stream
    assert erasure.of_person(customer.uuid).batch == batch


@pytest.mark.parametrize(("what", "code"), [("hold", "hold"), ("report", "police")])
def test_what_came_between_the_proposal_and_the_run_keeps_him(what, code, house):
    case, other = house.file(), house.file()
    with after(days=1):
        batch = house.agreed()
        getattr(house, what)(case)
        erasing.run()

    assert outcomes(batch) == [Outcome.HELD, Outcome.ERASED]
    kept = batch.items.get(number=1)
    assert [(why["code"], why["cases"]) for why in kept.why] == [(code, [case.reference])]
    assert kinds(case.stream) == ["data.kept"]
    assert not PersonKey.objects.get(pk=case.person_key_id).destroyed
    assert PersonKey.objects.get(pk=other.person_key_id).destroyed
    done = journal.entries(batch.stream).last()
    assert done.data == {"erased": 1, "held": 1, "gone": 0, "failed": 0}


def test_a_complaint_that_came_in_between_keeps_the_person_and_says_until_when(house):
    customer = house.customer()
    house.file(customer)
    with after(days=1):
        batch = house.agreed()
        new = house.file(customer, done_at=ENDED + timedelta(days=900))
        erasing.run()
    (why,) = batch.items.get().why
    assert (why["code"], why["cases"], why["rule"]) == ("years", [new.reference], limits.KEEP_FILE)
    assert why["until"].startswith("2028-10-2")


def test_who_was_erased_otherwise_meanwhile_is_said_to_be_gone(house):
    case = house.file()
    with after(days=1):
        batch = house.agreed()
        keys.destroy(case.person_key, why="test", actor=journal.system("test"))
        erasing.run()
    assert outcomes(batch) == [Outcome.GONE]


def test_a_second_run_finds_nothing_to_do(house):
    house.file()
    with after(days=1):
        batch = house.erased()
        before = Entry.objects.count()
        assert erasing.run() == 0
    assert Entry.objects.count() == before
    assert outcomes(batch) == [Outcome.ERASED]


def test_what_fails_for_a_reason_nobody_foresaw_is_tried_three_times_and_told(house, monkeypatch):
    house.file()
    with after(days=1):
        batch = house.agreed()

        def breaks(*_given, **_named):
            raise RuntimeError("no such luck")

        monkeypatch.setattr(keys, "destroy", breaks)
        for _ in range(erasing.TRIES):
            with pytest.raises(RuntimeError):
                erasing.run()
        assert erasing.run() == 0
    batch.refresh_from_db()
    assert (outcomes(batch), batch.state) == ([Outcome.FAILED], State.DONE)
    assert kinds(batch.stream)[-2:] == ["erasure.failed", "erasure.done"]


def test_nothing_destroys_a_key_while_the_police_ask_not_even_past_our_code(house):
    case = house.file()
    house.report(case)
    with pytest.raises(KeyKept, match=case.reference):
        keys.destroy(case.person_key, why="test", actor=journal.system("test"))
    with pytest.raises(IntegrityError, match="police report"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE record_personkey SET wrapped = NULL, destroyed_at = now() WHERE id = %s", [case.person_key_id]
        )


def test_no_complaint_is_given_to_a_person_who_was_erased(house):
    customer = house.customer()
    house.file(customer)
    keys.destroy(customer.uuid, why="test", actor=journal.system("test"))
    with pytest.raises(IntegrityError, match="the person was erased"), transaction.atomic():
        house.file(customer)
    other = house.file()
    other.customer = customer
    with pytest.raises(IntegrityError, match="the person was erased"), transaction.atomic():
        other.save()


def test_what_was_erased_is_told_for_ever(house):
    house.file()
    with after(days=1):
        house.erased()
    for model in (ErasureItem, ErasureBatch):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.all().delete()


# Asked for by the person ----------------------------------------------------------------------------------------------


def test_a_person_who_asks_is_erased_once_no_law_keeps_him(house):
    customer = house.customer(identity_number="310101199001011234")
    case = house.file(customer)
    with after(days=-30):
        asked = {"user": house.proposer, "case": case, "reason": "本人来函要求删除，身份已核实"}
        none, why = erasure.propose_request(**asked)
        assert (none, [keep.code for keep in why]) == (None, ["relation"])
        none, why = erasure.propose_request(**asked, relation_ended_on=date(2020, 1, 1))
        assert (none, [keep.rule for keep in why]) == (None, [limits.KEEP_IDENTITY])
        batch, why = erasure.propose_request(**asked, relation_ended_on=date(2015, 1, 1))
        assert (batch.kind, batch.total, why) == ("request", 1, [])
        house.agreed(batch)
        erasing.run()
    assert outcomes(batch) == [Outcome.ERASED]
    with after(), pytest.raises(CaseError, match=r"erased before|已"):
        erasure.propose_request(**asked, relation_ended_on=date(2015, 1, 1))


def test_a_request_is_asked_by_whoever_may_propose_with_a_reason_and_a_day_that_was(house):
    case = house.file()
    asked = {"user": house.proposer, "case": case, "reason": "本人来函"}
    with after(days=-30):
        with pytest.raises(NotAllowed):
            erasure.propose_request(**{**asked, "user": house.approver})
        for wrong, field in (
            ({"reason": ""}, "reason"),
            ({"relation_ended_on": date(2099, 1, 1)}, "relation_ended_on"),
        ):
            with pytest.raises(CaseError) as refused:
                erasure.propose_request(**{**asked, **wrong})
            assert refused.value.field == field
        erasure.propose_request(**asked)
        with pytest.raises(SomeoneWasFirst):
            erasure.propose_request(**asked)


def test_a_request_while_the_complaint_is_handled_is_kept_and_says_so(house):
    case = house.file(state=Case.State.OPEN, done_at=None, archived_at=None)
    with after():
        none, why = erasure.propose_request(user=house.proposer, case=case, reason="本人来函")
    assert (none, [keep.code for keep in why]) == (None, ["open"])
