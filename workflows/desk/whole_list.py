"""The whole of a list that home shows the first rows of: page by page by keyset, with the same rows and buttons."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases.errors import NotAllowed

from ..models import StepTask
from . import overview, reminders, worklists
from .frame import page, told, who
from .home import approvals_of, row_of
from .overview import APPROVALS, CLAIM, NOTICES, PROMISES, UNSIGNED
from .worklists import Place

PAGE: Final = 25
COUNTED: Final = 10_000


@dataclass(frozen=True)
class Whole:
    """One list: what it is called, a page of it after a place, that page's rows, and where a row stands."""

    title: str | Promise
    found: Callable[[User, Place | None, int], list[Any]]
    rows: Callable[[list[Any]], list[dict[str, Any]]]
    place: Callable[[Any], Place] = Place.of


def _steps(found: Iterable[StepTask]) -> list[dict[str, Any]]:
    return [row_of(task) for task in found]


def _not_signed(user: User, after: Place | None, size: int) -> list[StepTask]:
    """The longest waiting first."""
    rows = worklists.not_signed(user).select_related(*worklists.SHOWN, "handed_by").order_by("handed_at", "pk")
    if after is not None:
        last = Subquery(StepTask.objects.filter(uuid=after.step).values("pk"))
        rows = rows.filter(Q(handed_at__gt=after.due_at) | Q(handed_at=after.due_at, pk__gt=last))
    return list(rows[: size + 1])


WHOLE: dict[str, Whole] = {
    CLAIM: Whole(
        gettext_lazy("To claim"),
        lambda user, after, size: worklists.first_of(worklists.claimable(user), after, size=size),
        _steps,
    ),
    APPROVALS: Whole(
        gettext_lazy("Waiting for my approval"),
        lambda user, after, size: worklists.first_of(worklists.approvable(user), after, size=size),
        approvals_of,
    ),
    UNSIGNED: Whole(
        gettext_lazy("Handed to you, not signed for"),
        _not_signed,
        _steps,
        lambda task: Place(task.handed_at, task.uuid),
    ),
    PROMISES: Whole(
        gettext_lazy("Promises and call-backs today"),
        reminders.promises_after,
        reminders.promise_rows,
        lambda promise: Place(promise.due_at, promise.uuid),
    ),
    NOTICES: Whole(
        gettext_lazy("Notices"),
        reminders.notices_after,
        reminders.notice_rows,
        reminders.place_of,
    ),
}


@told
def whole_list(request: HttpRequest, waiting: str) -> HttpResponse:
    """A page of one of these lists; counted up to 10,000, more is said to be more."""
    user = who(request)
    if waiting not in WHOLE:
        raise Http404
    if not may_somewhere(user, Verb.SEE):
        raise NotAllowed
    whole, after = WHOLE[waiting], Place.read(request.GET.get("after", ""))
    found = whole.found(user, after, PAGE)
    return page(
        request,
        "whole_list.html",
        str(whole.title),
        which=waiting,
        rows=whole.rows(found[:PAGE]),
        n=overview.counts(user, of=(waiting,), most=COUNTED)[waiting],
        older_url=f"?after={whole.place(found[PAGE - 1])}" if len(found) > PAGE else "",
        newer_url=overview.address(waiting) if after else "",
    )
