"""A case in hand, for tests of single actions: saved plainly, with a key and a place."""

from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

from accounts.models import Branch, User
from accounts.roles import Level
from cases.actions import references
from cases.models import Case
from knowledge import policies
from record import clock, journal
from record.keys import create_key
from tests.factories import BranchFactory, UserFactory

MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai

_numbers = count(1)


def a_case(unit: Branch | None = None, **fields: Any) -> Case:
    """An open card-fraud case of a head office made for it, unless a unit is given."""
    place: Any = unit or Branch.objects.filter(level=Level.HEAD_OFFICE).first() or BranchFactory()
    case = Case(
        **{
            "reference": references.written(99, next(_numbers)),
            "kind": Case.Kind.CARD_FRAUD,
            "channel": Case.Channel.PHONE,
            "handling_unit": place,
            "received_at": clock.now(),
            "policy_version": policies.pin(),
            **fields,
        }
    )
    case.person_key = create_key(case.uuid)
    case.place(place)
    case.save()
    return case


def somebody() -> User:
    """A member of staff without a post."""
    person: Any = UserFactory()
    return cast(User, person)


def told(case: Case) -> list[str]:
    """Kinds of the facts in the case's stream, in order."""
    return [entry.kind for entry in journal.entries(case.stream)]
