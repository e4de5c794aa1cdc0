"""What a step costs: queries of claim and completion together, BEGIN, COMMIT and savepoints counted.

The bare engine (stock tables, no timers, no history, no record) takes 18; a typical step of ours at most 27.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cases.models import DisputedTransaction
from tests.journey import Journey
from tests.workflows.roads import ANSWERS, comes_next, go_on, until, whose
from workflows import verbs

pytestmark = pytest.mark.django_db(transaction=True)

TYPICAL = {"pay": 27}  # one fact of its own; the rest is what every step costs
# What a step writes or looks up of its own comes on top: evidence, letter, money, each with its history row.
OTHERS = {
    "stop_loss": 68,  # seven roads begin with it, each with its limit; the first evidence is asked for
    "trace": 45,  # the last road before the decision: it opens with it; the limit for the first hop ends
    "decide": 33,  # the limit of the whole proposal begins with its draft
    "propose": 42,
    "tell": 60,  # six roads begin with it, each with its limit; the next contact ends with it
    "check_payment": 31,
    "end_card": 31,
    "draft_letter": 36,
    "correct_credit_record": 36,
    "judge_risk": 32,
    "close": 42,  # with whose responsibility it was, and three more points of the checklist
    "call_back": 36,
    "archive": 34,
}


def cost(journey: Journey, step: str) -> tuple[int, list[str]]:
    """Queries of claim and completion, each by a person just signed in, and the queries themselves."""
    who, task = whose(journey, step), journey.task(step)
    answers = ANSWERS[step](journey.again() and journey)
    claimer, finisher = (User.objects.get(pk=who.pk) for _ in range(2))
    with CaptureQueriesContext(connection) as queries:
        verbs.claim(task.uuid, user=claimer)
        verbs.complete(task.uuid, user=finisher, answers=answers)
    return len(queries), [query["sql"][:150] for query in queries.captured_queries]


def test_a_step_stays_within_its_budget(staff):
    until(Journey.begin(staff), "tell")  # what a process looks up once and remembers is looked up
    journey = Journey.begin(staff)
    over = {}
    while journey.open_tasks():
        step = comes_next(journey)
        if step in TYPICAL | OTHERS:
            needed, queries = cost(journey, step)
            print(f"{step}: {needed}")  # noqa: T201  shown when the test fails
            if needed > (TYPICAL | OTHERS)[step]:
                over[step] = [needed, *queries]
        else:
            go_on(journey)
    assert over == {}


def test_a_step_costs_the_same_however_many_transactions_the_card_has(staff):
    small, large = (until(Journey.begin(staff), "trace") for _ in range(2))
    some = large.case.transactions.first()
    assert some is not None
    for number in range(40):
        DisputedTransaction(
            case=large.case,
            person_key=large.case.person_key,
            bank_id=f"T-more-{number}",
            booked_at=some.booked_at,
            amount=some.amount,
            channel=some.channel,
        ).save()

    assert cost(large, "trace")[0] == cost(small, "trace")[0]


def test_a_long_journal_makes_no_step_dearer(staff):
    fresh, old = (until(Journey.begin(staff), "trace") for _ in range(2))
    for _ in range(30):
        verbs.claim(old.task("trace").uuid, user=staff.fraud)
        verbs.release(old.task("trace").uuid, user=staff.fraud)

    assert cost(old, "trace")[0] == cost(fresh, "trace")[0]
