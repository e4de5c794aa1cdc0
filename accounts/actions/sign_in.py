"""Passwords, the log-in lock, language and keys of the screens. No value of a password reaches journal or history."""

from axes.helpers import get_client_username
from axes.utils import reset
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import kinds
from accounts.actions.people import check_password
from accounts.actions.warrant import By, changing, locked
from accounts.errors import Refused
from accounts.models import User
from accounts.permissions import Verb
from record import clock
from record.history import acting
from record.journal import Fact, append


def set_password(*, user: User, password: str, by: By) -> User:
    """An administrator gives somebody a new password; all sessions of that person end. Raises Refused."""
    if user == by:
        raise Refused(_("Change your own password on your own page."))
    with changing(by, Verb.MANAGE_PEOPLE, user.branch) as actor:
        person = locked(user)
        check_password(person, password, strict=isinstance(by, User))
        person.set_password(password)
        person.save(update_fields=["password"])
        append(person.stream, Fact(kinds.PASSWORD_SET), actor=actor)
        return person


def change_password(*, user: User, password: str) -> User:
    """A person changes his own password; the caller has asked for the old one. Raises Refused."""
    with transaction.atomic(), acting(user.actor()):
        person = locked(user)
        check_password(person, password, strict=True)
        person.set_password(password)
        person.save(update_fields=["password"])
        append(person.stream, Fact(kinds.PASSWORD_CHANGED), actor=user.actor())
        return person


def unlock_user(*, user: User, by: By) -> int:
    """Forget failed log-ins, so that the person may try again; returns how many attempts were forgotten."""
    if user == by:
        raise Refused(_("Nobody removes his own lock."))
    with changing(by, Verb.MANAGE_PEOPLE, user.branch) as actor:
        forgotten: int = reset(username=get_client_username(None, {"username": user.staff_number}))
        append(user.stream, Fact(kinds.USER_UNLOCKED), actor=actor)
        return forgotten


def switch_keys(*, user: User, on: bool) -> User:
    """A person switches the single keys of the desk on or off for himself (WCAG 2.1.4)."""
    with transaction.atomic(), acting(user.actor()):
        person = locked(user)
        if on == (person.keys_off_since is None):
            return person
        person.keys_off_since = None if on else clock.now()
        person.save()
        fact = Fact(kinds.KEYS_ON if on else kinds.KEYS_OFF, changed=[person])
        append(person.stream, fact, actor=user.actor())
        return person


def choose_language(*, user: User, language: str) -> User:
    """A person chooses the language of his screens. Raises Refused for one we do not speak."""
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("This language is not available."), field="language")
    with transaction.atomic(), acting(user.actor()):
        person = locked(user)
        if person.language != language:
            person.language = language
            person.save()
            append(
                person.stream,
                Fact(kinds.LANGUAGE_CHOSEN, {"language": language}, changed=[person]),
                actor=user.actor(),
            )
        return person
