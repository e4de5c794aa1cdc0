"""Branches, people, posts and limits of the demo bank, made by the actions of accounts; what is there stays."""

from datetime import datetime, timedelta

from accounts import actions
from accounts.models import Absence, AuthorityLimit, Branch, Post, User
from accounts.models.authority import LimitKind
from accounts.roles import Role
from record import clock
from record.journal import system

from . import people

FOUNDER = system("load_demo")
DAYS_BEFORE = 800  # the first cases are about two years old


class NotTheDemo(Exception):
    """The database holds a bank already, and it is not the demo's."""


def refuse_another_bank() -> None:
    """Raise NotTheDemo when the database holds a branch or a person the demo does not know."""
    units = {unit.code: unit.name for unit in people.UNITS}
    numbers = {person.number: person.name for person in people.PEOPLE}
    strange = [code for code, name in Branch.objects.values_list("code", "name") if units.get(code) != name]
    known = User.objects.filter(is_superuser=False).values_list("staff_number", "display_name")
    strange += [number for number, name in known if numbers.get(number) != name]
    if strange:
        raise NotTheDemo


def found(at: datetime) -> None:
    """Make what is missing, as of a moment long before the first case."""
    with clock.at(at):
        units = _units()
        for person in people.PEOPLE:
            user = _person(person, units[person.unit])
            for role in person.roles:
                _post(user, role, units[person.unit])
        for role, amount in people.LIMITS.items():
            if not AuthorityLimit.objects.filter(role=role).exists():
                actions.set_limit(role=role, amount=amount, by=FOUNDER)
        if not AuthorityLimit.objects.filter(kind=LimitKind.LIABILITY).exists():
            actions.set_limit(role=Role.LIABILITY, amount=people.ALONE_UP_TO, kind=LimitKind.LIABILITY, by=FOUNDER)


def raise_limits(by: User) -> None:
    """Outlets may approve more from today on."""
    for role, amount in people.RAISED.items():
        if not AuthorityLimit.objects.filter(role=role, amount=amount).exists():
            actions.set_limit(role=role, amount=amount, by=by)


def record_absence(away: people.Away, by: User, until: datetime) -> None:
    """Somebody is away from now on."""
    user = User.objects.get(staff_number=away.number)
    if not Absence.objects.filter(user=user).exists():
        substitute = User.objects.get(staff_number=away.substitute)
        actions.record_absence(user=user, substitute=substitute, by=by, until=until)


def founded_at(anchor: datetime) -> datetime:
    """When the bank of a demo loaded at `anchor` began."""
    return anchor - timedelta(days=DAYS_BEFORE)


def _units() -> dict[str, Branch]:
    there = {branch.code: branch for branch in Branch.objects.select_related("parent")}
    for unit in people.UNITS:
        if unit.code not in there:
            there[unit.code] = actions.create_branch(
                code=unit.code,
                name=unit.name,
                name_en=unit.name_en,
                level=unit.level,
                parent=there.get(unit.parent),
                by=FOUNDER,
            )
    return there


def _person(person: people.Person, unit: Branch) -> User:
    user = User.objects.filter(staff_number=person.number).first()
    return user or actions.create_user(
        staff_number=person.number, display_name=person.name, branch=unit, by=FOUNDER, password=people.PASSWORD
    )


def _post(user: User, role: str, unit: Branch) -> None:
    if not Post.objects.filter(user=user, role=role).exists():
        actions.give_post(user=user, role=role, branch=unit, by=FOUNDER)
