"""Telecom fraud and merchant disputes leave the fraud into a complaint of their own, with clock and history."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction as atomic

from cases.actions import handing_on
from cases.actions.turn import turn
from cases.drafts import drafts
from cases.errors import CaseError
from cases.models import Case, DisputedTransaction
from record import clock, journal
from tests.journey import Journey
from tests.workflows.roads import does, to_the_end, until, whole
from workflows import verbs
from workflows.verbs import law_clock

pytestmark = pytest.mark.django_db

FOUR = ("counterfeit", "telecom", "merchant", "own")


def traced(staff, *types: str) -> Journey:
    """The trace found one transaction of each of these types."""
    journey = until(Journey.begin(staff), "trace")
    rows = list(journey.case.transactions.order_by("-booked_at"))[: len(types)]
    does(journey, "trace", **{f"type_{row.uuid.hex}": type_ for row, type_ in zip(rows, types, strict=True)})
    return until(journey, "decide")


def ends(journey: Journey, **other: str) -> dict[str, str]:
    """Forged is the bank's, own the holder's, the rest goes on elsewhere."""
    answers: dict[str, str] = {}
    for row in journey.case.transactions.to_decide():
        key, bank = row.uuid.hex, row.type == "counterfeit"
        if row.type in ("telecom", "merchant"):
            answers |= {f"leaves_{key}": "on", f"reason_{key}": "客户本人付款，非盗刷"}
            continue
        answers |= {
            f"ground_{key}": "L1" if bank else "L8",
            f"bank_{key}": str(row.amount if bank else 0),
            f"holder_{key}": str(0 if bank else row.amount),
            f"merchant_{key}": "0.00",
            f"reason_{key}": "境外磁条交易" if bank else "亲友代刷，持卡人知情",
        }
    return answers | other


def decided(staff, *types: str) -> Journey:
    journey = traced(staff, *types)
    journey.does("decide", journey.staff.liability, **ends(journey))
    journey.again()
    return journey


def of_type(journey: Journey, type_: str) -> DisputedTransaction:
    return journey.case.transactions.disputed().select_related("handed_on_to").get(type=type_)


def linked(journey: Journey, type_: str) -> Journey:
    """The complaint the transaction of this type went on in."""
    went_to = of_type(journey, type_).handed_on_to
    assert went_to is not None
    return Journey(journey.staff, went_to, journey.ledger)


def test_four_transactions_have_four_different_ends(staff):
    journey = decided(staff, *FOUR)

    assert {row.type: row.ground for row in journey.case.transactions.disputed()} == {
        "counterfeit": "L1",
        "telecom": "L10",
        "merchant": "L11",
        "own": "L8",
    }
    assert of_type(journey, "telecom").bank_share is None, "what is decided elsewhere has no shares here"
    telecom, merchant = linked(journey, "telecom"), linked(journey, "merchant")
    assert telecom.case != merchant.case
    whole(to_the_end(journey))
    paid = [line.amount for line in journey.case.money.payouts()]
    assert paid == [of_type(journey, "counterfeit").amount]
    for other in (telecom, merchant):
        assert other.waiting == {"look_into"}
        whole(to_the_end(other))


def test_the_complaint_has_the_customer_the_people_and_the_clock_of_the_first(staff, time):
    journey = traced(staff, "counterfeit", "telecom")
    law_clock.stand_still(
        journey.case,
        user=staff.consumer_protection,
        why="appraisal",
        body="某鉴定中心",
        notice="REC-5",
        began_at=clock.now(),
        note="",
    )
    time.advance(days=4)
    law_clock.run_again(journey.case, user=staff.consumer_protection, ended_at=clock.now(), result="已出具")

    journey.does("decide", staff.liability, **ends(journey.again() and journey))

    other = linked(journey, "telecom").case
    origin = journey.again()
    assert (other.kind, other.customer, other.handling_unit) == ("general", origin.customer, origin.handling_unit)
    assert other.received_at == origin.received_at
    assert {(row.part, row.user) for row in other.people.all()} == {
        (row.part, row.user) for row in origin.people.filter(part__in=["first", "lead"])
    }
    mine, first = (case.deadlines.get(kind="law", ended_at=None) for case in (other, origin))
    assert (mine.started_at, mine.due_at) == (first.started_at, first.due_at)
    spans = [list(limit.spans.values_list("counts", "began_at", "ended_at")) for limit in (mine, first)]
    assert spans[0] == spans[1], "days left out stay left out"
    assert other.business_first.local_code == "B_PAY_TRANSFER"


def test_both_files_say_so_and_nothing_is_copied(staff):
    journey = decided(staff, "counterfeit", "merchant")
    other = linked(journey, "merchant")

    gone = journal.entries(journey.case.stream).get(kind="transaction.handed_on")
    came = journal.entries(other.case.stream).get(kind="complaint.from_case")

    assert (gone.data["to"], came.data["source"]) == (other.case.reference, journey.case.reference)
    assert not other.case.transactions.exists()
    assert not other.case.evidence.exists()
    assert [row.case for row in other.case.taken_over.all()] == [journey.case]
    for case in (journey.case, other.case):
        assert journal.verify(case.stream) is None


@pytest.mark.parametrize(("language", "says"), [("zh-hans", "另立投诉工单"), ("en", "goes on as complaint")])
def test_the_letter_says_where_it_went(staff, language, says):
    journey = decided(staff, "counterfeit", "telecom")

    (draft,) = drafts(journey.case, language)

    assert says in draft.reasons
    assert linked(journey, "telecom").case.reference in draft.reasons


def test_all_handed_on_the_first_case_still_tells_ends_and_closes(staff):
    journey = decided(staff, "telecom", "merchant")

    assert journey.waiting == {"propose"}
    does(journey, "propose")
    does(journey, "approve")
    whole(to_the_end(journey))

    assert not journey.case.money.exists()
    whole(to_the_end(linked(journey, "telecom")))


def test_the_officer_may_decide_it_here_all_the_same(staff):
    journey = traced(staff, "telecom")
    row = of_type(journey, "telecom")
    key = row.uuid.hex
    said = {f"ground_{key}": "L12", f"bank_{key}": str(row.amount), f"reason_{key}": "善意补偿"}

    journey.does("decide", staff.liability, **said, **{f"holder_{key}": "0.00", f"merchant_{key}": "0.00"})

    row.refresh_from_db()
    assert (row.ground, row.handed_on_to) == ("L12", None)


def test_it_leaves_once_and_only_as_what_it_is(staff):
    journey = decided(staff, "counterfeit", "telecom")
    with turn(journey.case, user=staff.liability) as hand, pytest.raises(CaseError) as twice:
        handing_on.hand_on(hand, [of_type(journey, "telecom")])
    with turn(journey.case, user=staff.liability) as hand, pytest.raises(CaseError) as forged:
        handing_on.hand_on(hand, [of_type(journey, "counterfeit")])

    assert twice.value.field == str(of_type(journey, "telecom").uuid)
    assert forged.value.field == str(of_type(journey, "counterfeit").uuid)
    assert Case.objects.filter(kind=Case.Kind.GENERAL).count() == 1


def test_the_database_keeps_shares_off_what_was_handed_on(staff):
    row = of_type(decided(staff, "counterfeit", "telecom"), "telecom")
    row.bank_share, row.holder_share, row.merchant_share = row.amount, Decimal(0), Decimal(0)

    with pytest.raises(IntegrityError, match="transaction_handed_on_undecided"), atomic.atomic():
        row.save()


def new_facts(journey: Journey) -> None:
    law_clock.take_new_facts(
        journey.case,
        user=journey.staff.supervisor,
        why="客户补充材料",
        material="DOC-1",
        received_at=clock.now(),
        notice="REC-8",
    )
    journey.again()


def test_new_facts_leave_what_was_handed_on_where_it_is(staff):
    journey = decided(staff, "counterfeit", "telecom")
    new_facts(journey)
    rows = journey.case.transactions.disputed()
    same = {f"type_{row.uuid.hex}": row.type for row in rows}

    with pytest.raises(CaseError) as refused:
        does(journey, "trace", **{**same, f"type_{of_type(journey, 'telecom').uuid.hex}": "online"})
    assert linked(journey, "telecom").case.reference in str(refused.value)

    does(journey, "trace", **same)
    until(journey, "decide")
    journey.does("decide", staff.liability, **ends(journey))
    whole(to_the_end(journey))
    assert Case.objects.filter(kind=Case.Kind.GENERAL).count() == 1


def test_withdrawn_there_it_may_be_decided_here_again(staff):
    journey = decided(staff, "counterfeit", "telecom")
    other = linked(journey, "telecom")
    verbs.withdraw(other.case, user=staff.agent, reason="不再主张", means="REC-7")
    new_facts(journey)
    row = of_type(journey, "telecom")
    same = {f"type_{one.uuid.hex}": one.type for one in journey.case.transactions.disputed()}

    does(journey, "trace", **{**same, f"type_{row.uuid.hex}": "online"})
    until(journey, "decide")

    row.refresh_from_db()
    assert (row.type, row.handed_on_to, row.ground) == ("online", None, "")
    whole(to_the_end(journey))
    whole(to_the_end(other))


def test_the_first_case_withdrawn_leaves_the_other_as_it_is(staff):
    journey = decided(staff, "counterfeit", "telecom")
    other = linked(journey, "telecom")

    verbs.withdraw(journey.case, user=staff.agent, reason="已与家人核实", means="REC-7")

    whole(to_the_end(journey))
    assert other.again().withdrawn_at is None
    whole(to_the_end(other))
