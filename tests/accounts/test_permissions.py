"""The permission function against the table a compliance officer signs: permissions.csv.

In the table: own = the post's branch and everything below; bank = the whole bank; step = as own, but only for steps
that belong to the role itself; - = never.
"""

import csv
from itertools import count
from pathlib import Path

import pytest

from accounts import permissions
from accounts.models import Branch, Post, Standing, User
from accounts.permissions import Verb, may, refusal
from accounts.roles import Level, Role

SIGNED = [
    (row["role"], verb, reach)
    for row in csv.DictReader((Path(__file__).parent / "permissions.csv").read_text().splitlines())
    for verb, reach in row.items()
    if verb != "role"
]
_ids = count(1)


def branch(level: Level, parent: Branch | None = None) -> Branch:
    made = Branch(pk=next(_ids), level=level, parent=parent, code="x", name="x")
    made.settle()
    return made


HEAD_OFFICE = branch(Level.HEAD_OFFICE)
PARENT = branch(Level.TIER1, HEAD_OFFICE)
OWN = branch(Level.TIER2, PARENT)
CHILD = branch(Level.OUTLET, OWN)
SISTER = branch(Level.TIER2, PARENT)
STRANGER = branch(Level.OUTLET, branch(Level.TIER1, HEAD_OFFICE))
HERE, ELSEWHERE = [OWN, CHILD], [PARENT, SISTER, STRANGER, HEAD_OFFICE, None]


def holder(*roles: str, at: Branch = OWN, **fields: object) -> User:
    user = User(pk=next(_ids), staff_number="t1", display_name="员工", **fields)
    user._standings = [Standing(Post(user=user, role=role, branch=at)) for role in roles]
    return user


def test_the_signed_table_has_every_role_and_every_verb():
    assert {(role, verb) for role, verb, _reach in SIGNED} == {(role, verb) for role in Role.values for verb in Verb}


def test_every_right_is_asked_for_by_a_verb_or_a_page():
    """A row that nothing asks for would be signed for nothing, and read as if it held."""
    root = Path(__file__).parents[2]
    files = [file for app in ("accounts", "cases", "workflows") for file in (root / app).rglob("*.py")]
    asked = "".join(file.read_text() for file in files if file.name != "permissions.py")

    assert [verb.name for verb in Verb if f"Verb.{verb.name}" not in asked] == []


@pytest.mark.parametrize(("role", "verb", "reach"), SIGNED)
def test_a_post_may_do_what_the_signed_table_says_and_nothing_else(role, verb, reach):
    user, own_step = holder(role), role

    allowed_at = [place for place in (*HERE, *ELSEWHERE) if may(user, Verb(verb), place, step_role=own_step)]

    assert allowed_at == {"own": HERE, "step": HERE, "bank": [*HERE, *ELSEWHERE], "-": []}[reach]


@pytest.mark.parametrize(("role", "verb"), [(role, verb) for role, verb, reach in SIGNED if reach == "step"])
def test_a_step_of_another_role_is_refused_even_in_the_own_branch(role, verb):
    others = [other for other in Role.values if other != role]

    assert not any(may(holder(role), Verb(verb), OWN, step_role=other) for other in [*others, None, ""])


@pytest.mark.parametrize("verb", Verb)
def test_a_post_at_the_head_office_reaches_the_whole_bank(verb):
    roles = [role for role, name, reach in SIGNED if name == verb and reach != "-"]

    for role in roles:
        user = holder(role, at=HEAD_OFFICE)
        assert all(may(user, verb, place, step_role=role) for place in (*HERE, *ELSEWHERE))


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("fields", [{}, {"is_superuser": True}, {"is_superuser": True, "is_staff": True}])
def test_without_a_post_nothing_is_allowed_not_even_to_a_superuser(verb, fields):
    user = holder(**fields)

    assert not any(may(user, verb, place) for place in (*HERE, *ELSEWHERE))
    assert refusal(user, verb, OWN) == permissions.NO_POST
    assert not permissions.may_somewhere(user, verb)


@pytest.mark.parametrize("verb", Verb)
def test_a_deactivated_person_may_do_nothing(verb):
    user = holder(*Role.values, at=HEAD_OFFICE, is_active=False)

    assert refusal(user, verb, OWN) == permissions.NOT_SIGNED_IN
    assert not permissions.may_somewhere(user, verb)


@pytest.mark.parametrize(
    ("user", "verb", "place", "step_role", "sentence"),
    [
        (holder(Role.AGENT), Verb.SEE, STRANGER, None, "This lies outside your branch."),
        (holder(Role.AGENT), Verb.MANAGE_LIMITS, OWN, None, "Your post does not include this."),
        (holder(Role.AGENT), Verb.CLAIM, OWN, "fraud", "This step belongs to another post: Fraud investigator."),
        (holder(Role.AUDITOR), Verb.CLAIM, OWN, "auditor", "Your post does not include this."),
        (holder(Role.FRAUD), Verb.CLAIM, SISTER, "fraud", "This lies outside your branch."),
        (holder(Role.FRAUD), Verb.CLAIM, CHILD, "fraud", None),
    ],
)
def test_a_refusal_says_why_in_one_sentence(user, verb, place, step_role, sentence):
    said = refusal(user, verb, place, step_role=step_role)

    assert (said and str(said)) == sentence


def test_several_posts_add_up_and_the_own_one_counts_before_one_stood_in_for():
    user, absent = holder(Role.AGENT), holder(Role.AGENT, at=STRANGER)
    user._standings.append(Standing(absent._standings[0].post, for_whom=absent))

    found = [permissions.standing(user, Verb.SEE, place) for place in (CHILD, STRANGER, SISTER)]
    assert [held and held.for_whom for held in found] == [None, absent, None]
    assert found[0]
    assert found[2] is None
