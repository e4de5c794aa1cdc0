"""A person's own views of the ledgers: saved, renamed, removed by himself alone."""

import re
from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import kinds
from accounts.actions.warrant import locked
from accounts.errors import NotAllowed, Refused
from accounts.models import SavedView, User
from record import clock
from record.history import acting
from record.journal import Fact, Kind, append

MOST: Final = 30  # of one ledger: more are no short list any more
LONGEST: Final = 30
NUMBER: Final = re.compile(r"(?:\d[\s-]?){7,}")  # a phone, card, account or identity number


def save_view(*, user: User, ledger: str, name: str, filters: Mapping[str, str]) -> SavedView:
    """Keep filters of a ledger under a name; the same name again takes the new ones. Raises Refused (field name)."""
    name = _name(name)
    with transaction.atomic(), acting(user.actor()):
        person = locked(user)
        kept = SavedView.objects.of(person, ledger)
        view = kept.filter(name=name).first()
        if view is None and kept.count() >= MOST:
            raise Refused(_("You keep %(most)s views of this ledger. Remove one first.") % {"most": MOST}, field="name")
        view = view or SavedView(user=person, ledger=ledger, name=name)
        view.filters = dict(filters)
        return _told(view, kinds.VIEW_SAVED, person)


def rename_view(*, view: SavedView, user: User, name: str) -> SavedView:
    """Give a view another name. Raises Refused (field name), NotAllowed for somebody else's."""
    name = _name(name)
    with transaction.atomic(), acting(user.actor()):
        person = locked(user)
        mine = _mine(view, person)
        if SavedView.objects.of(person, mine.ledger).filter(name=name).exclude(pk=mine.pk).exists():
            raise Refused(_("Another view of this ledger has this name."), field="name")
        mine.name = name
        return _told(mine, kinds.VIEW_RENAMED, person)


def remove_view(*, view: SavedView, user: User) -> SavedView:
    """Take a view off the list; once more does nothing. Raises NotAllowed for somebody else's."""
    with transaction.atomic(), acting(user.actor()):
        person = locked(user)
        mine = _mine(view, person)
        if mine.removed_at is not None:
            return mine
        mine.removed_at = clock.now()
        return _told(mine, kinds.VIEW_REMOVED, person)


def _mine(view: SavedView, person: User) -> SavedView:
    mine = locked(view)
    if mine.user_id != person.pk:
        raise NotAllowed(_("This is somebody else's view."))
    return mine


def _told(view: SavedView, kind: Kind, person: User) -> SavedView:
    view.save()
    told = {"view": str(view.uuid), "ledger": view.ledger, "filters": dict(view.filters)}
    append(person.stream, Fact(kind, told, changed=[view]), actor=person.actor())
    return view


def _name(name: str) -> str:
    name = " ".join((name or "").split())
    if not name:
        raise Refused(_("Please fill this in."), field="name")
    if len(name) > LONGEST or not name.isprintable():
        raise Refused(_("A name has at most %(most)s characters.") % {"most": LONGEST}, field="name")
    if NUMBER.search(name):
        raise Refused(_("A name holds no phone, card or identity number."), field="name")
    return name
