"""People come, change and leave."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import kinds
from accounts.actions.warrant import By, changing, locked, whole
from accounts.errors import Refused
from accounts.models import Branch, Language, User
from accounts.permissions import Verb
from record.journal import Actor, Fact, append, system

CHANGEABLE = frozenset({"display_name", "branch", "language", "email"})


def create_user(
    *,
    staff_number: str,
    display_name: str,
    branch: Branch | None,
    by: By,
    language: str = Language.CHINESE,
    email: str = "",
    password: str | None = None,
) -> User:
    """A new member of staff, without a post. No password = cannot sign in until one is set. Raises Refused."""
    user = User(
        staff_number=User.normalize_username(staff_number).strip(),
        display_name=display_name.strip(),
        branch=branch,
        language=language,
        email=email,
    )
    with changing(by, Verb.MANAGE_PEOPLE, branch) as actor:
        return _enter(user, password, actor, strict=isinstance(by, User))


def create_first_person(*, staff_number: str, password: str | None, **fields: Any) -> User:
    """The superuser of the first start: no post, so no right in any case; he appoints people while nobody else can."""
    user = User(staff_number=User.normalize_username(staff_number).strip(), is_superuser=True, **fields)
    actor = system("createsuperuser")
    with changing(actor, Verb.MANAGE_PEOPLE):
        return _enter(user, password, actor, strict=False)


def _enter(user: User, password: str | None, actor: Actor, *, strict: bool) -> User:
    check_password(user, password, strict=strict and password is not None)
    user.set_password(password)
    whole(user)
    user.save()
    data = {"name": user.display_name, "number": user.staff_number}
    append(user.stream, Fact(kinds.USER_CREATED, data, changed=[user]), actor=actor)
    return user


def check_password(user: User, password: str | None, *, strict: bool) -> None:
    """The house's rules for passwords. Raises Refused at "password"."""
    if not strict:
        return
    try:
        validate_password(password or "", user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password") from error


def change_user(*, user: User, by: By, **changes: Any) -> User:
    """Change name, branch, language or e-mail; the staff number stays for ever. Raises Refused."""
    if unknown := changes.keys() - CHANGEABLE:
        raise TypeError(f"change_user() cannot change {', '.join(sorted(unknown))}.")
    places = [user.branch, changes.get("branch", user.branch)]
    with changing(by, Verb.MANAGE_PEOPLE, *places) as actor:
        person = locked(user)
        before = {name: getattr(person, name) for name in changes}
        if before == changes:
            return person
        for name, value in changes.items():
            setattr(person, name, value)
        whole(person)
        person.save()
        append(person.stream, Fact(kinds.USER_CHANGED, changed=[person]), actor=actor)
        return person


def deactivate_user(*, user: User, why: str, by: By) -> User:
    """End the account: sessions end with the next request, posts stay on paper but give nothing. Raises Refused."""
    if not why.strip():
        raise Refused(_("Say why the account ends."), field="why")
    if user == by:
        raise Refused(_("Nobody deactivates himself."))
    with changing(by, Verb.MANAGE_PEOPLE, user.branch) as actor:
        person = locked(user)
        if not person.is_active:
            raise Refused(_("This account is already deactivated."))
        person.is_active = False
        person.session_round += 1  # a session kept somewhere must not wake up with the account
        person.save()
        append(person.stream, Fact(kinds.USER_DEACTIVATED, {"why": why.strip()}, changed=[person]), actor=actor)
        return person


def activate_user(*, user: User, by: By) -> User:
    """Open the account again; the posts still running give their rights again. Raises Refused."""
    if user == by:
        raise Refused(_("Nobody activates himself."))
    with changing(by, Verb.MANAGE_PEOPLE, user.branch) as actor:
        person = locked(user)
        if person.is_active:
            raise Refused(_("This account is active."))
        person.is_active = True
        person.save()
        append(person.stream, Fact(kinds.USER_ACTIVATED, changed=[person]), actor=actor)
        return person
