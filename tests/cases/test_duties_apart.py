"""Four eyes in the database: every pair of duties, every pair of people, substitutes, interests."""

import threading
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from cases.models import Case, DutiesApart, Duty, Interest
from tests.cases.around import refused, stands
from tests.factories import UserFactory
from tests.factories.cases import CaseFactory, DutyFactory

pytestmark = pytest.mark.django_db

FLOW = "TestFlow"
STATES = ("held", "done", "released")


@pytest.fixture(autouse=True)
def declared() -> None:
    """Whoever traced does not decide; nobody with an interest decides."""
    for row in DutiesApart.objects.all():
        row.delete()
    DutiesApart.objects.create(flow=FLOW, first="decide", second="trace")
    DutiesApart.objects.create(flow=FLOW, first="decide", second="")


@pytest.fixture
def case() -> Case:
    return CaseFactory()


@pytest.fixture
def people() -> dict[str, User]:
    return {name: UserFactory() for name in ("ann", "ben", "cat", "dan")}


# who has the first duty (and for whom), who takes the second (and for whom); every way two people can coincide
HANDS = [("ann", None), ("ann", "ben"), ("ben", None), ("ben", "ann"), ("cat", None), ("cat", "ann"), ("cat", "dan")]


@pytest.mark.parametrize(("first", "second"), [("trace", "decide"), ("decide", "trace")])
@pytest.mark.parametrize("state", STATES)
def test_two_duties_apart_are_never_joined_in_one_person_or_his_substitute(
    case: Case, people: dict[str, User], first: str, second: str, state: str
) -> None:
    for had, takes in product(HANDS, HANDS):
        savepoint = transaction.savepoint()
        # given somebody who has, or had, the first duty
        DutyFactory(case=case, duty=first, state=state, **hand(people, had))
        # when another pair takes the second
        joined = {name for name in had if name} & {name for name in takes if name}
        # then it is refused whenever somebody would stand on both sides, unless the first was given back
        with refused("duties_kept_apart") if joined and state != "released" else stands():
            DutyFactory(case=case, duty=second, **hand(people, takes))
        transaction.savepoint_rollback(savepoint)


def hand(people: dict[str, User], names: tuple[str, str | None]) -> dict[str, User | None]:
    """Person and for whom, by name."""
    return {"person": people[names[0]], "for_whom": people.get(names[1] or "")}


def test_a_duty_that_was_given_back_does_not_return_beside_its_opposite(case: Case, people: dict[str, User]) -> None:
    duty = DutyFactory(case=case, duty="trace", person=people["ann"])
    DutyFactory(case=case, duty="decide", person=people["ben"])
    for changes in ({"person": people["ben"]}, {"for_whom": people["ben"]}, {"duty": "decide"}):
        with refused("duties_kept_apart") if "duty" not in changes else stands():
            row = Duty.objects.get(pk=duty.pk)
            for name, value in changes.items():
                setattr(row, name, value)
            row.save()


def test_ending_a_duty_is_never_in_the_way(case: Case, people: dict[str, User]) -> None:
    """What was judged when it began is not judged again, though the rules or the interests changed meanwhile."""
    duty = DutyFactory(case=case, duty="decide", person=people["ann"])
    Interest.objects.create(case=case, person=people["ann"], person_key=case.person_key)
    with stands():
        duty.state = "done"
        duty.save()


def test_other_duties_other_cases_and_the_same_duty_again_are_free(case: Case, people: dict[str, User]) -> None:
    DutyFactory(case=case, duty="trace", person=people["ann"], state="done")
    with stands():
        DutyFactory(case=case, duty="trace", person=people["ann"])
        DutyFactory(case=case, duty="propose", person=people["ann"])
        DutyFactory(case=CaseFactory(handling_unit=case.handling_unit), duty="decide", person=people["ann"])


@pytest.mark.parametrize(("person", "for_whom"), [("ann", None), ("ben", "ann"), ("ann", "ben")])
def test_an_interest_keeps_a_person_and_his_substitute_away(
    case: Case, people: dict[str, User], person: str, for_whom: str | None
) -> None:
    Interest.objects.create(case=case, person=people["ann"], person_key=case.person_key)
    with refused("interest_keeps_away"):
        DutyFactory(case=case, duty="decide", **hand(people, (person, for_whom)))
    with stands():
        DutyFactory(case=case, duty="trace", **hand(people, (person, for_whom)))


def test_a_duty_once_ended_stays_what_it_was(case: Case, people: dict[str, User]) -> None:
    for state in ("done", "released"):
        duty = DutyFactory(case=case, person=people["ann"], state=state)
        for changes in ({"state": "released" if state == "done" else "held"}, {"person": people["ben"]}):
            with refused("cases_duty_ended_is_final"):
                row = Duty.objects.get(pk=duty.pk)
                for name, value in changes.items():
                    setattr(row, name, value)
                row.save()


def test_one_person_holds_a_task_at_a_time(case: Case, people: dict[str, User]) -> None:
    duty = DutyFactory(case=case, person=people["ann"])
    with refused("duty_one_holder_a_task"):
        DutyFactory(case=case, person=people["ben"], task=duty.task)


def test_an_interest_is_not_moved_to_somebody_else(case: Case, people: dict[str, User]) -> None:
    interest = Interest.objects.create(case=case, person=people["ann"], person_key=case.person_key)
    with refused("cases_interest_is_final"):
        interest.person = people["ben"]
        interest.save()


@pytest.mark.django_db(transaction=True)
def test_two_opposite_duties_begun_at_once_by_one_person_are_not_both_begun() -> None:
    case, ann = CaseFactory(), UserFactory()
    DutiesApart.objects.get_or_create(flow=FLOW, first="decide", second="trace")
    outcomes: list[str] = []

    def begin(duty: str) -> None:
        try:
            with transaction.atomic():
                DutyFactory(case=case, duty=duty, person=ann)
            outcomes.append("begun")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=begin, args=(duty,)) for duty in ("trace", "decide")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["begun", "refused"]
