"""What a list shows and what the permission function allows are the same, on any tree and for any posts."""

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings, strategies as st

from accounts.models import Branch, User
from accounts.permissions import Verb, may
from accounts.roles import Level, Role
from accounts.scope import reach
from tests.factories import BranchFactory, PostFactory, UserFactory, person
from tests.factories.accounts import AbsenceFactory

ROLES = st.sampled_from([Role.AGENT, Role.FRAUD, Role.TIER1_HEAD, Role.AUDITOR, Role.ADMINISTRATOR])
VERBS = st.sampled_from([Verb.SEE, Verb.STOP_LOSS, Verb.REGISTER, Verb.DOWNLOAD_EVIDENCE, Verb.MANAGE_PEOPLE])
# Each branch: which of the branches so far it would hang under, and how many levels it skips.
TREES = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 3)), min_size=1, max_size=10)
POSTS = st.lists(st.tuples(ROLES, st.integers(0, 20)), max_size=3)


def grow(steps):
    branches = [BranchFactory.create(level=Level.HEAD_OFFICE)]
    for parent, skip in steps:
        inner = [branch for branch in branches if branch.level != Level.OUTLET]
        above = inner[parent % len(inner)]
        rank = min(Level(above.level).rank + skip, 3)
        branches.append(BranchFactory.create(level=list(Level)[rank], parent=above))
    return branches


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=TREES, own=POSTS, stood_in=POSTS, verb=VERBS, active=st.booleans(), superuser=st.booleans())
def test_the_list_and_the_permission_function_agree(steps, own, stood_in, verb, active, superuser):
    with transaction.atomic():
        branches = grow(steps)
        user, absent = UserFactory.create(is_active=active, is_superuser=superuser), UserFactory.create()
        AbsenceFactory.create(user=absent, substitute=user)
        for holder, posts in ((user, own), (absent, stood_in)):
            for role, at in {(role, at % len(branches)) for role, at in posts}:
                PostFactory.create(user=holder, role=role, branch=branches[at])

        rows = Branch.objects.all()
        listed = set(rows.filter(rows.in_reach_of(user, verb)))

        assert listed == {place for place in branches if may(user, verb, place)}
        transaction.set_rollback(True)


def test_the_condition_joins_with_others(tree):
    nobody, everybody = UserFactory.create(), person(Role.AUDITOR, tree.tier1)
    here = person(Role.AGENT, tree.tier2)
    rows = Branch.objects.all()
    mine = Branch.objects.filter(pk=tree.other_outlet.pk).values("pk")

    def joined(user):
        return set(rows.filter(rows.in_reach_of(user) | Q(pk__in=mine)))

    assert joined(nobody) == {tree.other_outlet}
    assert joined(everybody) == set(rows)
    assert joined(here) == {tree.tier2, tree.outlet, tree.sister_outlet, tree.other_outlet}


def test_people_are_found_by_the_place_of_their_branch(tree):
    local = person(Role.ADMINISTRATOR, tree.tier1)
    inside, outside = person(Role.AGENT, tree.outlet), person(Role.AGENT, tree.other_outlet)

    found = User.objects.filter(reach(local, Verb.MANAGE_PEOPLE, prefix="branch__"))

    assert inside in found
    assert local in found
    assert outside not in found
