"""Branches, people and their posts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from factory.declarations import LazyAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.models import Absence, Branch, Post, User
from accounts.roles import Level, Role

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # before any moment a test sets its clock to


class BranchFactory(DjangoModelFactory[Branch]):
    """A branch, settled in the tree. Give `level` and `parent`; the default is a head office."""

    class Meta:
        model = Branch

    code = Sequence(lambda n: f"B{n:04}")
    name = LazyAttribute(lambda branch: f"机构{branch.code}")
    level = Level.HEAD_OFFICE

    @classmethod
    def _create(cls, model_class: type[Branch], *args: Any, **kwargs: Any) -> Branch:
        branch = model_class(**kwargs)
        branch.settle()
        branch.save(force_insert=True)
        return branch


class UserFactory(DjangoModelFactory[User]):
    """A member of staff without a post. `password` in clear; none = cannot sign in by password."""

    class Meta:
        model = User

    staff_number = Sequence(lambda n: f"s{n:05}")
    display_name = Sequence(lambda n: f"员工{n}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        user = model_class(**{name: value for name, value in kwargs.items() if name != "password"})
        user.set_password(kwargs.get("password"))
        user.save()
        return user


class PostFactory(DjangoModelFactory[Post]):
    """A post held since long ago, until further notice."""

    class Meta:
        model = Post

    user = SubFactory(UserFactory)
    role = Role.AGENT
    since = LONG_AGO


class AbsenceFactory(DjangoModelFactory[Absence]):
    """An absence since long ago, until he is back, without a substitute."""

    class Meta:
        model = Absence

    user = SubFactory(UserFactory)
    substitute = None
    since = LONG_AGO


@dataclass(frozen=True)
class Bank:
    """A small tree: two tier-1 branches, the first with a tier-2 branch and two outlets, the second with an outlet."""

    head_office: Branch
    tier1: Branch
    tier2: Branch
    outlet: Branch
    sister_outlet: Branch
    other_tier1: Branch
    other_outlet: Branch


def bank() -> Bank:
    """Build the tree."""
    head_office = BranchFactory.create(level=Level.HEAD_OFFICE, name="总行")
    tier1 = BranchFactory.create(level=Level.TIER1, parent=head_office, name="上海分行")
    tier2 = BranchFactory.create(level=Level.TIER2, parent=tier1, name="浦东支行")
    other_tier1 = BranchFactory.create(level=Level.TIER1, parent=head_office, name="杭州分行")
    return Bank(
        head_office=head_office,
        tier1=tier1,
        tier2=tier2,
        outlet=BranchFactory.create(level=Level.OUTLET, parent=tier2, name="陆家嘴网点"),
        sister_outlet=BranchFactory.create(level=Level.OUTLET, parent=tier2, name="张江网点"),
        other_tier1=other_tier1,
        other_outlet=BranchFactory.create(level=Level.OUTLET, parent=other_tier1, name="西湖网点"),
    )


def person(role: str, branch: Branch, **fields: Any) -> User:
    """Somebody who holds this post there. Further fields are the user's."""
    user = UserFactory.create(branch=branch, **fields)
    PostFactory.create(user=user, role=role, branch=branch)
    return user
