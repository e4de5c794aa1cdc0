"""Who could do what at a moment: posts, absences, branches and people as they stood on record then.

What was entered or mended later counts for nothing: a post that was dated back was not held when it mattered. The
table of rights itself is the programme's; the one of today is asked, and a reader is told so.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Branch, User
from accounts.models.absence import Absence
from accounts.models.post import Post, Standing, compatible
from accounts.models.span import in_force


def standings_at(user: User, at: datetime) -> list[Standing]:
    """The posts a person could act by at a moment, own ones first; empty for an account not active then.

    Four queries, whatever the size of the bank.
    """
    stood_in = _stood_in_for(user.pk, at)
    people = _people({user.pk, *stood_in}, at)
    if user.pk not in people:
        return []
    posts = _posts(people, at)
    own = [post for post in posts if post.user_id == user.pk]
    roles = {post.role for post in own}
    others = [post for post in posts if post.user_id != user.pk and compatible({*roles, post.role})]
    return [Standing(post) for post in own] + [Standing(post, people[post.user_id]) for post in others]


def _people(ids: Collection[int], at: datetime) -> dict[int, User]:
    """Those of these people whose account was there and active."""
    rows = _last(User.history.filter(id__in=ids, history_date__lte=at))
    return {pk: _as_then(row) for pk, row in rows.items() if row.is_active}


def _as_then(row: Any) -> User:
    """The person of a history row; `row.instance` would ask the database for what the history leaves out."""
    return User(**{field.attname: getattr(row, field.attname) for field in type(row).tracked_fields})


def _posts(people: Mapping[int, User], at: datetime) -> list[Post]:
    """The posts these people held, each with its branch, where that was not closed."""
    ever = Post.history.filter(user_id__in=list(people)).values("id")
    rows = _last(Post.history.filter(id__in=ever, history_date__lte=at))
    held = [row.instance for row in rows.values() if row.user_id in people and _runs(row, at)]
    branches = _last(Branch.history.filter(id__in={post.branch_id for post in held}, history_date__lte=at))
    found = []
    for post in held:
        branch = branches.get(post.branch_id)
        if branch is not None and branch.closed_at is None:
            post.branch, post.user = branch.instance, people[post.user_id]
            found.append(post)
    return found


def _stood_in_for(user: int, at: datetime) -> set[int]:
    """Whom a person stood in for, through chains of absences; nobody while he was away himself."""
    ever = Absence.history.filter(in_force(at), history_date__lte=at).values("id")
    rows = _last(Absence.history.filter(id__in=ever, history_date__lte=at)).values()
    away = {row.user_id: row.substitute_id for row in rows if _runs(row, at)}
    found: set[int] = set()
    todo = [] if user in away else [user]
    while todo:
        last = todo.pop()
        more = {person for person, substitute in away.items() if substitute == last} - found
        found |= more
        todo += more
    return found


def _last(rows: QuerySet[Any]) -> dict[int, Any]:
    """The last history row of each record, by the record's key."""
    return {row.id: row for row in rows.order_by("history_date", "history_id")}


def _runs(row: Any, at: datetime) -> bool:
    return row.since <= at and (row.until is None or row.until > at)
