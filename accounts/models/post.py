"""Posts: what gives a person rights, from when to when; and the posts he stands in for."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.absence import STOOD_IN_FOR
from accounts.models.branch import Branch
from accounts.models.span import ENDS_BEFORE, TimeSpan, in_force, in_order
from accounts.models.user import User
from accounts.roles import HELD_ALONE, Role
from record.history import Tracked, history
from record.rows import Rows


class Post(Tracked):
    """A role at a branch, held by one person from `since` to before `until` (UTC; empty = until further notice)."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name=_("Member of staff")
    )
    role = models.CharField(_("Role"), max_length=20, choices=Role.choices)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="posts", db_index=False, verbose_name=_("Branch"))
    since = models.DateTimeField(_("Begins"))
    until = models.DateTimeField(_("Ends"), null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-since", "-id"]
        indexes = [models.Index(fields=["branch", "role"], name="post_branch_role")]
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_it_began",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=ENDS_BEFORE,
            ),
            ExclusionConstraint(
                name="post_held_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("branch", RangeOperators.EQUAL),
                    (TimeSpan("since", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person already holds this post in that time."),
            ),
        ]

    def clean(self) -> None:
        """PostgreSQL builds no range that ends before it begins, so this is asked first."""
        in_order(self.since, self.until, "until")

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.branch}"


@dataclass(frozen=True)
class Standing:
    """A post a person may act by: his own (`for_whom` None), or that of somebody he stands in for."""

    post: Post
    for_whom: User | None = None


def compatible(roles: Iterable[str]) -> bool:
    """True when one person may act by all these roles: audit and administration go with no other."""
    held = set(roles)
    return len(held) <= 1 or not held & HELD_ALONE


def standings(user: User, at: datetime) -> list[Standing]:
    """Posts the person may act by at a moment, own ones first. One query.

    Standing in for somebody gives no post that he could not hold beside his own.
    """
    rows, statement = _statement()
    posts = []
    for post, branch, holder in rows.read(Post.objects.db, statement, [user.pk, at, at, user.pk, user.pk, at, at]):
        post.branch, post.user = branch, holder
        posts.append(post)
    own = [post for post in posts if post.user_id == user.pk]
    roles = {post.role for post in own}
    others = [post for post in posts if post.user_id != user.pk and compatible({*roles, post.role})]
    return [Standing(post) for post in own] + [Standing(post, post.user) for post in others]


@cache
def _statement() -> tuple[Rows, str]:
    """Every verb asks it, so it is written once; `stood_in_for` is the same in a query."""
    rows = Rows(p=Post, b=Branch, u=User)
    return rows, (
        f"SELECT {rows.columns} FROM accounts_post p"  # noqa: S608 (columns are the models' own)
        " JOIN accounts_branch b ON b.id = p.branch_id JOIN accounts_user u ON u.id = p.user_id"
        f" WHERE (p.user_id = %s OR (u.is_active AND p.user_id IN ({STOOD_IN_FOR})))"
        " AND p.since <= %s AND (p.until IS NULL OR p.until > %s) AND b.closed_at IS NULL ORDER BY p.id"
    )


def administrator_in_office(at: datetime) -> bool:
    """True when somebody can already keep the list of people. One query."""
    return Post.objects.filter(in_force(at), role=Role.ADMINISTRATOR, user__is_active=True).exists()
