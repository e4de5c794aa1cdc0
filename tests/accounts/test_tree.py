"""The branch tree holds its shape."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from accounts import actions
from accounts.errors import Refused
from accounts.models import Branch
from accounts.roles import Level, Role
from record.journal import SYSTEM, entries
from tests.factories import BranchFactory, person


def create(level, parent, code="N1"):
    return actions.create_branch(code=code, name="新机构", level=level, parent=parent, by=SYSTEM)


def tiers(branch):
    branch.refresh_from_db()
    return branch.tier1, branch.tier2, branch.outlet


@pytest.mark.parametrize(("parent", "level"), list(product(Level, Level)))
def test_a_branch_hangs_only_below_a_higher_level(tree, parent, level):
    above = getattr(tree, str(parent))

    if parent.rank < level.rank:
        assert create(level, above).parent == above
    else:
        with pytest.raises(Refused, match=r"higher level|one head office|already exists"):
            create(level, above)


def test_a_branch_carries_itself_and_its_ancestors(tree):
    assert tiers(tree.outlet) == (tree.tier1, tree.tier2, tree.outlet)
    assert tiers(tree.tier2) == (tree.tier1, tree.tier2, None)
    assert tiers(tree.head_office) == (None, None, None)


def test_a_level_may_be_skipped(tree):
    straight = create(Level.OUTLET, tree.head_office)

    assert tiers(straight) == (None, None, straight)
    assert tree.head_office.covers(straight)
    assert not tree.tier1.covers(straight)


@pytest.mark.parametrize(
    ("above", "covered"),
    [
        ("head_office", {"head_office", "tier1", "tier2", "outlet", "sister_outlet", "other_tier1", "other_outlet"}),
        ("tier1", {"tier1", "tier2", "outlet", "sister_outlet"}),
        ("tier2", {"tier2", "outlet", "sister_outlet"}),
        ("outlet", {"outlet"}),
    ],
)
def test_a_branch_covers_itself_and_all_below(tree, above, covered):
    branch = getattr(tree, above)

    assert {name for name, place in vars(tree).items() if branch.covers(place)} == covered
    assert set(Branch.objects.below(branch)) == {getattr(tree, name) for name in covered}


def test_there_is_one_head_office(tree):
    with pytest.raises(Refused):
        create(Level.HEAD_OFFICE, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        BranchFactory.create(level=Level.HEAD_OFFICE)


def test_only_the_head_office_hangs_below_nothing(db):
    with pytest.raises(Refused) as refused:
        create(Level.TIER1, None)

    assert refused.value.field == "parent"


@pytest.mark.parametrize("code", ["", "a b", "x" * 21, "中", "a\x00", "-a", "a\nb"])
def test_a_code_that_is_none_is_refused_at_its_field(tree, code):
    with pytest.raises(Refused) as refused:
        create(Level.OUTLET, tree.tier1, code=code)

    assert refused.value.field == "code"


def test_a_taken_code_is_refused(tree):
    with pytest.raises(Refused) as refused:
        create(Level.OUTLET, tree.tier1, code=tree.outlet.code)

    assert refused.value.field == "code"


def test_a_branch_moves_with_everything_below_it(tree):
    moved = actions.move_branch(branch=tree.tier2, parent=tree.other_tier1, by=SYSTEM)

    assert moved.parent == tree.other_tier1
    assert tiers(tree.tier2) == (tree.other_tier1, tree.tier2, None)
    assert tiers(tree.outlet) == (tree.other_tier1, tree.tier2, tree.outlet)
    entry = list(entries(tree.tier2.stream))[-1]
    assert entry.kind == "branch.moved"
    assert len(entry.told["changed"]) == 3


@pytest.mark.parametrize("below", ["tier1", "tier2", "outlet"])
def test_a_branch_never_comes_to_stand_below_itself(tree, below):
    with pytest.raises(Refused, match="below itself"):
        actions.move_branch(branch=tree.tier1, parent=getattr(tree, below), by=SYSTEM)

    assert tiers(tree.tier1) == (tree.tier1, None, None)


@pytest.mark.parametrize("parent", ["outlet", "sister_outlet", "other_outlet", None])
def test_a_branch_never_moves_below_its_own_or_a_lower_level(tree, parent):
    with pytest.raises(Refused):
        actions.move_branch(branch=tree.tier2, parent=parent and getattr(tree, parent), by=SYSTEM)


def test_a_branch_closes_only_when_empty(tree):
    agent = person(Role.AGENT, tree.outlet)
    for full in (tree.head_office, tree.tier2, tree.outlet):
        with pytest.raises(Refused):
            actions.close_branch(branch=full, by=SYSTEM)

    actions.end_post(post=agent.posts.get(), by=SYSTEM)
    actions.deactivate_user(user=agent, why="离职", by=SYSTEM)
    closed = actions.close_branch(branch=tree.outlet, by=SYSTEM)

    assert closed.closed_at
    with pytest.raises(Refused):
        actions.close_branch(branch=tree.outlet, by=SYSTEM)
    with pytest.raises(Refused):
        actions.give_post(user=person(Role.AGENT, tree.tier2), role=Role.AGENT, branch=closed, by=SYSTEM)


@pytest.mark.parametrize("wrong", ["tier1", "tier2", "outlet"])
def test_the_database_refuses_a_branch_that_does_not_stand_on_its_level(tree, wrong):
    branch = getattr(tree, wrong)
    setattr(branch, f"{wrong}_id", tree.other_tier1.pk)

    with pytest.raises(IntegrityError, match="branch_stands_on_its_level"), transaction.atomic():
        branch.save()
