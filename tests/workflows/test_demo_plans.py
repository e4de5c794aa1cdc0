"""What is planned for the demo bank, before anything is done: pure, so it is asked of all cases and many days."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from random import Random

import pytest
from django.core.files.base import ContentFile
from hypothesis import given, settings, strategies as st

from accounts.models.post import compatible
from accounts.roles import LEVEL_OF, Role
from cases import card_numbers
from cases.files import checked
from knowledge.ground_table import fits
from knowledge.grounds import Ground
from workflows.demo import papers, people, words
from workflows.demo.fates import fates
from workflows.demo.left import LEFT
from workflows.demo.plans import local, plans
from workflows.demo.scenarios import SCENARIOS
from workflows.demo.sides import sides

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def planned():
    return list(plans(300, NOON))


def test_the_same_day_has_the_same_plans(planned):
    assert list(plans(300, NOON)) == planned


def test_seven_in_ten_cases_are_past_and_lie_within_two_years(planned):
    past = [plan for plan in planned if plan.fate.left is None]

    assert 0.65 < len(past) / len(planned) < 0.8
    assert min(plan.received_at for plan in past) > NOON - timedelta(days=731)
    assert max(plan.received_at for plan in past) < NOON - timedelta(days=49)


def test_something_befalls_every_second_past_case():
    past = [fate for fate in fates(300) if fate.left is None]
    troubles = Counter(fate.trouble for fate in past)
    events = Counter(fate.event for fate in past)

    assert set(events) == {"", "returned", "refused", "withdrawn", "declined", "interest", "handed_over"}
    assert {"stop_rejected", "stop_silent", "list_rejected", "credit_silent", "credit_late"} < set(troubles)


def test_sums_reach_from_two_hundred_to_two_million_and_over_every_level(planned):
    totals = [plan.card.total for plan in planned]

    assert 200 <= min(totals) < 1_000
    assert 1_000_000 < max(totals) < 2_000_000
    for low, high in ((0, 30_000), (50_000, 200_000), (200_000, 1_000_000), (1_000_000, 2_000_000)):
        assert sum(low < total <= high for total in totals) >= 5


def test_one_to_four_payments_are_disputed_on_debit_and_credit_cards(planned):
    assert {len(plan.card.disputed) for plan in planned} == {1, 2, 3, 4}
    assert {plan.card.kind for plan in planned} == {"debit", "credit"}
    assert all(payment.amount > 0 for plan in planned for payment in (*plan.card.everyday, *plan.card.disputed))


def test_no_two_cards_have_the_same_digits(planned):
    digits = Counter((plan.card.first_six, plan.card.last_four) for plan in planned)

    assert max(digits.values()) == 1


def test_some_customers_complain_twice(planned):
    callers = Counter(plan.caller.phone for plan in planned)

    assert max(callers.values()) == 2
    assert len({plan.caller.name for plan in planned}) > 100


def test_narratives_are_varied_and_hold_no_secret(planned):
    told = [plan.narrative() for plan in planned]

    assert len(set(told)) > 250
    assert not [text for text in told if card_numbers.find(text) or card_numbers.forbidden(text)]
    assert sum(len(scenario.narratives) for scenario in SCENARIOS) >= 30


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_ground_fits_what_happened_or_says_why(scenario):
    for decided in scenario.decided:
        assert fits(decided.ground, scenario.type)
        assert decided.reason or not Ground(decided.ground).row.reason_always


@given(day=st.integers(0, 400), minute=st.integers(0, 24 * 60 - 1))
@settings(max_examples=25, deadline=None)
def test_at_any_hour_of_any_day_nothing_is_planned_for_later(day, minute):
    anchor = NOON + timedelta(days=day, minutes=minute)

    for plan in plans(len(LEFT) + 20, anchor):
        assert plan.received_at < anchor
        assert all(payment.booked_at < plan.received_at for payment in (*plan.card.everyday, *plan.card.disputed))
        happening = sides(plan, anchor)
        assert all(plan.received_at < side.at < anchor for side in happening)
        assert happening == sorted(happening, key=lambda side: side.at)


def test_a_case_left_open_leaves_room_for_all_its_steps():
    for fate in fates(300):
        if fate.left is not None:
            assert fate.received_days_ago() >= fate.left.days


def test_a_time_of_day_is_the_banks_own():
    assert local(datetime(2026, 11, 20, 17, 0, tzinfo=UTC), time(9)) == datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


# People ---------------------------------------------------------------------------------------------------------------


def test_forty_people_hold_every_post_over_twelve_branches():
    assert len(people.UNITS) == 12
    assert 40 <= len(people.PEOPLE) <= 45
    assert {role for person in people.PEOPLE for role in person.roles} == set(Role)
    assert len({person.number for person in people.PEOPLE}) == len(people.PEOPLE)


def test_posts_stand_where_they_may():
    level = {unit.code: unit.level for unit in people.UNITS}
    for person in people.PEOPLE:
        assert compatible(person.roles)
        assert all(LEVEL_OF.get(role, level[person.unit]) == level[person.unit] for role in person.roles)


def test_the_log_in_list_names_people_of_the_bank():
    assert set(people.LOGINS) <= {person.number for person in people.PEOPLE}
    assert {away.number for away in people.ABSENCES} <= {person.number for person in people.PEOPLE}


# Papers ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"), [("a.png", papers.picture(Random(1))), ("a.pdf", papers.page("Statement"))]
)
def test_papers_are_what_their_names_say(name, content):
    assert checked(ContentFile(content, name=name)).data == content
    assert len(content) < 20_000


def test_nothing_people_write_holds_a_secret():
    written = [text for name in dir(words) if name.isupper() for text in flat(getattr(words, name))]

    assert written
    assert not [text for text in written if card_numbers.find(text) or card_numbers.forbidden(text)]


def flat(value):
    if isinstance(value, str):
        return [value]
    values = value.values() if isinstance(value, dict) else value
    return [text for part in values for text in flat(part)]
