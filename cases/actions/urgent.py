"""紧急: a complaint found urgent is told at once to those in charge of its unit, and each signs that he has seen it."""

from typing import Final

from django.db.models import QuerySet

from accounts import people
from accounts.models import User
from accounts.roles import APPROVAL_ORDER, Role
from cases import kinds_triage
from cases.actions.turn import Turn
from cases.models import Notice
from record.journal import stamp

# Whose shift it is; where nobody of it is in office, the next above: nobody is left out because a post is empty.
IN_CHARGE: Final = (Role.SUPERVISOR, Role.SERVICE_MANAGER, *APPROVAL_ORDER)


def tell(turn: Turn) -> list[User]:
    """Put it on the desks of those in charge now, and tell whom; not of whoever found it, who knows.

    A substitute is told for who is away. Told twice, nobody reads it twice before he has signed.
    """
    told = _in_charge(turn)
    waiting = set(_waiting(turn).values_list("to", flat=True))
    Notice.objects.bulk_create(
        Notice(case=turn.case, level=0, kind=Notice.Kind.URGENT, to=person, made_at=turn.now)
        for person in told
        if person.pk not in waiting
    )
    names = sorted(person.display_name for person in told)
    turn.tell(kinds_triage.URGENT_TOLD if told else kinds_triage.URGENT_UNTOLD, data={"to": names})
    return told


def seen(turn: Turn) -> bool:
    """Whoever acts signs that he has seen it; whether there was anything for him to sign: a second press is nothing."""
    mine = list(_waiting(turn).filter(to=turn.user))
    for notice in mine:
        notice.seen_at = turn.now
        notice.save(update_fields=["seen_at"])
    if mine:
        turn.tell(kinds_triage.URGENT_SEEN, data={"told_at": stamp(min(notice.made_at for notice in mine))})
    return bool(mine)


def _waiting(turn: Turn) -> QuerySet[Notice]:
    return Notice.objects.filter(case=turn.case, kind=Notice.Kind.URGENT, seen_at=None)


def _in_charge(turn: Turn) -> list[User]:
    for role in IN_CHARGE:
        found = {office.person.pk: office.person for office in people.in_office(role, turn.case, turn.now)}
        if turn.user is not None:
            found.pop(turn.user.pk, None)
        if found:
            return [found[pk] for pk in sorted(found)]
    return []
