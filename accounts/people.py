"""Who holds a post for a place, who is away, and who stands in for whom."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models.absence import Absence, stood_in_for
from accounts.models.branch import covering
from accounts.models.post import Post, standings
from accounts.models.span import in_force
from accounts.models.user import User
from accounts.permissions import Place, within


@dataclass(frozen=True)
class InOffice:
    """A person who can act in a role now: the holder himself, or his substitute with `for_whom` the holder."""

    person: User
    for_whom: User | None = None


def holders(role: str, place: Place | None, at: datetime) -> QuerySet[User]:
    """Active people who hold the role at a branch that covers the place (None = head office), also if they are away."""
    posts = Post.objects.filter(covering(place), in_force(at), role=role, branch__closed_at=None)
    return User.objects.filter(is_active=True, pk__in=posts.values("user"))


def in_office(role: str, place: Place | None, at: datetime) -> list[InOffice]:
    """Who can act in the role there at a moment: holders who are present, and substitutes of those who are not."""
    found = []
    for holder in holders(role, place, at).order_by("pk"):
        if not is_away(holder, at):
            found.append(InOffice(holder))
        elif (person := stand_in(holder, at)) and _gets(person, holder, role, place, at):
            found.append(InOffice(person, for_whom=holder))
    return found


def is_away(user: User, at: datetime) -> bool:
    """True when an absence of the person is running."""
    return Absence.objects.filter(in_force(at), user=user).exists()


def stand_in(user: User, at: datetime) -> User | None:
    """Who acts for an absent person: his substitute, or the substitute's own one if that person is away too.

    None when he is present, has no substitute, the chain runs in a circle, or it ends at somebody no longer active.
    """
    met, person = {user.pk}, user
    while absence := Absence.objects.filter(in_force(at), user=person).select_related("substitute").first():
        person = absence.substitute
        if person is None or person.pk in met:
            return None
        met.add(person.pk)
    return person if person != user and person.is_active else None


def acts_for(user: User, at: datetime) -> list[User]:
    """The people whose stand-in the person is at a moment, by staff number. One query."""
    if not user.is_active:
        return []
    return list(User.objects.filter(Q(pk__in=stood_in_for(user.pk, at)), is_active=True).order_by("staff_number"))


def _gets(person: User, holder: User, role: str, place: Place | None, at: datetime) -> bool:
    return any(
        held.for_whom == holder
        and held.post.role == role
        and within(held.post.branch_id, held.post.branch.level, place)
        for held in standings(person, at)
    )
