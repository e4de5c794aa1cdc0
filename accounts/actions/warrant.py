"""By what right a change is made, and the small steps every verb here shares."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar, cast

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.errors import NotAllowed, Refused
from accounts.models import Branch, User
from accounts.permissions import Verb
from accounts.roles import Level
from record import clock
from record.history import acting
from record.journal import SYSTEM, Actor

By = User | Actor
Row = TypeVar("Row", bound=Model)


@contextmanager
def changing(by: By, verb: Verb, *places: Branch | None) -> Iterator[Actor]:
    """One transaction in which `by` may use the verb at all these places; yields who the journal and history name.

    Raises NotAllowed. `None` among the places is the bank as a whole.
    """
    with transaction.atomic():
        actor = _actor(by, verb, places or (None,))
        with acting(actor):
            yield actor


def _actor(by: By, verb: Verb, places: tuple[Branch | None, ...]) -> Actor:
    if isinstance(by, Actor):
        if by.number != SYSTEM.number:
            raise TypeError("A person acts as a User, so that his right can be judged.")
        return by
    if verb is Verb.MANAGE_PEOPLE and by.is_superuser and by.keeps_people():
        return by.actor()  # the first start: nobody is administrator yet
    for place in places:
        if sentence := permissions.refusal(by, verb, place):
            raise NotAllowed(sentence)
    held = permissions.standing(by, verb, places[0])
    return by.actor(role=held.post.role, for_whom=held.for_whom) if held else by.actor()


def locked(row: Row) -> Row:
    """A fresh copy of the row, locked until the transaction ends."""
    model = row._meta.model  # not type(row): the person of a request comes wrapped
    return cast(Row, model._default_manager.select_for_update(no_key=True).get(pk=row.pk))


def lock_the_tree() -> Branch | None:
    """The head office's row, which whoever changes the tree or the limits locks first. None in an empty bank."""
    root: Branch | None = Branch.objects.select_for_update(no_key=True).filter(level=Level.HEAD_OFFICE).first()
    return root


def whole(row: Model, *, but: Sequence[str] = ()) -> None:
    """Ask the model's own validators and constraints, but for some fields. Raises Refused with sentence and field."""
    try:
        row.full_clean(exclude=but)
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Refused(sentences[0], field=None if field == NON_FIELD_ERRORS else field) from error


def beginning(since: datetime | None, by: By) -> datetime:
    """When it begins: now unless told. Only the system (imports, first data) may tell of the past."""
    now = clock.now()
    if since is not None and since < now and isinstance(by, User):
        raise Refused(_("Rights cannot begin in the past."), field="since")
    return since or now


def ending(until: datetime | None, since: datetime, by: By) -> datetime:
    """When it ends: now unless told, and what has not begun ends as it begins."""
    now = clock.now()
    if until is not None and until < now and isinstance(by, User):
        raise Refused(_("Rights cannot end in the past."), field="until")
    return max(until or now, since)
