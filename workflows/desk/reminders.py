"""What a person is reminded of: his promises that fall due today, and the alarms and urges told to him."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Verb, may_somewhere
from cases.actions.urging import OVER
from cases.models import CardControl, Case, Notice, Promise
from record import clock

from .clocks import title_of
from .wording import opened, summary_of, tags_of, urged_words
from .worklists import Place


def promises(user: User) -> QuerySet[Promise]:
    """His, not kept, due until the end of the bank's day; the most urgent first."""
    tomorrow = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Promise.objects.filter(by=user, kept_at=None, due_at__lt=tomorrow).order_by("due_at", "pk")


def promises_after(user: User, after: Place | None, size: int) -> list[Promise]:
    """A page of them, one more than `size` when a further page follows."""
    rows = promises(user).select_related("case__customer", "person_key")
    if after is not None:
        last = Subquery(Promise.objects.filter(uuid=after.step).values("pk"))
        rows = rows.filter(Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, pk__gt=last))
    return list(rows[: size + 1])


def promise_rows(found: Iterable[Promise]) -> list[dict[str, Any]]:
    """Each with its case, its words and when it is due."""
    return [
        {"case": row.case, "what": opened(row, "what", purpose="own promises"), "due_at": row.due_at, "kept_at": None}
        for row in found
    ]


def lapsing(user: User) -> QuerySet[CardControl]:
    """Stops on cases he has a part in that lapse within a day, the next first; none for who may not stop a card."""
    if not may_somewhere(user, Verb.STOP_LOSS):
        return CardControl.objects.none()
    his = Case.objects.filter(people__user=user, people__until=None)
    soon = CardControl.objects.losses().running().filter(case__in=his, lapses_at__lte=clock.now() + timedelta(days=1))
    return soon.order_by("lapses_at", "pk")


def notices(user: User) -> QuerySet[Notice]:
    """The newest alarm of each limit that still runs, and that a customer urges; what is over is no news any more."""
    unseen = Notice.objects.filter(to=user, seen_at=None).exclude(kind=Notice.Kind.URGENT)  # a list of its own
    running = unseen.filter(deadline__ended_at=None).exclude(kind=Notice.Kind.URGED, case__state__in=OVER)
    later = unseen.filter(deadline=OuterRef("deadline"), level__gt=OuterRef("level"))
    again = unseen.filter(deadline=None, case=OuterRef("case"), kind=OuterRef("kind"), pk__gt=OuterRef("pk"))
    told_again = (Q(deadline__isnull=False) & Q(Exists(later))) | (Q(deadline=None) & Q(Exists(again)))
    return running.exclude(told_again).order_by("-made_at", "-pk")


def urgent(user: User) -> QuerySet[Notice]:
    """Urgent complaints within reach he was told of and has not signed for, the longest waiting first."""
    told = Notice.objects.filter(to=user, seen_at=None, kind=Notice.Kind.URGENT).exclude(case__state__in=OVER)
    return told.filter(case__in=Case.objects.visible_to(user)).order_by("made_at", "pk")


def first_of(user: User, *, urgent_ones: int, others: int) -> tuple[list[Notice], list[Notice]]:
    """The first urgent ones, and the first of his other notices. One query."""
    related = ("case__customer", "deadline")
    parts = urgent(user).select_related(*related)[:urgent_ones], notices(user).select_related(*related)[:others]
    both = list(parts[0].union(parts[1], all=True))
    pressing = sorted((row for row in both if row.kind == Notice.Kind.URGENT), key=_made)
    rest = sorted((row for row in both if row.kind != Notice.Kind.URGENT), key=_made, reverse=True)
    return pressing, rest


def _made(notice: Notice) -> tuple[datetime, int]:
    return notice.made_at, notice.pk


def urgent_rows(found: Iterable[Notice]) -> list[dict[str, Any]]:
    """Each with its case, its marks, and since when he might know."""
    return [
        {
            "case": row.case,
            "summary": summary_of(row.case),
            "tags": tags_of(row.case),
            "made_at": row.made_at,
            "url": reverse("admin:urgent_seen", args=[row.case.uuid]),
        }
        for row in found
    ]


def notices_after(user: User, after: Place | None, size: int) -> list[Notice]:
    """A page of them, one more than `size` when a further page follows."""
    rows = notices(user).select_related("case", "deadline")
    if after is not None:
        about = Q(deadline__uuid=after.step) | Q(deadline=None, case__uuid=after.step)
        last = Notice.objects.filter(about, to=user, made_at=after.due_at).order_by("-pk").values("pk")[:1]
        rows = rows.filter(Q(made_at__lt=after.due_at) | Q(made_at=after.due_at, pk__lt=Subquery(last)))
    return list(rows[: size + 1])


def place_of(notice: Notice) -> Place:
    """Where a notice stands: when it was made, and about which limit, or about which case."""
    return Place(notice.made_at, notice.deadline.uuid if notice.deadline else notice.case.uuid)


def notice_rows(found: Iterable[Notice]) -> list[dict[str, Any]]:
    """Each with its case, what it says, and the limit it is about."""
    return [
        {
            "case": row.case,
            "words": row.get_kind_display(),
            "limit": title_of(row.deadline) if row.deadline else _about(row),
            "made_at": row.made_at,
        }
        for row in found
    ]


def _about(notice: Notice) -> str:
    return urged_words(notice.case.urged or 0) if notice.kind == Notice.Kind.URGED else ""
