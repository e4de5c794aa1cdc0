"""What a person could do at a moment: by what was on record then, not by what was entered or mended since."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.as_of import standings_at
from accounts.models.post import standings
from accounts.roles import Role
from record import clock
from tests.factories import PostFactory, UserFactory, person
from tests.factories.accounts import AbsenceFactory

NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.at(NOW) as hand:
        yield hand


def told(held):
    return [(one.post.pk, one.post.branch.level, one.for_whom and one.for_whom.pk) for one in held]


def test_a_post_is_held_from_when_it_was_on_record(tree, standing_clock):
    # given a post that is entered an hour later, dated back by a day
    user = UserFactory.create()
    standing_clock.to(NOW + HOUR)
    post = PostFactory.create(user=user, role=Role.FRAUD, branch=tree.outlet, since=NOW - timedelta(days=1))

    # then he held it since it was entered, whatever its date says
    assert standings_at(user, NOW) == []
    assert told(standings_at(user, NOW + HOUR)) == [(post.pk, "outlet", None)]


def test_a_post_that_was_ended_later_was_held_until_then(tree, standing_clock):
    user = person(Role.FRAUD, tree.outlet)
    post = user.posts.get()
    standing_clock.to(NOW + HOUR)
    post.until = NOW + HOUR
    post.save()

    assert told(standings_at(user, NOW)) == [(post.pk, "outlet", None)]
    assert standings_at(user, NOW + HOUR) == []


def test_a_post_given_to_somebody_else_was_his_before(tree, standing_clock):
    first, second = UserFactory.create(), UserFactory.create()
    post = PostFactory.create(user=first, role=Role.FRAUD, branch=tree.outlet)
    standing_clock.to(NOW + HOUR)
    post.user = second
    post.save()

    assert [bool(standings_at(user, NOW)) for user in (first, second)] == [True, False]
    assert [bool(standings_at(user, NOW + HOUR)) for user in (first, second)] == [False, True]


def test_an_account_that_was_not_there_or_not_active_had_no_post(tree, standing_clock):
    user = person(Role.FRAUD, tree.outlet)
    assert standings_at(user, NOW - HOUR) == []
    standing_clock.to(NOW + HOUR)
    user.is_active = False
    user.save()

    assert standings_at(user, NOW)
    assert standings_at(user, NOW + HOUR) == []


def test_a_closed_branch_gives_no_post(tree, standing_clock):
    user = person(Role.FRAUD, tree.outlet)
    standing_clock.to(NOW + HOUR)
    tree.outlet.closed_at = NOW + HOUR
    tree.outlet.save()

    assert standings_at(user, NOW)
    assert standings_at(user, NOW + HOUR) == []


def test_substitutes_act_for_the_absent_through_a_chain_as_the_present_rules_say(tree):
    # given a holder away, whose substitute is away, too; and a third, who is here
    holder, second = (person(Role.TIER1_HEAD, tree.tier1) for _ in range(2))
    third = person(Role.SUPERVISOR, tree.outlet)
    AbsenceFactory.create(user=holder, substitute=second)
    AbsenceFactory.create(user=second, substitute=third)
    auditor = person(Role.AUDITOR, tree.head_office)
    AbsenceFactory.create(user=person(Role.FRAUD, tree.outlet), substitute=auditor)

    # then each may act as the rules of the present say, who reads the past at this very moment
    for user in (holder, second, third, auditor):
        assert sorted(told(standings_at(user, NOW))) == sorted(told(standings(user, NOW)))
    assert len(standings_at(third, NOW)) == 3
    assert len(standings_at(auditor, NOW)) == 1


def test_it_costs_four_queries_however_many_people_there_are(tree, django_assert_num_queries):
    user = person(Role.FRAUD, tree.outlet)
    for _ in range(5):
        AbsenceFactory.create(user=person(Role.FRAUD, tree.outlet), substitute=user)
    with django_assert_num_queries(4):
        assert len(standings_at(user, NOW)) == 6
