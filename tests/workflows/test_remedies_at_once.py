"""Two people at once after the decision: one has his way, the other reads why, and nothing is done twice."""

from uuid import uuid4

import pytest

from cases.errors import CaseError
from cases.models import Booking, Case, LegalHold, MoneyEntry, Review
from record import clock, journal, keys
from record.errors import KeyDestroyed, KeyKept
from record.models import PersonKey
from tests.journey import Journey
from tests.workflows.after import (
    ANSWERS,
    applies,
    does,
    more,
    review_of,
    reviewer,
    task_of,
    to_approval,
    told,
)
from tests.workflows.test_verbs_at_once import had_its_way, runners
from workflows import verbs
from workflows.verbs.remedies import begin_proceeding, take_back

__all__ = ["runners"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def journey(staff) -> Journey:
    return told(staff, bank="40.00")


def one_won(results: list[object]) -> None:
    assert sorted(had_its_way(result) for result in results) == [False, True], results
    loser = next(result for result in results if not had_its_way(result))
    assert isinstance(loser, CaseError)
    assert str(loser.sentence).strip()


def test_two_applications_at_once_are_one_review(journey, runners):
    results = runners(2).run([lambda: applies(journey), lambda: applies(journey, application="HC-2")])

    one_won(results)
    assert Review.objects.count() == 1


def test_taken_back_while_it_is_approved(journey, runners):
    who, process = reviewer(journey.staff), applies(journey)
    to_approval(journey, process, who, **more(journey, "100.00"))
    step, review, head = task_of(process).uuid, review_of(process), journey.staff.tier2_head

    results = runners(2).run(
        [
            lambda: verbs.approve(step, user=head),
            lambda: take_back(review, user=journey.staff.agent, reason="客户来电撤回"),
        ]
    )

    one_won(results)
    review = review_of(process)
    lines = MoneyEntry.objects.filter(review=review).count()
    assert (review.stage, lines) in {("approved", 1), ("taken_back", 0)}
    assert journal.verify(journey.case.stream) is None


def test_two_checkers_book_one_payment_once(journey, runners):
    who, process = reviewer(journey.staff), applies(journey)
    to_approval(journey, process, who, **more(journey, "100.00"))
    does(process, "approve_review", journey.staff.tier2_head)
    does(process, "tell_review", who)
    does(process, "pay_supplement", journey.staff.accounts_maker)
    step, checker = task_of(process).uuid, journey.staff.accounts_checker
    verbs.claim(step, user=checker)
    answers = {**ANSWERS["check_supplement"](), "total": "100.00"}

    results = runners(2).run([lambda: verbs.complete(step, user=checker, answers=answers)] * 2)

    one_won(results)
    assert Booking.objects.filter(entry__review__isnull=False).count() == 1


def test_an_erasure_and_a_lawsuit_at_once_never_leave_a_hold_without_its_key(journey, runners):
    key, officer = journey.case.person_key, journey.staff.consumer_protection
    suit = {"kind": "lawsuit", "body": "人民法院", "number": f"民初{uuid4().hex[:4]}", "began_at": clock.now()}

    def sue() -> object:
        try:
            return begin_proceeding(journey.case, user=officer, **suit)
        except KeyDestroyed:
            return False

    def erase() -> object:
        try:
            return bool(keys.destroy(key, why="客户要求", actor=journal.system("test")))
        except KeyKept:
            return False

    results = runners(2).run([sue, erase])

    destroyed = PersonKey.objects.get(pk=key.pk).destroyed
    assert sorted(map(bool, results)) == [False, True]
    assert destroyed is not LegalHold.objects.exists()
    assert (Case.objects.get().held_since is None) is destroyed
