"""Until when a person is kept, rule by rule; and what keeps him although his years are over."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cases import due, retention
from cases.models import Case, MoneyEntry
from cases.retention import Measure, Why
from knowledge import limits, policies
from knowledge.policies import UnverifiedLaw
from record import clock
from record.keys import create_key
from tests.cases.erasure.past import ENDED, KEPT_UNTIL, House, after
from tests.factories.cases import BookingFactory, MoneyEntryFactory, TransactionFactory

pytestmark = pytest.mark.django_db
ASKED = Measure(by_law_alone=True)


@pytest.fixture
def house() -> House:
    return House()


def codes(case: Case, measure: Measure = retention.DUE) -> set[str]:
    subject = case.person_key.subject
    return {str(keep.code) for keep in retention.look([subject], measure)[subject].keeps}


def until(case: Case, measure: Measure = retention.DUE) -> dict[str, Any]:
    subject = case.person_key.subject
    return {keep.rule: keep.until for keep in retention.look([subject], measure)[subject].keeps}


@pytest.mark.parametrize(
    ("key", "years", "event", "article", "verified"),
    [
        (limits.KEEP_FILE, 10, "file_end", "", False),
        (limits.KEEP_VISIT, 10, "visit_end", "", False),
        (limits.KEEP_TRANSACTIONS, 10, "transaction_end", "34", True),
        (limits.KEEP_IDENTITY, 10, "relation_end", "34", True),
    ],
)
def test_each_kind_of_data_has_its_years_its_event_and_its_source(key, years, event, article, verified):
    rule = policies.rule(key)
    assert (rule.amount, rule.unit, rule.counts_from) == (years, "years", event)
    assert (rule.article, rule.verified, rule.is_law) == (article, verified, verified)


def test_what_nobody_compared_with_the_original_is_shown_and_never_counted_with():
    shown = {rule.key: rule for rule in policies.rules()}[limits.KEEP_PBOC_FILE]
    assert (shown.amount, shown.verified) == (3, False)
    with pytest.raises(UnverifiedLaw):
        policies.rule(limits.KEEP_PBOC_FILE)


def test_a_file_is_kept_to_the_end_of_the_day_ten_years_after_its_end(house):
    case = house.file()
    with after(seconds=-1):
        assert until(case) == {limits.KEEP_FILE: KEPT_UNTIL}
    with after():
        assert codes(case) == set()


def test_a_file_that_was_taken_out_of_the_archive_counts_from_its_last_end(house):
    case = house.file(archived_at=ENDED + timedelta(days=400))
    with after(days=300):
        assert codes(case) == {Why.YEARS}


@pytest.mark.parametrize("what", ["transaction", "payment"])
def test_transactions_keep_by_the_law_from_the_day_they_ended(what, house):
    case, late = house.file(), ENDED + timedelta(days=30)
    if what == "transaction":
        TransactionFactory.create(case=case, booked_at=late)
    else:
        case.disputed_total = Decimal("5.00")
        case.save()
        lost = TransactionFactory.create(case=case, is_disputed=True, amount=Decimal("5.00"), booked_at=ENDED)
        line = {"kind": MoneyEntry.Kind.RECOVERY, "state": MoneyEntry.State.BOOKED, "transaction": lost}
        BookingFactory.create(entry=MoneyEntryFactory.create(case=case, amount=Decimal("5.00"), **line), booked_at=late)
    with after(days=29):
        assert set(until(case)) == {limits.KEEP_TRANSACTIONS}
        assert set(until(case, ASKED)) == {limits.KEEP_TRANSACTIONS}
    with after(days=30):
        assert codes(case) == set()


def test_identity_data_count_from_the_end_of_the_relation_and_no_earlier_than_the_files(house):
    case = house.file(house.customer(identity_number="310101199001011234"))
    with after(days=-1):
        assert set(until(case)) == {limits.KEEP_FILE, limits.KEEP_IDENTITY}
        assert codes(case, ASKED) == {Why.RELATION}
        over = Measure(by_law_alone=True, relation_ended_on=date(2016, 5, 2))
        assert codes(case, over) == set()
        later = Measure(by_law_alone=True, relation_ended_on=date(2016, 5, 20))
        assert set(until(case, later)) == {limits.KEEP_IDENTITY}


def test_the_houses_own_years_do_not_bind_a_person_who_asks(house):
    case = house.file()
    with clock.at(KEPT_UNTIL - timedelta(days=40)):
        assert codes(case) == {Why.YEARS}
        assert codes(case, ASKED) == set()


@pytest.mark.parametrize("state", [Case.State.OPEN, Case.State.TOLD, Case.State.DONE])
def test_what_is_not_in_the_archive_is_kept_whatever_its_age(state, house):
    case = house.file(state=state, archived_at=None)
    with after(days=4000):
        assert codes(case) == {Why.OPEN}
        assert codes(case, ASKED) == {Why.OPEN}


@pytest.mark.parametrize(("what", "code"), [("hold", Why.HOLD), ("report", Why.POLICE)])
def test_a_court_and_the_police_keep_whatever_the_age(what, code, house):
    case = house.file()
    getattr(house, what)(case)
    with after(days=4000):
        assert codes(case) == {code}
        assert codes(case, ASKED) == {code}


def test_one_complaint_within_its_years_keeps_all_of_the_person(house):
    customer = house.customer()
    old, new = house.file(customer), house.file(customer, done_at=ENDED + timedelta(days=900))
    with after(days=1):
        person = retention.look([customer.uuid])[customer.uuid]
        assert person.references == [old.reference, new.reference]
        assert [keep.cases for keep in person.keeps] == [(new.reference,)]


def test_a_complaint_under_a_key_of_its_own_keeps_its_customer_all_the_same(house):
    customer = house.customer()
    house.file(customer)
    # described later: the complaint has its own key, which falls with the customer's
    other = house.file(
        customer, state=Case.State.OPEN, archived_at=None, done_at=None, person_key=create_key(customer.uuid)
    )
    with after(days=1):
        assert codes(other) == {Why.OPEN}


@pytest.mark.parametrize(
    ("fields", "found"), [({}, set()), ({"ended_at": None, "outcome": "", "av_number": ""}, {Why.VISIT})]
)
def test_a_visit_that_led_to_no_complaint_has_years_of_its_own(fields, found, house):
    visit = house.visit(**fields)
    with after(days=1):
        keeps = retention.look([visit.person_key.subject])[visit.person_key.subject].keeps
        assert {keep.code for keep in keeps} == found
    with after(days=-1):
        assert retention.look([visit.person_key.subject])[visit.person_key.subject].keeps


def test_whoever_is_due_is_found_oldest_first_and_the_others_are_counted_by_reason(house):
    first, second = house.file(done_at=ENDED - timedelta(days=9)), house.file()
    held, both = house.file(), house.file()
    house.hold(held)
    house.hold(both)
    house.report(both)
    house.file(done_at=ENDED + timedelta(days=3000))  # too young to be looked at
    visit = house.visit()
    with after(days=1):
        found = due.find()
    assert [person.subject for person in found.due] == [first.uuid, second.uuid, visit.uuid]
    assert found.counted == {"hold": 2, "police": 1}
    assert found.is_whole


def test_more_than_a_batch_holds_are_left_for_the_next(house):
    for _ in range(3):
        house.file()
    with after(days=1):
        found = due.find(most=2)
    assert (len(found.due), found.is_whole) == (2, False)


def test_whoever_looks_at_many_reads_as_often_as_for_one(house, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(due, "AT_ONCE", 3)
    for _ in range(7):
        house.file()
    with after(days=1), django_assert_max_num_queries(3 * 10 + 4):
        assert len(due.find().due) == 7
