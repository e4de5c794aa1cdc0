"""The customer urges 催办: recorded on the case, and said to those who hold its steps."""

from datetime import datetime
from typing import NamedTuple

from accounts import people
from accounts.models import User
from accounts.permissions import Verb
from accounts.roles import Role
from cases.actions import urging
from cases.actions.people import lead_now
from cases.actions.turn import Turn, turn
from cases.models import Case, Urge

from ..models import StepTask
from .hand import act_by

SHIFT = (Role.SUPERVISOR, Role.SERVICE_MANAGER)


class Urged(NamedTuple):
    """What was recorded, the how manieth it is, and who was told."""

    urge: Urge
    number: int
    told: list[User]


def urge(
    case: Case,
    *,
    user: User,
    channel: str,
    caller: str = Urge.HOLDER,
    note: str = "",
    happened_at: datetime | None = None,
) -> Urged:
    """Record that the customer urged; holders of open steps and the handler get a notice, not whoever records it.

    Nobody else has anything in hand: the supervisors hear of it. Raises NotAllowed, CaseError.
    """
    with turn(case, user=user) as hand:
        act_by(hand, Verb.ADD_CONTACT, hand.case)
        told = _told(hand, user)
        made = urging.urge(hand, channel=channel, caller=caller, note=note, happened_at=happened_at, to=told)
        return Urged(made, hand.case.urged or 0, told)


def _told(hand: Turn, user: User) -> list[User]:
    tasks = StepTask.objects.open().human().filter(case=hand.case, owner__is_active=True).select_related("owner")
    found = {task.owner_id: task.owner for task in tasks}
    lead = lead_now(hand.case)
    if lead is not None and lead.is_active:
        found[lead.pk] = lead
    found.pop(user.pk, None)
    return [found[pk] for pk in sorted(found)] or _supervisors(hand, user)


def _supervisors(hand: Turn, user: User) -> list[User]:
    """Those of the shift in office, or their substitutes; the manager only where there is no supervisor."""
    for role in SHIFT:
        found = {office.person.pk: office.person for office in people.in_office(role, hand.case, hand.now)}
        found.pop(user.pk, None)
        if found:
            return [found[pk] for pk in sorted(found)]
    return []
