"""Posts are given and ended, never changed: what somebody could do on a day must stay readable."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import kinds
from accounts.actions.warrant import By, beginning, changing, ending, locked, whole
from accounts.errors import Refused
from accounts.models import Branch, Post, User
from accounts.models.post import compatible
from accounts.permissions import Verb
from accounts.roles import LEVEL_OF, Level, Role
from record.journal import Fact, append, stamp


def give_post(
    *,
    user: User,
    role: str,
    branch: Branch,
    by: By,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Post:
    """Put a person in a post from `since` (None = now) to before `until` (None = until further notice). Raises Refused.

    Nobody gives himself a post; heads stand on their own level; audit and administration are held alone.
    """
    if user == by:
        raise Refused(_("Nobody gives a post to himself."), field="user")
    with changing(by, Verb.MANAGE_PEOPLE, branch) as actor:
        person = locked(user)
        post = Post(user=person, role=role, branch=branch, since=beginning(since, by), until=until)
        whole(post)
        _fits(post)
        post.save()
        told = {"role": role, "branch": str(branch), "since": stamp(post.since), "until": until and stamp(until)}
        append(person.stream, Fact(kinds.POST_GIVEN, told, changed=[post]), actor=actor)
    user.forget_posts()
    return post


def end_post(*, post: Post, by: By, until: datetime | None = None) -> Post:
    """End a post at `until` (None = now). Raises Refused when it ended before."""
    if post.user == by:
        raise Refused(_("Nobody ends his own post."))
    with changing(by, Verb.MANAGE_PEOPLE, post.branch) as actor:
        locked(post.user)
        held = locked(post)
        end = ending(until, held.since, by)
        if held.until is not None and held.until <= end:
            raise Refused(_("This post ends earlier already."), field="until")
        held.until = end
        held.save()
        told = {"role": held.role, "branch": str(held.branch), "until": stamp(end)}
        append(post.user.stream, Fact(kinds.POST_ENDED, told, changed=[held]), actor=actor)
    post.user.forget_posts()
    return held


def _fits(post: Post) -> None:
    if not post.user.is_active:
        raise Refused(_("This account is deactivated."), field="user")
    if post.branch.closed_at is not None:
        raise Refused(_("This branch is closed."), field="branch")
    level = LEVEL_OF.get(Role(post.role))
    if level is not None and post.branch.level != level:
        sentence = _("%(role)s exists only on this level: %(level)s.")
        raise Refused(sentence % {"role": Role(post.role).label, "level": Level(level).label}, field="branch")
    running = Post.objects.filter(Q(until=None) | Q(until__gt=post.since), user=post.user)
    if post.until is not None:
        running = running.filter(since__lt=post.until)
    if not compatible({post.role, *running.values_list("role", flat=True)}):
        raise Refused(_("Auditors and administrators hold no other post."), field="role")
