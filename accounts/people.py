"""Who holds a post for a place, who is away, and who stands in for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models.absence import Absence, stood_in_for
from accounts.models.branch import covering
from accounts.models.post import Post, compatible
from accounts.models.span import in_force
from accounts.models.user import User
from accounts.permissions import Place
from accounts.roles import Level


@dataclass(frozen=True)
class InOffice:
    """A person who can act in a role now: the holder himself, or his substitute with `for_whom` the holder."""

    person: User
    for_whom: User | None = None


def in_office(role: str, place: Place | None, at: datetime) -> list[InOffice]:
    """Who can act in the role there at a moment: holders who are present, and substitutes of those who are not.

    Three queries, one more for each link of the longest chain of substitutes.
    """
    return in_offices([role], place, at)[role]


def in_offices(roles: Iterable[str], place: Place | None, at: datetime) -> dict[str, list[InOffice]]:
    """By each of these roles who can act in it there, as `in_office` tells of one; no more queries than for one."""
    roles = list(dict.fromkeys(roles))
    there: dict[str, list[User]] = {role: [] for role in roles}
    posts = _posts(roles, place, at).filter(user__is_active=True).select_related("user").order_by("user_id")
    for post in posts:
        if post.user not in there[post.role]:
            there[post.role].append(post.user)
    away = _substitutes({user for users in there.values() for user in users}, at)
    passed_on = {
        role: [InOffice(person, for_whom=holder) for holder in users if (person := _last(holder, away))]
        for role, users in there.items()
    }
    own = _roles_of({office.person.pk for offices in passed_on.values() for office in offices}, at)
    return {
        role: [InOffice(holder) for holder in there[role] if holder.pk not in away]
        + [office for office in passed_on[role] if compatible({role, *own.get(office.person.pk, ())})]
        for role in roles
    }


def at_work(roles: Iterable[str], branches: Iterable[int], at: datetime, *, most: int) -> list[Post]:
    """Posts of these roles at these branches or at head office, held by people who are active and present.

    At most `most`, with person and branch. One query. Substitutes of who is away are found by `in_office`.
    """
    where = Q(branch__in=branches) | Q(branch__level=Level.HEAD_OFFICE)
    posts = Post.objects.filter(where, in_force(at), role__in=roles, branch__closed_at=None, user__is_active=True)
    present = posts.exclude(user__in=Absence.objects.filter(in_force(at)).values("user"))
    return list(present.select_related("user", "branch").order_by("role", "branch", "user__staff_number")[:most])


def colleagues(user: User, at: datetime) -> list[User]:
    """Active, present people who hold one of his own posts at the same branch, without himself. One query."""
    own = Post.objects.filter(in_force(at), user=user, branch__closed_at=None)
    same = Post.objects.filter(in_force(at), Exists(own.filter(role=OuterRef("role"), branch=OuterRef("branch"))))
    away = Absence.objects.filter(in_force(at)).values("user")
    found = User.objects.filter(is_active=True, pk__in=same.values("user")).exclude(pk__in=away).exclude(pk=user.pk)
    return list(found.order_by("staff_number"))


def is_away(user: User, at: datetime) -> bool:
    """True when an absence of the person is running."""
    return Absence.objects.filter(in_force(at), user=user).exists()


def stand_in(user: User, at: datetime) -> User | None:
    """Who acts for an absent person: his substitute, or the substitute's own one if that person is away too.

    None when he is present, has no substitute, the chain runs in a circle, or it ends at somebody no longer active.
    """
    return _last(user, _substitutes([user], at))


def acts_for(user: User, at: datetime) -> list[User]:
    """The people whose stand-in the person is at a moment, by staff number. One query."""
    if not user.is_active:
        return []
    return list(User.objects.filter(Q(pk__in=stood_in_for(user.pk, at)), is_active=True).order_by("staff_number"))


def _posts(roles: Iterable[str], place: Place | None, at: datetime) -> QuerySet[Post]:
    """The posts of these roles that reach the place at a moment."""
    return Post.objects.filter(covering(place), in_force(at), role__in=list(roles), branch__closed_at=None)


def _roles_of(people: Iterable[int], at: datetime) -> dict[int, set[str]]:
    """What each of these holds himself; nothing is asked about nobody."""
    own: dict[int, set[str]] = {}
    if people := list(people):
        for user, role in Post.objects.filter(in_force(at), user__in=people).values_list("user", "role"):
            own.setdefault(user, set()).add(role)
    return own


def _substitutes(users: Iterable[User], at: datetime) -> dict[int, User | None]:
    """For everybody away among these people and the substitutes that follow: id → substitute."""
    away: dict[int, User | None] = {}
    asked = {user.pk for user in users}
    while asked:
        absences = Absence.objects.filter(in_force(at), user__in=asked).select_related("substitute")
        found = {absence.user_id: absence.substitute for absence in absences}
        away |= found
        asked = {person.pk for person in found.values() if person} - away.keys()
    return away


def _last(user: User, away: dict[int, User | None]) -> User | None:
    """The end of the chain that begins with an absent person."""
    met, person = {user.pk}, user
    while person.pk in away:
        following = away[person.pk]
        if following is None or following.pk in met:
            return None
        met.add(following.pk)
        person = following
    return person if person != user and person.is_active else None
