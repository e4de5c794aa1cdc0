"""Drafts: kept while somebody types, offered when he comes back, gone when they are sent or old."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import Refused
from accounts.models import Draft, User
from record import clock
from record.errors import KeyDestroyed
from record.keys import create_key
from record.models import PersonKey

KEPT: Final = timedelta(days=7)  # natural days; over a long week-end and a week of leave, no longer
LARGEST: Final = 256 * 1024  # bytes of one form
LONGEST_PLACE: Final = 400
MOST: Final = 40  # of one person
BATCH: Final = 500


def keep(owner: User, uuid: UUID, *, place: str, answers: str, key: PersonKey | None = None) -> Draft:
    """Keep what he has typed so far, in the place of what was kept of it before. `key`: of the person it is about.

    Refused when it is larger than 256 KiB, its page's address longer than a draft keeps, or it is somebody else's.
    """
    if len(answers.encode()) > LARGEST or len(place) > LONGEST_PLACE:
        raise Refused(_("This is too much to be kept as a draft."))
    try:
        return _keep(owner, uuid, place=place, answers=answers, key=key)
    except IntegrityError:  # two windows kept it for the first time at once: by now it is there
        return _keep(owner, uuid, place=place, answers=answers, key=key)


def offered(owner: User, place: str, *, besides: UUID) -> list[Draft]:
    """His other drafts of this page, newest first, with their keys. One query."""
    found = Draft.objects.filter(owner=owner, place=place).exclude(uuid=besides)
    return list(found.select_related("person_key").order_by("-kept_at")[:MOST])


def open_again(owner: User, uuid: UUID, place: str) -> tuple[Draft, str] | None:
    """His draft of this page and what stood in it; None when there is none, or its person was erased."""
    draft = Draft.objects.select_related("person_key").filter(owner=owner, uuid=uuid, place=place).first()
    answers = answers_of(draft) if draft else None
    return (draft, answers) if draft and answers is not None else None


def answers_of(draft: Draft) -> str | None:
    """What stood in it, to its owner; None when its person was erased."""
    try:
        return draft.reveal("answers", purpose="own draft")
    except KeyDestroyed:
        return None


def forget(owner: User, uuid: UUID) -> int:
    """It was sent, or is not wanted. How many went: none when it is gone already, or not his."""
    return _delete(list(Draft.objects.filter(owner=owner, uuid=uuid).select_related("person_key")))


def purge() -> int:
    """Delete drafts nobody came back to for KEPT, a batch at a time; how many."""
    old = Draft.objects.filter(kept_at__lt=clock.now() - KEPT).select_related("person_key").order_by("id")
    return _delete(list(old[:BATCH]))


@transaction.atomic
def _keep(owner: User, uuid: UUID, *, place: str, answers: str, key: PersonKey | None) -> Draft:
    draft = Draft.objects.select_related("person_key").select_for_update(of=("self",)).filter(uuid=uuid).first()
    if draft is None:
        _make_room(owner)
        draft = Draft(uuid=uuid, owner=owner, person_key=key or create_key(subject=uuid))
    elif draft.owner_id != owner.pk or draft.place != place:
        raise Refused(_("This draft belongs to another page."))
    draft.place, draft.kept_at = place, clock.now()
    draft.seal(answers=answers)
    draft.save()
    return draft


def _make_room(owner: User) -> None:
    """Whoever keeps more than MOST loses the oldest: no page fills the table."""
    _delete(list(Draft.objects.filter(owner=owner).select_related("person_key").order_by("-kept_at")[MOST - 1 :]))


@transaction.atomic
def _delete(drafts: list[Draft]) -> int:
    own = [draft.person_key.pk for draft in drafts if draft.person_key and draft.has_own_key]
    gone, _per_model = Draft.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()
    PersonKey.objects.filter(pk__in=own).delete()
    return gone
