"""Who is in office, who is away, and who acts for whom."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import people
from accounts.permissions import Verb, may
from accounts.roles import Role
from record import clock
from tests.factories import PostFactory, UserFactory, bank, person
from tests.factories.accounts import AbsenceFactory

NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.at(NOW) as hand:
        yield hand


def away(user, substitute=None, **span):
    return AbsenceFactory.create(user=user, substitute=substitute, **span)


def acting(role, place):
    return {office.person for office in people.in_office(role, place, NOW)}


@pytest.fixture
def crowd(db):
    return [UserFactory.create(staff_number=f"p-{letter}") for letter in "abcd"]


def test_nobody_stands_in_for_somebody_present(crowd):
    a, b, *_rest = crowd
    away(a, b, until=NOW)  # back since this very moment
    away(a, b, since=NOW + timedelta(seconds=1))

    assert people.stand_in(a, NOW) is None
    assert people.acts_for(b, NOW) == []
    assert people.stand_in(a, NOW + timedelta(seconds=1)) == b


def test_a_substitute_acts_for_the_absent_person(crowd):
    a, b, *_rest = crowd
    away(a, b)

    assert people.stand_in(a, NOW) == b
    assert people.acts_for(b, NOW) == [a]
    assert people.acts_for(a, NOW) == []


def test_a_substitute_who_is_away_hands_on_to_his_own(crowd):
    a, b, c, d = crowd
    away(a, b)
    away(b, c)
    away(d, b)

    assert [people.stand_in(user, NOW) for user in (a, b, d)] == [c, c, c]
    assert people.acts_for(c, NOW) == [a, b, d]
    assert people.acts_for(b, NOW) == []


@pytest.mark.parametrize("circle", ["ab", "abc", "abcd"])
def test_a_circle_of_substitutes_ends_with_nobody(crowd, circle):
    members = crowd[: len(circle)]
    for user, substitute in zip(members, [*members[1:], members[0]], strict=True):
        away(user, substitute)

    assert [people.stand_in(user, NOW) for user in members] == [None] * len(members)
    assert [people.acts_for(user, NOW) for user in members] == [[]] * len(members)


def test_a_chain_into_a_circle_ends_with_nobody(crowd):
    a, b, c, _d = crowd
    away(a, b)
    away(b, c)
    away(c, b)

    assert people.stand_in(a, NOW) is None


def test_an_absence_without_a_substitute_leaves_a_gap(crowd):
    a, b, *_rest = crowd
    away(a, b)
    away(b)

    assert people.stand_in(a, NOW) is None
    assert people.acts_for(b, NOW) == []


def test_a_deactivated_substitute_acts_for_nobody(crowd):
    a, _b, *_rest = crowd
    gone = UserFactory.create(is_active=False)
    away(a, gone)

    assert people.stand_in(a, NOW) is None
    assert people.acts_for(gone, NOW) == []


def test_whom_one_acts_for_is_asked_in_one_query(crowd, django_assert_num_queries):
    a, b, c, _d = crowd
    away(a, b)
    away(b, c)

    with django_assert_num_queries(1):
        people.acts_for(c, NOW)


def test_a_substitute_has_the_rights_of_the_absent_persons_post_and_acts_in_his_name(tree):
    head, deputy = person(Role.OUTLET_HEAD, tree.outlet), person(Role.AGENT, tree.other_outlet)
    assert not may(deputy, Verb.APPROVE, tree.outlet, step_role=Role.OUTLET_HEAD)

    away(head, deputy)
    deputy.forget_posts()

    assert may(deputy, Verb.APPROVE, tree.outlet, step_role=Role.OUTLET_HEAD)
    assert deputy.standings_now()[-1].for_whom == head
    actor = deputy.actor(role=Role.OUTLET_HEAD, for_whom=head)
    assert (actor.number, actor.for_whom) == (deputy.staff_number, f"{head.staff_number} {head.display_name}")


def test_posts_and_those_stood_in_for_are_read_in_one_query_an_instance(tree, django_assert_num_queries):
    deputy = person(Role.AGENT, tree.outlet)
    away(person(Role.OUTLET_HEAD, tree.outlet), deputy)

    with django_assert_num_queries(1):
        assert [post.role for post in deputy.posts_now()] == [Role.AGENT]
        assert [held.post.role for held in deputy.standings_now()] == [Role.AGENT, Role.OUTLET_HEAD]


@pytest.mark.parametrize("apart", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_audit_and_administration_pass_to_nobody_of_another_post_and_take_none(tree, apart):
    watcher, agent = person(apart, tree.head_office), person(Role.AGENT, tree.outlet)
    away(watcher, agent)
    away(other := person(Role.SUPERVISOR, tree.tier1), twin := person(apart, tree.head_office))

    assert [held.post.role for held in agent.standings_now()] == [Role.AGENT]
    assert [held.post.role for held in twin.standings_now()] == [apart]
    assert people.in_office(Role.SUPERVISOR, tree.outlet, NOW) == []
    assert other.is_active


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (NOW, None, True),
        (NOW - timedelta(days=1), NOW + timedelta(seconds=1), True),
        (NOW + timedelta(seconds=1), None, False),
        (NOW - timedelta(days=1), NOW, False),
    ],
)
def test_a_post_is_held_from_its_beginning_to_before_its_end(tree, since, until, holds):
    user = UserFactory.create()
    PostFactory.create(user=user, role=Role.FRAUD, branch=tree.tier1, since=since, until=until)

    assert (user in acting(Role.FRAUD, tree.outlet)) is holds
    assert bool(user.posts_now()) is holds


def test_holders_cover_the_place_from_its_branch_up_to_the_head_office(tree):
    at = {name: person(Role.FRAUD, getattr(tree, name)) for name in vars(tree)}
    person(Role.LIABILITY, tree.outlet)
    gone = person(Role.FRAUD, tree.outlet, is_active=False)

    found = acting(Role.FRAUD, tree.outlet)

    assert found == {at["outlet"], at["tier2"], at["tier1"], at["head_office"]}
    assert gone not in found
    assert acting(Role.FRAUD, None) == {at["head_office"]}


def test_in_office_is_the_present_holder_or_the_substitute_of_the_absent_one(tree):
    present, absent, alone = (person(Role.TIER1_HEAD, tree.tier1) for _ in range(3))
    deputy = person(Role.TIER2_HEAD, tree.tier2)
    away(absent, deputy)
    away(alone)

    found = people.in_office(Role.TIER1_HEAD, tree.outlet, NOW)

    assert found == [people.InOffice(present), people.InOffice(deputy, for_whom=absent)]


def test_who_is_in_office_costs_the_same_for_two_and_for_twenty(tree, django_assert_num_queries):
    deputy = person(Role.TIER2_HEAD, tree.tier2)
    for number in range(20):
        holder = person(Role.TIER1_HEAD, tree.tier1)
        if number % 2:
            away(holder, deputy)

    with django_assert_num_queries(4):  # holders, who is away, whether substitutes are, their own posts
        assert len(people.in_office(Role.TIER1_HEAD, tree.outlet, NOW)) == 20


def test_several_roles_cost_no_more_queries_than_one(tree, django_assert_num_queries):
    # given a role whose holder is here, one whose holder is away, one nobody holds, and one person who holds two
    both = person(Role.FRAUD, tree.outlet)
    PostFactory.create(user=both, role=Role.LIABILITY, branch=tree.outlet)
    substitute = UserFactory.create()
    away(person(Role.SUPERVISOR, tree.outlet), substitute)
    roles = [Role.FRAUD, Role.LIABILITY, Role.SUPERVISOR, Role.RISK, Role.FRAUD]

    with django_assert_num_queries(4):  # one of them follows the substitute
        found = people.in_offices(roles, tree.outlet, NOW)

    assert found == {role: people.in_office(role, tree.outlet, NOW) for role in roles}
    named = {role: [office.person for office in offices] for role, offices in found.items()}
    assert named == {Role.FRAUD: [both], Role.LIABILITY: [both], Role.SUPERVISOR: [substitute], Role.RISK: []}


def test_colleagues_hold_one_of_his_posts_at_the_same_branch_and_are_at_work(db):
    # given two of one post at one branch, and others of whom each lacks something
    places = bank()
    branch = places.outlet
    me, colleague = (person(Role.AGENT, branch) for _n in range(2))
    person(Role.AGENT, places.sister_outlet)
    person(Role.SUPERVISOR, branch)
    away(person(Role.AGENT, branch))
    former = person(Role.AGENT, branch).posts.get()
    former.until = NOW
    former.save()
    gone = person(Role.AGENT, branch)
    gone.is_active = False
    gone.save()

    assert people.colleagues(me, NOW) == [colleague]
    assert people.colleagues(UserFactory.create(branch=branch), NOW) == []
